"""Points at what in a text may name a person: numbers, addresses, plates, names after a form of address, accusations.

Regular expressions suggest; a person decides. Names without a form of address are not found, and that is said.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Sort = Literal["number", "email", "plate", "name", "accusation"]

_ADDRESS = "ông|bà|anh|chị|cô|chú|bác|cậu|dì|thím|mợ|em|cháu|thầy|đồng chí|đ/c|bí thư|chủ tịch|trưởng thôn|công an"
_PATTERNS: tuple[tuple[Sort, re.Pattern[str]], ...] = (
    ("email", re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")),
    (
        "plate",
        re.compile(r"\b[1-9][0-9][ -]?[A-Z][A-Z0-9]?[ -]?[0-9]{3}[.]?[0-9]{2}\b|\b[1-9][0-9][A-Z][0-9]?[ -][0-9]{4}\b"),
    ),
    ("number", re.compile(r"(?<![\d/])(?:\+?84|0)(?:[ .-]?\d){8,9}(?!\d)|(?<!\d)\d{9}(?:\d{3})?(?!\d)")),
)
_CALLED = re.compile(rf"(?<!\w)(?:{_ADDRESS})((?:\s+[^\W\d_]+){{1,5}})", re.IGNORECASE)
_BODY = re.compile(
    r"\s+(?:UBND|HĐND|(?:UB)?MTTQ|[UỦ][yỷ] ban|Hội đồng|(?:Đảng|Tỉnh|Thành) [uủ][yỷ]|Mặt trận|Quốc hội)(?!\w)"
)
_ACCUSATIONS = re.compile(
    r"ăn chặn|ăn bớt|tham ô|tham nhũng|nhận tiền|nhận hối lộ|vòi tiền|lừa đảo|chiếm đoạt|trộm|đánh người|ngoại tình|"
    r"nghiện|cờ bạc|bảo kê|cấu kết|móc nối|gian lận",
    re.IGNORECASE,
)
_OFFICE = re.compile(
    r"(?<!\w)(?:bí thư|chủ tịch|phó chủ tịch|trưởng thôn|tổ trưởng|trưởng ban|giám đốc|hiệu trưởng|công an viên)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^.!?\n]+")
_CLAUSE = re.compile(r"[^.!?\n,;:()]*")
_TOKEN = re.compile(r"\w+|[^\w\s]")
FEW = 3  # words between a body and a name: "Ủy ban | nhân dân xã | Nguyễn Văn A"


@dataclass(frozen=True)
class Hint:
    """A stretch of the text, and what it may be."""

    sort: Sort
    words: str


def hints(text: str) -> list[Hint]:
    """Return what may name a person, in the order of the text, each once.

    An accusation counts only beside a name, a number or an office, or in the sentence after one of these. The text is
    composed first (NFC), since typed diacritics come in several ways.
    """
    text = unicodedata.normalize("NFC", text)
    found = [(match.start(), Hint(sort, match[0].strip())) for sort, one in _PATTERNS for match in one.finditer(text)]
    found += [(match.start(), Hint("name", words)) for match in _CALLED.finditer(text) if (words := _name(match))]
    named = [start for start, _hint in found] + [match.start() for match in _OFFICE.finditer(text)]
    since = 0
    for sentence in _SENTENCE.finditer(text):
        accused = _ACCUSATIONS.search(sentence[0])
        if accused and any(since <= start < sentence.end() for start in named):
            found.append((sentence.start() + accused.start(), Hint("accusation", accused[0])))
        since = sentence.start()
    return list(dict.fromkeys(hint for _start, hint in sorted(found, key=lambda one: one[0])))


def uncovered(text: str, passages: Iterable[str]) -> list[str]:
    """Return what stays of the text, as pieces: between each two of them stood one or more of the passages.

    A passage is found in capitals and small letters alike, whatever blanks stand in it, but not within a word; where
    passages overlap or touch, all of it is one gap. Without any in it the text is the one piece. Composed first (NFC).
    """
    text = unicodedata.normalize("NFC", text)
    spans = sorted(span for passage in passages for span in _spans(text, passage))
    pieces, covered = list[str](), 0
    for since, until in spans:
        if since > covered or not pieces:
            pieces.append(text[covered:since])
        covered = max(covered, until)
    return [*pieces, text[covered:]]


def holds(text: str, passage: str) -> bool:
    """Return whether the passage stands in the text, as `uncovered` would find it."""
    return bool(_spans(unicodedata.normalize("NFC", text), passage))


def _spans(text: str, passage: str) -> list[tuple[int, int]]:
    wanted = [match[0].casefold() for match in _TOKEN.finditer(unicodedata.normalize("NFC", passage))]
    tokens = [(match[0].casefold(), *match.span()) for match in _TOKEN.finditer(text)] if wanted else []
    starts = (at for at, token in enumerate(tokens) if token[0] == wanted[0])
    runs = (tokens[at : at + len(wanted)] for at in starts)
    return [(run[0][1], run[-1][2]) for run in runs if [token[0] for token in run] == wanted]


def _name(match: re.Match[str]) -> str:
    """Return the form of address with the capitalised words that follow it at once; empty when none does.

    Of an office with its body ("chủ tịch UBND xã Nguyễn Văn A") those that follow within a few words; a place there
    looks no different. With the body alone it names nobody.
    """
    body = _BODY.match(match[1])
    start = match.start(1) + (body.end() if body else 0)
    said = _CLAUSE.match(match.string, start)
    words = re.findall(r"[^\W\d_]+", said[0]) if said and body else match[1].split()
    first = next((place for place, word in enumerate(words) if word[0].isupper()), len(words))
    if first > (FEW if body else 0) or first == len(words):
        return ""
    last = next((place for place, word in enumerate(words) if place > first and not word[0].isupper()), len(words))
    return " ".join([match.string[match.start() : start], *words[:last]])
