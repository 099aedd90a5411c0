"""Rows that were not imported go back to the clerk: unchanged, with what is wrong in which cell."""

import csv
from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from langnghe.cases.intake.draft import RowError, Sealed
from langnghe.cases.intake.sheet import Cell, cell_text
from langnghe.core.formulas import is_formula

TITLES = ("Dòng", "Ô", "Lỗi – cách sửa")
EXCEL_CELL = 32_767
EXCEL_ROWS = 20_000  # beyond that CSV: writing XLSX costs seconds
Bad = RowError | Sealed


def write_errors(folder: Path, name: str, titles: Sequence[str], rows: Iterable[Bad], mark: str = "") -> Path:
    """Writes `<name>.loi.xlsx` into `folder` and returns its path.

    `.loi.csv` instead when Excel could not hold them: very many rows, or a cell over 32,767 characters.
    The file can be corrected and imported again; its three extra columns stand last and feed no field.
    `mark` stands in the heading of the last column and, in Excel, in the name of the sheet.
    """
    bad = list(rows)
    longest = max((len(cell) for row in bad for cell in row.cells if isinstance(cell, str)), default=0)
    fits = len(bad) <= EXCEL_ROWS and longest <= EXCEL_CELL
    path = folder / f"{name}.loi.{'xlsx' if fits else 'csv'}"
    width = max([len(titles), *(len(row.cells) for row in bad)])
    own = (*TITLES[:-1], f"{TITLES[-1]} ({mark})") if mark else TITLES
    header = [*titles, *[""] * (width - len(titles)), *own]
    if fits:
        _write_xlsx(path, header, bad, f"Lỗi ({mark})" if mark else "Lỗi")
    else:
        _write_csv(path, header, bad)
    return path


def _explained(row: Bad) -> tuple[str, str, str]:
    places = "; ".join(dict.fromkeys(problem.cell for problem in row.problems))
    texts = "\n".join(f"{problem.cell} ({problem.title}): {problem.message}" for problem in row.problems)
    return str(row.number), places, texts


def _write_xlsx(path: Path, header: Sequence[str], rows: Sequence[Bad], name: str) -> None:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(name)
    sheet.freeze_panes = "A2"
    sheet.append([_bold(sheet, title) for title in header])
    for row in rows:
        cells = [*row.cells, *[None] * (len(header) - len(TITLES) - len(row.cells)), *_explained(row)]
        sheet.append([safe_cell(sheet, cell) for cell in cells])
    book.save(path)


def _bold(sheet: WriteOnlyWorksheet, title: str) -> WriteOnlyCell:
    cell = safe_cell(sheet, title)
    cell.font = Font(bold=True)
    return cell


def safe_cell(sheet: WriteOnlyWorksheet, value: Cell) -> WriteOnlyCell:
    """Text stays text: the type is set by hand, so that nothing typed by a resident runs as a formula."""
    if not isinstance(value, str):
        cell = WriteOnlyCell(sheet, value=value)
        if isinstance(value, date):
            cell.number_format = "dd/mm/yyyy" if cell_text(value).count(":") == 0 else "dd/mm/yyyy hh:mm"
        return cell
    cell = WriteOnlyCell(sheet)
    cell.value = ILLEGAL_CHARACTERS_RE.sub("\ufffd", value)
    cell.data_type = "s"
    cell.quotePrefix = is_formula(value)
    return cell


def _write_csv(path: Path, header: Sequence[str], rows: Sequence[Bad]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([_guarded(title) for title in header])
        for row in rows:
            texts = [cell_text(cell) for cell in row.cells]
            padding = [""] * (len(header) - len(TITLES) - len(texts))
            writer.writerow([_guarded(text) for text in (*texts, *padding, *_explained(row))])


def _guarded(text: str) -> str:
    """An apostrophe before what a spreadsheet would run; the CSV reader takes it off again."""
    return f"'{text}" if is_formula(text) else text
