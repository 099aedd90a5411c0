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
PADDING_MM = 4.5  # both sides of a cell together, and a little air
LONGEST_WISHED = 60


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
    marks.set_columns(table, _widths(columns, rows, available, form.size_table))
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


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], available: float, size: float) -> list[float]:
    """Return widths in millimetres: room for the longest word of each column, the rest by the length of its texts."""
    least, wished = [], []
    for place, column in enumerate(columns):
        texts = [column.title, *(row[place] for row in rows)]
        words = [word for text in texts for word in text.split()]
        least.append(max(marks.width_mm(word, size) for word in words) + PADDING_MM)
        wished.append(float(min(max(map(len, texts)), LONGEST_WISHED)))
    left = available - sum(least)
    if left <= 0:
        return [available * width / sum(least) for width in least]
    return [width + left * wish / sum(wished) for width, wish in zip(least, wished, strict=True)]
