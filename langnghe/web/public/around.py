"""The page of a commune and of a topic: what was said, what was done, how long it took, what was promised."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.cases.models import Case
from langnghe.cases.published import published
from langnghe.commitments.models import Commitment
from langnghe.core.disclosure import safe_total, suppress
from langnghe.registry import law
from langnghe.registry.gazetteer import Unit
from langnghe.registry.models import Place
from langnghe.situation.said_and_done import Scope, Told, recurring, said_and_done
from langnghe.web import shown
from langnghe.web.access import public
from langnghe.web.now import today
from langnghe.web.public.cases import became, communes, link
from langnghe.web.public.home import half_year
from langnghe.web.public.kept import kept

LATEST, MOST_BARS, MOST_PROMISES, MOST_SPOTS = 8, 12, 10, 10
PERCENT = 100


@public
@require_safe
def place(request: HttpRequest, key: str) -> HttpResponse:
    """Show a commune in force; one of before leads to what it became; 404 for others."""
    day, book = today(), law.gazetteer()
    unit = book.units.get(key)
    if unit is None or not book.lies_in(unit, settings.INSTALLATION.place):
        raise Http404
    if unit.level == "province":
        return redirect("situation")
    if key not in dict(communes(settings.INSTALLATION.place, day)):
        return _before(request, unit, day)
    found = law.place(key)
    context = _told(Scope(place=found), day) | {
        "name": book.path(unit),
        "title": unit.name,
        "speak": f"{reverse('speak')}?{urlencode({'noi': key})}",
        "follow": f"{reverse('follow')}?{urlencode({'noi': key})}",
        "feed": reverse("place_feed", args=[key]),
        "all": f"{reverse('cases')}?{urlencode({'noi': key})}",
        "promises": _promises(found, day),
        "all_promises": f"{reverse('commitments')}?{urlencode({'noi': key})}",
    }
    return render(request, "public/around.html", context)


def _before(request: HttpRequest, unit: Unit, day: date) -> HttpResponse:
    """Lead from a unit of another era to the communes it became, as far as they have a page."""
    heirs = became(unit.key, day)
    if not heirs:
        raise Http404
    if len(heirs) == 1:
        return redirect("place", heirs[0][0])
    return render(request, "public/place_before.html", {"unit": unit, "heirs": heirs})


@public
@require_safe
def topic(request: HttpRequest, code: str) -> HttpResponse:
    found = law.topics().get(code)
    if found is None:
        raise Http404
    day = today()
    context = _told(Scope(topic=found), day) | {
        "name": found.name,
        "title": found.name,
        "speak": reverse("speak"),
        "follow": f"{reverse('follow')}?{urlencode({'linh_vuc': code})}",
        "feed": reverse("topic_feed", args=[code]),
        "all": f"{reverse('cases')}?{urlencode({'linh_vuc': code})}",
        "map": f"{reverse('map')}?{urlencode({'linh_vuc': code})}",
    }
    return render(request, "public/around.html", context)


def _told(scope: Scope, day: date) -> dict[str, Any]:
    since, until = half_year(day), day - timedelta(days=1)
    name = scope.place.key if scope.place else scope.topic.code if scope.topic else ""
    told = kept(f"around:{name}:{day:%Y%m%d}", lambda: said_and_done(scope, since, until))
    rows = published().filter(scope.condition)
    return {
        "since": since,
        "until": until,
        "threshold": law.rule("disclosure_threshold"),
        "figures": _figures(told),
        "bars": _bars(scope, told.voices),
        "cases": shown.cards(rows.order_by("-pk")[:LATEST], day),
        "again": [_again(case) for case in recurring(scope, rows, MOST_SPOTS)],
        "is_place": scope.place is not None,
    }


def _figures(told: Told) -> list[dict[str, Any]]:
    threshold = law.rule("disclosure_threshold")
    total = safe_total(told.voices, threshold)
    few = 0 < told.replies < threshold
    heard = _("phản ánh, kiến nghị")
    return [
        {"label": _("Đã nghe"), "value": "–" if total is None else _number(total, threshold), "unit": heard},
        {"label": _("Đã trả lời"), "value": _number(told.replies, threshold), "unit": _("câu trả lời")},
        {"label": _("Trả lời đúng hạn"), "value": "–" if few or not told.replies else _on_time(told, threshold)},
        {
            "label": _("Một nửa được trả lời trong"),
            "value": "–" if few or told.days is None else shown.number(told.days),
            "unit": "" if few or told.days is None else _("ngày làm việc"),
        },
    ]


def _number(count: int, threshold: int) -> str:
    return f"<{threshold}" if 0 < count < threshold else shown.number(count)


def _on_time(told: Told, threshold: int) -> str:
    """Return the share; where so few were late that they are not told, the share that is reached in any case."""
    late = told.replies - told.on_time
    if 0 < late < threshold:
        return _("từ %(n)s %%") % {"n": PERCENT * (told.replies - threshold + 1) // told.replies}
    return f"{PERCENT * told.on_time // told.replies} %"


def _bars(scope: Scope, voices: Mapping[int, int]) -> dict[str, Any]:
    """Return the voices by topic or by place, longest first; small counts are hidden."""
    told = suppress(voices, law.rule("disclosure_threshold"))
    names = _names(scope)
    rows = [(names.get(pk, ("–", "")), count) for pk, count in told.items() if count]
    rows.sort(key=lambda row: -row[1])
    bars = shown.bars(
        [(name, count) for (name, _href), count in rows[:MOST_BARS]],
        caption=_("Phản ánh theo lĩnh vực") if scope.place else _("Phản ánh theo xã, phường"),
        name_head=_("Lĩnh vực") if scope.place else _("Xã, phường"),
        value_head=_("Từ đầu kỳ"),
        note=_rest(len(voices) - len(rows), len(rows) - MOST_BARS, scope),
    )
    for bar, ((_name, href), _count) in zip(bars["rows"], rows, strict=False):
        bar["href"] = href
    return bars


def _rest(small: int, more: int, scope: Scope) -> str:
    words = []
    if more > 0:
        words.append(_("Còn %(n)s nơi khác có phản ánh.") % {"n": more})
    if small:
        told = _("Còn %(n)s lĩnh vực có số nhỏ.") if scope.place else _("Còn %(n)s nơi có số nhỏ.")
        words.append(told % {"n": small})
    return " ".join(words)


def _names(scope: Scope) -> dict[int, tuple[str, str]]:
    """Return name and page of each topic or place by id."""
    if scope.place:
        return {topic.pk: (topic.name, reverse("topic", args=[code])) for code, topic in law.topics().items()}
    rows = Place.objects.filter(parent__key=settings.INSTALLATION.place).values_list("pk", "name", "key")
    return {pk: (name, reverse("place", args=[key])) for pk, name, key in rows}


def _again(case: Case) -> dict[str, Any]:
    before = link(case.recurs) if case.recurs else {"code": "", "is_public": False}
    return {
        "title": shown.title(case),
        "spot": case.spot,
        "code": case.code,
        "received": case.received,
        "before": before["code"] if before["is_public"] else "",
        "settled": case.recurs.settled if case.recurs else None,
    }


def _promises(place: Place, day: date) -> dict[str, Any]:
    rows = Commitment.objects.filter(place=place, state=Commitment.State.OPEN).select_related("body")
    found = list(rows.order_by("due", "pk")[: MOST_PROMISES + 1])
    return {
        "rows": [
            {"code": row.code, "text": row.text, "body": row.body, "due": row.due, "is_late": row.due < day}
            for row in found[:MOST_PROMISES]
        ],
        "more": len(found) > MOST_PROMISES,
    }
