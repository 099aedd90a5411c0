"""The cases on a body's desk, the nearest deadline first."""

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from langnghe.cases.models import Case
from langnghe.core.codes import BadCode, case_code, parse_case
from langnghe.registry import law
from langnghe.registry.models import Member, Place, Topic
from langnghe.web import paging, shown
from langnghe.web.access import entered, may
from langnghe.web.desk import reach
from langnghe.web.desk.rows import cards
from langnghe.web.now import today

State = Case.State
SIZE = 50
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "dang-mo": (gettext_lazy("Đang mở"), Case.OPEN),
    "qua-han": (gettext_lazy("Quá hạn"), Case.OPEN),
    "moi-den": (gettext_lazy("Mới đến"), (State.RECEIVED,)),
    "dang-lam": (gettext_lazy("Đang giải quyết"), (State.ACCEPTED, State.ASSIGNED)),
    "cho-duyet": (gettext_lazy("Chờ duyệt, công bố"), (State.DRAFTED, State.APPROVED)),
    "da-tra-loi": (gettext_lazy("Đã trả lời"), (State.ANSWERED,)),
    "da-xong": (gettext_lazy("Đã kết thúc"), (State.CLOSED, State.WITHDRAWN, State.MERGED)),
    "tat-ca": (gettext_lazy("Tất cả"), tuple(State)),
}


@may("list_cases")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    member = entered(request)
    sought = request.GET.get("ma", "").strip()
    if sought and (code := _code(sought)):
        return redirect("desk_case", code)
    tab = request.GET.get("loc", "")
    tab = tab if tab in TABS else "dang-mo"
    topic = law.topics().get(request.GET.get("linh-vuc", ""))
    place = reach.commune(member, request.GET.get("noi", ""))
    rows = _filtered(reach.on_desk(member), tab, topic, place)
    page = paging.page_by_due if _is_open(tab) else paging.page_by_id  # the newest of the done
    found, pager = page(request, rows.select_related(*shown.SHOWN_WITH), SIZE)
    context = {
        "body": member.body,
        "whole": reach.reviews(member),
        "tabs": _tabs(member, tab, topic, place),
        "tab": tab,
        "by_due": _is_open(tab),
        "rows": cards(found, today()),
        "topics": law.topics().values(),
        "topic": topic,
        "places": reach.communes(member, place),
        "place": place,
        "sought": sought,
        "pager": pager,
    }
    return render(request, "desk/queue.html", context)


def _code(text: str) -> str:
    try:
        return case_code(parse_case(text))
    except BadCode:
        return ""


def _is_open(tab: str) -> bool:
    return set(TABS[tab][1]) <= set(Case.OPEN)


def _filtered(rows: QuerySet[Case], tab: str, topic: Topic | None, place: Place | None) -> QuerySet[Case]:
    if tab != "tat-ca":
        rows = rows.filter(state__in=TABS[tab][1])
    if _is_open(tab):
        rows = rows.filter(settled=None)
    if tab == "qua-han":
        rows = rows.filter(due__lt=today(), paused=None)
    if topic:
        rows = rows.filter(topic=topic)
    return rows.filter(place=place) if place else rows


def _tabs(member: Member, tab: str, topic: Topic | None, place: Place | None) -> list[dict[str, Any]]:
    """Return the quick filters; those of open cases with their counts, except over a whole province."""
    counts: dict[str, int] = {}
    if not (reach.reviews(member) and reach.of_province(member)):
        rows = reach.on_desk(member).order_by().filter(settled=None, state__in=Case.OPEN)
        late = Count("pk", filter=Q(due__lt=today(), paused=None))
        found = list(rows.values_list("state").annotate(count=Count("pk"), late=late))
        counts = {key: sum(row[1] for row in found if row[0] in TABS[key][1]) for key in TABS if _is_open(key)}
        counts["qua-han"] = sum(row[2] for row in found)
    kept = ({"linh-vuc": topic.code} if topic else {}) | ({"noi": place.key} if place else {})
    return [
        {
            "name": name,
            "href": f"?{urlencode({'loc': key} | kept)}",
            "is_chosen": key == tab,
            "count": counts.get(key),
        }
        for key, (name, _states) in TABS.items()
    ]
