"""The duties of heads to receive citizens, in words."""

from datetime import date
from typing import Any

from django.utils.translation import get_language, ngettext

from langnghe.core import tables
from langnghe.web import words


def duties(day: date, level: str = "") -> list[dict[str, Any]]:
    """Return the reception duties in force on the day, each with its title in the language of the page."""
    key, english = day.isoformat(), get_language() == "en"
    rows = [row for row in tables.rows("reception_duties") if (row["valid_from"] or "0") <= key]
    return [
        row
        | {"title": row["title_en" if english else "title_vi"], "often": _often(row)}
        | words.cited(row["citation"], row["confidence"])
        for row in rows
        if key <= (row["valid_to"] or "9") and level in {"", row["level"]}
    ]


def _often(row: dict[str, str]) -> str:
    times = int(row["times"])
    week = ngettext("ít nhất %(times)s ngày mỗi tuần", "ít nhất %(times)s ngày mỗi tuần", times)
    month = ngettext("ít nhất %(times)s ngày mỗi tháng", "ít nhất %(times)s ngày mỗi tháng", times)
    return (week if row["per"] == "week" else month) % {"times": times}
