"""Posters with a QR code that opens the form at a commune or village, as a PDF to print; always in Vietnamese.

The words in the address are those of a place and nothing else.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from django.conf import settings
from django.utils.http import urlencode
from django.utils.timezone import get_default_timezone
from django.utils.translation import gettext as _

from langnghe.core.refusal import Refused
from langnghe.core.text import nfc
from langnghe.registry.models import Place

if TYPE_CHECKING:
    from fpdf import FPDF

FONTS = Path(__file__).parent / "static" / "vendor" / "fonts"
FONT, MARKS = "be-vietnam-pro-latin", "be-vietnam-pro-vietnamese"
MOST_VILLAGES, LONGEST_VILLAGE, LONGEST_PHONE = 200, 60, 40
WIDTH, MARGIN = 210, 18  # millimetres of A4
SQUARE, QUIET = 112, 4  # millimetres of the code; modules of white around it (ISO/IEC 18004)
STEPS = (
    "Mở máy ảnh điện thoại, đưa vào mã vuông.",
    "Viết việc gì, ở đâu. Không cần tài khoản, không bắt buộc ghi tên.",
    "Giữ mã biên nhận: xem ai giữ việc, hạn ngày nào, trả lời ra sao.",
    "Chưa đồng ý với câu trả lời: mở lại, hoặc đề nghị cấp trên xem xét.",
)
SMALLEST = 0.6  # of the wished size
INDENT = 9  # millimetres of a step's number
NO_PHONE = "Không có điện thoại: nói với cán bộ tiếp dân, nhận mã biên nhận như nhau."
OTHER_LAW = "Khiếu nại, tố cáo có thủ tục riêng của luật: hỏi nơi tiếp công dân."
DEMO = "DỮ LIỆU MINH HOẠ, KHÔNG PHẢI KÊNH TIẾP NHẬN THẬT"


@dataclass(frozen=True)
class Poster:
    """One page: the commune (with its province), the village or nothing, and the number of the duty desk or nothing."""

    place: Place
    village: str = ""
    phone: str = ""

    @property
    def address(self) -> str:
        """Return what the code opens."""
        asked = {"noi": self.place.key} | ({"thon": self.village} if self.village else {})
        return f"{settings.ADDRESS}/gui-phan-anh?{urlencode(asked)}"


def posters(place: Place, villages: Iterable[str], phone: str) -> list[Poster]:
    """Return the pages: one for the commune, or one for each village. Refused for words no page can hold."""
    names = list(dict.fromkeys(name for each in villages if (name := " ".join(nfc(each).split()))))
    phone = " ".join(nfc(phone).split())
    if place.level != Place.Level.COMMUNE:
        raise Refused(_("Tờ dán làm cho từng xã, phường: %(place)s không phải xã, phường.") % {"place": place})
    if len(names) > MOST_VILLAGES:
        raise Refused(_("Nhiều nhất %(most)d thôn một lần.") % {"most": MOST_VILLAGES})
    if len(phone) > LONGEST_PHONE:
        raise Refused(_("Số điện thoại dài quá %(most)d ký tự.") % {"most": LONGEST_PHONE})
    for name in names:
        if len(name) > LONGEST_VILLAGE:
            raise Refused(_("Tên thôn “%(name)s…” dài quá.") % {"name": name[:20]})
    return [Poster(place, name, phone) for name in names or [""]]


def pdf(pages: Sequence[Poster], day: date) -> bytes:
    """Return the pages as one PDF of A4. Refused when a name has letters that the font lacks."""
    paper = _paper(day)
    known = {code for font in paper.fonts.values() for code in getattr(font, "cmap", ())}
    for page in pages:
        if strange := next((char for char in page.village + page.phone if ord(char) not in known), ""):
            raise Refused(_("Chữ “%(char)s” không in được trên tờ dán.") % {"char": strange})
    for page in pages:
        _draw(paper, page)
    return bytes(paper.output())


def _paper(day: date) -> "FPDF":
    from fpdf import FPDF  # which takes a while, and few pages need it

    paper = FPDF(format="A4")
    for name in (FONT, MARKS):
        paper.add_font(name, fname=FONTS / f"{name}-400-normal.woff2")
        paper.add_font(name, style="B", fname=FONTS / f"{name}-600-normal.woff2")
    paper.set_fallback_fonts([MARKS])
    paper.set_margin(MARGIN)
    paper.set_auto_page_break(False)
    paper.set_title("Lắng Nghe: gửi phản ánh, kiến nghị")
    paper.set_lang("vi")
    paper.set_creation_date(datetime.combine(day, time(12), get_default_timezone()))
    return paper


def _draw(paper: "FPDF", page: Poster) -> None:
    paper.add_page()
    if settings.INSTALLATION.demo:
        _line(paper, DEMO, 13, bold=True, border=1)
    _line(paper, "Gửi phản ánh, kiến nghị", 40, bold=True)
    if page.village:
        _line(paper, page.village, 30, bold=True)
    where = f"{page.place.name}, {page.place.parent.name}" if page.place.parent else page.place.name
    _line(paper, where, 24)
    top = paper.get_y() + 3
    _square(paper, page.address, (WIDTH - SQUARE) / 2, top)
    paper.set_y(top + SQUARE)
    _line(paper, f"{settings.ADDRESS}/gui-phan-anh", 13)
    paper.ln(4)
    for number, step in enumerate(STEPS, 1):
        _step(paper, f"{number}.", step)
    paper.ln(3)
    for words in (NO_PHONE, OTHER_LAW):
        _line(paper, words, 13)
    if page.phone:
        _line(paper, f"Điện thoại trực: {page.phone}", 22, bold=True)


def _step(paper: "FPDF", number: str, words: str) -> None:
    paper.set_font(FONT, "B", 17)
    paper.cell(INDENT, 8.5, number)
    paper.set_font(FONT, "", 17)
    paper.multi_cell(0, 8.5, words, align="L", new_x="LMARGIN", new_y="NEXT")


def _line(paper: "FPDF", text: str, size: float, *, bold: bool = False, border: Literal[0, 1] = 0) -> None:
    """Write a centred paragraph; one that is too wide is set smaller, down to SMALLEST, before it is broken."""
    paper.set_font(FONT, "B" if bold else "", size)
    wide = paper.get_string_width(text) / (WIDTH - 2 * MARGIN - 4)
    if wide > 1:
        size *= max(1 / wide, SMALLEST)
        paper.set_font_size(size)
    paper.multi_cell(0, size * 0.5, text, align="C", border=border, new_x="LMARGIN", new_y="NEXT")


def _square(paper: "FPDF", address: str, left: float, top: float) -> None:
    """Draw the QR code of the address in black on white, run by run of its rows."""
    import segno

    rows = [bytes(row) for row in segno.make(address, error="m", micro=False, boost_error=True).matrix]
    module = SQUARE / (len(rows) + 2 * QUIET)
    paper.set_fill_color(0)
    for y, row in enumerate(rows):
        x = 0
        while (x := row.find(1, x)) >= 0:
            end = row.find(0, x) if row.find(0, x) >= 0 else len(row)
            here = (left + (x + QUIET) * module, top + (y + QUIET) * module)
            paper.rect(*here, (end - x) * module, module + 0.02, style="F")
            x = end
