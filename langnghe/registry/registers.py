"""A row of a register: how it is read from texts, what is wrong with it, what an edit would write."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext as _

from langnghe.core import tables
from langnghe.registry import placeholders
from langnghe.registry.models import Body, Member, Origin, Place, Rule
from langnghe.registry.register_list import FIXED, LISTED, NAMED_BY, Register

LONGEST = 2_000
MOST_NAMED = 5  # of one name, told with their codes
BOUNDS = {
    "PositiveSmallIntegerField": (0, 3_660),
    "PositiveIntegerField": (1, 100_000_000),
}  # ten years of days; people


class Faulty(Exception):
    """A row that cannot be written; `faults` says for each column why."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults


def choices(register: Register, column: str) -> tuple[str, ...]:
    """Return the values a column takes; none where any text will do."""
    if (table := LISTED.get((register.model, column)) or LISTED.get((None, column))) is not None:
        return tuple(dict.fromkeys(row[table[1]] for row in tables.rows(table[0])))
    return FIXED.get((register.model, column), FIXED.get((None, column), ()))


def texts(register: Register, row: models.Model | None) -> dict[str, str]:
    """Return the row as texts, dates in ISO, relations by their code."""
    return {} if row is None else {column: _text(row, column) for column in register.columns}


def _text(row: models.Model, column: str) -> str:
    value = getattr(row, column)
    if value is None:
        return ""
    if column in NAMED_BY:
        return str(getattr(value, NAMED_BY[column]))
    return value.isoformat() if isinstance(value, date) else str(value)


def read(register: Register, said: Mapping[str, str]) -> dict[str, Any]:
    """Return the values that the texts give; Faulty with a sentence for each column that is not right."""
    values: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for column in register.columns:
        text = said.get(column, "").replace("\r\n", "\n").strip()
        try:
            values[column] = _value(register, column, text)
        except ValueError as wrong:
            faults[column] = str(wrong)
    since, until = values.get("valid_from"), values.get("valid_to")
    if since and until and until < since:
        faults["valid_to"] = _("Ngày hết hiệu lực phải từ ngày bắt đầu hiệu lực trở đi.")
    if faults:
        raise Faulty(faults)
    return values


def _value(register: Register, column: str, text: str) -> Any:
    field: Any = register.model._meta.get_field(column)
    if not text:
        if not register.is_optional(column):
            raise ValueError(_("Hãy điền ô này."))
        return _nothing(field, column)
    if "\0" in text:
        raise ValueError(_("Ô này có ký tự không đọc được."))
    allowed = choices(register, column)
    if allowed and text not in allowed:
        raise ValueError(_("Chỉ nhận một trong: %(values)s.") % {"values": ", ".join(allowed)})
    if isinstance(field, models.ForeignKey):
        return _related(field, column, text)
    if isinstance(field, models.DateField):
        return day_of(text)
    if isinstance(field, models.IntegerField):
        return _number(text, *BOUNDS[field.get_internal_type()])
    if len(text) > (most := field.max_length or LONGEST):
        raise ValueError(_("Dài quá %(most)s ký tự.") % {"most": most})
    if column == "text_vi" and (fault := placeholders.fault(text)):
        raise ValueError(fault)
    return text


def _nothing(field: Any, column: str) -> Any:
    if isinstance(field, models.ForeignKey | models.DateField):
        return None
    return 0 if isinstance(field, models.PositiveSmallIntegerField) else "*" if column == "place_type" else ""


def _related(field: Any, column: str, text: str) -> models.Model:
    """Return what the code names, or the name where only one has it; of several the codes are told."""
    rows, model, code = field.related_model._default_manager.all(), field.related_model, NAMED_BY[column]
    found: models.Model | None = rows.filter(**{code: text}).first()
    if found is not None:
        return found
    called = Q(name__iexact=text) | (Q(short_name__iexact=text) if model is Body else Q())
    named: list[models.Model] = list(rows.filter(called)[:MOST_NAMED]) if model in (Body, Place) else []
    if not named:
        raise ValueError(_("Không có mã hay tên “%(code)s”.") % {"code": text})
    if len(named) > 1:
        codes = "; ".join(f"{getattr(row, code)} ({_lasts(row)})" for row in named)
        words = _("Có nhiều nơi tên “%(name)s”; hãy ghi mã: %(codes)s.")
        raise ValueError(words % {"name": text, "codes": codes})
    return named[0]


def _lasts(row: Any) -> str:
    """Return from when to when a body or a place is in force."""
    return " – ".join(f"{day:%d/%m/%Y}" if day else "…" for day in (row.valid_from, row.valid_to))


