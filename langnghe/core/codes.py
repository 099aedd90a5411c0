"""Receipt and case codes that survive the telephone: a check character tells a slip from a true code."""

import hmac
import re
import unicodedata
from base64 import b32encode
from typing import Literal

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U
_VALUE = {char: value for value, char in enumerate(ALPHABET)}
_OWN_LETTERS = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", ALPHABET.encode())  # from those of RFC 4648
_STRANGE = re.compile(f"[^{ALPHABET}]")
_ALIKE = str.maketrans("OIL", "011")
_SKIPPED = re.compile(r"[\s\-.\u2010-\u2015\u2212\u00ad\u200b-\u200f\u2060\ufeff]+")
_LENGTH, _GROUP, _MAC_BYTES = 24, 4, 14  # 14 bytes = 112 bits = 23 characters, and one check character
_TICKET_LENGTH, _TICKET_BYTES = 8, 5  # 35 bits and one check character: tried at a door, which slows who guesses
_CASE_DIGITS, _CASE_LONGEST = 6, 12

_TIMES_A = [value << 1 ^ (0b100101 if value & 0b10000 else 0) for value in range(32)]

Fault = Literal["length", "character", "check"]


class BadCode(ValueError):
    """A code that cannot be right; `fault` says why and the message (Vietnamese) says what to do.

    `template` and `values` are what the message was made of, for who says it in another language.
    """

    def __init__(self, fault: Fault, template: str, **values: object) -> None:
        super().__init__(template % values)
        self.fault: Fault = fault
        self.template, self.values = template, values


def _mac(secret: bytes, purpose: bytes, *parts: bytes) -> bytes:
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in (purpose, *parts))
    return hmac.digest(secret, framed, "sha256")


def _checked_sum(values: list[int]) -> int:
    """Sum of value * a^position in the field of 32 elements (a a root of x^5 + x^2 + 1); 0 for a whole code.

    Weights are non-zero and differ between any two of 31 places, so one wrong character and the exchange of
    any two characters always change the sum: w(x - y) and (w - v)(x - y) are products of non-zero elements.
    """
    total = 0
    for value in values:
        total = _TIMES_A[total] ^ value
    return total


def _grouped(code: str) -> str:
    return "-".join([code[i : i + _GROUP] for i in range(0, len(code), _GROUP)])


