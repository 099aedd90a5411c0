"""What presses: confirmed hot spots with who holds them, rising words, hand-overs and lateness by place."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.cases.models import Case, Step
from langnghe.cases.published import published
from langnghe.core.disclosure import suppress
from langnghe.core.text import sort_key
from langnghe.registry import law
from langnghe.situation.models import HotSpot, RisingWord
from langnghe.situation.trends import Window, sealed_kinds
from langnghe.web import shown
from langnghe.web.access import public
from langnghe.web.now import today
from langnghe.web.paging import page_by_id
from langnghe.web.public.cases import late

MOST = 10
SHOWN_FOR = timedelta(days=30)  # how long a hot spot that was confirmed stays on the page


def hot_spots(day: date, on_staff: bool) -> list[dict[str, Any]]:
    """Return the hot spots of late: to staff those to be decided too, to everyone those that were confirmed."""
    rows = HotSpot.objects.filter(last__gte=day - SHOWN_FOR).exclude(state=HotSpot.State.DISMISSED)
    if not on_staff:
        rows = rows.filter(state=HotSpot.State.CONFIRMED)
    rows = rows.select_related("topic", "commitment__body").prefetch_related("places")
    few = 0 if on_staff else law.rule("disclosure_threshold")
    return [
        {
            "spot": spot,
            "topic": spot.topic.name if spot.topic else _("Mọi lĩnh vực"),
            "places": list(spot.places.all()),
            "count": shown.number(spot.observed) if spot.observed >= few else f"<{few}",
            "href": reverse("hotspot", args=[spot.pk]) if on_staff else "",
        }
        for spot in rows.order_by("-last", "-pk")[:MOST]
    ]


def rising_words() -> list[dict[str, Any]]:
    """Return what is said more of late; no count is below the number that may be published."""
    return [
        {"words": word.words, "count": shown.number(word.now), "href": reverse("rising_word", args=[word.pk])}
        for word in RisingWord.objects.filter(now__gte=law.rule("disclosure_threshold")).order_by("p", "pk")
    ]


@public
@require_safe
def rising_word(request: HttpRequest, pk: int) -> HttpResponse:
    """List the published cases in which the words were said."""
    word = get_object_or_404(RisingWord, pk=pk)
    rows = published().filter(pk__in=word.cases.all())
    found, pager = page_by_id(request, rows)
    context = {"word": word, "cases": shown.cards(found, today()), **pager}
    return render(request, "public/rising_word.html", context)


def late_places(day: date, on_staff: bool) -> dict[str, Any]:
    """Return the communes with most cases past their day; for the public, of published cases alone."""
    every = Case.objects.exclude(kind__in=sealed_kinds()) if on_staff else published()
    rows = late(every, day).order_by().values_list("place__key", "place__name").annotate(count=Count("pk"))
    found = list(rows.order_by("-count", "place__name")[:MOST])
    bars = shown.bars(
        [(name, count) for _key, name, count in found],
        caption=_("Vụ việc quá hạn theo xã, phường"),
        name_head=_("Xã, phường"),
        value_head=_("Quá hạn"),
    )
    page, chosen = ("queue", {"loc": "qua-han"}) if on_staff else ("cases", {"tinh_trang": "qua-han"})
    for bar, (key, _name, _count) in zip(bars["rows"], found, strict=True):
        bar["href"] = f"{reverse(page)}?{urlencode(chosen | {'noi': key})}"
    return bars


def handed_over(window: Window, on_staff: bool) -> dict[str, Any]:
    """Return the communes whose cases were handed over most; small counts are hidden from the public."""
    rows = Step.objects.filter(verb__in=("refer", "refer_up"), day__range=(window.first, window.last))
    grouped = rows.exclude(kind__in=sealed_kinds()).order_by().values_list("place__key", "place__name")
    counted = {(key, name): count for key, name, count in grouped.annotate(count=Count("pk"))}
    told: Mapping[Any, int | None] = counted if on_staff else suppress(counted, law.rule("disclosure_threshold"))
    bars = shown.bars(
        sorted(((name, n) for (_key, name), n in told.items() if n), key=lambda row: sort_key(row[0]))[:MOST],
        caption=_("Lượt chuyển cơ quan theo nơi, 30 ngày"),
        name_head=_("Xã, phường"),
        value_head=_("Lượt chuyển"),
    )
    keys = {name: key for key, name in counted}
    for bar in bars["rows"]:
        bar["href"] = f"{reverse('cases')}?{urlencode({'noi': keys[bar['name']]})}"
    return bars
