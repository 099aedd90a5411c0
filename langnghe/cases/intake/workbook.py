"""XLSX: size and safety are checked on the bytes before anything is parsed, then calamine reads the cells."""

import posixpath
import re
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, NamedTuple

import python_calamine
from defusedxml import ElementTree

from langnghe.cases.intake.grids import Grid, Row
from langnghe.cases.intake.sheet import Limits, UnreadableFile

CHUNK = 1 << 18
SAVE_AS = "Hãy mở bằng Excel hoặc LibreOffice, chọn «Lưu thành» (Save As) kiểu .xlsx, rồi tải lên lại."
MAGIC = (
    (
        b"%PDF",
        "Đây là tệp PDF, không phải bảng tính. Hãy xin tệp Excel gốc, hoặc nhập từng đơn bằng biểu mẫu.",
    ),
    (b"\x89PNG", "Đây là tệp ảnh, không phải bảng tính. Hãy nhập từng đơn bằng biểu mẫu và đính kèm ảnh."),
    (
        b"\xff\xd8\xff",
        "Đây là tệp ảnh, không phải bảng tính. Hãy nhập từng đơn bằng biểu mẫu và đính kèm ảnh.",
    ),
    (b"Rar!", "Đây là tệp nén RAR. Hãy giải nén rồi tải lên tệp Excel bên trong."),
    (b"7z\xbc\xaf", "Đây là tệp nén 7z. Hãy giải nén rồi tải lên tệp Excel bên trong."),
    (
        b"{\\rtf",
        "Đây là văn bản RTF, không phải bảng tính. Hãy chép bảng sang Excel, lưu .xlsx rồi tải lên lại.",
    ),
)
OLE = b"\xd0\xcf\x11\xe0"
CELL_WITH_FORMULA = re.compile(rb"<(?:\w+:)?c\s([^>]*[^/>])>\s*<(?:\w+:)?f[\s>/](.*?)</(?:\w+:)?c>", re.DOTALL)
CELL_WITH_ERROR = re.compile(rb"<(?:\w+:)?c\s([^>]*\bt=[\"']e[\"'][^>]*)>(.*?)</(?:\w+:)?c>", re.DOTALL)
CACHED = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>[^<]")
REFERENCE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
ERROR_VALUE = re.compile(rb"#[A-Z0-9/!?]+")
NO_CACHE = "Ô có công thức nhưng chưa có kết quả. Mở tệp bằng Excel rồi lưu lại, hoặc gõ giá trị thay cho công thức."


class Marks(NamedTuple):
    """Columns (from 0) of one row that hold formulas, and those whose value cannot be trusted, and why."""

    formulas: list[int]
    faults: list[tuple[int, str]]


RowMarks = dict[int, Marks]


def refuse_other_formats(start: bytes, path: Path) -> None:
    """Says by name what was given instead of a table."""
    for magic, message in MAGIC:
        if start.startswith(magic):
            raise UnreadableFile(message)
    if start.startswith(OLE):
        raise UnreadableFile(_old_or_locked(path))
    if re.match(rb"(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|head|meta|\?xml)", start, re.IGNORECASE):
        raise UnreadableFile(f"Tệp này thực ra là trang web (HTML/XML) mang tên bảng tính. {SAVE_AS}")


def _old_or_locked(path: Path) -> str:
    if "EncryptedPackage".encode("utf-16-le") in path.read_bytes():
        return "Tệp Excel có mật khẩu. Hãy mở tệp, bỏ mật khẩu (Tệp › Thông tin › Bảo vệ), lưu rồi tải lên lại."
    return f"Đây là tệp Office kiểu cũ (.xls hoặc .doc). {SAVE_AS}"


def grids(path: Path, sheet: str | None, limits: Limits) -> Iterator[Grid]:
    """The wanted sheet, or all visible sheets in order; each is parsed when asked for."""
    marks = check(path, limits)
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except python_calamine.CalamineError as error:
        raise UnreadableFile(_damaged()) from error
    names = _visible(book)
    if sheet is not None and sheet not in book.sheet_names:
        listed = ", ".join(f"«{name}»" for name in book.sheet_names)
        raise UnreadableFile(f"Tệp không có trang «{sheet}». Các trang có trong tệp: {listed}. Hãy chọn một trang.")
    parts = _parts(path)
    for name in names if sheet is None else [sheet]:
        yield _grid(book, name, marks.get(parts.get(name, ""), {}))


