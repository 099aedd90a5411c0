"""How alike two short Vietnamese texts are, however they were typed: exact cosines of hashed grams, weighed by rarity.

The terms are those of the vector space model (Salton, Buckley 1988): sublinear counts, inverse document frequency.
"""

import re
import zlib
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from langnghe.core import tables
from langnghe.core.text import decode_telex, fold

SPACE = 1 << 20  # places of the hash: half for words, half for pieces of words
_HALF = SPACE >> 1
_OTHER = re.compile(r"[^a-z0-9]+")
_PIECES = (3, 4)
Ids = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float32]
_TIMES: Floats = (1 + np.log(np.maximum(np.arange(256), 1))).astype(np.float32)  # what a gram counts that comes n times


class Grams(NamedTuple):
    """The grams of one text: their places in the hash, rising, and how often each occurs (1 to 255)."""

    ids: Ids
    counts: npt.NDArray[np.uint8]

    def to_bytes(self) -> bytes:
        """Five bytes a gram: the places, then the counts; `from_bytes` reads them."""
        return self.ids.tobytes() + self.counts.tobytes()

    @classmethod
    def from_bytes(cls, content: bytes) -> "Grams":
        size = len(content) // 5
        return cls(np.frombuffer(content, np.uint32, size), np.frombuffer(content, np.uint8, size, 4 * size))


@cache
def _short_forms() -> dict[str, str]:
    return {row["short"]: row["long"] for row in tables.rows("short_forms")}


def plain(text: str) -> str:
    """The text for comparing: Telex decoded, folded, usual short forms written out, nothing but letters and digits."""
    words = _OTHER.sub(" ", fold(decode_telex(text))).split()
    return " ".join(_short_forms().get(word, word) for word in words)


def grams(text: str) -> Grams:
    """The hashed grams of a text as typed: one and two words, three and four characters of a word with its bounds."""
    words = plain(text).split()
    found = Counter(_place(gram, 0) for gram in [*words, *map(" ".join, zip(words, words[1:], strict=False))])
    padded = [f" {word} " for word in words]
    pieces = (word[at : at + n] for word in padded for n in _PIECES for at in range(max(1, len(word) - n + 1)))
    found.update(_place(piece, _HALF) for piece in pieces)
    ids = np.fromiter(sorted(found), np.uint32, len(found))
    return Grams(ids, np.fromiter((min(found[place], 255) for place in ids.tolist()), np.uint8, len(found)))


def _place(gram: str, start: int) -> int:
    return start + zlib.crc32(gram.encode()) % _HALF


class Rarity:
    """In how many texts each gram occurs, of how many: what is in every text says nothing. Four megabytes."""

    def __init__(self, texts: int = 0, counts: npt.NDArray[np.uint32] | None = None) -> None:
        self.texts = texts
        self.counts = np.zeros(SPACE, np.uint32) if counts is None else counts

    def add(self, text: Grams) -> None:
        self.counts[text.ids] += 1
        self.texts += 1

    def weights(self, ids: Ids) -> Floats:
        """The smoothed inverse document frequency of the grams, 1 and more: ln((1 + texts) / (1 + count)) + 1."""
        rare: Floats = np.log((1 + self.texts) / (1 + self.counts[ids])).astype(np.float32) + np.float32(1)
        return rare


class _Half:
    """The words, or the pieces of words, of many texts, laid end to end."""

    def __init__(self, texts: Sequence[Grams]) -> None:
        sizes = np.array([len(text.ids) for text in texts])
        self.is_empty = sizes == 0
        self.starts = (np.cumsum(sizes) - sizes)[~self.is_empty]
        self.ids = np.concatenate([text.ids for text in texts])
        self.counts = np.concatenate([text.counts for text in texts])

    def cosines(self, text: Grams, rarity: Rarity) -> Floats:
        sought = np.zeros(SPACE, np.float32)
        sought[text.ids] = _weighed(text, rarity)
        values = _weighed(self, rarity)
        lengths = np.sqrt(self._sums(values**2)) * float(np.sqrt((sought[text.ids] ** 2).sum()))
        products = self._sums(values * sought[self.ids])
        return np.divide(products, lengths, out=np.zeros_like(products), where=lengths > 0)

    def _sums(self, values: Floats) -> Floats:
        """The sum of each text's values, 0 for a text without any."""
        sums = np.zeros(len(self.is_empty), np.float32)
        if len(values):
            sums[~self.is_empty] = np.add.reduceat(values, self.starts)
        return sums


class Block:
    """The texts among which one is sought, in memory: five bytes a gram, about 1 KB for a voice."""

    def __init__(self, texts: Sequence[Grams]) -> None:
        self.halves = [_Half(part) for part in zip(*(_halves(text) for text in texts), strict=True)]

    def cosines(self, text: Grams, rarity: Rarity) -> Floats:
        """How alike each text of the block is to this one, in order: 0 nothing in common, 1 the same.

        Words and pieces of words count as much as each other: the mean of their two cosines.
        """
        if not self.halves:
            return np.empty(0, np.float32)
        words, pieces = (half.cosines(own, rarity) for half, own in zip(self.halves, _halves(text), strict=True))
        return (words + pieces) / np.float32(2)


def _halves(text: Grams) -> tuple[Grams, Grams]:
    middle = int(np.searchsorted(text.ids, _HALF))
    return Grams(text.ids[:middle], text.counts[:middle]), Grams(text.ids[middle:], text.counts[middle:])


def _weighed(text: Grams | _Half, rarity: Rarity) -> Floats:
    weighed: Floats = _TIMES[text.counts] * rarity.weights(text.ids)
    return weighed


def nearest(cosines: Floats, count: int) -> list[int]:
    """The places of the `count` greatest, the greatest first; of equal ones the earlier first."""
    return [int(place) for place in np.argsort(-cosines, kind="stable")[:count]]


def rarity_of(texts: Iterable[Grams]) -> Rarity:
    """The rarity of grams among these texts."""
    rarity = Rarity()
    for text in texts:
        rarity.add(text)
    return rarity
