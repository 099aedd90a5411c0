"""Hot spots on the desk: what the nightly scan found, where, since when, which voices, and what was decided."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases.models import Case, Step
from langnghe.core.refusal import Refused
from langnghe.engagements import actions as engagements
from langnghe.registry import rights
from langnghe.registry.models import Body, Member, Place
from langnghe.situation import actions
from langnghe.situation.hearing import communes, weeks
from langnghe.situation.models import HotSpot
from langnghe.situation.trends import sealed_kinds
from langnghe.web import maps, shown
from langnghe.web.access import actor, entered, may
from langnghe.web.desk import reach
from langnghe.web.desk.hotspot_forms import Confirm, Dismiss
from langnghe.web.desk.rows import cards
from langnghe.web.maps import Dot
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_id

TIMELINE = 60  # days
RARE = 0.01
MOST_WEEKS = 10
SIZE = 20


@may("see_hotspots")
@require_safe
def hotspots(request: HttpRequest) -> HttpResponse:
    """List the hot spots that the member may see, the newest first, and beside them each commune's plain count."""
    member = entered(request)
    rows, pager = page_by_id(request, _visible(member), SIZE)
    last = today() - timedelta(days=1)
    unusual = weeks(last, communes(last)) if reach.of_province(member) else []
    context = {
        "spots": [{"spot": spot, "where": _where(spot), "topic": topic_name(spot)} for spot in rows],
        "weeks": [week for week in unusual[:MOST_WEEKS] if week.p <= RARE],
        "counts_weeks": reach.of_province(member),
        "last": last,
        **pager,
    }
    return render(request, "desk/hotspots.html", context)


@may("see_hotspots")
@require_safe
def hotspot(request: HttpRequest, pk: int) -> HttpResponse:
    return _show(request, get_object_or_404(_visible(entered(request)), pk=pk))


