"""What a resident's words are: the kind proposed for them, and whether they tell of an emergency."""

import re
from functools import cache

from django.utils.translation import get_language

from langnghe.core import tables
from langnghe.core.text import fold

OPENING = 80  # characters; later in a text "xin cảm ơn" is courtesy, not praise


def proposed(text: str) -> str:
    """Return the kind in the public lane that the words suggest (table kind_signs); feedback where none does.

    An officer looks at it again. Complaints and denunciations are known elsewhere, by what the writer does.
    """
    folded = fold(text)
    if folded.endswith("?"):
        return "question"
    parts = {"opening": folded[:OPENING], "anywhere": folded}
    return next((kind for kind, where, sign in _signs() if sign.search(parts[where])), "feedback")


@cache
def _signs() -> list[tuple[str, str, re.Pattern[str]]]:
    return [(row["kind"], row["where"], _words(row["phrase"])) for row in tables.rows("kind_signs")]


def emergencies(text: str) -> list[str]:
    """Return the numbers to call that the words ask for, in the order of table emergency_words, each once."""
    folded = fold(text)
    return list(dict.fromkeys(number for number, sign in _emergencies() if sign.search(folded)))


def emergency_phrases() -> dict[str, list[str]]:
    """Return the folded phrases by number, for a page that looks while somebody writes."""
    found: dict[str, list[str]] = {}
    for row in tables.rows("emergency_words"):
        found.setdefault(row["number"], []).append(row["phrase"])
    return found


@cache
def _emergencies() -> list[tuple[str, re.Pattern[str]]]:
    return [(row["number"], _words(row["phrase"])) for row in tables.rows("emergency_words")]


def emergency_name(number: str) -> str:
    row = next(row for row in tables.rows("emergency_words") if row["number"] == number)
    return row["name_en"] if get_language() == "en" else row["name_vi"]


def _words(phrase: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(phrase)}\b")
