"""A form's table as a workbook: the head in two rows, the columns numbered, and text that never runs as a formula."""

import io
from collections.abc import Sequence
from dataclasses import dataclass

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Border, Font, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from langnghe.core.formulas import is_formula
from langnghe.engagements.book import Column, heading

EXCEL_CELL = 32_767
LONGEST_NAME = 31
EDGE = Side(style="thin")
Line = Sequence[str | int]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its name, the lines above the table, the columns and the rows."""

    name: str
    above: Sequence[str]
    columns: Sequence[Column]
    rows: Sequence[Line]
    width: int = 18


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the bytes of an .xlsx with the sheets."""
    book = Workbook()
    book.remove(book.worksheets[0])
    for sheet in sheets:
        _fill(book.create_sheet(sheet.name.replace("/", "-")[:LONGEST_NAME]), sheet)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _fill(page: Worksheet, sheet: Sheet) -> None:
    for number, line in enumerate(sheet.above, 1):
        _write(page, number, 1, line, bold=True)
    top = len(sheet.above) + 2
    _head(page, top, list(sheet.columns))
    for offset, row in enumerate(sheet.rows):
        for place, value in enumerate(row, 1):
            cell = _write(page, top + 3 + offset, place, value)
            cell.border = Border(EDGE, EDGE, EDGE, EDGE)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    for place in range(1, len(sheet.columns) + 1):
        page.column_dimensions[get_column_letter(place)].width = sheet.width
    page.freeze_panes = f"A{top + 3}"
    page.page_setup.orientation, page.page_setup.paperSize = "landscape", 9
    page.page_setup.fitToHeight, page.sheet_properties.pageSetUpPr.fitToPage = 0, True


def _head(page: Worksheet, top: int, columns: list[Column]) -> None:
    """Write titles over two rows, a shared heading over its columns, and below them the numbers."""
    place = 1
    for title, span in heading(columns):
        group = columns[place - 1].group
        _titled(page, top, place, title)
        if group:
            page.merge_cells(start_row=top, end_row=top, start_column=place, end_column=place + span - 1)
            for offset in range(span):
                _titled(page, top + 1, place + offset, columns[place - 1 + offset].title)
        else:
            page.merge_cells(start_row=top, end_row=top + 1, start_column=place, end_column=place)
        place += span
    for column_place, column in enumerate(columns, 1):
        _titled(page, top + 2, column_place, f"({column.number})")


def _titled(page: Worksheet, row: int, place: int, title: str) -> None:
    cell = _write(page, row, place, title, bold=True)
    cell.border = Border(EDGE, EDGE, EDGE, EDGE)
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)


def _write(page: Worksheet, row: int, place: int, value: str | int, *, bold: bool = False) -> Cell:
    """Write a value; words are set as words by hand, whatever sign they begin with."""
    cell = page.cell(row, place)
    assert isinstance(cell, Cell)  # noqa: S101 merged cells are written before they are merged
    if isinstance(value, int):
        cell.value = value
    else:
        cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)[:EXCEL_CELL]
        cell.data_type = "s"
        cell.quotePrefix = is_formula(value)
    cell.font = Font(name="Times New Roman", bold=bold)
    return cell