@may("decide_hotspot")
@require_POST
def decide_hotspot(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Confirm or dismiss; a refusal and everything typed come back on the page."""
    spot = get_object_or_404(_visible(entered(request)), pk=pk)
    if verb not in {"xac-nhan", "bo-qua"}:
        raise Http404
    confirm, dismiss = _forms(spot, request, verb)
    form = confirm if verb == "xac-nhan" else dismiss
    if not form.is_valid():
        return _show(request, spot, confirm, dismiss, status=422)
    try:
        _decide(spot, form, request)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, spot, confirm, dismiss, status=409)
    messages.success(request, _("Đã ghi quyết định về điểm nóng %(code)s.") % {"code": spot.code})
    return redirect("hotspot", spot.pk)


def _decide(spot: HotSpot, form: Confirm | Dismiss, request: HttpRequest) -> None:
    said, who, at = form.cleaned_data, actor(request), now()
    if isinstance(form, Dismiss):
        actions.dismiss_hotspot(spot, reason=said["reason"], actor=who, at=at)
        return
    owner = Body.objects.get(code=said["owner"])
    with transaction.atomic():
        actions.confirm_hotspot(
            spot, owner=owner, task=said["task"], due=said["due"], reason=said["reason"], actor=who, at=at
        )
        if said["dialogue"]:
            chair = _("Người đứng đầu %(body)s") % {"body": owner}
            engagements.propose_dialogue(owner, chair=chair, day=said["dialogue"], origin=spot.code, at=at)


def _forms(spot: HotSpot, request: HttpRequest | None = None, verb: str = "") -> tuple[Confirm, Dismiss]:
    posted = request.POST if request else None
    confirm = Confirm(posted if verb == "xac-nhan" else None, owners=_owners(spot), today=today(), auto_id="xn_%s")
    return confirm, Dismiss(posted if verb == "bo-qua" else None, auto_id="bo_%s")


def _member(request: HttpRequest) -> Member:
    member = entered(request)
    return member


def _visible(member: Member) -> QuerySet[HotSpot]:
    """Return the hot spots of the whole province to its bodies, and to others those that touch their commune."""
    rows = HotSpot.objects.select_related("topic", "centre", "commitment__body", "decided_by")
    own = HotSpot.objects.filter(places=member.body.place)
    return (rows if reach.of_province(member) else rows.filter(pk__in=own)).prefetch_related("places")


def _voices(spot: HotSpot) -> QuerySet[Case]:
    """Return the cases whose voices the scan counted."""
    rows = Case.objects.filter(place__in=spot.places.all(), received__range=(spot.since, spot.last))
    rows = rows.exclude(kind__in=sealed_kinds()).exclude(state=Case.State.SEALED)
    return rows.filter(topic=spot.topic_id) if spot.topic_id else rows


def _owners(spot: HotSpot) -> list[Body]:
    """Return who may own the matter: the bodies that hold its cases, most first, and the committees above them."""
    held = _voices(spot).order_by().values_list("holder").annotate(count=Count("pk")).order_by("-count")
    found = {
        body.pk: body for body in Body.objects.filter(pk__in=[pk for pk, _count in held]).select_related("superior")
    }
    bodies = [found[pk] for pk, _count in held]
    above = [body.superior for body in bodies if body.superior]
    return list(dict.fromkeys([*bodies, *above]))


def _show(
    request: HttpRequest,
    spot: HotSpot,
    confirm: Confirm | None = None,
    dismiss: Dismiss | None = None,
    status: int = 200,
) -> HttpResponse:
    member, plain = entered(request), _forms(spot)
    found, pager = page_by_id(request, _voices(spot).filter(reach.readable(member)), SIZE)
    places = list(spot.places.all())
    context = {
        "spot": spot,
        "topic": topic_name(spot),
        "places": places,
        "where": _where(spot),
        "map": _map(places, spot),
        "timeline": _timeline(spot, places),
        "expected": shown.decimal(spot.expected),
        "once_in": shown.number(round(spot.once_in)),
        "p": shown.decimal(spot.p, 4),
        "cases": cards(found, today()),
        "may_decide": spot.state == HotSpot.State.OPEN and rights.allows(member, "decide_hotspot"),
        "confirm": confirm or plain[0],
        "dismiss": dismiss or plain[1],
        **pager,
    }
    return render(request, "desk/hotspot.html", context, status=status)


def topic_name(spot: HotSpot) -> str:
    return spot.topic.name if spot.topic else _("Mọi lĩnh vực")


def _where(spot: HotSpot) -> str:
    others = len(spot.places.all()) - 1
    return _("%(place)s và %(n)s nơi bên cạnh") % {"place": spot.centre, "n": others} if others else str(spot.centre)


def _map(places: Sequence[Place], spot: HotSpot) -> dict[str, Any] | None:
    inside = {place.pk for place in places}
    rows = Place.objects.on(spot.last).filter(parent__key=settings.INSTALLATION.place, level=Place.Level.COMMUNE)

    def look(place: Place) -> Dot:
        return Dot(11, "hot", place.name) if place.pk in inside else Dot(3.5, "none", place.name)

    return maps.drawn(list(rows), look)


def _timeline(spot: HotSpot, places: Sequence[Place]) -> dict[str, Any]:
    """Return the voices of each day at these places, sixty days up to the last, those of the rise marked."""
    first = spot.last - timedelta(TIMELINE - 1)
    steps = Step.objects.filter(verb="receive", place__in=places, day__range=(first, spot.last))
    steps = steps.exclude(kind__in=sealed_kinds())
    if spot.topic_id:
        steps = steps.filter(topic=spot.topic_id)
    counts = dict(steps.order_by().values_list("day").annotate(count=Count("pk")))
    most = max(counts.values(), default=0) or 1
    days = [first + timedelta(n) for n in range(TIMELINE)]
    return {"first": first, "most": most, "days": [_day(day, counts.get(day, 0), most, spot) for day in days]}


def _day(day: date, count: int, most: int, spot: HotSpot) -> dict[str, Any]:
    return {"day": day, "count": count, "height": round(100 * count / most, 1), "is_hot": day >= spot.since}
