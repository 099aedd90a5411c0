"""The numbers of the two document forms, read from the table and checked before anything is drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import cast

from langnghe.reviews.render.document import FormName


class FormIncomplete(ValueError):
    """A form lacks a number, or a number cannot be read; the message names every key at fault."""


@dataclass(frozen=True, slots=True)
class Form:
    """Lengths in _mm are millimetres, sizes and spaces are points, shares are parts of a text's width."""

    font: str
    page_width_mm: float
    page_height_mm: float
    margin_top_mm: float
    margin_bottom_mm: float
    margin_left_mm: float
    margin_right_mm: float
    first_line_indent_mm: float
    space_between_paragraphs_pt: float
    line_spacing: float
    size_superior: float
    size_issuer: float
    size_number: float
    size_place_date: float
    size_kind: float
    size_abstract: float
    size_body: float
    size_page_number: float
    size_signer: float
    size_recipients_title: float
    size_recipients_list: float
    size_table: float


@dataclass(frozen=True, slots=True)
class StateForm(Form):
    size_national_name: float
    size_motto: float
    issuer_rule_share: float
    abstract_rule_share: float


@dataclass(frozen=True, slots=True)
class PartyForm(Form):
    size_party_name: float


FORMS: dict[FormName, type[Form]] = {"state": StateForm, "party": PartyForm}


def required_keys(name: FormName) -> list[str]:
    """Every dotted key that a caller of `read_form` must supply for this form."""
    return [f"{name}.{field.name}" for field in fields(FORMS[name])]


def read_form(name: FormName, numbers: Mapping[str, str]) -> Form:
    """The form with its numbers; raises FormIncomplete naming all missing or unreadable keys at once."""
    if name not in FORMS:
        raise FormIncomplete(f"Không có thể thức văn bản “{name}”; hãy chọn “state” hoặc “party”.")
    absent = [key for key in required_keys(name) if not numbers.get(key, "").strip()]
    if absent:
        raise FormIncomplete(f"Bảng document_forms còn thiếu: {', '.join(absent)}. Hãy bổ sung các dòng này.")
    values: dict[str, float | str] = {}
    for field in fields(FORMS[name]):
        written = numbers[f"{name}.{field.name}"].strip()
        values[field.name] = written if field.name == "font" else _positive(f"{name}.{field.name}", written)
    # The keys of `values` are exactly the fields of the class; mypy cannot see that through **.
    return FORMS[name](**cast(dict[str, float], values))  # type: ignore[arg-type]


def _positive(key: str, written: str) -> float:
    try:
        number = float(written.replace(",", "."))
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise FormIncomplete(f"Bảng document_forms: {key} phải là một số dương, hiện là “{written}”.")
    return number
