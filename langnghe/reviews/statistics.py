"""The statistical forms of the inspectorate (table statistical_forms), filled from the same facts as a review.

Nobody here has seen the columns in force: each is marked so, and a column that the records cannot count stays empty.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Sum

from langnghe.core import tables
from langnghe.engagements.book import Column
from langnghe.registry.models import Body
from langnghe.reviews.engine import Window, records
from langnghe.reviews.figures import definition
from langnghe.reviews.render.sheets import Sheet, workbook
from langnghe.reviews.scope import covered
from langnghe.reviews.sealed_counts import SEALED, Counted, Lane, sealed_counts

UNIT, PEOPLE = "unit", "people:"
UNCONFIRMED = "Các cột chưa xác nhận với TT 06/2025/TT-TTCP; số liệu tính từ hồ sơ trong hệ thống"
OWN: dict[str, str] = {  # figures that only these forms ask for, as predicates over the facts
    "receptions_extra": "what = 'reception_extra'",
    "reception_groups": "what = 'receive' AND channel = 'reception' AND people >= {group_people}",
    "reception_petitions": "what = 'receive' AND channel = 'reception' AND kind IN ('petition', 'feedback')",
    "petitions": "what = 'receive' AND kind IN ('petition', 'feedback')",
}


@dataclass(frozen=True)
class Cell:
    """One column of a form with its value, or why it has none."""

    column: Column
    value: str | int
    reason: str
    is_unsure: bool


@dataclass(frozen=True)
class Form:
    code: str
    citation: str
    cells: tuple[Cell, ...]

    @property
    def has_groups(self) -> bool:
        return any(cell.column.group for cell in self.cells)

    @property
    def reasons(self) -> dict[str, str]:
        """Return why columns are empty, each reason once: the numbers of the columns, and the reason."""
        found: dict[str, list[int]] = {}
        for cell in self.cells:
            if cell.reason:
                found.setdefault(cell.reason, []).append(cell.column.number)
        return {", ".join(f"({number})" for number in numbers): reason for reason, numbers in found.items()}


def statistics(body: Body, since: date, until: date, at: datetime, lane: Lane | None = None) -> list[Form]:
    """Return the six forms for the place of the body; complaints and denunciations as `lane` lets them be counted."""
    window = Window(since, until, at, covered(body.place, until))
    rows = [
        row for row in tables.rows("statistical_forms") if not row["valid_to"] or until.isoformat() <= row["valid_to"]
    ]
    names = {row["figure"] for row in rows if row["figure"] not in {"", UNIT} and not row["figure"].startswith(SEALED)}
    counts: dict[str, Counted] = {name: _count(name, window) for name in sorted(names)}
    counts |= {UNIT: body.place.name} | sealed_counts(lane, window)
    codes = dict.fromkeys(row["form"] for row in rows)
    return [_form(code, [row for row in rows if row["form"] == code], counts) for code in codes]


def _form(code: str, rows: list[dict[str, str]], counts: Mapping[str, Counted]) -> Form:
    return Form(code, rows[0]["citation"], tuple(_cell(row, counts.get(row["figure"], "")) for row in rows))


def _cell(row: dict[str, str], count: Counted) -> Cell:
    """Return the cell of a column; of a sealed figure words are the reason why it has no number."""
    column = Column(int(row["column"]), row["title_vi"], row["group_vi"])
    is_withheld = row["figure"].startswith(SEALED) and not isinstance(count, int)
    value, reason = ("", str(count)) if is_withheld else (count, row["reason_vi"])
    return Cell(column, value if isinstance(value, int) else str(value), reason, row["confidence"] != "S")


def where(name: str) -> str:
    """Return the predicate of a figure's name; KeyError for none."""
    return OWN.get(name) or definition(name).where


def _count(name: str, window: Window) -> int:
    """Return how many facts there are, or with `people:` before the name the sum of their people."""
    found = records(window, where(name.removeprefix(PEOPLE)))
    if name.startswith(PEOPLE):
        return int(found.order_by().aggregate(sum=Sum("people"))["sum"] or 0)
    return found.order_by().count()


def statistics_file(forms: list[Form], since: date, until: date) -> bytes:
    """Return the forms as .xlsx, one sheet each, with the reasons for what is empty below."""
    return workbook([_sheet(form, since, until) for form in forms])


def _sheet(form: Form, since: date, until: date) -> Sheet:
    above = [f"Biểu {form.code}", f"Từ ngày {since:%d/%m/%Y} đến ngày {until:%d/%m/%Y}", UNCONFIRMED]
    reasons = [(f"{columns}: {reason}",) for columns, reason in form.reasons.items()]
    return Sheet(
        form.code, above, [cell.column for cell in form.cells], [[cell.value for cell in form.cells], *reasons]
    )
