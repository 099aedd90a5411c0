"""Marks of a Word file that python-docx has no name for: rules, fields, watermarks, text widths."""

from __future__ import annotations

import io
import re
import unicodedata
import zipfile
from typing import Any
from xml.sax.saxutils import quoteattr

from docx.oxml import parse_xml
from docx.shared import Mm
from docx.table import Table
from docx.text.paragraph import Paragraph

_MAIN = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NAMESPACES = (
    f'xmlns:w="{_MAIN}" xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_HORN = "\u031b"
# Advance widths of Times New Roman Bold in thousandths of the size; marks above and below add nothing.
_WIDTHS = {
    250: " .,",
    278: "il/'",
    333: "fjt-:;()!",
    389: "Is",
    444: "cerz",
    500: "Jagovxy0123456789–“”",
    554: "ơ",
    556: "Sbdhknpquđ",
    600: "ư",
    611: "FP",
    667: "BELTZ",
    722: "ACDNRUVXYwĐ",
    778: "GHKOQƠ",
    796: "Ư",
    833: "m&",
    944: "M",
    1000: "W%—",
}
_WIDTH_OF = {letter: width / 1000 for width, letters in _WIDTHS.items() for letter in letters}
_MM_PER_POINT = 25.4 / 72
_ZIP_EPOCH = (1980, 1, 1, 0, 0, 0)


def clean(text: str) -> str:
    """The text in composed form without the characters that XML cannot hold."""
    return _FORBIDDEN.sub("", unicodedata.normalize("NFC", text.replace("\r\n", "\n")))


def width_mm(text: str, size: float) -> float:
    """Width of one line of bold Times New Roman at a size in points; a little wide for upright or italic."""
    return sum(_WIDTH_OF.get(_base(letter), 0.5) for letter in clean(text)) * size * _MM_PER_POINT


def balance(text: str, size: float, available: float, openers: frozenset[str] = frozenset()) -> str:
    """Text too wide for one line, broken before the first opener if two lines do, else into like lines."""
    words = clean(text).split(" ")
    lines = _fold(words, size, available)
    if "\n" in text or len(lines) == 1:
        return text
    for place in range(1, len(words)):
        pair = f"{' '.join(words[:place])}\n{' '.join(words[place:])}"
        if words[place] in openers and widest_mm(pair, size) <= available:
            return pair
    return "\n".join(_narrow(lines, words, size, available))


def _narrow(lines: list[str], words: list[str], size: float, available: float) -> list[str]:
    """The same number of lines at the least width, found by steps of a millimetre."""
    for limit in range(int(available), 0, -1):
        tried = _fold(words, size, limit)
        if len(tried) > len(lines) or widest_mm("\n".join(tried), size) > limit:
            break
        lines = tried
    return lines


def _fold(words: list[str], size: float, limit: float) -> list[str]:
    lines = words[:1]
    for word in words[1:]:
        longer = f"{lines[-1]} {word}"
        if width_mm(longer, size) <= limit:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def widest_mm(text: str, size: float) -> float:
    return max(width_mm(line, size) for line in text.split("\n"))


def _base(letter: str) -> str:
    if letter in _WIDTH_OF:
        return letter
    parts = unicodedata.normalize("NFD", letter)
    return unicodedata.normalize("NFC", parts[0] + _HORN) if _HORN in parts else parts[0]


def mark(template: str) -> Any:
    """One element from its XML; the prefixes w, v and o are declared on its first tag."""
    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {NAMESPACES}", template, count=1))


def draw_rule(paragraph: Paragraph, width: float, available: float) -> None:
    """Make an empty paragraph a solid line, centred in the space available (both in millimetres)."""
    paragraph.style = "Rule"
    side = Mm(max(0.0, (available - width) / 2))
    paragraph.paragraph_format.left_indent = side
    paragraph.paragraph_format.right_indent = side
    properties = paragraph._p.get_or_add_pPr()
    border = mark('<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="0" w:color="000000"/></w:pBdr>')
    properties.insert_element_before(border, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def add_page_field(paragraph: Paragraph) -> None:
    paragraph._p.append(mark('<w:fldSimple w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>'))


def add_watermark(paragraph: Paragraph, text: str, font: str, serial: int) -> None:
    """Draw the text large, light and slanting behind every page that carries this header paragraph."""
    style = (
        "position:absolute;margin-left:0;margin-top:0;width:470pt;height:62pt;rotation:315;z-index:-251658752;"
        "mso-position-horizontal:center;mso-position-horizontal-relative:page;"
        "mso-position-vertical:center;mso-position-vertical-relative:page"
    )
    written = quoteattr(clean(text))
    letters = quoteattr(f'font-family:"{font}";font-size:1pt')
    paragraph._p.append(
        mark(
            "<w:r><w:rPr><w:noProof/></w:rPr><w:pict>"
            '<v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800" '
            'path="m@7,l@8,m@5,21600l@6,21600e"><v:formulas>'
            '<v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>'
            '<v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>'
            '<v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>'
            '<v:f eqn="if @0 @4 21600"/>'
            '<v:f eqn="mid @5 @6"/><v:f eqn="mid @8 @5"/><v:f eqn="mid @7 @8"/><v:f eqn="mid @6 @7"/>'
            '<v:f eqn="sum @6 0 @5"/></v:formulas><v:path textpathok="t" o:connecttype="rect"/>'
            '<v:textpath on="t" fitshape="t"/><o:lock v:ext="edit" text="t" shapetype="t"/></v:shapetype>'
            f'<v:shape id="Watermark{serial}" o:spid="_x0000_s{2048 + serial}" type="#_x0000_t136" '
            f'alt={written} style="{style}" o:allowincell="f" fillcolor="#c8c8c8" stroked="f">'
            f'<v:fill opacity=".5"/><v:textpath style={letters} string={written}/></v:shape></w:pict></w:r>'
        )
    )


def set_columns(table: Table, widths: list[float]) -> None:
    """Fix the widths of the columns in millimetres, so that every reader draws them alike."""
    table.autofit = False
    lengths = [Mm(width) for width in widths]
    for column, length in zip(table.columns, lengths, strict=True):
        column.width = length
    for row in table._tbl.tr_lst:
        for cell, length in zip(row.tc_lst, lengths, strict=True):
            cell.width = length
    properties = table._tbl.tblPr
    for old in properties.xpath("./w:tblW"):
        properties.remove(old)
    total = mark(f'<w:tblW w:w="{Mm(sum(widths)).twips}" w:type="dxa"/>')
    properties.insert_element_before(total, "w:jc", "w:tblLayout", "w:tblCellMar", "w:tblLook")


def strip_cell_margins(table: Table) -> None:
    edges = "".join(f'<w:{edge} w:w="0" w:type="dxa"/>' for edge in ("left", "right"))
    properties = table._tbl.tblPr
    properties.insert_element_before(mark(f"<w:tblCellMar>{edges}</w:tblCellMar>"), "w:tblLook")


def describe_table(table: Table, title: str) -> None:
    """Give the table the name that a screen reader speaks."""
    table._tbl.tblPr.append(mark(f"<w:tblCaption w:val={quoteattr(clean(title))}/>"))


def mark_row(row: Any, *, header: bool) -> None:
    """Keep a row on one page, and repeat it on each page when it is the header."""
    properties = row._tr.get_or_add_trPr()
    properties.append(mark("<w:cantSplit/>"))
    if header:
        properties.append(mark("<w:tblHeader/>"))


def equal_bytes(archive: bytes) -> bytes:
    """The same archive with every date fixed, so that equal content gives equal bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            fixed = zipfile.ZipInfo(entry.filename, date_time=_ZIP_EPOCH)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.create_system = 0
            new.writestr(fixed, old.read(entry))
    return out.getvalue()
