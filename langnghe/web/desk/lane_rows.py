"""What the lane's pages list besides records: requests about their data, records handed over, files of one."""

from base64 import b64decode
from collections.abc import Collection, Mapping
from mimetypes import guess_extension
from typing import Any

from django.db.models import F
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
from langnghe.web.scanning import fault

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
    rows = [(row, sealed.request_row(row, today())) for row in record.requests.defer(None).order_by("-pk")]
    waiting = {row.pk: answer_form(row, record, role) for row, _shown in rows if row.is_open}
    forms = waiting | dict(answering)  # also what somebody else answered while it was being typed
    return [shown | {"words": asked.get(row.pk, ""), "form": forms.get(row.pk)} for row, shown in rows]


def answer_form(row: SealedRequest, record: SealedRecord, role: str, said: QueryDict | None = None) -> Answer:
    may_erase = actions.retained(record)[1] < today()
    return Answer(said, row=row, is_leader=role in DECIDERS, may_erase=may_erase)


def handed_over(request: HttpRequest) -> HttpResponse:
    """List what the body or one it followed handed over, to who holds a key there: that, when, to whom; no more."""
    body = entered(request).body
    own = SealedStep.objects.filter(verb="transfer", body__in={body.pk, *law.forerunners(body, today())})
    rows = SealedRecord.objects.filter(pk__in=own.values("record")).exclude(body=body)
    found, pager = page_by_day(request, rows if actions.held_by(actor(request), today()) else rows.none())
    last = {step.record_id: step for step in own.filter(record__in=found).select_related("to", "body").order_by("pk")}
    context = {
        "rows": [
            {"number": record.pk[:8].upper(), "kind": law.kinds()[record.kind].name, "step": last[record.pk]}
            for record in found
        ],
        "pager": pager,
        "body": body,
    }
    page = render(request, "desk/lane_handed.html", context)
    page["Cache-Control"] = "no-store"
    return page


def files(record: SealedRecord, words: dict[str, Any]) -> list[dict[str, str]]:
    """Return the files and what scanning found; `saved_as` is not the name they came under: that may tell of people."""
    return [
        file
        | {
            "why": fault(b64decode(file["content"]))[0],
            "saved_as": f"{record.pk[:8].upper()}-{number}{_ending(file['media'])}",
        }
        for number, file in enumerate(words.get("files", ()), 1)
    ]


def _ending(media: str) -> str:
    return guess_extension(media) or f".{media.rpartition('/')[2]}"
