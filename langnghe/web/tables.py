"""Tables that leave the screen: one list of them as a workbook, and as a PDF whose words can be searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.utils.timezone import get_default_timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from langnghe.web import shown
from langnghe.web.posters import FONT, FONTS, MARKS

if TYPE_CHECKING:
    from fpdf import FPDF

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_NAME = 31  # of a sheet
MARGIN, LINE, SIZE = 14, 5, 8  # millimetres, millimetres, points
STRANGE = dict.fromkeys(map(ord, "[]:*?/\\"), " ")
Cell = str | int | float | None


@dataclass(frozen=True)
class Table:
    """Rows under their heads; numbers stay numbers in a workbook. `widths` are shares of the page's width."""

    title: str
    heads: Sequence[str]
    rows: Sequence[Sequence[Cell]]
    note: str = ""
    widths: Sequence[float] = ()


@dataclass(frozen=True)
class Sheaf:
    """What is taken out at once: tables under one title, of a place and of some days."""

    title: str
    place: str
    since: date
    until: date
    tables: Sequence[Table]
    is_wide: bool = False

    @property
    def days(self) -> str:
        return f"{self.since:%d/%m/%Y} – {self.until:%d/%m/%Y}"


def workbook(sheaf: Sheaf, name: str) -> HttpResponse:
    """Answer with one sheet for each table; no cell is a formula, whatever its text begins with."""
    from openpyxl import Workbook  # which takes its time to load
    from openpyxl.styles import Font

    from langnghe.cases.intake.errors_file import safe_cell

    book = Workbook(write_only=True)
    for table in sheaf.tables:
        page = book.create_sheet(table.title.translate(STRANGE)[:LONGEST_NAME])

        def cell(value: Cell, *, bold: bool = False, page: Any = page) -> Any:
            made = safe_cell(page, value)
            made.font = Font(bold=bold)
            return made

        page.append([cell(head, bold=True) for head in table.heads])
        for row in table.rows:
            page.append([cell(value) for value in row])
    out = BytesIO()
    book.save(out)
    return _file(out.getvalue(), XLSX, f"{name}-{sheaf.until:%Y%m%d}.xlsx")


def paper(sheaf: Sheaf, name: str) -> HttpResponse:
    """Answer with a PDF of A4: title, place and days, each table under its heading, page numbers at the foot."""
    drawn = _blank(sheaf)
    _line(drawn, sheaf.title, 17, bold=True)
    _line(drawn, f"{sheaf.place}, {sheaf.days}", 11)
    if settings.INSTALLATION.demo:
        _line(drawn, _("DỮ LIỆU MINH HOẠ"), 11, bold=True)
    for table in sheaf.tables:
        _draw(drawn, table)
    return _file(bytes(drawn.output()), "application/pdf", f"{name}-{sheaf.until:%Y%m%d}.pdf")


def _file(content: bytes, media: str, name: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _blank(sheaf: Sheaf) -> "FPDF":
    from fpdf import FPDF  # which takes a while, and few pages need it

    class Paper(FPDF):
        def footer(self) -> None:
            self.set_y(-MARGIN)
            self.set_font(FONT, "", 8)
            self.cell(0, LINE, f"{sheaf.title}, {sheaf.place}, {sheaf.until:%d/%m/%Y}", align="L")
            self.set_x(MARGIN)
            self.cell(0, LINE, _("Trang %(n)s") % {"n": self.page_no()}, align="R")

    drawn = Paper(format="A4", orientation="landscape" if sheaf.is_wide else "portrait")
    for font in (FONT, MARKS):
        drawn.add_font(font, fname=FONTS / f"{font}-400-normal.woff2")
        drawn.add_font(font, style="B", fname=FONTS / f"{font}-600-normal.woff2")
    drawn.set_fallback_fonts([MARKS])
    drawn.set_margin(MARGIN)
    drawn.set_auto_page_break(True, MARGIN + 4)
    drawn.set_title(f"{sheaf.title}, {sheaf.place}")
    drawn.set_lang(get_language() or "vi")
    drawn.set_creation_date(datetime.combine(sheaf.until, time(12), get_default_timezone()))
    drawn.add_page()
    return drawn


def _line(drawn: "FPDF", text: str, size: float, *, bold: bool = False) -> None:
    drawn.set_font(FONT, "B" if bold else "", size)
    drawn.multi_cell(0, size * 0.5, text, align="L", new_x="LMARGIN", new_y="NEXT")


def _draw(drawn: "FPDF", table: Table) -> None:
    from fpdf.fonts import FontFace

    drawn.ln(4)
    if drawn.will_page_break(6 * LINE):  # a heading does not stand alone at the foot of a page
        drawn.add_page()
    drawn.start_section(table.title)
    _line(drawn, table.title, 12, bold=True)
    if table.note:
        _line(drawn, table.note, 9)
    drawn.ln(1)
    drawn.set_font(FONT, "", SIZE)
    sides = ["LEFT", *["RIGHT" if _is_number(table, at) else "LEFT" for at in range(1, len(table.heads))]]
    bold = FontFace(emphasis="BOLD", fill_color=(238, 238, 238))
    widths = tuple(table.widths) or (3, *[1] * (len(table.heads) - 1))
    with drawn.table(col_widths=widths, text_align=tuple(sides), headings_style=bold, line_height=LINE) as lines:
        for cells in (table.heads, *table.rows):
            line = lines.row()
            for value in cells:
                line.cell(_said(value))


def _is_number(table: Table, at: int) -> bool:
    return any(isinstance(row[at], int | float) for row in table.rows)


def _said(value: Cell) -> str:
    if isinstance(value, int):
        return shown.number(value)
    return shown.decimal(value) if isinstance(value, float) else value or "–"
