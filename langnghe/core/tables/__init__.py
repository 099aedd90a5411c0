"""The facts of law and administration as CSV tables, each row with its source and validity."""

import csv
from functools import cache
from importlib.resources import files


@cache
def _read(name: str) -> tuple[dict[str, str], ...]:
    with (files(__package__) / f"{name}.csv").open(encoding="utf-8") as handle:
        return tuple(csv.DictReader(handle))


def rows(name: str) -> list[dict[str, str]]:
    """Return the rows of the table `name` (no suffix), all values as text; FileNotFoundError if there is none."""
    return [dict(row) for row in _read(name)]
