"""What residents say now: by topic and place against the month before, what comes back, what waits longest."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta
from functools import lru_cache
from math import sqrt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.cases.published import published
from langnghe.core.codes import case_code
from langnghe.core.disclosure import safe_total, suppress
from langnghe.core.text import sort_key
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.situation.trends import Recurrence, Window, longest_waiting, received, received_by_topic, recurrences
from langnghe.web import maps, shown
from langnghe.web.access import membership, public
from langnghe.web.maps import Dot
from langnghe.web.now import today
from langnghe.web.public.kept import kept
from langnghe.web.public.pressing import handed_over, hot_spots, late_places, rising_words

MOST_BARS, MOST_WAITING, MOST_SPOTS, MOST_LINKS = 15, 10, 10, 6
BIGGEST, FEW, SMALLEST = 26, 6.0, 3
ELSEWHERE = 0
Counts = Mapping[int, tuple[int, int]]
Shown = dict[int, tuple[int | None, int | None]]


@public
@require_safe
def situation(request: HttpRequest) -> HttpResponse:
    """Show whole days only to the public, so that no one sees the count move while a neighbour writes."""
    day, on_staff = today(), membership(request) is not None
    window = Window(day if on_staff else day - timedelta(days=1))
    told = _told(day, window, True) if on_staff else _kept(day, window)
    waiting = longest_waiting(published(), MOST_WAITING)
    context = told | {
        "window": window,
        "on_staff": on_staff,
        "threshold": law.rule("disclosure_threshold"),
        "hot_spots": hot_spots(day, on_staff),
        "words": rising_words(),
        "waiting": shown.cards(waiting, day),
    }
    return render(request, "public/situation.html", context)


def _kept(day: date, window: Window) -> dict[str, Any]:
    """Return what everyone is told, counted a while ago: of a million cases it takes most of a second."""
    name = f"situation:{get_language()}:{day:%Y%m%d}:{law.rule('disclosure_threshold')}"
    return kept(name, lambda: _told(day, window, False))


def _told(day: date, window: Window, on_staff: bool) -> dict[str, Any]:
    topics, anywhere = received(window)
    since = day - timedelta(days=law.rule("recurrence_days"))
    last_year = received_by_topic(window.year_before)
    return {
        "figures": _totals(topics, last_year, on_staff),
        "topics": _bars(topics, last_year, on_staff),
        "places": _places(_of_communes(anywhere), on_staff),
        "spots": [_spot(row) for row in recurrences(since, window.last, MOST_SPOTS, only_public=not on_staff)],
        "since": since,
        "late": late_places(day, on_staff),
        "handed": handed_over(window, on_staff),
    }


@law.until_changed
@lru_cache(maxsize=4)
def _communes(province: str, day: date) -> tuple[Place, ...]:
    """Return the communes in force, read once a day; their centroids draw the map."""
    rows = Place.objects.on(day).filter(parent__key=province, level=Place.Level.COMMUNE)
    return tuple(sorted(rows, key=lambda place: sort_key(place.name)))


def _of_communes(counts: Counts) -> dict[int, tuple[int, int]]:
    """Return the counts of every commune in force, and the rest (ended or unclear places) as one."""
    ours = {place.pk: counts.get(place.pk, (0, 0)) for place in _communes(settings.INSTALLATION.place, today())}
    rest = [pair for pk, pair in counts.items() if pk not in ours]
    return ours | {ELSEWHERE: (sum(now for now, _before in rest), sum(before for _now, before in rest))}


def _published(counts: Counts, on_staff: bool) -> Shown:
    """Return what may be shown: staff see the counts, the public no small ones."""
    if on_staff:
        return dict(counts)
    threshold = law.rule("disclosure_threshold")
    now = suppress({pk: pair[0] for pk, pair in counts.items()}, threshold)
    before = suppress({pk: pair[1] for pk, pair in counts.items()}, threshold)
    return {pk: (now[pk], before[pk]) for pk in counts}


def _number(count: int | None) -> str:
    return f"<{law.rule('disclosure_threshold')}" if count is None else shown.number(count)


def _totals(topics: Counts, last_year: Mapping[int, int], on_staff: bool) -> list[dict[str, Any]]:
    """Return the sums of the three stretches; a sum that would give a hidden count away is not shown."""
    stretches = (
        (_("Đã nghe trong 30 ngày"), {pk: pair[0] for pk, pair in topics.items()}),
        (_("30 ngày trước đó"), {pk: pair[1] for pk, pair in topics.items()}),
        (_("Cùng 30 ngày năm trước"), last_year),
    )
    threshold = 0 if on_staff else law.rule("disclosure_threshold")
    sums = [(label, safe_total(counts, threshold)) for label, counts in stretches]
    unit = _("phản ánh, kiến nghị")
    return [
        {"label": label, "value": "–" if total is None else shown.number(total), "unit": unit} for label, total in sums
    ]


def _topic_names() -> Mapping[int, str]:
    """Return names by id; a topic loaded since this process read the law has none yet."""
    return defaultdict(lambda: "–", {topic.pk: topic.name for topic in law.topics().values()})


def _order(pair: tuple[int | None, int | None]) -> float:
    return -(pair[0] if pair[0] is not None else 0.5)


def _bars(counts: Counts, last_year: Mapping[int, int], on_staff: bool) -> dict[str, Any]:
    """Return the topics with both months and, in small words, the same days a year before."""
    rows, names = _published(counts, on_staff), _topic_names()
    told = [pk for pk, pair in rows.items() if pair[0] is not None or pair[1]]
    order = sorted(told, key=lambda pk: (_order(rows[pk]), sort_key(names[pk])))
    rest = len(rows) - len(told)
    hidden = 0 if on_staff else law.rule("disclosure_threshold")
    then = suppress({pk: last_year.get(pk, 0) for pk in counts}, hidden)
    bars = _rows([(names[pk], *rows[pk]) for pk in order])
    codes = {topic.pk: code for code, topic in law.topics().items()}
    for bar, pk in zip(bars, order, strict=True):
        bar["extra"] = _("năm trước %(n)s") % {"n": _number(then[pk])}
        bar["href"] = f"{reverse('cases')}?{urlencode({'linh_vuc': codes[pk]})}" if pk in codes else ""
    return {
        "caption": _("30 ngày so với 30 ngày trước đó và cùng kỳ năm trước"),
        "note": _("Còn %(count)s lĩnh vực có số nhỏ.") % {"count": rest} if rest else "",
        "name_head": _("Lĩnh vực"),
        "value_head": _("30 ngày"),
        "last_head": _("30 ngày trước đó"),
        "rows": bars,
    }


def _rows(rows: list[tuple[str, int | None, int | None]]) -> list[dict[str, Any]]:
    most = max((count or 0 for row in rows for count in row[1:] if isinstance(count, int)), default=0) or 1
    return [
        {
            "name": name,
            "value": _number(now),
            "percent": round(100 * (now or 0) / most, 1),
            "last": _number(before),
            "last_percent": None if before is None else round(100 * before / most, 1),
        }
        for name, now, before in rows
    ]


def _places(counts: Counts, on_staff: bool) -> dict[str, Any]:
    """Return the map, the longest bars and the whole table of the communes."""
    rows = _published(counts, on_staff)
    communes = _communes(settings.INSTALLATION.place, today())
    table = [(place.name, *rows[place.pk]) for place in communes]
    hrefs = {place.name: _cases_of(place) for place in communes}
    if counts[ELSEWHERE] != (0, 0):
        table.append((_("Nơi khác hoặc chưa rõ"), *rows[ELSEWHERE]))
    longest = [row for row in sorted(table, key=lambda row: _order(row[1:])) if row[1]][:MOST_BARS]
    return {
        "bars": {
            "caption": _("Xã, phường có nhiều phản ánh nhất, 30 ngày"),
            "name_head": _("Xã, phường"),
            "value_head": _("30 ngày"),
            "last_head": _("30 ngày trước đó"),
            "rows": [row | {"href": hrefs.get(row["name"], "")} for row in _rows(longest)],
        },
        "map": _map(communes, rows),
        "table": [
            {"name": name, "href": hrefs.get(name, ""), "now": _number(now), "before": _number(before)}
            for name, now, before in table
        ],
    }


def _cases_of(place: Place) -> str:
    return f"{reverse('cases')}?{urlencode({'noi': place.key})}"


def _map(communes: tuple[Place, ...], rows: Shown) -> dict[str, Any] | None:
    """Return circles whose area grows with the count; a hidden count gets one size of its own."""
    most = max((rows[place.pk][0] or 0 for place in communes), default=0) or 1
    looks = {None: "few", 0: "none"}

    def look(place: Place) -> Dot:
        count = rows[place.pk][0]
        radius = FEW if count is None else max(SMALLEST, BIGGEST * sqrt(count / most))
        return Dot(radius, looks.get(count, "some"), f"{place.name}: {_number(count)}", _cases_of(place))

    return maps.drawn(communes, look)


def _spot(row: Recurrence) -> dict[str, Any]:
    links = [case_code(pk) for pk, is_public in row.cases if is_public]
    return {
        "place": row.place,
        "topic": _topic_names()[row.topic_id],
        "count": row.count,
        "last": row.last,
        "links": [{"code": code, "href": reverse("case", args=[code])} for code in links[:MOST_LINKS]],
    }
