"""How alike two short Vietnamese texts are, however they were typed, and whether two voices are the same matter.

The terms are those of the vector space model (Salton, Buckley 1988): sublinear counts, inverse document frequency,
exact cosine; and those of record linkage (Fellegi, Sunter 1969): a block of candidates, compared pair by pair.
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
Floats = npt.NDArray[np.float64]
_TIMES = (1 + np.log(np.maximum(np.arange(256), 1))).astype(np.float32)  # what a gram counts that comes n times


class Grams(NamedTuple):
    """The grams of one text: their places in the hash, rising, and how often each occurs (1 to 255).

    As bytes, four a place and one a count, so that they are stored and joined as they are.
    """

    ids: bytes
    counts: bytes

    @property
    def places(self) -> Ids:
        return np.frombuffer(self.ids, np.uint32)


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
    places = sorted(found)
    ids = np.fromiter(places, np.uint32, len(places))
    return Grams(ids.tobytes(), bytes(min(found[place], 255) for place in places))


def _place(gram: str, start: int) -> int:
    return start + zlib.crc32(gram.encode()) % _HALF


class Rarity:
    """In how many texts each gram occurs, of how many: what is in every text says nothing.

    `weights` is the smoothed inverse document frequency of every place, 1 and more: ln((1 + texts) / (1 + count)) + 1;
    four megabytes.
    """

    def __init__(self, texts: int, counts: npt.NDArray[np.uint32]) -> None:
        self.texts, self.counts = texts, counts
        self.weights = (np.log((1 + texts) / (1.0 + counts)) + 1).astype(np.float32)


def rarity_of(texts: Iterable[Grams]) -> Rarity:
    """The rarity of grams among these texts."""
    counts, number = np.zeros(SPACE, np.uint32), 0
    for text in texts:
        counts[text.places] += 1
        number += 1
    return Rarity(number, counts)


class Block:
    """The texts among which one is sought, weighed and laid end to end in memory: about 2 KB for a voice."""

    def __init__(self, texts: Sequence[Grams], rarity: Rarity) -> None:
        sizes = np.fromiter((len(text.counts) for text in texts), np.int64, len(texts))
        self.rarity, self.is_filled = rarity, sizes > 0
        self.ids = np.frombuffer(b"".join([text.ids for text in texts]), np.uint32)
        counts = np.frombuffer(b"".join([text.counts for text in texts]), np.uint8)
        self.starts = (np.cumsum(sizes) - sizes)[self.is_filled]
        words = np.add.reduceat(self.ids < _HALF, self.starts) if len(self.ids) else np.empty(0, int)
        # Each text's words and its pieces of words, one after the other; a text that has any has both.
        self.edges = np.stack([self.starts, self.starts + words], axis=1).ravel()
        self.values = _TIMES.take(counts) * rarity.weights.take(self.ids)
        self.squares = self._sums(self.values * self.values)

    def cosines(self, text: Grams) -> Floats:
        """How alike each text of the block is to this one, in order: 0 nothing in common, 1 the same.

        Words and pieces of words count as much as each other: the mean of their two cosines.
        """
        sought = np.zeros(SPACE, np.float32)
        own = _TIMES.take(np.frombuffer(text.counts, np.uint8)) * self.rarity.weights.take(text.places)
        sought[text.places] = own
        is_word = text.places < _HALF
        lengths = np.array([(own[is_word] ** 2).sum(), (own[~is_word] ** 2).sum()], float)
        squares = self.squares * lengths
        products = self._sums(self.values * sought.take(self.ids))
        halves = np.divide(products, np.sqrt(squares), out=np.zeros_like(products), where=squares > 0)
        means: Floats = halves.mean(axis=1)
        return means

    def _sums(self, values: npt.NDArray[np.float32]) -> Floats:
        """The sums of each text's values, of words and of pieces of words; 0 for a text without any."""
        sums = np.zeros((len(self.is_filled), 2))
        if len(self.edges):
            sums[self.is_filled] = np.add.reduceat(values, self.edges).reshape(-1, 2)
        return sums


class Weights(NamedTuple):
    """What says that two voices are the same matter, as log odds; and from which likeness on that is shown.

    `text` and `spot` times the cosines of texts and of named spots, `no_spot` when one of them names none, `elsewhere`
    when the other lies in a neighbouring commune, `days` for each day between them.
    """

    constant: float
    text: float
    spot: float
    no_spot: float
    elsewhere: float
    days: float
    shown_from: float


class Pairs(NamedTuple):
    """One voice compared with many, an entry for each: see Weights (`no_spot`, `elsewhere` are 0 or 1)."""

    text: Floats
    spot: Floats
    no_spot: Floats
    elsewhere: Floats
    days: Floats

    def likeness(self, weights: Weights) -> Floats:
        """The probability, by a logistic model, that each is the same matter."""
        odds = np.full(len(self.text), float(weights.constant))
        for weight, column in zip(weights[1:6], self, strict=True):
            odds += weight * column
        likeness: Floats = 1 / (1 + np.exp(-odds))
        return likeness


def default_weights() -> Weights:
    """The weights at the start, from the table similarity_weights, which says where each comes from."""
    return Weights(**{row["name"]: float(row["value"]) for row in tables.rows("similarity_weights")})


def fit(pairs: Pairs, same: npt.NDArray[np.bool_], shown_from: float) -> Weights:
    """The weights that fit judged pairs best: logistic regression, weakly drawn to 0; ValueError if all are alike."""
    from sklearn.linear_model import LogisticRegression

    model = LogisticRegression(C=10.0, max_iter=5_000).fit(np.stack(pairs, axis=1), same)
    text, spot, no_spot, elsewhere, days = (float(weight) for weight in model.coef_[0])
    return Weights(float(model.intercept_[0]), text, spot, no_spot, elsewhere, days, shown_from)


def threshold(likeness: Floats, same: npt.NDArray[np.bool_], precision: float) -> float:
    """The lowest likeness from which on at least `precision` of the pairs are the same matter; 1.01 if none is."""
    order = np.argsort(-likeness, kind="stable")
    found = np.cumsum(same[order]) / np.arange(1, len(order) + 1)
    last_of_equals = np.append(np.diff(likeness[order]) != 0, True)
    good = np.flatnonzero((found >= precision) & last_of_equals)
    return float(likeness[order[good[-1]]]) if len(good) else 1.01


def nearest(likeness: Floats, count: int) -> list[int]:
    """The places of the `count` greatest, the greatest first; of equal ones the earlier first."""
    return [int(place) for place in np.argsort(-likeness, kind="stable")[:count]]
