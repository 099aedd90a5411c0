"""Reception days of this half-year: how many the law asks for, how many were held, where and when."""

from datetime import date
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.core.text import sort_key
from langnghe.engagements.models import EXTRA, Engagement
from langnghe.web import shown
from langnghe.web.access import public
from langnghe.web.duties import duties
from langnghe.web.now import today
from langnghe.web.paging import page_by_day, page_by_due
from langnghe.web.public.home import half_year

COMING, PAST = "sap-toi", "da-qua"
SECOND_HALF = 7


@public
@require_safe
def meetings(request: HttpRequest) -> HttpResponse:
    day = today()
    since, until = half_year(day), _end(day)
    every = Engagement.objects.filter(kind=Engagement.Kind.RECEPTION)
    places = _places(every.filter(day__gte=since), day)
    place = next((row for row in places if row["key"] == request.GET.get("noi")), None)
    when = _when(request.GET.get("ngay", ""), [place] if place else places)
    rows = every.filter(body__place__key=place["key"]) if place else every
    rows = rows.filter(day__gt=day) if when == COMING else rows.filter(day__range=(since, day))
    days, pager = _page(request, rows.select_related("body").prefetch_related("arrangements", "changes"), when)
    context = {
        "since": since,
        "until": until,
        "figures": _figures(places, day),
        "duties": duties(day, "commune"),
        "places": places,
        "place": place,
        "tabs": _tabs(when, place),
        "when": when,
        "days": [{"row": row, "state": _state(row, day), "may_book": _may_book(row, day)} for row in days],
        **pager,
    }
    return render(request, "public/meetings.html", context)


def _page(request: HttpRequest, rows: QuerySet[Engagement], when: str) -> tuple[list[Any], dict[str, str]]:
    """Return one page of days, the nearest to today first."""
    return page_by_day(request, rows) if when == PAST else page_by_due(request, rows.annotate(due=F("day")))


def _end(day: date) -> date:
    return date(day.year, 12, 31) if day.month >= SECOND_HALF else date(day.year, SECOND_HALF - 1, 30)


def _places(rows: QuerySet[Engagement], day: date) -> list[dict[str, Any]]:
    """Return due so far, held of these and still to come for each place, in one question; EXTRA days are not due."""
    due, held = Q(day__lte=day) & ~Q(origin=EXTRA), Q(held__isnull=False) & ~Q(origin=EXTRA)
    coming = Count("pk", filter=Q(day__gt=day, cancelled=None))
    counts = {"due": Count("pk", filter=due), "held": Count("pk", filter=held), "coming": coming}
    grouped = rows.order_by().values("body__place__key", "body__place__name").annotate(**counts)
    places = [
        {
            "key": row["body__place__key"],
            "name": row["body__place__name"],
            "href": f"?{urlencode({'noi': row['body__place__key']})}#cac-ngay",
            "share": _share(row["held"], row["due"]),
            **{name: row[name] for name in counts},
        }
        for row in grouped
    ]
    return sorted(places, key=lambda row: (sort_key(row["name"]), row["key"]))


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}".replace(".", ",") + " %" if whole else "–"


def _figures(places: list[dict[str, Any]], day: date) -> list[dict[str, Any]]:
    due, held, coming = (sum(row[name] for row in places) for name in ("due", "held", "coming"))
    unit = _("ngày")
    until = _("đến hết %(day)s") % {"day": f"{day:%d/%m/%Y}"}
    return [
        {"label": _("Phải có"), "value": shown.number(due), "unit": unit, "note": until},
        {"label": _("Đã tổ chức"), "value": shown.number(held), "unit": unit, "note": _share(held, due)},
        {"label": _("Chưa ghi nhận"), "value": shown.number(max(0, due - held)), "unit": unit, "late": due > held},
        {"label": _("Sắp tới"), "value": shown.number(coming), "unit": unit},
    ]


def _when(asked: str, places: list[dict[str, Any]]) -> str:
    """Return what was asked for; else the coming days if there are any."""
    if asked in {COMING, PAST}:
        return asked
    return COMING if any(row["coming"] for row in places) else PAST


def _tabs(when: str, place: dict[str, Any] | None) -> list[dict[str, Any]]:
    within = {"noi": place["key"]} if place else {}
    names = {COMING: _("Ngày sắp tới"), PAST: _("Ngày đã qua")}
    address = reverse("meetings")
    return [
        {"name": name, "href": f"{address}?{urlencode(within | {'ngay': key})}#cac-ngay", "is_here": key == when}
        for key, name in names.items()
    ]


def _may_book(row: Engagement, day: date) -> bool:
    return row.day > day and row.cancelled is None


def _state(row: Engagement, day: date) -> str:
    if row.held is not None:
        return _("đã tổ chức")
    if row.cancelled is not None:
        return _("không có lịch") if row.was_lacking else _("đã hủy")
    if row.day > day:
        return _("theo lịch")
    return _("hôm nay") if row.day == day else _("chưa ghi nhận tổ chức")
