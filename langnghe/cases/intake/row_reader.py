"""One raw row is read field by field into a draft, or into all that is wrong with it."""

import re
from collections.abc import Callable, Collection
from datetime import date
from functools import partial
from typing import Any

from langnghe.cases.intake.cell_values import (
    BadValue,
    place_in,
    read_date,
    read_degrees,
    read_moment,
    read_people,
    read_phone,
    split_name,
    without_document,
)
from langnghe.cases.intake.draft import Draft, Layout, Problem, RowError, Sealed, identity
from langnghe.cases.intake.kind_words import KindWords
from langnghe.cases.intake.mapping import Mapping
from langnghe.cases.intake.sheet import Cell, RawRow, Sheet, cell_text
from langnghe.core.legacy import to_unicode
from langnghe.core.text import fold, nfc

DIRECTIONS = ("accepted", "returned", "referred")
SEPARATOR = "\n\ue000\n"
# Latin-1 characters that TCVN3 and VNI use and Vietnamese in Unicode does not.
OLD_LETTERS = re.compile("[\xa1-\xbfÄ-ÇËÎ-ÑÖ-ØÛÜÞßä-çëî-ñö-øûüþÿ]")
NOT_MARKED = {"0", "-", "khong", "no", "/"}
LINES = (
    "text",
    "title",
    "place_text",
    "contact_name",
    "contact_email",
    "contact_address",
    "handled_by",
    "result",
    "note",
)
MOST_CHARACTERS = 100_000
MOST_IN_NAME = 2_000
HIDDEN = "(đã kiểm tra, không lưu)"
OWN_PROCEDURE = (
    "Loại đơn này theo thủ tục riêng do luật định nên không nhập bằng tệp. Hãy nhập tại bàn tiếp công dân; "
    "không phần nào của dòng này được lưu, dòng gốc còn nguyên trong tệp lỗi."
)
NO_TEXT = (
    "Thiếu nội dung. Hãy ghi nội dung vụ việc; nếu dòng này chỉ ghi thêm người của vụ việc ở dòng trên "
    "thì ghi số người vào dòng trên và xoá dòng này."
)


class Book:
    """One sheet being read: where its fields stand, and what goes from row to row."""

    def __init__(self, sheet: Sheet, mapping: Mapping, sealed: Collection[str], today: date) -> None:
        self.mapping = mapping
        self.sealed = frozenset(sealed)
        self.today = today
        self.style = sheet.style
        self.header = sheet.header
        self.columns = mapping.locate(sheet.header.titles)
        self.layout = Layout(sheet.style, sheet.header.titles, self.columns)
        self.lines = [name for name in LINES if name in self.columns]
        self.marks = [name for name in DIRECTIONS if name in self.columns]
        self.kinds = KindWords(mapping.words)
        self.above: dict[str, Cell] = {}
        self.counts: dict[int, int] = {}
        self.ids: dict[str, tuple[int, int]] = {}

    def repeated(self, draft: Draft) -> tuple[int, int | None]:
        """Occurrence among equal rows; and the earlier row that has the same number with other content."""
        if draft.external_id:
            content = hash((draft.text, draft.title, draft.received_on))
            earlier, known = self.ids.setdefault(draft.external_id, (draft.number, content))
            return 1, earlier if content != known else None
        same = hash(draft.identity)
        self.counts[same] = self.counts.get(same, 0) + 1
        return self.counts[same], None


