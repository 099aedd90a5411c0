"""Papers of the sealed lane: each tells one stage that was recorded, as the body that acted and on the stage's day."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import SealedRecord
from langnghe.core.calendar import written_out
from langnghe.registry import law
from langnghe.web import sealed
from langnghe.web.now import today
from langnghe.web.words import cited


def paper(request: HttpRequest, record: SealedRecord, said: dict[str, Any], words: dict[str, Any]) -> HttpResponse:
    """Show a paper about the last stage of its verb: its body, days, number and term are those of the stage."""
    chosen = said["paper"]
    last = record.steps.select_related("body__place", "to").filter(verb=chosen).latest("pk")
    until = list(record.steps.filter(pk__lte=last.pk).order_by("pk"))
    standing = procedure.standing(record, until)
    stage_law = procedure.law_of(procedure.STAGES[chosen], record.kind)
    term = standing.clock and standing.clock.term
    context = {
        "paper": chosen,
        "record": record,
        "body": last.body or record.body,
        "came": standing.came,
        "kind": law.kinds()[record.kind].name,
        "step": last,
        "signed_on": written_out(last.day),
        "ground": sealed.ground_of(last, record.kind),
        "law": stage_law | cited(stage_law["citation"], stage_law["confidence"]),
        "part": words.get("withdrawn", {}).get(last.pk, ""),
        "remark": said["remark"],
        "due": standing.due,
        "term": term and cited(term.citation, term.confidence),
        "words": words,
        "today": today(),
    }
    return render(request, "desk/sealed_paper.html", context)
