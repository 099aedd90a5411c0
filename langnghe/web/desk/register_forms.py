"""The form of one row of a register, made from the register's columns; what is typed is read by the register itself."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.cases.foreseeing import fault_of_ending
from langnghe.core import tables
from langnghe.registry import law
from langnghe.registry.models import Holiday, Member, ReplyTemplate
from langnghe.registry.placeholders import PLACEHOLDERS
from langnghe.registry.register_list import CONFIDENCE, NAMED_BY, Register
from langnghe.registry.registers import LONGEST, Faulty, Plan, choices, planned
from langnghe.web import law_words
from langnghe.web.desk.forms import Choice, dated
from langnghe.web.fields import Words

LABELS = {
    "code": _("Mã"),
    "type": _("Loại cơ quan"),
    "kind": _("Loại"),
    "level": _("Cấp"),
    "place": _("Địa bàn (mã hoặc tên)"),
    "people": _("Số dân"),
    "name": _("Tên"),
    "short_name": _("Tên ngắn"),
    "superior": _("Cấp trên (mã hoặc tên)"),
    "successor": _("Cơ quan kế thừa (mã hoặc tên)"),
    "valid_from": _("Có hiệu lực từ ngày"),
    "valid_to": _("Đến hết ngày"),
    "citation": _("Căn cứ"),
    "confidence": _("Độ tin cậy"),
    "name_vi": _("Tên tiếng Việt"),
    "name_en": _("Tên tiếng Anh"),
    "group": _("Nhóm"),
    "keywords": _("Từ khóa"),
    "topic": _("Lĩnh vực"),
    "place_level": _("Cấp địa bàn"),
    "place_type": _("Loại địa bàn"),
    "scope": _("Chi tiết thêm"),
    "body_type": _("Loại cơ quan có thẩm quyền"),
    "why_vi": _("Vì sao"),
    "stage": _("Bước"),
    "condition": _("Điều kiện"),
    "days": _("Số ngày"),
    "unit": _("Đơn vị tính"),
    "starts": _("Tính từ"),
    "extension_days": _("Mỗi lần gia hạn (ngày)"),
    "extensions_max": _("Số lần gia hạn"),
    "note_vi": _("Ghi chú"),
    "date": _("Ngày"),
    "outcome": _("Kết quả"),
    "text_vi": _("Lời mẫu"),
    "phrase_vi": _("Cụm từ"),
    "value": _("Giá trị"),
    "note_en": _("Ghi chú tiếng Anh"),
    "account": _("Tài khoản"),
    "role": _("Vai trò"),
    "body": _("Cơ quan (mã hoặc tên)"),
}
HELP = {
    "citation": _("Số, ký hiệu văn bản và điều khoản."),
    "valid_from": _("Dòng mới thay dòng cũ từ ngày này."),
    "valid_to": _("Để trống nếu chưa biết ngày hết hiệu lực."),
    "place_type": _("Dấu * là mọi loại."),
}
SAID = {
    "working": _("ngày làm việc"),
    "calendar": _("ngày liền"),
    "received": _("ngày nhận"),
    "accepted": _("ngày thụ lý"),
    "holiday": _("ngày nghỉ"),
    "province": _("tỉnh"),
    "district": _("huyện"),
    "commune": _("xã, phường"),
    "village": _("thôn"),
    "days": _("ngày"),
    "working_days": _("ngày làm việc"),
    "times": _("lần"),
    "cases": _("vụ việc"),
    "people": _("người"),
    "files": _("tệp"),
    "megabytes": "MB",
    "percent": _("phần trăm"),
}
WORDS: dict[str, Mapping[str, Any]] = {
    "stage": law_words.STAGES,
    "level": law_words.LEVELS,
    "kind": law_words.SUBJECTS | law_words.BODY_KINDS,
    "confidence": CONFIDENCE,
    "role": {role.value: role.label for role in Member.Role},
}


def said(register: Register, column: str, value: str) -> str:
    """Return a value of a column in words, where there are any."""
    if column == "kind" and register.model is Holiday:
        return str(_("ngày làm bù") if value == "working" else SAID.get(value, value))
    if column in {"type", "body_type"}:
        return _of_body(value)
    named: dict[str, Mapping[str, Any]] = {"topic": law.topics(), "kind": law.kinds(), "outcome": law.outcomes()}
    if value in named.get(column, {}):
        return str(named[column][value].name)
    if column in {"condition", "scope"}:
        return law_words.named(f"{column}s", value) or value
    words = WORDS.get(column, SAID)
    return str(words[value]) if value in words and choices(register, column) else value


def _of_body(code: str) -> str:
    names = {row["code"]: row["name_template"].replace("{place}", "").strip() for row in tables.rows("body_types")}
    return f"{names[code]} · {code}" if code in names else code


class RowForm(forms.Form):
    """One row; `plan` (after validation) is what saving would write."""

    plan: Plan

    def __init__(self, *args: Any, register: Register, old: int | None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.register, self.old = register, old
        for column in register.columns:
            self.fields[column] = self._field(column)

    def _field(self, column: str) -> forms.Field:
        field: Any = self.register.model._meta.get_field(column)
        options: dict[str, Any] = {"label": LABELS[column], "required": not self.register.is_optional(column)}
        options["help_text"] = self._help(column)
        listed = tuple(law.topics()) if column == "topic" else choices(self.register, column)
        if listed:
            return Choice(
                choices=[("", "–"), *((each, said(self.register, column, each)) for each in listed)], **options
            )
        if column in {"valid_from", "valid_to", "date"}:
            return forms.CharField(widget=dated(), **options)
        if field.get_internal_type() in {"PositiveSmallIntegerField", "PositiveIntegerField"}:
            return forms.CharField(widget=forms.NumberInput(), **options)
        if column == "code" and self.old and not self.register.is_law:
            return forms.CharField(widget=forms.TextInput({"readonly": True}), **options)
        long = field.get_internal_type() == "TextField" and column not in NAMED_BY
        rows = 8 if column == "text_vi" else 2
        widget = forms.Textarea({"rows": rows}) if long else forms.TextInput()
        return Words(longest=field.max_length or LONGEST, widget=widget, **options)

    def _help(self, column: str) -> str:
        if column == "text_vi":
            allowed = ", ".join(f"{{{name}}} {words}" for name, words in PLACEHOLDERS.items())
            words = _("Máy điền: %(allowed)s. Chỗ cán bộ phải điền viết trong [ ], ví dụ [ngày làm xong].")
            return str(words) % {"allowed": allowed}
        if column == "topic" and self.register.model is ReplyTemplate:
            return str(_("Để trống: mẫu dùng cho mọi lĩnh vực."))
        if column == "code" and self.register.model is ReplyTemplate:
            return str(_("Cùng mã với mẫu của bản phát hành thì dùng thay mẫu ấy."))
        if column == "value":
            return str(_("Có hiệu lực ngay khi ghi."))
        return "" if column == "valid_from" and not self.register.is_law else str(HELP.get(column, ""))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        try:
            self.plan = planned(self.register, values, self.old)
            if faults := fault_of_ending(self.plan):
                raise Faulty(faults)
        except Faulty as faulty:
            for column, words in faulty.faults.items():
                self.add_error(column, words)
        return values
