"""All registers as one workbook, written and read back: what a row of the file would change, and what is refused."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import IO, Any

from django.utils.translation import gettext as _

from langnghe.cases.foreseeing import fault_of_ending
from langnghe.cases.intake.sheet import (
    Limits,
    RawRow,
    UnreadableFile,
    cell_text,
    column_letters,
    open_sheet,
    sheet_names,
)
from langnghe.registry.models import Holiday, Origin
from langnghe.registry.register_list import REGISTERS, Register
from langnghe.registry.registers import Faulty, day_of, planned, read, texts

Faults = list[tuple[str, str]]
Line = tuple[int, dict[str, str], dict[str, str], Faults]
ORIGIN = "origin"
LIMITS = Limits(file_bytes=10 << 20, inflated_bytes=100 << 20, text_bytes=50 << 20, memory_bytes=1 << 30)


@dataclass(frozen=True)
class Difference:
    """A row of the file that is not as the register has it; `faults` are (cell, why) and then nothing is written."""

    register: Register
    number: int
    old: int | None
    said: dict[str, str]
    changed: tuple[tuple[str, str, str], ...]
    faults: tuple[tuple[str, str], ...]


def columns(register: Register) -> tuple[str, ...]:
    return (*register.columns, *((ORIGIN,) if register.has_origin else ()))


def write_book(to: IO[bytes]) -> None:
    """Write one sheet per register, all cells as text that no program runs as a formula."""
    from openpyxl import Workbook

    from langnghe.cases.intake.errors_file import safe_cell

    book = Workbook(write_only=True)
    for register in REGISTERS.values():
        sheet = book.create_sheet(register.slug)
        sheet.freeze_panes = "A2"
        sheet.append(columns(register))
        for row in register.rows().order_by("pk"):
            values = _texts(register, row)
            sheet.append([safe_cell(sheet, values[column]) if values[column] else None for column in columns(register)])
    book.save(to)


def differences(path: Path) -> tuple[list[Difference], int, list[Register]]:
    """Return the rows that differ, in the order of the file, how many are the same, and the registers that it holds.

    A file may hold some of the registers only. UnreadableFile when it holds none, or cannot be read.
    """
    found: list[Difference] = []
    same = 0
    names = sheet_names(path, LIMITS)
    registers = [register for register in REGISTERS.values() if register.slug in names]
    if not registers:
        words = _("Tệp không có trang nào của các bảng. Hãy giữ tên trang như trong tệp lấy ra: %(names)s.")
        raise UnreadableFile(words % {"names": ", ".join(REGISTERS)})
    for register in registers:
        rows = list(_rows(path, register))
        olds = _matched(register, [said for _number, said, _cells, _faults in rows])
        made = [_difference(register, old, *row) for old, row in zip(olds, rows, strict=True)]
        same += made.count(None)
        found += _without_twins(register, rows, made)
    return found, same, registers


def _without_twins(register: Register, rows: list[Line], made: list[Difference | None]) -> list[Difference]:
    """Refuse what the file says twice where only one can hold; a new day of the calendar is in no other row at all."""
    is_day = register.model is Holiday
    days = {str(day) for day in Holiday.objects.values_list("date", flat=True)} if is_day else set()
    earlier: dict[tuple[str, ...], list[tuple[int, dict[str, str]]]] = {}
    found: list[Difference] = []
    for (number, said, cells, _faults), difference in zip(rows, made, strict=True):
        name = tuple(str(_day(said[column]) or said[column]) for column in register.key)
        if difference is None:
            continue
        known = earlier.setdefault(name, [])
        twin = next((at for at, before in known if is_day or not register.is_law or _overlap(before, said)), 0)
        why = _("Trùng với dòng %(n)s của trang này; hãy giữ một dòng.") % {"n": twin} if twin else ""
        if is_day and difference.old is None and not twin and name[0] in days:
            why = _("Ngày này đã có trong bảng; hãy sửa dòng đã có.")
        if why and not difference.faults:
            difference = replace(difference, faults=((cells[register.key[0]], why),))
        known.append((number, said))
        found.append(difference)
    return found


def _overlap(one: dict[str, str], other: dict[str, str]) -> bool:
    first, second = (
        (_day(each["valid_from"]) or date.min, _day(each["valid_to"]) or date.max) for each in (one, other)
    )
    return first[0] <= second[1] and second[0] <= first[1]


def _texts(register: Register, row: Any) -> dict[str, str]:
    return texts(register, row) | {ORIGIN: getattr(row, ORIGIN, "")}


def _matched(register: Register, said: list[dict[str, str]]) -> list[Any]:
    """Return for each row of the file the register's own; of several with one name, that of the same first day."""
    known: dict[tuple[str, ...], list[Any]] = {}
    for row in register.rows().order_by("pk"):
        known.setdefault(_name(register, _texts(register, row)), []).append(row)
    found: list[Any] = [None] * len(said)
    for is_same in (_begin_together, _any):
        for at, each in enumerate(said):
            left = [] if found[at] else known.get(_name(register, each), [])
            found[at] = found[at] or next((row for row in left if is_same(row, each)), None)
            if found[at] in left:
                left.remove(found[at])
    return found