class RowReader:
    """Reads one row, gathering everything that is wrong with it rather than stopping at the first fault."""

    def __init__(self, book: Book, row: RawRow, texts: list[str]) -> None:
        self.book = book
        self.row = row
        self.problems: list[Problem] = []
        self.notes: list[str] = []
        self.texts = self._converted(texts)
        self.values: dict[str, Any] = {}

    def _converted(self, texts: list[str]) -> list[str]:
        """The cells in Unicode NFC; the encoding is judged on the whole row first: single words are short."""
        joined = SEPARATOR.join(texts)
        unicode, encoding = to_unicode(joined)
        if encoding is None and OLD_LETTERS.search(joined):
            cells = [to_unicode(text) for text in texts]
            unicode = SEPARATOR.join(text for text, _ in cells)
            encoding = next((found for _, found in cells if found), None)
        if encoding:
            self.notes.append(f"Đã chuyển chữ từ bảng mã {encoding.upper()} sang Unicode.")
        converted = nfc(unicode).split(SEPARATOR)
        return converted if len(converted) == len(texts) else [nfc(text) for text in texts]

    def cell(self, name: str) -> Cell:
        column = self.book.columns.get(name)
        if column is None or column >= len(self.texts) or not self.texts[column]:
            return None
        cell = self.row.cells[column]
        return self.texts[column] if isinstance(cell, str) else cell

    def words(self, name: str) -> str:
        column = self.book.columns.get(name)
        return self.texts[column] if column is not None and column < len(self.texts) else ""

    def fault(self, name: str, message: str) -> None:
        column = self.book.columns.get(name, 0)
        self.fault_at(column, message)

    def fault_at(self, column: int, message: str) -> None:
        layout = self.book.layout
        self.problems.append(Problem(layout.cell(self.row.number, column), layout.title(column), message))

    def item(self) -> Draft | RowError | Sealed:
        self._read_kind()
        kind = self.values.get("kind")
        if kind in self.book.sealed:
            return self._sealed(kind)
        self._read_faults()
        self._read_lines()
        self._read_people_columns()
        self._read_when()
        self._read_where()
        self._read_direction()
        self._read_status()
        if self.problems:
            return RowError(self.row.number, tuple(self.problems), self.row.cells)
        return self._finished()

    def _sealed(self, kind: str) -> Sealed:
        name = "kind_and_people" if "kind_and_people" in self.book.columns else "kind"
        column = self.book.columns.get(name, self.book.columns.get("text", 0))
        layout = self.book.layout
        problem = Problem(layout.cell(self.row.number, column), layout.title(column), OWN_PROCEDURE)
        return Sealed(self.row.number, kind, (problem,), self.row.cells)

    def _read_kind(self) -> None:
        mapping, words = self.book.mapping, self.words("kind")
        if "kind_and_people" in self.book.columns:
            try:
                self.values["people"], words = read_people(self.words("kind_and_people"))
            except BadValue as bad:
                self.fault("kind_and_people", str(bad))
        code = None
        try:
            code = self.book.kinds.code(words) if words else None
        except BadValue as bad:
            self.fault("kind_and_people" if "kind_and_people" in self.book.columns else "kind", str(bad))
        if words and code is None:
            self.notes.append(f"Không rõ loại đơn «{words}».")
        if code is None:
            code = self.book.kinds.opening(self.words("text")) or self.book.kinds.opening(self.words("title"))
        self.values |= {"kind_words": words, "kind": code or mapping.kind}

    def _read_faults(self) -> None:
        used = set(self.book.columns.values())
        for column, message in self.row.faults:
            if column in used:
                self.fault_at(column, message)
        named = [self.book.layout.cell(self.row.number, column) for column in self.row.formulas if column in used]
        if named:
            self.notes.append(f"Ô {', '.join(named)} là công thức; đã dùng kết quả lưu sẵn trong tệp.")
        width = len(self.book.layout.titles)
        if self.book.style == "csv" and any(self.texts[width:]):
            self.fault_at(width, "Dòng có nhiều ô hơn tiêu đề. Hãy đặt ô có dấu phân cách trong dấu nháy kép.")

    def _read_lines(self) -> None:
        for name in self.book.lines:
            self.values[name] = words = self.words(name)
            if len(words) > MOST_CHARACTERS:
                self.fault(name, f"Ô dài hơn {MOST_CHARACTERS} ký tự. Hãy rút gọn; toàn văn có thể đính kèm sau.")
        self.values["external_id"] = self.words("external_id")[:200]
        self.values["topic"] = self.words("topic") or self.book.mapping.topic
        if not self.values.get("text"):
            self.values["text"] = self.values.get("title", "")
        if not self.values["text"]:
            self.fault("text" if "text" in self.book.columns else "title", NO_TEXT)

    def _read_people_columns(self) -> None:
        values = self.values
        if "people" in self.book.columns:
            self._try("people", lambda: read_people(self.words("people"))[0])
        if "contact_phone" in self.book.columns:
            values["contact_phone"] = read_phone(self.cell("contact_phone"))
        values["identity_checked"] = bool(self.words("identity_document"))
        both = self.words("name_and_address")
        if len(both) > MOST_IN_NAME:
            self.fault("name_and_address", f"Ô dài hơn {MOST_IN_NAME} ký tự. Chỉ ghi họ tên và địa chỉ.")
        elif both:
            both, had = without_document(both)
            values["identity_checked"] |= had
            values["contact_name"], values["contact_address"], phone = split_name(both)
            values["contact_phone"] = values.get("contact_phone") or phone

    def _read_when(self) -> None:
        zone = self.book.mapping.zone
        cells = {name: self._inherited(name) for name in ("received_on", "received_at")}
        if cells["received_at"] is not None:
            self._try("received_at", lambda: read_moment(cells["received_at"], zone))
            if "received_at" in self.values:
                self.values["received_on"], self.values["received_at"] = self.values["received_at"]
        elif cells["received_on"] is not None:
            self._try("received_on", lambda: read_date(cells["received_on"], zone))
        else:
            name = "received_on" if "received_on" in self.book.columns else "received_at"
            self.fault(name, "Thiếu ngày. Hãy ghi ngày tiếp nhận, ví dụ 31/12/2025.")
        received = self.values.get("received_on")
        if received is not None and received > self.book.today:
            name = "received_at" if cells["received_at"] is not None else "received_on"
            self.fault(name, f"Ngày {received:%d/%m/%Y} ở sau hôm nay. Kiểm tra ngày và tháng có bị đổi chỗ không.")

    def _inherited(self, name: str) -> Cell:
        cell = self.cell(name)
        if name not in self.book.mapping.inherit:
            return cell
        if cell is not None:
            self.book.above[name] = cell
        elif name in self.book.above:
            cell = self.book.above[name]
            self.notes.append(f"Ô ngày trống: lấy ngày của dòng trên ({cell_text(cell)}).")
        return cell

    def _read_where(self) -> None:
        for name, most in (("lat", 90), ("lon", 180)):
            cell = self.cell(name)
            if cell is not None:
                self._try(name, partial(read_degrees, cell, most))
        lat, lon = self.values.get("lat"), self.values.get("lon")
        if not self.problems and (lat is None) != (lon is None):
            self.fault("lat" if lat is None else "lon", "Có vĩ độ hoặc kinh độ mà thiếu số kia. Hãy ghi đủ hai số.")
        if lat == 0 and lon == 0:
            self.values |= {"lat": None, "lon": None}
            self.notes.append("Toạ độ 0, 0 được coi là không có toạ độ.")
        if "place_text" not in self.book.columns:
            self.values["place_text"] = place_in(self.values.get("contact_address", ""))

    def _read_direction(self) -> None:
        marked = [name for name in self.book.marks if (words := self.words(name)) and fold(words) not in NOT_MARKED]
        self.values["direction"] = marked[0] if marked else None
        for name in marked[1:]:
            self.fault(name, "Hướng xử lý có hơn một ô được đánh dấu. Hãy giữ một ô: thụ lý, trả lại hoặc chuyển.")

    def _read_status(self) -> None:
        words = self.words("status")
        self.values["status"] = self.book.mapping.words.statuses.get(fold(words)) if words else None
        if words and self.values["status"] is None:
            self.notes.append(f"Không rõ tình trạng «{words}».")

    def _try(self, name: str, read: Callable[[], Any]) -> None:
        try:
            self.values[name] = read()
        except BadValue as bad:
            self.fault(name, str(bad))

    def _finished(self) -> Draft | RowError:
        book, mapping = self.book, self.book.mapping
        self.values["identity"] = identity(self.values, mapping.key)
        draft = Draft(
            number=self.row.number,
            mapping=mapping.name,
            layout=book.layout,
            cells=self.row.cells,
            source_row=self._source_row(),
            channel=mapping.channel,
            notes=tuple(self.notes),
            **self.values,
        )
        occurrence, earlier = book.repeated(draft)
        if earlier is not None:
            self.fault(
                "external_id",
                f"Mã «{draft.external_id}» đã có ở dòng {earlier} với nội dung khác. Hãy sửa mã.",
            )
            return RowError(self.row.number, tuple(self.problems), self.row.cells)
        if occurrence > 1:
            object.__setattr__(draft, "occurrence", occurrence)
        return draft

    def _source_row(self) -> tuple[str, ...]:
        texts = [cell_text(cell) for cell in self.row.cells]
        hidden = self.book.columns.get("identity_document")
        if hidden is not None and hidden < len(texts) and texts[hidden].strip():
            texts[hidden] = HIDDEN
        both = self.book.columns.get("name_and_address")
        if both is not None and both < len(texts):
            texts[both] = without_document(texts[both])[0]
        return tuple(texts)
