"""The papers of citizen reception as files: the book, and the notice of what was concluded."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from django.conf import settings

from langnghe.core.calendar import written_out
from langnghe.engagements import book
from langnghe.engagements.models import Engagement, Ticket
from langnghe.engagements.receptions import matters, said_to
from langnghe.registry.models import Body
from langnghe.reviews.render.book import table_file
from langnghe.reviews.render.document import Document, Paragraph, Section
from langnghe.reviews.render.docx import MOTTO, NATIONAL_NAME, render
from langnghe.reviews.render.forms import read_form
from langnghe.reviews.render.sheets import Sheet, workbook
from langnghe.reviews.word import forms

TITLE = "SỔ TIẾP CÔNG DÂN"
TABLE_SIZE = 10.0  # points: twelve columns on a page that lies on its side
DEMO = "DỮ LIỆU MINH HOẠ"


def _days(since: date, until: date) -> str:
    return f"Từ ngày {since:%d/%m/%Y} đến ngày {until:%d/%m/%Y}"


def _demo() -> str:
    return DEMO if settings.INSTALLATION.demo else ""


def book_sheet(body: Body, since: date, until: date, rows: Sequence[Sequence[str]], note: str) -> bytes:
    """Return the reception book as .xlsx."""
    above = [body.name, TITLE, f"{_days(since, until)} ({book.form_name(until)})", note, _demo()]
    return workbook([Sheet("Sổ tiếp công dân", [line for line in above if line], book.columns(until), rows)])


def book_word(body: Body, since: date, until: date, rows: Sequence[Sequence[str]], note: str) -> bytes:
    """Return the reception book as .docx."""
    above = [
        ("National Name", NATIONAL_NAME),
        ("Motto", MOTTO),
        ("Issuer", body.name.upper()),
        ("Centred Note", f"({book.form_name(until)}) {_demo()}".strip()),
        ("Centred Note", _days(since, until)),
        ("Centred Note", note),
        ("Title", TITLE),
    ]
    small = replace(read_form("state", forms()), size_table=TABLE_SIZE)
    return table_file(small, above, book.columns(until), rows)


def conclusion_word(day: Engagement, on: date, guest: Ticket | None = None) -> bytes:
    """Return the notice of what was concluded on a reception day, or for one guest, ready for number and signature."""
    conclusion, place = said_to(day, guest), day.body.place.name
    said = [Paragraph(line) for line in (conclusion.text if conclusion else "").splitlines() if line.strip()]
    number = guest.number if guest else None
    came = f"người có phiếu số {number}." if guest else f"công dân; có {day.people} người đến."
    opening = f"Ngày {day.day:%d/%m/%Y}, {day.chair} đã tiếp {came}"
    at = day.arrangement
    where = [Paragraph(f"Nơi tiếp: {at.place}{', trực tuyến' if at.is_online else ''}.")] if at else []
    document = Document(
        form="state",
        superior=day.body.superior.name if day.body.superior else "",
        issuer=day.body.name.upper(),
        number="…/TB-…",
        place_and_date=f"{place}, {written_out(on)}",
        kind_name="THÔNG BÁO",
        abstract=f"Kết luận buổi tiếp công dân ngày {day.day:%d/%m/%Y}",
        sections=(
            Section("1. Buổi tiếp", 1, (Paragraph(opening), *where)),
            Section("2. Những việc đã nghe", 1, tuple(Paragraph(line) for line in matters(day, number))),
            Section("3. Kết luận", 1, tuple(said)),
        ),
        recipients=("Người được tiếp", "Các cơ quan liên quan") if guest else ("Các cơ quan liên quan",),
        signer=(day.chair,),
        watermark=_demo(),
    )
    return render(document, forms())
