"""Finds the names of administrative units in a free text, and how well type word and marks of each fit."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from langnghe.core.text import fold, nfc, normalise_tone

BREAK = ","
_TOKEN = re.compile(r"[^\W\d_]+|\d+|[,;\n()/]")
# Quý and Quí, Mỹ and Mĩ are one name; Tây and Tai are not.
_FINAL_Y = re.compile(r"(?:[bcdghklmnprstvx]|qu)y$")
_I_FOR_Y = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")
_GLUED = re.compile(r"\b(tp|tx|tt|đk)(?=hcm\b|hn\b)", re.IGNORECASE)
COMMUNE_WORDS = (("xã", "xa"), ("phường", "phuong"), ("thị trấn", "thi_tran"), ("đặc khu", "dac_khu"))
COMMUNE_TYPES = frozenset(each for _word, each in COMMUNE_WORDS)
TYPE_WORDS: dict[tuple[str, ...], frozenset[str]] = {
    ("tinh",): frozenset({"tinh"}),
    ("t",): frozenset({"tinh"}),
    ("thanh", "pho"): frozenset({"thanh_pho", "thanh_pho_thuoc_tinh"}),
    ("tp",): frozenset({"thanh_pho", "thanh_pho_thuoc_tinh"}),
    ("huyen",): frozenset({"huyen"}),
    ("h",): frozenset({"huyen"}),
    ("quan",): frozenset({"quan"}),
    ("q",): frozenset({"quan"}),
    ("thi", "xa"): frozenset({"thi_xa"}),
    ("tx",): frozenset({"thi_xa"}),
    ("xa",): frozenset({"xa"}),
    ("x",): frozenset({"xa"}),
    ("phuong",): frozenset({"phuong"}),
    ("p",): frozenset({"phuong"}),
    ("f",): frozenset({"phuong"}),
    ("thi", "tran"): frozenset({"thi_tran"}),
    ("tt",): frozenset({"thi_tran"}),
    ("dac", "khu"): frozenset({"dac_khu"}),
    ("dk",): frozenset({"dac_khu"}),
}
# A name behind one of these is a street, a hamlet or a landmark, not a unit.
_NOT_UNITS = frozenset(
    [
        "duong",
        "pho",
        "ngo",
        "ngach",
        "hem",
        "thon",
        "xom",
        "lang",
        "ap",
        "ban",
        "to",
        "so",
        "khu",
        "kdc",
        "doi",
    ]
    + ["cau", "cho", "truong", "chua", "dinh", "ql", "dt"]
)
LONGEST_NAME = 7


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the text: its search key, and the word as written with marks."""

    key: str
    word: str


@dataclass(frozen=True, slots=True)
class Mention:
    """Words [start, end) that name a unit; `types` is what the type word before them admits, if there is one.

    `marked`: the text as a whole is written with marks, so that a word without any is meant to have none.
    """

    start: int
    end: int
    name: str
    types: frozenset[str]
    opening: int
    words: tuple[str, ...]
    marked: bool

    def overlaps(self, other: "Mention") -> bool:
        return self.start < other.end and other.start < self.end

    def inside(self, other: "Mention") -> bool:
        longer = other.end - other.start > self.end - self.start
        return longer and other.start <= self.start and self.end <= other.end


@lru_cache(maxsize=65_536)
def _token(word: str) -> Token:
    key = fold(word)
    if not key[:1].isalnum():
        return Token(BREAK, BREAK)
    if _FINAL_Y.search(key):
        return Token(key[:-1] + "i", word[:-1] + word[-1].translate(_I_FOR_Y))
    return Token(key.lstrip("0") or "0", word) if key.isdigit() else Token(key, word)


def tokens(text: str) -> list[Token]:
    """Return the words of a text; commas and the like become the token BREAK, no name runs across it."""
    text = normalise_tone(nfc(_GLUED.sub(r"\1 ", text)).lower())
    return [_token(word) for word in _TOKEN.findall(text)]


def name_key(name: str) -> tuple[str, tuple[str, ...], str]:
    """Return the search key of a full name without its type word, its words with marks, and the type word.

    Of a name without a type word, or with nothing after it, all is the key.
    """
    found = tokens(name)
    typed = (size for size in (2, 1) if len(found) > size and tuple(t.key for t in found[:size]) in TYPE_WORDS)
    size = next(typed, 0)
    bare = found[size:]
    return " ".join(t.key for t in bare), tuple(t.word for t in bare), " ".join(t.key for t in found[:size])


def commune_type(name: str) -> str:
    """Return the type of commune that a full name says ("Xã Thư Vũ"), or nothing."""
    full = bool(name_key(name)[2])
    return next((each for word, each in COMMUNE_WORDS if full and name.casefold().startswith(f"{word} ")), "")


def _type_before(found: list[Token], start: int) -> tuple[frozenset[str], int]:
    """Return the types that the word before `start` admits, and where that word begins."""
    for size in (2, 1):
        opening = start - size
        if opening >= 0:
            types = TYPE_WORDS.get(tuple(token.key for token in found[opening:start]))
            if types:
                return types, opening
    return frozenset(), start


def mentions(found: list[Token], names: Mapping[str, object]) -> list[Mention]:
    """Return every run of words that is a known name, in order; none inside one with a type word."""
    result = []
    marked = any(token.word != token.key for token in found)
    for start, first in enumerate(found):
        if first.key == BREAK:
            continue
        types, opening = _type_before(found, start)
        if not types and start and found[start - 1].key in _NOT_UNITS:
            continue
        for end in range(start + 1, min(start + LONGEST_NAME, len(found)) + 1):
            if found[end - 1].key == BREAK:
                break
            name = " ".join(token.key for token in found[start:end])
            if name in names and (types or not name.isdigit()):
                words = tuple(token.word for token in found[start:end])
                result.append(Mention(start, end, name, types, opening, words, marked))
    typed = [mention for mention in result if mention.types]
    kept = [mention for mention in result if not any(mention.inside(other) for other in typed)]
    return [mention for mention in kept if mention.types or _anchored(mention, kept, found)]


def _anchored(mention: Mention, others: list[Mention], found: list[Token]) -> bool:
    """Tell whether a name without type word begins or ends a part of the text or touches another name."""
    before = found[mention.start - 1].key if mention.start else BREAK
    opens = before == BREAK or before.isdigit()
    closes = mention.end == len(found) or found[mention.end].key == BREAK
    return opens or closes or any(o.end == mention.start or o.opening == mention.end for o in others)


def fit(mention: Mention, named: tuple[str, ...]) -> int:
    """Return 1 if the marks are those of the name, 0 if some or all are left out, -1 if some are others."""
    if mention.words == named:
        return int(mention.marked)
    pairs = zip(mention.words, named, strict=False)
    return 0 if all(word in (name, fold(name)) for word, name in pairs) else -1


def unknown_commune(found: list[Token], known: list[Mention]) -> str:
    """Return the search key of what follows a commune's type word and is no known name, or nothing."""
    named = {mention.start for mention in known}
    stops = named | {mention.opening for mention in known}
    for start in range(1, len(found)):
        types, opening = _type_before(found, start)
        letter = len(found[opening].key) == 1 and opening and found[opening - 1].key != BREAK
        if types & COMMUNE_TYPES and start not in named and not letter:
            end = start
            while end < len(found) and found[end].key != BREAK and end not in stops:
                end += 1
            if end > start:
                return " ".join(token.key for token in found[start:end][:LONGEST_NAME])
    return ""
