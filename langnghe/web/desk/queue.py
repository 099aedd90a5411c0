"""The cases on a body's desk, the nearest deadline first."""

from typing import Any

from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from langnghe.cases.models import Case
from langnghe.core.codes import BadCode, case_code, parse_case
from langnghe.registry import law
from langnghe.registry.models import Member
from langnghe.web import paging, shown
from langnghe.web.access import membership, staff
from langnghe.web.now import today

State = Case.State
SIZE = 50
ALL_BODIES = {Member.Role.COMMISSION, Member.Role.SUPERVISOR}
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "dang-mo": (gettext_lazy("Đang mở"), Case.OPEN),
    "qua-han": (gettext_lazy("Quá hạn"), Case.OPEN),
    "moi-den": (gettext_lazy("Mới đến"), (State.RECEIVED,)),
    "dang-lam": (gettext_lazy("Đang giải quyết"), (State.ACCEPTED, State.ASSIGNED)),
    "cho-duyet": (gettext_lazy("Chờ duyệt, công bố"), (State.DRAFTED, State.APPROVED)),
    "da-tra-loi": (gettext_lazy("Đã trả lời"), (State.ANSWERED,)),
    "da-xong": (gettext_lazy("Đã kết thúc"), (State.CLOSED, State.WITHDRAWN, State.MERGED)),
}


@staff()
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    member = membership(request)
    assert member is not None  # noqa: S101 the decorator has let a member in
    sought = request.GET.get("ma", "").strip()
    if sought and (code := _code(sought)):
        return redirect("desk_case", code)
    tab = request.GET.get("loc", "")
    tab = tab if tab in TABS else "dang-mo"
    rows = _filtered(request, _desk(member), tab)
    page = paging.page_by_due if set(TABS[tab][1]) <= set(Case.OPEN) else paging.page_by_id  # the newest of the done
    found, pager = page(request, rows.select_related(*shown.SHOWN_WITH), SIZE)
    context = {
        "body": member.body,
        "whole": member.role in ALL_BODIES,
        "tabs": _tabs(request, member, tab),
        "tab": tab,
        "rows": [_row(case) for case in found],
        "topics": law.topics().values(),
        "topic": request.GET.get("linh-vuc", ""),
        "sought": sought,
        "pager": pager,
    }
    return render(request, "desk/queue.html", context)


def _code(text: str) -> str:
    try:
        return case_code(parse_case(text))
    except BadCode:
        return ""


def _desk(member: Member) -> QuerySet[Case]:
    """Return the cases a member's queue shows: the body's own, or for reviewers those of all bodies."""
    return Case.objects.all() if member.role in ALL_BODIES else Case.objects.filter(holder=member.body)


def _filtered(request: HttpRequest, rows: QuerySet[Case], tab: str) -> QuerySet[Case]:
    rows = rows.filter(state__in=TABS[tab][1])
    if set(TABS[tab][1]) <= set(Case.OPEN):
        rows = rows.filter(settled=None)
    if tab == "qua-han":
        rows = rows.filter(due__lt=today(), paused=None)
    topic = law.topics().get(request.GET.get("linh-vuc", ""))
    return rows.filter(topic=topic) if topic else rows


def _tabs(request: HttpRequest, member: Member, chosen: str) -> list[dict[str, Any]]:
    """Return the quick filters; with counts for a body's own desk."""
    counts: dict[str, int] = {}
    late = None
    if member.role not in ALL_BODIES:
        counted = _desk(member).order_by().values_list("state").annotate(count=Count("pk"))
        counts = {state: count for state, count in counted}
        late = _desk(member).filter(settled=None, due__lt=today(), paused=None, state__in=Case.OPEN).count()
    return [
        {
            "name": name,
            "href": f"?loc={key}",
            "is_chosen": key == chosen,
            "count": late if key == "qua-han" else sum(counts.get(state, 0) for state in states) if counts else None,
        }
        for key, (name, states) in TABS.items()
    ]


def _row(case: Case) -> dict[str, Any]:
    card = shown.card(case, today(), reverse("desk_case", args=[case.code]))
    return card | {"received": case.received, "handovers": case.handovers, "people": case.people, "spot": case.spot}
