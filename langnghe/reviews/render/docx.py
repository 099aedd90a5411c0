"""The review as a Word file: NĐ 30/2020 for state bodies, HD 36-HD/VPTW for Party bodies."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from typing import Any

from docx.document import Document as Word
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.section import Section as WordSection
from docx.shared import Mm
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as WordParagraph

from langnghe.reviews.render import docx_marks as marks
from langnghe.reviews.render.document import Appendix, Document, Paragraph, Section
from langnghe.reviews.render.docx_styles import blank
from langnghe.reviews.render.forms import Form, PartyForm, StateForm, read_form

NATIONAL_NAME = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"
MOTTO = "Độc lập - Tự do - Hạnh phúc"
PARTY_NAME = "ĐẢNG CỘNG SẢN VIỆT NAM"
_FIGURE = re.compile(r"[-−+±]?\s?\d[\d.,]*\s?%?|[-–—]?")
# The words that open the name of a place, where the name of its body is best broken.
_PLACE_WORDS = frozenset({"TỈNH", "THÀNH", "HUYỆN", "QUẬN", "THỊ", "XÃ", "PHƯỜNG", "ĐẶC"})
_HEAD_SLACK_MM = 2.5
_SIGNATURE_MM = 42

Lines = Iterable[tuple[str, str]]


def render(document: Document, forms: Mapping[str, str]) -> bytes:
    """The bytes of a .docx file, equal for equal input; FormIncomplete when `forms` lacks a key."""
    form = read_form(document.form, forms)
    word = blank(form, f"{document.kind_name} {document.abstract}")
    _set_paper(word.sections[0], form, landscape=False)
    _draw_head(word, document, form)
    _write_title(word, document, form)
    for section in document.sections:
        _write_section(word, section)
    _draw_closing(word, document, form)
    for position, appendix in enumerate(document.appendices, start=1):
        _write_appendix(word, document, appendix, position, form)
    _write(word, "Rule", "")
    _dress_pages(word, document, form)
    out = io.BytesIO()
    word.save(out)
    return marks.equal_bytes(out.getvalue())


def _text_width(form: Form) -> float:
    return form.page_width_mm - form.margin_left_mm - form.margin_right_mm


def _set_paper(section: WordSection, form: Form, *, landscape: bool) -> None:
    """Set paper and margins; a turned page keeps the binding edge, which then lies on top."""
    width, height = Mm(form.page_width_mm), Mm(form.page_height_mm)
    edges = [form.margin_top_mm, form.margin_right_mm, form.margin_bottom_mm, form.margin_left_mm]
    if landscape:
        width, height, edges = height, width, edges[3:] + edges[:3]
    section.orientation = WD_ORIENT.LANDSCAPE if landscape else WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = width, height
    section.top_margin, section.right_margin = Mm(edges[0]), Mm(edges[1])
    section.bottom_margin, section.left_margin = Mm(edges[2]), Mm(edges[3])
    section.header_distance, section.footer_distance = Mm(edges[0] / 2), Mm(edges[2] / 2)
    section.gutter = Mm(0)


def _write(container: Any, style: str, text: str) -> WordParagraph:
    paragraph: WordParagraph = container.add_paragraph(marks.clean(text), style=style)
    return paragraph


def _fill(cell: _Cell, lines: Lines) -> None:
    first = cell.paragraphs[0]
    for style, text in lines:
        _write(cell, style, text)
    first._p.getparent().remove(first._p)


_CELL_PADDING_MM = 4.5  # both sides of a cell together, and a little air


def _layout(word: Word, rows: int, widths: list[float]) -> Table:
    table: Table = word.add_table(rows=rows, cols=len(widths))
    marks.set_columns(table, widths)
    marks.strip_cell_margins(table)
    for row in table.rows:
        marks.mark_row(row, header=False)
    return table


def _draw_head(word: Word, document: Document, form: Form) -> None:
    names, ruled = _right_block(form)
    right = min(max(width for _, _, width in names) + _HEAD_SLACK_MM, _text_width(form) * 0.64)
    dated = marks.width_mm(document.place_and_date, form.size_place_date)
    right = max(right, min(dated, _text_width(form) * 0.6))
    table = _layout(word, 2, [_text_width(form) - right, right])
    top, bottom = table.rows
    _fill(top.cells[1], [(style, text) for style, text, _ in names])
    marks.draw_rule(top.cells[1].add_paragraph(), ruled, right)
    _fill_issuer(top.cells[0], document, form, _text_width(form) - right)
    sign = "Số" if isinstance(form, PartyForm) else "Số:"
    _fill(bottom.cells[0], [("Number", f"{sign} {_number(document)}")])
    _fill(bottom.cells[1], [("Place and Date", document.place_and_date)])


def _right_block(form: Form) -> tuple[list[tuple[str, str, float]], float]:
    """Style, text and width of each line of the right block, and the width of the rule below it."""
    if isinstance(form, StateForm):
        national = marks.width_mm(NATIONAL_NAME, form.size_national_name)
        motto = marks.width_mm(MOTTO, form.size_motto)
        return [("National Name", NATIONAL_NAME, national), ("Motto", MOTTO, motto)], motto
    if isinstance(form, PartyForm):
        party = marks.width_mm(PARTY_NAME, form.size_party_name)
        return [("Party Name", PARTY_NAME, party)], party
    raise TypeError(form)


def _fill_issuer(cell: _Cell, document: Document, form: Form, available: float) -> None:
    issuer = marks.balance(document.issuer.upper(), form.size_issuer, available, _PLACE_WORDS)
    above = marks.balance(document.superior.upper(), form.size_superior, available, _PLACE_WORDS)
    superior = [("Superior", above)] if above else []
    _fill(cell, [*superior, ("Issuer", issuer)])
    if isinstance(form, StateForm):
        line = min(marks.widest_mm(issuer, form.size_issuer), available)
        marks.draw_rule(cell.add_paragraph(), line * form.issuer_rule_share, available)
    else:
        _write(cell, "Number", "*")


def _number(document: Document) -> str:
    return re.sub(r"^\s*số\s*:?\s*", "", document.number, flags=re.IGNORECASE).strip()


def _write_title(word: Word, document: Document, form: Form) -> None:
    _write(word, "Title", document.kind_name.upper())
    abstract = marks.balance(document.abstract, form.size_abstract, _text_width(form))
    _write(word, "Subtitle", abstract)
    if isinstance(form, StateForm):
        line = min(marks.widest_mm(abstract, form.size_abstract), _text_width(form))
        marks.draw_rule(word.add_paragraph(), line * form.abstract_rule_share, _text_width(form))
    else:
        _write(word, "Subtitle", "-----")
    _write(word, "Centred Note", f"({document.basis_line})" if document.basis_line else "")


def _write_section(word: Word, section: Section) -> None:
    _write(word, f"Heading {min(max(section.level, 1), 3)}", section.heading)
    for paragraph in section.paragraphs:
        _write_paragraph(word, paragraph)


def _write_paragraph(word: Word, paragraph: Paragraph) -> None:
    written = _write(word, "Body Text", paragraph.text)
    if paragraph.references:
        written.add_run("".join(f"[{number}]" for number in paragraph.references), style="Reference")


def _draw_closing(word: Word, document: Document, form: Form) -> None:
    """Draw recipients and signature side by side, never alone on a page."""
    word.paragraphs[-1].paragraph_format.keep_with_next = True
    half = _text_width(form) / 2
    table = _layout(word, 1, [half, half])
    table.rows[0].height = Mm(_SIGNATURE_MM)
    left, right = table.rows[0].cells
    recipients = [("Recipients", line) for line in _recipients(document)]
    _fill(left, [("Recipients Title", "Nơi nhận:"), *recipients])
    *authority, post = document.signer or ("",)
    _fill(right, [*(("Signer", line.upper()) for line in authority), ("Signer Post", post.upper())])


def _recipients(document: Document) -> list[str]:
    names = [name.strip().removeprefix("-").strip(" ;.,") for name in document.recipients]
    if document.form == "state" and not any(name.startswith("Lưu") for name in names):
        names.append("Lưu: VT")
    return [f"- {name};" for name in names[:-1]] + [f"- {name}." for name in names[-1:]]


def _write_appendix(word: Word, document: Document, appendix: Appendix, position: int, form: Form) -> None:
    _break_section(word, form, landscape=appendix.landscape)
    _write(word, "Appendix Title", _appendix_title(document, appendix, position))
    kind = document.kind_name.capitalize()
    day = document.place_and_date.partition(",")[2].strip()
    _write(word, "Centred Note", f"(Kèm theo {kind} số {_number(document)} {day}".rstrip() + ")")
    if document.basis_line:
        _write(word, "Centred Note", document.basis_line)
    _draw_table(word, appendix, form)
    if appendix.note:
        _write(word, "Table Note", appendix.note)


def _break_section(word: Word, form: Form, *, landscape: bool) -> None:
    section = word.add_section(WD_SECTION.NEW_PAGE)
    word.paragraphs[-1].style = "Rule"
    section.different_first_page_header_footer = False
    _set_paper(section, form, landscape=landscape)


def _appendix_title(document: Document, appendix: Appendix, position: int) -> str:
    if appendix.title.lower().startswith("phụ lục"):
        return appendix.title
    sign = f"Phụ lục {_roman(position)}" if len(document.appendices) > 1 else "Phụ lục"
    return f"{sign}\n{appendix.title.upper()}"


def _roman(number: int) -> str:
    written = ""
    for value, sign in ((50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I")):
        written += sign * (number // value)
        number %= value
    return written


def _draw_table(word: Word, appendix: Appendix, form: Form) -> None:
    count = max([len(appendix.columns), *(len(row) for row in appendix.rows)])
    if count == 0:
        return
    table = word.add_table(rows=1 + len(appendix.rows), cols=count, style="Table Grid")
    lines = [appendix.columns, *appendix.rows]
    turned = form.page_height_mm - form.margin_top_mm - form.margin_bottom_mm
    available = turned if appendix.landscape else _text_width(form)
    marks.set_columns(table, _column_widths(lines, count, available, form.size_table))
    marks.describe_table(table, appendix.title)
    for position, (row, line) in enumerate(zip(table.rows, lines, strict=True)):
        marks.mark_row(row, header=position == 0)
        for cell, text in zip(row.cells, (*line, *[""] * count), strict=False):
            _fill(cell, [(_cell_style(text, header=position == 0), text)])


def _cell_style(text: str, *, header: bool) -> str:
    if header:
        return "Table Head"
    return "Table Figure" if _FIGURE.fullmatch(text.strip()) else "Table Text"


def _column_widths(lines: list[tuple[str, ...]], count: int, available: float, size: float) -> list[float]:
    """Give each column what its longest word needs, and share what is left by the length of its texts."""
    least, wished = [], []
    for column in range(count):
        texts = [line[column] for line in lines if column < len(line)]
        words = [marks.width_mm(word, size) for text in texts for word in text.split()]
        least.append(max(words, default=0.0) + _CELL_PADDING_MM)
        wished.append(float(min(max(map(len, texts), default=1), 36)))
    left = available - sum(least)
    if left <= 0:
        return [available * width / sum(least) for width in least]
    return [width + left * wish / sum(wished) for width, wish in zip(least, wished, strict=True)]


def _dress_pages(word: Word, document: Document, form: Form) -> None:
    """Number every page but the first, and mark all of them when the figures are only an illustration."""
    word.sections[0].different_first_page_header_footer = True
    serial = 0
    for position, section in enumerate(word.sections):
        bands = [(section.header, section.footer, True)]
        if position == 0:
            bands.append((section.first_page_header, section.first_page_footer, False))
        for header, footer, numbered in bands:
            serial += 1
            header.is_linked_to_previous = footer.is_linked_to_previous = False
            _dress_band(header.paragraphs[0], footer.paragraphs[0], document, form, (serial, numbered))


def _dress_band(
    header: WordParagraph, footer: WordParagraph, document: Document, form: Form, place: tuple[int, bool]
) -> None:
    serial, numbered = place
    header.style, footer.style = "Header", "Footer"
    if numbered:
        marks.add_page_field(header)
    if document.watermark:
        marks.add_watermark(header, document.watermark, form.font, serial)
        footer.add_run(marks.clean(f"{document.watermark.capitalize()} – không phải số liệu thật"))
