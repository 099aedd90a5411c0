"""Raw rows become drafts; every row that is not empty comes out again: draft, error, sealed or skipped."""

import re
from collections.abc import Collection, Iterator
from datetime import date

from langnghe.cases.intake.draft import APART, Draft, RowError, Sealed, Skipped
from langnghe.cases.intake.mapping import Mapping
from langnghe.cases.intake.row_reader import Book, RowReader
from langnghe.cases.intake.sheet import RawRow, Sheet, cell_text
from langnghe.core.text import fold

Item = Draft | RowError | Sealed | Skipped

# "Tháng 3/2026", "Quý I năm 2026", "Tổng cộng: 12 lượt"; nothing longer: no voice is taken for a title.
SECTION = re.compile(
    r"(?:(?:thang|quy|tuan|nam|dot|ky|phan|muc) ?[\divx][\divx /.,:;-]*)+"
    r"|(?:tong )?(?:cong|so)\W*\d+ ?(?:luot|vu|don|nguoi)?\W*"
)
FEWEST_NUMBERS = 3
LONGEST_SECTION = 80


def drafts(sheet: Sheet, mapping: Mapping, *, sealed: Collection[str], today: date) -> Iterator[Item]:
    """One item for each row that is not empty, in order; `sealed` are the kinds of the sealed lane.

    Raises nothing for a bad row; UnreadableFile only if the file itself breaks off.
    """
    book = Book(sheet, mapping, sealed, today)
    for row in sheet.rows:
        item = _item(book, row)
        if item is not None:
            yield item


def _item(book: Book, row: RawRow) -> Item | None:
    texts = [cell.strip() if isinstance(cell, str) else cell_text(cell) for cell in row.cells]
    filled = [column for column, text in enumerate(texts) if text]
    if not filled and not row.faults:
        return None
    if row.number <= book.header.last + 2 and _counts_columns(texts, filled):
        return Skipped(row.number, "dòng đánh số cột", row.cells)
    if len(filled) == 1 and _is_section(book, texts[filled[0]], filled[0]):
        book.above = {}
        return Skipped(row.number, "dòng tiêu đề mục", row.cells)
    if _said(book, texts) == [APART]:
        return Skipped(row.number, "đơn theo thủ tục riêng của luật, sổ chỉ ghi ngày", row.cells)
    if _is_advised_only(book, texts):
        return Skipped(row.number, "người chỉ được tiếp và hướng dẫn tại chỗ", row.cells)
    return RowReader(book, row, texts).item()


def _is_advised_only(book: Book, texts: list[str]) -> bool:
    """Whether somebody came, was given advice, and left no matter behind."""
    return "returned" in book.columns and bool(texts[book.columns["returned"]]) and not _said(book, texts)


def _said(book: Book, texts: list[str]) -> list[str]:
    said = (texts[book.columns[name]] for name in ("text", "title") if name in book.columns)
    return [words for words in said if words]


def _is_section(book: Book, text: str, column: int) -> bool:
    if len(text) > LONGEST_SECTION or column in (book.columns.get("text"), book.columns.get("title")):
        return False
    return SECTION.fullmatch(fold(text)) is not None


def _counts_columns(texts: list[str], filled: list[int]) -> bool:
    """The line (1) (2) (3) … under a header; Excel turns a typed (1) into -1."""
    if len(filled) < FEWEST_NUMBERS:
        return False
    numbers = [re.sub(r"[()\s\-\[\]]", "", texts[column]) for column in filled]
    return numbers == [str(column + 1) for column in filled]
