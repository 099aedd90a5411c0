"""Points at what in a text may name a person: numbers, addresses, plates, names after a form of address, accusations.

Regular expressions suggest; a person decides. Names without a form of address are not found, and that is said.
"""

import re
import unicodedata
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


def _name(match: re.Match[str]) -> str:
    """Return the form of address with the capitalised words that follow it at once; empty when none does."""
    words = match[1].split()
    count = next((place for place, word in enumerate(words) if not word[0].isupper()), len(words))
    return " ".join([match[0][: match.start(1) - match.start()], *words[:count]]) if count else ""
