"""The registers that an operator edits, each with its columns and by what its rows are told apart."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from langnghe.registry.models import (
    Body,
    Competence,
    Holiday,
    Member,
    Population,
    ReplyTemplate,
    Rule,
    Term,
    Topic,
    VaguePhrase,
)

VALIDITY = ("valid_from", "valid_to", "citation", "confidence")
NAMED_BY = {"topic": "code", "place": "key", "superior": "code", "successor": "code", "account": "username"}
NAMED_BY |= {"body": "code"}
OPTIONAL = {
    "valid_to",
    "note_en",
    "name_en",
    "group",
    "keywords",
    "place_type",
    "scope",
    "why_vi",
    "condition",
    "note_vi",
}
OPTIONAL |= {"note_en", "extension_days", "extensions_max", "superior", "successor"}
CONFIDENCE = {
    "S": gettext_lazy("đã đọc văn bản gốc"),
    "I": gettext_lazy("suy ra"),
    "M": gettext_lazy("theo trí nhớ, chưa xác nhận"),
    "?": gettext_lazy("nghi ngờ, chưa xác nhận"),
}
# The values a column takes: written here, or those of a column of a table of the release; by model, None: of any.
FIXED: dict[tuple[type[models.Model] | None, str], tuple[str, ...]] = {
    (Term, "unit"): ("working", "calendar"),
    (None, "starts"): ("received", "accepted"),
    (None, "confidence"): tuple(CONFIDENCE),
    (None, "place_level"): ("province", "district", "commune", "village"),
    (Holiday, "kind"): ("holiday", "working"),
    (Body, "kind"): tuple(Body.Kind.values),
    (None, "role"): tuple(Member.Role.values),
}
LISTED: dict[tuple[type[models.Model] | None, str], tuple[str, str]] = {
    (Term, "stage"): ("terms", "stage"),
    (Term, "kind"): ("terms", "kind"),
    (Rule, "unit"): ("rules", "unit"),
    (Term, "condition"): ("conditions", "code"),
    (Competence, "scope"): ("scopes", "code"),
    (Body, "type"): ("body_types", "code"),
    (Body, "level"): ("body_types", "level"),
    (None, "outcome"): ("outcomes", "code"),
    (None, "body_type"): ("body_types", "code"),
}


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
        return self.model not in (Body, Member)

    @property
    def is_law(self) -> bool:
        """Say whether a row is a rule with a validity, of which an edit makes a new one; else it is a lasting thing."""
        return self.model not in (Body, Topic, Rule, Member)

    @property
    def is_closed(self) -> bool:
        """Say whether its rows can only be mended, since the program asks for each by its code."""
        return self.model is Rule

    def is_optional(self, column: str) -> bool:
        if column == "valid_from":
            return self.model in (Body, Topic)
        return column in OPTIONAL or (column == "topic" and self.model is ReplyTemplate)

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
        Register(
            "mau-tra-loi",
            gettext_lazy("Mẫu trả lời"),
            ReplyTemplate,
            ("code", "outcome", "topic", "name_vi", "text_vi", *VALIDITY),
            ("code",),
            ("name_vi", "outcome", "topic", "code"),
        ),
        Register(
            "cum-tu",
            gettext_lazy("Cụm từ chung chung"),
            VaguePhrase,
            ("code", "phrase_vi", *VALIDITY),
            ("code",),
            ("phrase_vi", "code"),
        ),
        Register(
            "quy-tac",
            gettext_lazy("Quy tắc của tỉnh"),
            Rule,
            ("code", "value", "unit", "note_vi", "note_en", "citation", "confidence"),
            ("code",),
            ("note_vi", "value", "unit", "code"),
        ),
        Register(
            "thanh-vien",
            gettext_lazy("Thành viên"),
            Member,
            ("account", "role", "body", "valid_from", "valid_to"),
            ("account", "role", "body", "valid_from"),
            ("account", "role", "body"),
        ),
    )
}
