"""What oversight sees of the sealed lane: how many, where they stand, who opened records when and why; no word."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from langnghe.cases.actions.lane_keys import whom
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import LaneNaming, SealedEvent, SealedRecord, SealedRequest
from langnghe.cases.subject_request import SubjectRequest
from langnghe.registry import law, rights
from langnghe.web.access import entered, may
from langnghe.web.now import today
from langnghe.web.paging import page_by_id

YEAR = timedelta(days=365)
READINGS = (
    "read",
    "fail",
    "share",
    "recover",
    "name",
    "enrol",
    "rewrap",
    "retire",
    "inherit",
    "hand",
    "decide",
    "erase",
    "purge",
)


@may("oversee_sealed")
@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """Show counts to supervisors; to the province's commission each opening too."""
    rows = SealedRecord.objects.filter(day__gte=today() - YEAR).prefetch_related("steps").order_by("pk")
    counted: Counter[tuple[str, str]] = Counter()
    late: dict[str, list[date]] = {}
    for record in rows.iterator(500):
        standing = procedure.standing(record, sorted(record.steps.all(), key=lambda step: step.pk))
        counted[record.kind, standing.state] += 1
        if standing.due is not None and standing.due < today():
            late.setdefault(standing.state, []).append(standing.due)
    sees_openings = rights.allows(entered(request), "run_site")
    events = SealedEvent.objects.filter(verb__in=READINGS)
    events = events.select_related("account", "lane_key__account", "lane_key__body")
    found, pager = page_by_id(request, events) if sees_openings else ([], {})
    context = {
        "counts": [
            {"kind": law.kinds()[kind].name, "state": procedure.STATES[state], "count": count}
            for (kind, state), count in sorted(counted.items())
        ],
        "late": [_late(state, days) for state, days in late.items()],
        "requests": _requests(),
        "sees_openings": sees_openings,
        "events": list(zip(found, _receivers(found), strict=True)),
        "pager": pager,
    }
    return render(request, "desk/oversight.html", context)


def _late(state: str, days: list[date]) -> dict[str, Any]:
    """Return how many records of a state are late, for which step, whose turn it is, and since when at the longest."""
    what, who = procedure.AWAITED[state]
    return {"what": what, "who": who, "count": len(days), "first": min(days)}


def _requests() -> dict[str, int]:
    """Return how many requests about data in sealed records wait for an answer, and how many of them too long."""
    is_late = Count("pk", filter=Q(due__lt=today()))
    waiting = SealedRequest.objects.filter(state=SubjectRequest.State.ASKED)
    return waiting.aggregate(waiting=Count("pk"), late=is_late)


def _receivers(events: Sequence[SealedEvent]) -> list[str]:
    """Return to whom each gave something: who holds the key it names, if somebody else, or who was named."""
    are_named = any(event.verb == SealedEvent.Verb.NAME for event in events)
    namings = LaneNaming.objects.select_related("account", "body") if are_named else ()
    named = {whom(naming.account, naming.body): f"{naming.account}, {naming.body}" for naming in namings}
    keys = [event.lane_key if event.lane_key and event.lane_key.account != event.account else None for event in events]
    return [
        f"{key.account}, {key.body}" if key and key.account else named.get(bytes(event.digest), "")
        for event, key in zip(events, keys, strict=True)
    ]
