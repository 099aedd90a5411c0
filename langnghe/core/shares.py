"""A secret divided among several people, so that some of them together have it and fewer know nothing of it.

After Adi Shamir, "How to share a secret", Communications of the ACM 22 (11), 1979, over the field of 256 elements.
"""

import base64
import binascii
import re
from collections.abc import Callable, Sequence
from functools import reduce
from hashlib import sha256
from operator import xor
from typing import Literal

Share = tuple[int, bytes]
_CHECK, _GROUP = 3, 4  # bytes of the check, characters of a group; 32 + 3 bytes are 14 groups in base 32
_TEXT = re.compile(r"\s*(\d{1,3})[-:.\s]+(.*)", re.DOTALL)


class BadShare(ValueError):
    """The text is no share, or the shares do not belong together: `why`, and the number of the share with a slip."""

    def __init__(self, why: Literal["same", "lengths", "number", "slip"], number: str = "") -> None:
        super().__init__(why, number)
        self.why, self.number = why, number


def _times(a: int, b: int) -> int:
    """Return the product in the field of 256 elements (modulo x^8 + x^4 + x^3 + x + 1)."""
    product = 0
    while b:
        product ^= a * (b & 1)
        a = a << 1 ^ (0x11B if a & 0x80 else 0)
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """Return a^254, which times `a` is 1 (`a` is not 0)."""
    return reduce(_times, [a] * 254)


def split(secret: bytes, random: Callable[[int], bytes], need: int = 2, count: int = 3) -> list[Share]:
    """Return `count` shares (number from 1, as many bytes as the secret), of which any `need` give the secret back.

    `random(n)` gives n bytes that nobody can foretell; each byte of the secret is the value at 0 of a polynomial
    of degree need - 1 whose other coefficients they are.
    """
    if not 1 <= need <= count <= 255:  # noqa: PLR2004 the field has 255 places beside 0
        raise ValueError(f"{need} of {count}")
    rows = [secret, *(random(len(secret)) for _ in range(need - 1))]
    return [(at, bytes(_value(place, at) for place in zip(*rows, strict=True))) for at in range(1, count + 1)]


def _value(coefficients: Sequence[int], at: int) -> int:
    return reduce(lambda value, coefficient: _times(value, at) ^ coefficient, reversed(coefficients), 0)


def join(shares: Sequence[Share]) -> bytes:
    """Return the secret from enough shares; from too few, or shares of different secrets, other bytes come out.

    BadShare when two have one number or differ in length. By Lagrange's formula at 0; to subtract is to add (xor).
    """
    numbers = [number for number, _data in shares]
    if len(set(numbers)) < len(numbers):
        raise BadShare("same")
    if len({len(data) for _number, data in shares}) > 1:
        raise BadShare("lengths")
    weights = [
        reduce(_times, [_times(other, _inverse(other ^ number)) for other in numbers if other != number], 1)
        for number in numbers
    ]
    columns = zip(*(data for _number, data in shares), strict=True)
    return bytes(reduce(xor, map(_times, weights, column)) for column in columns)


def to_text(share: Share) -> str:
    """Return the number and groups of four letters and digits (base 32, RFC 4648), the last of them with a check."""
    number, data = share
    letters = base64.b32encode(data + _check(share)).decode().rstrip("=")
    return "-".join([str(number), *(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))])


def from_text(text: str) -> Share:
    """Return the share typed in any case, with blanks or dashes anywhere; BadShare names the one with a slip."""
    found = _TEXT.fullmatch(text)
    if not found:
        raise BadShare("number")
    letters = re.sub(r"[\s-]", "", found[2])
    try:
        content = base64.b32decode(letters + "=" * (-len(letters) % 8), casefold=True, map01="L")
    except (binascii.Error, ValueError):
        content = b""
    share = int(found[1]), content[:-_CHECK]
    if not share[0] or content[-_CHECK:] != _check(share):
        raise BadShare("slip", found[1])
    return share


def _check(share: Share) -> bytes:
    return sha256(f"{share[0]}:".encode() + share[1]).digest()[:_CHECK]
