"""What the readers hand to the worker: a grid is a named run of rows, none of them empty."""

from collections.abc import Iterable
from typing import Any, NamedTuple

# [number, cells] or [number, cells, formula columns, [[column, fault], ...]]; lists, for they travel as JSON
Row = list[Any]


class Grid(NamedTuple):
    """`total` is the number of the last row, for progress; `style` is workbook, csv or json."""

    name: str
    style: str
    total: int
    rows: Iterable[Row]
