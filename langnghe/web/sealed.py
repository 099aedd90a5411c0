"""Khiếu nại and tố cáo have a procedure of their own: knows them, and says what the law asks for."""

import json
import re
from datetime import date
from typing import Any, cast

from django.db.models import QuerySet
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from langnghe.cases.actions import retained
from langnghe.cases.sealed import procedure as procedure_law
from langnghe.cases.sealed.models import SealedRecord, SealedRequest, SealedStep
from langnghe.core import tables
from langnghe.core.text import fold
from langnghe.registry import law
from langnghe.registry.models import Term
from langnghe.web import own_data, words

STAGES = {
    "lodge": gettext_lazy("Nộp đơn"),
    "accept": gettext_lazy("Thụ lý"),
    "transfer": gettext_lazy("Chuyển nơi có thẩm quyền"),
    "settle": gettext_lazy("Giải quyết"),
    "second": gettext_lazy("Giải quyết lần hai"),
}
# The writer's own act ("tôi tố cáo", "đơn khiếu nại"), not any mention of one.
_ACT = r"\b(?:toi|xin|don|muon) (?:lam don |xin |muon )?"
ACTS = {
    "denunciation": re.compile(_ACT + r"to cao\b"),
    "complaint": re.compile(_ACT + r"khieu nai\b"),
}


def patterns() -> str:
    """Return what the writer's own act looks like in folded words, as JSON for a script that keeps drafts."""
    return json.dumps({kind: act.pattern for kind, act in ACTS.items()})


def kind_of(text: str, kind: str) -> str:
    """Return complaint or denunciation if that is the kind chosen or what the words do, else nothing."""
    if kind in ACTS:
        return kind
    folded = fold(text)
    return next((code for code, act in ACTS.items() if act.search(folded)), "")


def procedure(kind: str, today: date) -> dict[str, Any]:
    """Return what the page of the procedure shows: the law, who receives in person, the terms."""
    row = next(row for row in tables.rows("kinds") if row["code"] == kind)
    return {
        "kind": law.kinds()[kind],
        "citation": row["citation"],
        "terms": _terms(kind, today),
        "receptions": _receptions(today),
    }


def ground_words(row: dict[str, str]) -> str:
    """Return a lawful reason for not accepting (a row of refusal_grounds) with its source, as it is told to people."""
    title = row["title_en" if get_language() == "en" else "title_vi"]
    return f"{title} ({row['citation']})"


def ground_of(step: SealedStep, kind: str) -> str:
    """Return the lawful reason that a refusal names, in words; nothing for other steps."""
    row = procedure_law.grounds(kind, step.day).get(step.ground)
    return ground_words(row) if row else ""


def step_row(step: SealedStep, kind: str) -> dict[str, Any]:
    """Return a step of the procedure as the timeline shows it, to its writer and to who handles it."""
    reason = ground_of(step, kind) or (step.get_finding_display() if step.finding else "")
    if step.condition != "normal":
        reason = str(procedure_law.CONDITIONS[step.condition])
    name = procedure_law.STAGES[step.verb].name
    return {
        "day": step.day,
        "verb": name,
        "document_no": step.document_no,
        "text": reason,
        "to": step.to,
        "pk": step.pk,
    }


def standing_row(record: SealedRecord, standing: procedure_law.Standing, today: date) -> dict[str, Any]:
    """Return what may be said of where a record stands: its state, what is due when, and whose turn it is; no name."""
    what, who = procedure_law.AWAITED.get(standing.state, ("", ""))
    return {
        "state": procedure_law.STATES[standing.state],
        "due": standing.due,
        "is_late": standing.due is not None and standing.due < today,
        "awaited": what if standing.due else "",
        "turn": _("%(body)s: %(who)s") % {"who": who, "body": record.body} if who else "",
    }


def request_row(row: SealedRequest, today: date) -> dict[str, Any]:
    """Return a request about data as the pages show it, with its clock and what was answered."""
    return {"row": row, "name": row.name, "clock": own_data.clock(row, today), **row.answered}


def retained_row(record: SealedRecord) -> dict[str, Any]:
    """Return until when the law has the record kept, with its source and the mark where that is not confirmed."""
    row, until = retained(record)
    return words.cited(row.citation, row.confidence) | {"until": until}


def _terms(kind: str, today: date) -> list[dict[str, Any]]:
    rows = cast("QuerySet[Term]", Term.objects.on(today))
    first: dict[tuple[str, str], Term] = {}
    for row in rows.filter(kind=kind, stage__in=STAGES).order_by("origin", "pk"):
        first.setdefault((row.stage, row.condition), row)
    order = list(STAGES)
    chosen = sorted(first.values(), key=lambda row: (order.index(row.stage), row.pk))
    return [
        {
            "stage": STAGES[row.stage],
            "note": row.note_vi,
            "days": words.days_of(row.days, working=row.unit == "working"),
        }
        | words.cited(row.citation, row.confidence)
        for row in chosen
    ]


def _receptions(today: date) -> list[dict[str, Any]]:
    """Return the duty rows in force of the chairmen, who must receive citizens in person."""
    day = today.isoformat()
    rows = [row for row in tables.rows("reception_duties") if row["who"].startswith("chairman")]
    return [
        row | words.cited(row["citation"], row["confidence"])
        for row in rows
        if (row["valid_from"] or "0") <= day <= (row["valid_to"] or "9")
    ]
