"""What a row of any table becomes: a draft of a voice, or a row that is set aside with the reason."""

import hashlib
from collections.abc import Iterable
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import NamedTuple

from langnghe.cases.intake.sheet import Cell, column_letters

# All that our reception book says of a complaint or denunciation given in person (engagements.book).
APART = "Đơn theo thủ tục riêng của luật"


@dataclass(frozen=True)
class Layout:
    """Where the fields of one sheet stand, so that any later message can name the cell."""

    style: str
    titles: tuple[str, ...]
    columns: Table[str, int]

    def cell(self, number: int, column: int) -> str:
        if self.style == "json":
            return f"mục {number}, {self.title(column)}"
        return f"{column_letters(column)}{number}"

    def title(self, column: int) -> str:
        return self.titles[column] if column < len(self.titles) else f"cột {column + 1}"


class Problem(NamedTuple):
    """What is wrong in which cell, and how to correct it."""

    cell: str
    title: str
    message: str


class RowError(NamedTuple):
    """A row that was not imported; `cells` are the original ones."""

    number: int
    problems: tuple[Problem, ...]
    cells: tuple[Cell, ...]


class Sealed(NamedTuple):
    """A row whose kind follows its own procedure; nothing of it may be stored outside the file it came in."""

    number: int
    kind: str
    problems: tuple[Problem, ...]
    cells: tuple[Cell, ...]


class Skipped(NamedTuple):
    """A row that is no voice: the line of column numbers, a section title, a sum."""

    number: int
    reason: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """The common draft of a voice.

    `source_row` is the original row as text without identity document numbers and may be stored; `cells`
    still holds them and is there only for `refuse`.
    """

    number: int
    mapping: str
    layout: Layout = field(repr=False, compare=False)
    identity: tuple[str, ...] = field(repr=False)
    cells: tuple[Cell, ...] = field(repr=False)
    source_row: tuple[str, ...]
    text: str
    received_on: date
    channel: str
    received_at: datetime | None = None
    kind: str | None = None
    kind_words: str = ""
    title: str = ""
    topic: str | None = None
    place_text: str = ""
    lat: float | None = None
    lon: float | None = None
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    contact_address: str = ""
    identity_checked: bool = False
    people: int = 1
    handled_by: str = ""
    direction: str | None = None
    result: str = ""
    note: str = ""
    external_id: str = ""
    status: str | None = None
    notes: tuple[str, ...] = ()
    occurrence: int = 1

    def refuse(self, name: str, message: str) -> RowError:
        """The row as an error at the cell of field `name`, for what only the caller knows (unknown place)."""
        column = self.layout.columns.get(name)
        if column is None:
            column = self.layout.columns.get("name_and_address", 0)
        problem = Problem(self.layout.cell(self.number, column), self.layout.title(column), message)
        return RowError(self.number, (problem,), self.cells)


def row_key(draft: Draft) -> str:
    """The idempotency key of a row: SHA-256 over the mapping's name and what makes the row itself.

    With a number of the source system that number alone counts. Without one the fields named by `key` in the
    mapping count, read and cleaned (dates as dates, text in NFC, white space and case levelled), with the
    occurrence among equal rows of this file. The file, the row number and the serial number do NOT count: the
    same book sent twice, sorted anew, extended by a month, saved in another encoding or with results filled
    in later must give each voice once. Two equal rows of a file stay two voices (occurrence 1 and 2), also
    when it is sent a second time. A row whose key fields are corrected after import is a new voice.
    """
    if draft.external_id:
        parts: tuple[str, ...] = (draft.mapping, "id", draft.external_id)
    else:
        parts = (draft.mapping, "row", *draft.identity, str(draft.occurrence))
    return digest(parts)


def identity(values: Table[str, object], names: Iterable[str]) -> tuple[str, ...]:
    """The cleaned fields by which a row without a number is known again; text in `values` is already NFC."""
    return tuple([_level(values.get(name)) for name in names])


def digest(parts: tuple[str, ...]) -> str:
    """SHA-256, hexadecimal; lengths are part of it so that no two lists of parts meet."""
    return hashlib.sha256("".join(f"{len(part)}:{part}" for part in parts).encode()).hexdigest()


def _level(value: object) -> str:
    if isinstance(value, str):
        return " ".join(value.casefold().split())
    return value.isoformat() if isinstance(value, date) else "" if value is None else str(value)