def day_of(text: str) -> date:
    """Return the day written as 2026-07-01 or 01/07/2026; ValueError in the reader's words."""
    for form in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 a day has no time zone
        except ValueError:
            continue
    raise ValueError(_("Hãy ghi ngày theo dạng ngày/tháng/năm, ví dụ 01/07/2026."))


def _number(text: str, least: int, most: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= len(str(most)) and least <= int(text) <= most):
        raise ValueError(_("Hãy ghi một số từ %(least)s đến %(most)s.") % {"least": least, "most": most})
    return int(text)


@dataclass(frozen=True)
class Plan:
    """What an edit would write: the row, and an operator's row that ends the day before."""

    register: Register
    row: models.Model
    ended: models.Model | None
    before: dict[str, str]
    after: dict[str, str]

    @property
    def named(self) -> str:
        """Return by what the row is called where its edits are listed."""
        return self.after.get("code") or self.after.get("date") or self.after[self.register.key[0]]

    def rows_after(self) -> list[Any]:
        """Return all rows of the register as they would be."""
        own = {each.pk: each for each in (self.row, self.ended) if each is not None and each.pk}
        rows = [own.get(row.pk, row) for row in self.register.rows()]
        return rows if self.row.pk else [*rows, self.row]


def planned(register: Register, said: Mapping[str, str], old: int | None) -> Plan:
    """Return what the edit would write.

    A rule of the release stays as it is: the operator's row goes over it from its own valid_from. A rule of the
    operator's own ends the day before when the new one begins later, and is mended in place otherwise.
    """
    row: Any = register.rows().get(pk=old) if old else None
    values = read(register, said)
    before = texts(register, row)
    ended, target = None, copy(row)
    if row is None or (register.is_law and row.origin == Origin.RELEASE):
        target = register.model()
    elif register.is_law and (row.valid_from is None or values["valid_from"] > row.valid_from):
        ended, target = copy(row), register.model()
        ended.valid_to = values["valid_from"] - timedelta(1)
    _refuse_another(register, row, values)
    for column, value in values.items():
        setattr(target, column, value)
    if register.has_origin:
        target.origin = Origin.OPERATOR
    _refuse_twins(register, target, ended)
    _name_apart(register, target)
    return Plan(register, target, ended, before, texts(register, target))


def _refuse_another(register: Register, row: Any, values: dict[str, Any]) -> None:
    """Refuse that an edit makes another thing of what others point to, and a rule that nobody asks for or may set."""
    if register.model is Rule:
        _refuse_rule(row, values)
    if row is None or register.is_law:
        return
    changed = [column for column in register.key if getattr(row, column) != values[column]]
    if changed and register.model is Member:
        raise Faulty({changed[0]: _("Dòng đã có chỉ đổi được ngày hết hiệu lực; vai trò mới là một dòng mới.")})
    if changed:
        raise Faulty({"code": _("Mã không đổi được, vì vụ việc đang gọi theo mã này.")})


def _refuse_rule(row: Any, values: dict[str, Any]) -> None:
    limits = next((each for each in tables.rows("rules") if each["code"] == values["code"]), None)
    if row is None or limits is None:
        raise Faulty({"code": _("Không thêm được quy tắc mới; chỉ sửa được số của quy tắc đã có.")})
    least, most = int(limits["min"]), int(limits["max"])
    if not least <= values["value"] <= most:
        raise Faulty({"value": _("Hãy ghi một số từ %(least)s đến %(most)s.") % {"least": least, "most": most}})
    if values["unit"] != limits["unit"]:
        raise Faulty({"unit": _("Đơn vị tính của quy tắc không đổi được.")})


def _refuse_twins(register: Register, row: Any, ended: Any) -> None:
    """Refuse a second row in force on the same day with the same key: nobody could say which one holds."""
    twins = register.rows().filter(**{name: getattr(row, name) for name in register.key}).exclude(pk=row.pk)
    if register.is_law:
        twins = twins.filter(Q(valid_to=None) | Q(valid_to__gte=row.valid_from), origin=Origin.OPERATOR)
        twins = twins.filter(Q(valid_from=None) | Q(valid_from__lte=row.valid_to)) if row.valid_to else twins
        twins = twins.exclude(pk=ended.pk) if ended else twins
    if (twin := twins.first()) is not None:
        words = _("Đã có dòng “%(row)s” cho cùng trường hợp trong thời gian này; hãy sửa dòng đó.")
        raise Faulty({register.key[0]: words % {"row": twin}})


def _name_apart(register: Register, row: Any) -> None:
    """Give a new rule a code of its own, since cases keep the code of the rule they were counted by."""
    if not register.is_law or "code" not in register.columns or "code" in register.key:
        return
    if register.rows().filter(code=row.code).exclude(pk=row.pk).exists():
        row.code = f"{row.code[:60]}.tinh.{row.valid_from:%Y%m%d}"
