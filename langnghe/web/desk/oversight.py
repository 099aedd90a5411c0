"""What oversight sees of the sealed lane: how many, where they stand, who opened records when and why; no word."""

from collections import Counter
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import SealedEvent, SealedRecord
from langnghe.registry import law, rights
from langnghe.web.access import entered, may
from langnghe.web.now import today
from langnghe.web.paging import page_by_id

YEAR = timedelta(days=365)
READINGS = ("read", "fail", "share", "recover", "name", "enrol", "rewrap", "retire", "inherit")


@may("oversee_sealed")
@require_safe
def oversight(request: HttpRequest) -> HttpResponse:
    """Show counts to supervisors; to the province's commission each opening too."""
    rows = SealedRecord.objects.filter(day__gte=today() - YEAR).prefetch_related("steps").order_by("pk")
    counted: Counter[tuple[str, str]] = Counter()
    late = 0
    for record in rows.iterator(500):
        standing = procedure.standing(record, sorted(record.steps.all(), key=lambda step: step.pk))
        counted[record.kind, standing.state] += 1
        late += standing.due is not None and standing.due < today()
    sees_openings = rights.allows(entered(request), "run_site")
    events = SealedEvent.objects.filter(verb__in=READINGS).select_related("account")
    found, pager = page_by_id(request, events) if sees_openings else ([], {})
    context = {
        "counts": [
            {"kind": law.kinds()[kind].name, "state": procedure.STATES[state], "count": count}
            for (kind, state), count in sorted(counted.items())
        ],
        "late": late,
        "sees_openings": sees_openings,
        "events": found,
        "pager": pager,
    }
    return render(request, "desk/oversight.html", context)
