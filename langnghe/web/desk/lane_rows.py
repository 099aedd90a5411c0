"""What the lane's pages list besides records: requests about their data, and records handed over elsewhere."""

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F, Q
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from langnghe.cases import actions
from langnghe.cases.lifecycle import DECIDERS
from langnghe.cases.sealed.models import SealedRecord, SealedRequest, SealedStep
from langnghe.cases.subject_request import SubjectRequest
from langnghe.registry import law
from langnghe.web import sealed
from langnghe.web.access import actor, entered
from langnghe.web.desk.lane_forms import Answer
from langnghe.web.now import today
from langnghe.web.paging import page_by_day

MOST_WAITING = 50


def waiting_requests(keys: Collection[int]) -> list[dict[str, Any]]:
    """Return the requests that wait for an answer on records that these keys open, the first due first."""
    rows = SealedRequest.objects.filter(state=SubjectRequest.State.ASKED, record__keys__lane_key__in=keys)
    found = rows.order_by(F("due").asc(nulls_last=True), "pk")[:MOST_WAITING]
    return [sealed.request_row(row, today()) | {"number": row.record_id[:8].upper()} for row in found]


def request_rows(
    record: SealedRecord, role: str, answering: Mapping[int, Answer], words: dict[str, Any] | None
) -> list[dict[str, Any]]:
    """Return the record's requests, newest first, with the form for those that wait; words only while it is open."""
    asked = (words or {}).get("asked", {})
    rows = [(row, sealed.request_row(row, today())) for row in record.requests.order_by("-pk")]
    waiting = {row.pk: answer_form(row, record, role) for row, _shown in rows if row.is_open}
    forms = waiting | dict(answering)  # also what somebody else answered while it was being typed
    return [shown | {"words": asked.get(row.pk, ""), "form": forms.get(row.pk)} for row, shown in rows]


def answer_form(row: SealedRequest, record: SealedRecord, role: str, said: QueryDict | None = None) -> Answer:
    may_erase = actions.retained(record)[1] < today()
    return Answer(said, row=row, is_leader=role in DECIDERS, may_erase=may_erase)


def handed_over(request: HttpRequest) -> HttpResponse:
    """List what the body handed over, to whoever holds a key there: that it did, when and to whom; no more.

    Also what those handed over that were merged into it.
    """
    body = entered(request).body
    own = SealedStep.objects.filter(Q(body=body) | Q(body__successor=body), verb="transfer")
    rows = SealedRecord.objects.filter(pk__in=own.values("record")).exclude(body=body)
    found, pager = page_by_day(request, rows if actions.held_by(actor(request), today()) else rows.none())
    last = {step.record_id: step for step in own.filter(record__in=found).select_related("to").order_by("pk")}
    context = {
        "rows": [
            {"number": record.pk[:8].upper(), "kind": law.kinds()[record.kind].name, "step": last[record.pk]}
            for record in found
        ],
        "pager": pager,
    }
    page = render(request, "desk/lane_handed.html", context)
    page["Cache-Control"] = "no-store"
    return page
