"""The statistical forms of the inspectorate (table statistical_forms), filled from the same facts as a review.

Nobody here has seen the columns in force: each is marked so, and a column that the records cannot count stays empty.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import CharField, QuerySet, Value
from django.db.models.functions import Cast, Concat

from langnghe.cases.models import Step
from langnghe.core import tables
from langnghe.engagements.book import Column, told_to
from langnghe.reviews.engine import added_up
from langnghe.reviews.extent import Extent
from langnghe.reviews.figures import definition
from langnghe.reviews.models import Fact
from langnghe.reviews.opening import opening
from langnghe.reviews.render.sheets import Sheet, workbook
from langnghe.reviews.sealed_counts import SEALED, Counted, Lane, sealed_counts

UNIT, OPENING, PEOPLE = "unit", "opening", "people:"
COUNTED_APART = {"", UNIT, OPENING}
AT_THE_DESK = {"received.channel.reception", "reception_groups", "reception_petitions"}
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


def statistics(extent: Extent, lane: Lane) -> list[Form]:
    """Return the six forms of the extent; complaints and denunciations as far as `lane` lets them be seen."""
    last = extent.until.isoformat()
    rows = [row for row in tables.rows("statistical_forms") if not row["valid_to"] or last <= row["valid_to"]]
    names = {row["figure"] for row in rows if not row["figure"].startswith(SEALED)} - COUNTED_APART
    counts: dict[str, Counted] = {**_counts(sorted(names), extent)}
    counts[UNIT], counts[OPENING] = extent.name, opening(extent)
    counts |= sealed_counts(lane, extent)
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


def _counts(names: Iterable[str], extent: Extent) -> dict[str, int]:
    """Return how many facts each figure has, or with `people:` before its name the sum of their people.

    What was told at a desk counts there, whoever is competent for it.
    """
    rows = Fact.objects.filter(day__range=(extent.since, extent.until), written_at__lte=extent.at)
    asked = {
        name: ("sum(people)" if name.startswith(PEOPLE) else "count(*)", name.removeprefix(PEOPLE)) for name in names
    }
    wanted = {name: (what, where(figure)) for name, (what, figure) in asked.items()}
    if extent.places:
        return added_up(rows.filter(place__in=extent.places), wanted)
    told = {name for name, (_what, figure) in asked.items() if figure in AT_THE_DESK}
    at_desk = {name: wanted[name] for name in wanted if name in told}
    others = {name: wanted[name] for name in wanted if name not in told}
    told_there = rows.filter(what="receive", channel="reception", fact__in=_told(extent))
    return added_up(told_there, at_desk) | added_up(rows.filter(body__in=extent.bodies), others)


def _told(extent: Extent) -> QuerySet[Step, str]:
    told = Step.objects.filter(told_to(extent.bodies), day__range=(extent.since, extent.until))
    return told.annotate(name=Concat(Value("s"), Cast("pk", CharField()))).values_list("name", flat=True)


def statistics_file(forms: list[Form], extent: Extent) -> bytes:
    """Return the forms as .xlsx, one sheet each, with the reasons for what is empty below."""
    return workbook([_sheet(form, extent) for form in forms])


def _sheet(form: Form, extent: Extent) -> Sheet:
    span = f"Từ ngày {extent.since:%d/%m/%Y} đến ngày {extent.until:%d/%m/%Y}"
    above = [f"Biểu {form.code}", span, UNCONFIRMED, extent.words]
    reasons = [(f"{columns}: {reason}",) for columns, reason in form.reasons.items()]
    return Sheet(
        form.code, above, [cell.column for cell in form.cells], [[cell.value for cell in form.cells], *reasons]
    )
