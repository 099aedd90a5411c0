"""Words to begin an answer with, by outcome and topic; what only the officer knows stands as [blanks] to be filled."""

from collections.abc import Iterable
from datetime import date

from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.registry.models import ReplyTemplate
from langnghe.registry.placeholders import BLANK, fill

UNCLASSIFIED = "chua_phan_loai"


def fitting(case: Case, on: date) -> list[ReplyTemplate]:
    """Return the templates for the case, those of its topic first; an outcome's general one only where it has none."""
    return among(law.templates(on), case.topic_id)


def among(templates: Iterable[ReplyTemplate], topic: int) -> list[ReplyTemplate]:
    rows = [row for row in templates if row.fits_all or row.topic_id == topic]
    own = {row.outcome for row in rows if not row.fits_all}
    rows = [row for row in rows if not row.fits_all or row.outcome not in own]
    return sorted(rows, key=lambda row: (row.fits_all, list(law.outcomes()).index(row.outcome)))


def filled(template: ReplyTemplate, case: Case) -> str:
    """Return its text with what the record knows put in; the blanks stay."""
    known = {
        "co_quan": case.holder.name,
        "vu_viec": case.code,
        "noi": f"{case.spot}, {case.place}" if case.spot else str(case.place),
        "linh_vuc": case.topic.name_vi.lower() if case.topic.code != UNCLASSIFIED else "việc ông/bà nêu",
        "ngay_nhan": f"{case.received:%d/%m/%Y}",
    }
    return fill(template.text_vi, known)


def blanks(text: str) -> list[str]:
    """Return the blanks that are still open, at most five."""
    return BLANK.findall(text)[:5]
