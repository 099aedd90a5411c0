"""The registers an operator edits: which columns they have, how a row is read from texts, what an edit would write."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.core import tables
from langnghe.registry.models import Body, Competence, Holiday, Origin, Population, Term, Topic

VALIDITY = ("valid_from", "valid_to", "citation", "confidence")
NAMED_BY = {"topic": "code", "place": "key", "superior": "code", "successor": "code"}
OPTIONAL = {"valid_to", "name_en", "group", "keywords", "place_type", "scope", "why_vi", "condition", "note_vi"}
OPTIONAL |= {"extension_days", "extensions_max", "superior", "successor"}
CONFIDENCE = {
    "S": gettext_lazy("đã đọc văn bản gốc"),
    "I": gettext_lazy("suy ra"),
    "M": gettext_lazy("theo trí nhớ, chưa xác nhận"),
    "?": gettext_lazy("nghi ngờ, chưa xác nhận"),
}
FIXED = {
    "unit": ("working", "calendar"),
    "starts": ("received", "accepted"),
    "confidence": tuple(CONFIDENCE),
    "place_level": ("province", "district", "commune", "village"),
}


class Faulty(Exception):
    """A row that cannot be written; `faults` says for each column why."""

    def __init__(self, faults: dict[str, str]) -> None:
        super().__init__("; ".join(faults.values()))
        self.faults = faults


@dataclass(frozen=True)
class Register:
    """One register; of the rows of one origin with the same `key`, only one is in force on a day."""

    slug: str
    name: str | Promise
    model: type[models.Model]
    columns: tuple[str, ...]
    key: tuple[str, ...]
    shown: tuple[str, ...]

    @property
    def has_origin(self) -> bool:
        return self.model is not Body

    @property
    def is_law(self) -> bool:
        """Say whether a row is a rule with a validity, of which an edit makes a new one; else it is a lasting thing."""
        return self.model not in (Body, Topic)

    def rows(self) -> models.QuerySet[Any]:
        related = [name for name in self.columns if name in NAMED_BY]
        rows = self.model._default_manager.all()
        return rows.select_related(*related) if related else rows


REGISTERS = {
    register.slug: register
    for register in (
        Register(
            "co-quan",
            gettext_lazy("Cơ quan"),
            Body,
            ("code", "type", "kind", "level", "place", "name", "short_name", "superior", "successor", *VALIDITY),
            ("code",),
            ("name", "code"),
        ),
        Register(
            "linh-vuc",
            gettext_lazy("Lĩnh vực"),
            Topic,
            ("code", "name_vi", "name_en", "group", "keywords", *VALIDITY),
            ("code",),
            ("name_vi", "code"),
        ),
        Register(
            "tham-quyen",
            gettext_lazy("Thẩm quyền"),
            Competence,
            ("code", "topic", "place_level", "place_type", "scope", "body_type", "why_vi", *VALIDITY),
            ("topic", "place_level", "place_type", "scope"),
            ("topic", "place_level", "scope", "body_type", "code"),
        ),
        Register(
            "thoi-han",
            gettext_lazy("Thời hạn"),
            Term,
            (
                "code",
                "stage",
                "kind",
                "condition",
                "days",
                "unit",
                "starts",
                "extension_days",
                "extensions_max",
                "note_vi",
                *VALIDITY,
            ),
            ("stage", "kind", "condition"),
            ("stage", "kind", "condition", "days", "unit", "code"),
        ),
        Register(
            "ngay-nghi",
            gettext_lazy("Ngày nghỉ, ngày làm bù"),
            Holiday,
            ("date", "kind", "name_vi", "name_en", *VALIDITY),
            ("date",),
            ("date", "kind", "name_vi"),
        ),
        Register(
            "dan-so",
            gettext_lazy("Dân số"),
            Population,
            ("code", "place", "people", *VALIDITY),
            ("place",),
            ("place", "people", "code"),
        ),
    )
}


def choices(register: Register, column: str) -> tuple[str, ...]:
    """Return the values a column takes; none where any text will do."""
    if column == "kind" and register.model is Holiday:
        return ("holiday", "working")
    if column == "kind" and register.model is Body:
        return tuple(Body.Kind.values)
    if column in {"stage", "kind"} and register.model is Term:
        return tuple(sorted({row[column] for row in tables.rows("terms")}))
    if column == "body_type":
        return tuple(dict.fromkeys(row["code"] for row in tables.rows("body_types")))
    return FIXED.get(column, ())


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
        text = said.get(column, "").strip()
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
        if column not in OPTIONAL:
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
    if isinstance(field, models.PositiveSmallIntegerField):
        return _number(text, 0, 3_660)  # ten years of days
    if isinstance(field, models.PositiveIntegerField):
        return _number(text, 1, 100_000_000)
    if field.max_length and len(text) > field.max_length:
        raise ValueError(_("Dài quá %(most)s ký tự.") % {"most": field.max_length})
    return text


def _nothing(field: Any, column: str) -> Any:
    if isinstance(field, models.ForeignKey | models.DateField):
        return None
    return 0 if isinstance(field, models.PositiveSmallIntegerField) else "*" if column == "place_type" else ""


def _related(field: Any, column: str, text: str) -> models.Model:
    found: models.Model | None = field.related_model._default_manager.filter(**{NAMED_BY[column]: text}).first()
    if found is None:
        raise ValueError(_("Không có mã “%(code)s”.") % {"code": text})
    return found


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
    if row is not None and not register.is_law and values["code"] != row.code:
        raise Faulty({"code": _("Mã không đổi được, vì vụ việc đang gọi theo mã này.")})
    for column, value in values.items():
        setattr(target, column, value)
    if register.has_origin:
        target.origin = Origin.OPERATOR
    _refuse_twins(register, target, ended)
    _name_apart(register, target)
    return Plan(register, target, ended, before, texts(register, target))


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
    if not register.is_law or "code" not in register.columns:
        return
    if register.rows().filter(code=row.code).exclude(pk=row.pk).exists():
        row.code = f"{row.code[:60]}.tinh.{row.valid_from:%Y%m%d}"
