"""The form of one row of a register, made from the register's columns; what is typed is read by the register itself."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from langnghe.core import tables
from langnghe.registry import law
from langnghe.registry.models import Holiday
from langnghe.registry.registers import CONFIDENCE, NAMED_BY, OPTIONAL, Faulty, Plan, Register, choices, planned
from langnghe.web.desk.forms import Choice, dated
from langnghe.web.fields import Words

LABELS = {
    "code": _("Mã"),
    "type": _("Loại cơ quan"),
    "kind": _("Loại"),
    "level": _("Cấp"),
    "place": _("Địa bàn (mã)"),
    "people": _("Số dân"),
    "name": _("Tên"),
    "short_name": _("Tên ngắn"),
    "superior": _("Cấp trên (mã)"),
    "successor": _("Cơ quan kế thừa (mã)"),
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
}


def said(register: Register, column: str, value: str) -> str:
    """Return a value of a column in words, where there are any."""
    if column == "topic":
        topic = law.topics().get(value)
        return topic.name if topic else value
    if column == "confidence":
        return str(CONFIDENCE.get(value, value))
    if column == "kind" and register.model is Holiday:
        return str(_("ngày làm bù") if value == "working" else SAID.get(value, value))
    if column == "kind" and value in law.kinds():
        return law.kinds()[value].name
    if column in {"type", "body_type"}:
        return _of_body(value)
    return str(SAID[value]) if value in SAID and column != "code" else value


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
        options: dict[str, Any] = {"label": LABELS[column], "required": column not in OPTIONAL}
        options["help_text"] = HELP.get(column, "")
        listed = tuple(law.topics()) if column == "topic" else choices(self.register, column)
        if listed:
            return Choice(
                choices=[("", "–"), *((each, said(self.register, column, each)) for each in listed)], **options
            )
        if column in {"valid_from", "valid_to", "date"}:
            return forms.CharField(widget=dated(), **options)
        if field.get_internal_type() in {"PositiveSmallIntegerField", "PositiveIntegerField"}:
            return forms.CharField(widget=forms.NumberInput(), **options)
        long = field.get_internal_type() == "TextField" and column not in NAMED_BY
        widget = forms.Textarea({"rows": 2}) if long else forms.TextInput()
        return Words(longest=field.max_length or 2000, widget=widget, **options)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if self.errors:
            return values
        try:
            self.plan = planned(self.register, values, self.old)
        except Faulty as faulty:
            for column, words in faulty.faults.items():
                self.add_error(column, words)
        return values
