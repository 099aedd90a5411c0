"""Which pairs of words are said in more texts of late than before: words about matters, never the name of a person."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import NamedTuple

from langnghe.core.chance import poisson_tail
from langnghe.core.text import fold, nfc

FEWEST = 5  # texts of late; the public is told no smaller count anyway
RARE = 1e-4
SAME = 0.6  # share of texts from which on two pairs say the same
ADDRESS = frozenset(
    ("ông", "bà", "anh", "chị", "em", "cô", "chú", "bác", "cậu", "mợ", "dì", "thím", "cụ", "cháu", "con", "tôi")
    + ("mình", "chúng", "ong", "ba", "chi", "co", "chu", "bac", "cu", "chau", "toi", "minh", "chung")
)
SENTENCE = re.compile(r"[.!?;:\n]+")
WORD = re.compile(r"[^\W\d_]+")


class Rising(NamedTuple):
    """A pair of words as most often spelled, the numbers of the texts of late that hold it, and how many to expect."""

    words: str
    texts: tuple[int, ...]
    expected: float
    p: float


def pairs(text: str) -> dict[str, str]:
    """The pairs of neighbouring words, folded -> as written. What looks like a name is left out.

    A word with a capital that does not begin its sentence is taken for a name, unless the whole text is in capitals;
    so is whatever follows a form of address (ông, bà, anh, chị ...).
    """
    text = nfc(text)
    shouted = text.isupper()
    found: dict[str, str] = {}
    for sentence in SENTENCE.split(text):
        words = WORD.findall(sentence)
        named = [
            word.lower() in ADDRESS
            or (at > 0 and words[at - 1].lower() in ADDRESS)
            or (at > 0 and word[0].isupper() and not shouted)
            for at, word in enumerate(words)
        ]
        for at in range(len(words) - 1):
            if not (named[at] or named[at + 1]):
                pair = f"{words[at]} {words[at + 1]}".lower()
                found.setdefault(fold(pair), pair)
    return found


def rising(late: Iterable[str], before: Iterable[str], most: int = 12) -> list[Rising]:
    """The pairs said in unexpectedly many of the late texts, the rarest by chance first; at most `most`.

    Of pairs that stand in much the same texts the rarest is kept. A text counts once.
    """
    spelled: dict[str, Counter[str]] = defaultdict(Counter)
    where: dict[str, list[int]] = defaultdict(list)
    earlier: Counter[str] = Counter()
    number = past = 0
    for number, text in enumerate(late, 1):
        for key, pair in pairs(text).items():
            where[key].append(number - 1)
            spelled[key][pair] += 1
    for text in before:
        past += 1
        earlier.update(pairs(text).keys())
    found = []
    for key, texts in where.items():
        if len(texts) >= FEWEST:
            expected = (earlier[key] + 0.5) * number / max(past, number)
            found.append(Rising(_best(spelled[key]), tuple(texts), expected, poisson_tail(len(texts), expected)))
    return _different(sorted((one for one in found if one.p <= RARE), key=lambda one: (one.p, one.words)), most)


def _best(spellings: Counter[str]) -> str:
    """The spelling with marks if anybody used them, the most frequent first."""
    return max(spellings, key=lambda pair: (pair != fold(pair), spellings[pair], pair))


def _different(found: list[Rising], most: int) -> list[Rising]:
    kept: list[Rising] = []
    for one in found:
        own = set(one.texts)
        if all(len(own & set(other.texts)) < SAME * min(len(own), len(other.texts)) for other in kept):
            kept.append(one)
    return kept[:most]
