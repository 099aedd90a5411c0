"""A form's table as a Word file lying on its side: the body, the title, the head in two rows, the rows."""

import io
from collections.abc import Sequence

from docx.enum.section import WD_ORIENT
from docx.shared import Mm
from docx.table import Table

from langnghe.engagements.book import Column, heading
from langnghe.reviews.render import docx_marks as marks
from langnghe.reviews.render.docx_styles import blank
from langnghe.reviews.render.forms import Form

HEAD_ROWS = 3


def table_file(
    form: Form, above: Sequence[tuple[str, str]], columns: Sequence[Column], rows: Sequence[Sequence[str]]
) -> bytes:
    """Return the bytes of the .docx; `above` are pairs of style and text."""
    word = blank(form, above[-1][1])
    section = word.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(form.page_height_mm), Mm(form.page_width_mm)
    section.top_margin, section.bottom_margin = Mm(form.margin_left_mm), Mm(form.margin_right_mm)
    section.left_margin = section.right_margin = Mm(form.margin_top_mm)
    for style, text in above:
        word.add_paragraph(marks.clean(text), style=style)
    table = word.add_table(rows=HEAD_ROWS + len(rows), cols=len(columns), style="Table Grid")
    available = form.page_height_mm - 2 * form.margin_top_mm
    marks.set_columns(table, _widths(columns, rows, available))
    marks.describe_table(table, above[-1][1])
    for position, line in enumerate(rows, HEAD_ROWS):
        cells = table.rows[position].cells
        marks.mark_row(table.rows[position], header=False)
        for cell, text in zip(cells, line, strict=False):
            cell.paragraphs[0].text, cell.paragraphs[0].style = marks.clean(text), "Table Text"
    _head(table, list(columns))
    out = io.BytesIO()
    word.save(out)
    return marks.equal_bytes(out.getvalue())


def _head(table: Table, columns: list[Column]) -> None:
    place = 0
    for row in table.rows[:HEAD_ROWS]:
        marks.mark_row(row, header=True)
    for title, span in heading(columns):
        if columns[place].group:
            table.cell(0, place).merge(table.cell(0, place + span - 1))
            for offset in range(span):
                _title(table, 1, place + offset, columns[place + offset].title)
        else:
            table.cell(0, place).merge(table.cell(1, place))
        _title(table, 0, place, title)
        place += span
    for number, column in enumerate(columns):
        _title(table, 2, number, f"({column.number})")


def _title(table: Table, row: int, place: int, text: str) -> None:
    paragraph = table.cell(row, place).paragraphs[0]
    paragraph.text, paragraph.style = marks.clean(text), "Table Head"


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], available: float) -> list[float]:
    """Return widths in millimetres by the length of the texts, none very small or very wide."""
    wished = []
    for place, column in enumerate(columns):
        longest = max([len(column.title) // 2, *(len(row[place]) for row in rows)])
        wished.append(float(min(max(longest, 8), 40)))
    return [available * width / sum(wished) for width in wished]