def _visible(book: python_calamine.CalamineWorkbook) -> list[str]:
    shown = python_calamine.SheetVisibleEnum.Visible
    cells = python_calamine.SheetTypeEnum.WorkSheet
    return [each.name for each in book.sheets_metadata if each.visible == shown and each.typ == cells]


def _grid(book: python_calamine.CalamineWorkbook, name: str, marks: RowMarks) -> Grid:
    try:
        sheet = book.get_sheet_by_name(name)
    except python_calamine.CalamineError as error:
        raise UnreadableFile(_damaged()) from error
    left = sheet.start[1] if sheet.start else 0
    last = sheet.end[0] + 1 if sheet.end else 0
    return Grid(name, "workbook", last, _rows(sheet, left, marks))


def _rows(sheet: python_calamine.CalamineSheet, left: int, marks: RowMarks) -> Iterator[Row]:
    indent = [""] * left
    for number, cells in enumerate(sheet.iter_rows(), 1):
        mark = marks.get(number)
        if mark is not None:
            yield [number, indent + cells, mark.formulas, mark.faults]
        elif any(cell != "" for cell in cells):
            yield [number, indent + cells]


def check(path: Path, limits: Limits) -> dict[str, RowMarks]:
    """Refuses bombs, entities and what is not XLSX; returns the formula marks of each sheet part."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
            _check_members(members, limits)
            return _scan_parts(archive, members, limits)
    except (zipfile.BadZipFile, OSError, EOFError, RuntimeError, ValueError, zlib.error) as error:
        raise UnreadableFile(_damaged()) from error


def _check_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    names = {member.filename for member in members}
    if len(members) > limits.parts or sum(member.file_size for member in members) > limits.inflated_bytes:
        raise UnreadableFile(_too_big(limits))
    if "word/document.xml" in names:
        raise UnreadableFile("Đây là tệp Word. Hãy chép bảng sang Excel, lưu thành .xlsx rồi tải lên lại.")
    if "xl/workbook.bin" in names or "mimetype" in names:
        raise UnreadableFile(f"Tệp là bảng tính kiểu khác (.xlsb hoặc .ods). {SAVE_AS}")
    if "xl/workbook.xml" not in names:
        raise UnreadableFile("Đây là tệp nén, không phải tệp Excel. Hãy giải nén rồi tải lên tệp bên trong.")


def _scan_parts(archive: zipfile.ZipFile, members: list[zipfile.ZipInfo], limits: Limits) -> dict[str, RowMarks]:
    left = limits.inflated_bytes
    marks: dict[str, RowMarks] = {}
    for member in members:
        if not member.filename.lower().endswith((".xml", ".rels")):
            continue
        # A lying size in the directory would stop ZipFile early while the parser reads on: go past the limit.
        member.file_size = left + 2 * CHUNK
        with archive.open(member) as part:
            scan = _Scan(limits, is_sheet="worksheets/" in member.filename)
            for chunk in _chunks(part):
                left -= len(chunk)
                if left < 0:
                    raise UnreadableFile(_too_big(limits))
                scan.feed(chunk)
            marks[member.filename] = scan.finish()
    return marks


def _chunks(part: IO[bytes]) -> Iterator[bytes]:
    while chunk := part.read(CHUNK):
        yield chunk


class _Scan:
    """Reads one XML part as bytes: no document type, no endless cell, and where the formulas are."""

    def __init__(self, limits: Limits, *, is_sheet: bool) -> None:
        self.limits = limits
        self.is_sheet = is_sheet
        self.carry = b""
        self.run = 0
        self.at = ""
        self.rows: RowMarks = {}

    def feed(self, chunk: bytes) -> None:
        buffer = self.carry + chunk
        if b"<!DOCTYPE" in buffer or b"<!ENTITY" in buffer or buffer.startswith((b"\xff\xfe", b"\xfe\xff")):
            raise UnreadableFile(f"Tệp Excel chứa khai báo XML không an toàn nên không được đọc. {SAVE_AS}")
        self._measure_text(chunk)
        start = max(buffer.rfind(b"<c "), buffer.rfind(b":c "))
        cut = start if start >= 0 and b"c>" not in buffer[start:] else max(0, len(buffer) - 64)
        self.carry = buffer[cut:]
        if self.is_sheet:
            self._find_marks(buffer[:cut] if cut == start else buffer)
        if len(self.carry) > 4 * self.limits.cell_bytes:
            self._refuse_cell()

    def finish(self) -> RowMarks:
        if self.is_sheet:
            self._find_marks(self.carry)
        return self.rows

    def _measure_text(self, chunk: bytes) -> None:
        last = chunk.rfind(b"<")
        self.run = self.run + len(chunk) if last < 0 else len(chunk) - last
        if last >= 0 and (found := REFERENCE.findall(chunk, max(0, last - 400))):
            self.at = (found[-1][0] + found[-1][1]).decode()
        if self.run > self.limits.cell_bytes:
            self._refuse_cell()

    def _refuse_cell(self) -> None:
        place = f" (gần ô {self.at})" if self.at else ""
        raise UnreadableFile(
            f"Tệp có một ô chứa hơn một triệu ký tự{place}; Excel chỉ cho 32.767 ký tự một ô. "
            "Hãy xoá hoặc rút gọn ô đó, lưu lại rồi tải lên lại."
        )

    def _find_marks(self, buffer: bytes) -> None:
        if b"<f" in buffer or b":f" in buffer:
            for cell in CELL_WITH_FORMULA.finditer(buffer):
                self._mark_formula(cell[1], cell[2])
        if b't="e"' in buffer or b"t='e'" in buffer:
            for cell in CELL_WITH_ERROR.finditer(buffer):
                self._mark_error(cell[1], cell[2])

    def _mark_formula(self, attributes: bytes, body: bytes) -> None:
        if (place := _place(attributes)) is None:
            return
        marks = self.rows.setdefault(place[0], Marks([], []))
        if place[1] in marks.formulas:
            return
        marks.formulas.append(place[1])
        if not CACHED.search(body) and b't="str"' not in attributes:
            marks.faults.append((place[1], NO_CACHE))

    def _mark_error(self, attributes: bytes, body: bytes) -> None:
        place, value = _place(attributes), ERROR_VALUE.search(body)
        if place is None or value is None:
            return
        fault = (place[1], f"Ô mang lỗi của Excel ({value[0].decode()}). Hãy gõ lại giá trị đúng vào ô.")
        marks = self.rows.setdefault(place[0], Marks([], []))
        if fault not in marks.faults:
            marks.faults.append(fault)


def _place(attributes: bytes) -> tuple[int, int] | None:
    """Row from 1 and column from 0 of a cell element."""
    found = REFERENCE.search(attributes)
    if found is None:
        return None
    column = 0
    for letter in found[1]:
        column = column * 26 + letter - 64
    return int(found[2]), column - 1


def _parts(path: Path) -> dict[str, str]:
    """Sheet name to the part of the archive that holds it."""
    with zipfile.ZipFile(path) as archive:
        try:
            book = ElementTree.fromstring(archive.read("xl/workbook.xml"))
            links = ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
        except (KeyError, ElementTree.ParseError) as error:
            raise UnreadableFile(_damaged()) from error
    targets = {link.get("Id"): posixpath.normpath(posixpath.join("/xl", link.get("Target", ""))) for link in links}
    found = {}
    for sheet in book.iter():
        if sheet.tag.endswith("}sheet"):
            link = next((value for key, value in sheet.items() if key.endswith("}id")), None)
            found[sheet.get("name", "")] = targets.get(link, "").lstrip("/")
    return found


def _too_big(limits: Limits) -> str:
    megabytes = limits.inflated_bytes >> 20
    return (
        f"Tệp bung ra lớn hơn {megabytes} MB nên không được đọc. Hãy chép riêng bảng cần nhập sang tệp "
        "Excel mới (bỏ ảnh, bỏ định dạng thừa), hoặc chia thành nhiều tệp, rồi tải lên lại."
    )


def _damaged() -> str:
    return f"Tệp Excel bị hỏng hoặc tải lên chưa trọn. {SAVE_AS}"