def _begin_together(row: Any, said: dict[str, str]) -> bool:
    return getattr(row, "valid_from", None) == _day(said.get("valid_from", ""))


def _any(row: Any, said: dict[str, str]) -> bool:
    return True


def _day(text: str) -> date | None:
    try:
        return day_of(text)
    except ValueError:
        return None


def _is_same(one: str, other: str) -> bool:
    """Say whether two cells say the same, days in whatever writing."""
    return one == other or (_day(one) is not None and _day(one) == _day(other))


def _name(register: Register, said: dict[str, str]) -> tuple[str, ...]:
    """Return what tells a row from others; days in whatever writing. A lasting thing is one, whoever wrote it."""
    by = ("code",) if "code" in register.columns else register.key
    origin = (said.get(ORIGIN, ""),) if register.is_law else ()
    return (*(str(_day(said[column]) or said[column]) for column in by), *origin)


def _rows(path: Path, register: Register) -> Iterator[Line]:
    """Yield number, texts, the address of each column's cell, and what is wrong with cells, for each row."""
    with open_sheet(path, register.slug, LIMITS) as sheet:
        titles = [title.strip() for title in sheet.header_row]
        if missing := [column for column in columns(register) if column not in titles]:
            words = _("Trang “%(sheet)s” thiếu cột: %(columns)s.")
            raise UnreadableFile(words % {"sheet": register.slug, "columns": ", ".join(missing)})
        where = {title: titles.index(title) for title in columns(register)}
        for row in sheet.rows:
            cells = {title: f"{column_letters(at)}{row.number}" for title, at in where.items()}
            yield (
                row.number,
                _said(row, where),
                cells,
                [(f"{column_letters(at)}{row.number}", why) for at, why in row.faults],
            )


def _said(row: RawRow, where: dict[str, int]) -> dict[str, str]:
    cells = {title: cell_text(row.cells[at]) if at < len(row.cells) else "" for title, at in where.items()}
    return {title: text.replace("\r\n", "\n").strip() for title, text in cells.items()}


def _is_written(register: Register, said: dict[str, str]) -> bool:
    """Say whether a changed rule of the release stands there as the operator's already: the file came once before."""
    if not register.is_law:
        return False
    try:
        values = read(register, said)
    except Faulty:
        return False
    if "code" not in register.key:
        values.pop("code", None)
    return register.rows().filter(**values, origin=Origin.OPERATOR).exists()


def _difference(
    register: Register,
    old: Any,
    number: int,
    said: dict[str, str],
    cells: dict[str, str],
    faults: Faults,
) -> Difference | None:
    before = texts(register, old)
    after = {column: said[column] for column in register.columns}
    changed = tuple(
        (column, before.get(column, ""), after[column])
        for column in register.columns
        if not _is_same(before.get(column, "").strip(), after[column])
    )
    if not faults and ((old is not None and not changed) or _is_written(register, after)):
        return None
    if not faults:
        try:
            plan = planned(register, after, old and old.pk)
            if plan.before == plan.after and old is not None:  # written in another way: 01/07/2026
                return None
            if wrong := fault_of_ending(plan):
                raise Faulty(wrong)
        except Faulty as faulty:
            faults = [(cells.get(column, cells[register.columns[0]]), why) for column, why in faulty.faults.items()]
    return Difference(register, number, old and old.pk, after, changed, tuple(faults))