def receipt_code(secret: bytes, channel: str, key: str, body_digest: bytes) -> str:
    """The resident's receipt, six groups of four: 112 bits of HMAC-SHA256 and a check character.

    The same secret, channel, idempotency key and digest always give the same code, so a repeated sending
    gives one receipt. Store `receipt_lookup`, never the code.
    """
    number = int.from_bytes(_mac(secret, b"receipt", channel.encode(), key.encode(), body_digest)[:_MAC_BYTES], "big")
    whole = b32encode((number << 5).to_bytes(_LENGTH * 5 // 8, "big"))  # five zero bits where the check character goes
    letters = whole[: _LENGTH - 1].translate(_OWN_LETTERS).decode()
    return _grouped(letters + ALPHABET[_checked_sum([*[_VALUE[letter] for letter in letters], 0])])


def _typed(text: str) -> str:
    return _SKIPPED.sub("", unicodedata.normalize("NFKC", text)).upper().translate(_ALIKE)


def parse_receipt(text: str) -> str:
    """The canonical code for what a person typed: any case, blanks or dashes anywhere, O for 0, I or L for 1.

    BadCode says whether a character, the length or the check character is wrong.
    """
    code = _typed(text)
    if strange := _STRANGE.search(code[:_LENGTH]):
        shown = strange[0] if strange[0].isprintable() else "?"
        raise BadCode(
            "character",
            "Ký tự thứ %(n)s “%(shown)s” không có trong mã biên nhận. "
            "Mã chỉ gồm chữ số và chữ cái không dấu, không dùng chữ U. Mời xem lại biên nhận và gõ lại.",
            n=strange.end(),
            shown=shown,
        )
    if len(code) != _LENGTH:
        raise BadCode(
            "length",
            "Mã biên nhận có %(whole)s ký tự (không kể dấu gạch), ông/bà đã nhập %(n)s ký tự. "
            "Mời xem lại biên nhận và nhập đủ mã.",
            whole=_LENGTH,
            n=len(code),
        )
    if _checked_sum([_VALUE[char] for char in code]):
        raise BadCode(
            "check",
            "Mã biên nhận chưa đúng: có ký tự gõ nhầm hoặc hai ký tự bị đổi chỗ. "
            "Mời so từng nhóm 4 ký tự với biên nhận.",
        )
    return _grouped(code)


def receipt_lookup(secret: bytes, code: str) -> bytes:
    """32 bytes that stand for a receipt code in the database; `code` as typed, BadCode if it is none."""
    return own_lookup(secret, parse_receipt(code))


def own_lookup(secret: bytes, code: str) -> bytes:
    """The same for a code as `receipt_code` returns it, which nobody has typed."""
    return _mac(secret, b"receipt lookup", code.encode())


def ticket_code(secret: bytes, key: str) -> str:
    """The short code of a booking, two groups of four: 35 bits of HMAC-SHA256 and a check character.

    The same idempotency key always gives the same code. Store `ticket_lookup`, never the code.
    """
    number = int.from_bytes(_mac(secret, b"ticket", key.encode())[:_TICKET_BYTES], "big") >> 5
    letters = "".join(ALPHABET[number >> shift & 31] for shift in range(30, -1, -5))
    return _grouped(letters + ALPHABET[_checked_sum([*[_VALUE[letter] for letter in letters], 0])])


def ticket_lookup(secret: bytes, text: str) -> bytes:
    """32 bytes that stand for a booking's code as typed; BadCode if it is none."""
    code = _typed(text)
    if len(code) != _TICKET_LENGTH or _STRANGE.search(code) or _checked_sum([_VALUE[char] for char in code]):
        raise BadCode("check", "Mã lịch hẹn gồm 8 ký tự và có ký tự gõ nhầm hoặc thiếu. Mời xem lại và nhập lại.")
    return _mac(secret, b"ticket lookup", code.encode())


# Damm's totally anti-symmetric quasigroup of order 10 (Marburg 2004): every single wrong digit and every
# exchange of neighbours is seen, and leading zeros do not count.
_DAMM = (
    "0317598642", "7092154863", "4206871359", "1750983426", "6123045978",
    "3674209581", "5869720134", "8945362017", "9438617205", "2581436790",
)  # fmt: skip


def _damm(digits: str) -> str:
    interim = "0"
    for digit in digits:
        interim = _DAMM[int(interim)][int(digit)]
    return interim


def case_code(number: int) -> str:
    """The code people see of case `number` (at most 12 digits), e.g. "VV-000123-4"; the last digit checks."""
    digits = f"{number:0{_CASE_DIGITS}d}"
    if number < 0 or len(digits) > _CASE_LONGEST:
        raise ValueError(f"no case code for {number}")
    return f"VV-{digits}-{_damm(digits)}"


def parse_case(text: str) -> int:
    """The number in a case code as typed; VV, dashes and leading zeros may be missing. BadCode otherwise."""
    code = _typed(text).removeprefix("VV")
    if strange := re.search("[^0-9]", code):
        shown = strange[0] if strange[0].isprintable() else "?"
        raise BadCode(
            "character",
            "Mã vụ việc có dạng VV-000123-4, sau VV chỉ là chữ số; “%(shown)s” không đúng. Mời nhập lại.",
            shown=shown,
        )
    if not 1 < len(code) <= _CASE_LONGEST + 1:
        raise BadCode("length", "Mã vụ việc có dạng VV-000123-4, kể cả chữ số cuối. Mời nhập đủ mã như trên giấy hẹn.")
    if _damm(code) != "0":
        raise BadCode("check", "Mã vụ việc chưa đúng: có chữ số gõ nhầm hoặc đổi chỗ. Mời xem lại và nhập lại.")
    return int(code[:-1])


def cases_meant(text: str) -> list[int]:
    """The numbers of cases that a code with a wrong check digit, or typed without one, may stand for; none for words.

    At most two: in a code padded with zeros to its full length the last digit is the check digit, else it may lack.
    """
    digits = _typed(text).removeprefix("VV")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _CASE_LONGEST + 1):
        return []
    numbers = {int(digits[:-1] or "0")}
    if len(digits) <= _CASE_LONGEST and not (digits[0] == "0" and len(digits) > _CASE_DIGITS):
        numbers.add(int(digits))
    return sorted(numbers - {0})
