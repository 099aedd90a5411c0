"""The review's table of communes: which small counts stay closed to the public, and the order of its rows."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse

from langnghe.core.disclosure import suppress
from langnghe.core.text import sort_key
from langnghe.registry import law
from langnghe.reviews import reading
from langnghe.reviews.figures import APPENDIX, definition
from langnghe.reviews.models import Figure
from langnghe.reviews.narrative import SHORT

CLOSED = "–"
WHOLE = {"value": "base", "previous": "previous_base"}  # of what a count is a share


def hidden(figures: Iterable[Figure], field: str) -> dict[int, str]:
    """Return the number of each commune's figure whose count stays closed, with what stands in its place.

    The figures are of one key. A share is closed as well when the few it leaves out could be counted from it.
    Where larger counts had to be hidden too, all hidden cells look the same.
    """
    threshold, found = law.rule("disclosure_threshold"), list(figures)
    counts = {figure.number: getattr(figure, field) or 0 for figure in found}
    wholes = {figure.number: getattr(figure, WHOLE.get(field, field)) or 0 for figure in found}
    left = {number: max(0, wholes[number] - count) for number, count in counts.items()}
    closed = [n for column in (counts, left) for n, count in suppress(column, threshold).items() if count is None]
    small = all(0 < counts[number] < threshold for number in closed)
    return dict.fromkeys(closed, f"<{threshold}" if small else CLOSED)


def table(figures: list[Figure], *, order: str, exact: bool) -> dict[str, Any]:
    """Return columns and rows; `order` names the column to sort by, else communes stand in Vietnamese order."""
    closed: dict[int, str] = {}
    if not exact:
        for key in APPENDIX:
            closed |= hidden([figure for figure in figures if figure.key == key], "value")
    rows: dict[int, dict[str, Any]] = {}
    for figure in figures:
        row = rows.setdefault(figure.place_id or 0, {"place": figure.place, "cells": [], "first": figure.number})
        row["cells"].append(_cell(figure, closed.get(figure.number, "")))
    columns = [
        {"key": key, "short": SHORT[key], "name": definition(key).name, "sorted": key == order} for key in APPENDIX
    ]
    return {"columns": columns, "rows": _sorted(rows.values(), order), "by_name": order not in APPENDIX}


def _cell(figure: Figure, instead: str) -> dict[str, Any]:
    if instead:
        return {"key": figure.key, "words": instead, "size": 0.5, "href": ""}
    href = reverse("records", args=[figure.review_id, figure.number])
    return {"key": figure.key, "words": reading.number(figure.value), "size": figure.value, "href": href}


def _sorted(rows: Iterable[dict[str, Any]], order: str) -> list[dict[str, Any]]:
    by_name = sorted(rows, key=lambda row: sort_key(row["place"].name))
    if order not in APPENDIX:
        return by_name
    return sorted(by_name, key=lambda row: -next(cell["size"] for cell in row["cells"] if cell["key"] == order))
