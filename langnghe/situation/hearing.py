"""What was heard where and on which day, as scans and plain counts want it."""

from datetime import date, timedelta
from typing import NamedTuple

import numpy as np
from django.conf import settings
from django.db.models import Count, Q

from langnghe.cases.models import Step
from langnghe.core.chance import rare_weeks
from langnghe.registry.models import Place
from langnghe.situation.trends import sealed_kinds

HISTORY = 180  # days, as in engines.parts, which needs a compiler that a plain count does not
WEEK = 7
Heard = tuple[int, int, date]  # topic, place, day


def heard(last: date, days: int = HISTORY) -> list[Heard]:
    """Return topic, place and day of each voice of these days; sealed kinds never count."""
    rows = Step.objects.filter(verb="receive", day__range=(last - timedelta(days - 1), last))
    return list(rows.exclude(kind__in=sealed_kinds()).order_by().values_list("topic_id", "place_id", "day"))


def communes(day: date) -> list[Place]:
    """Return the province's communes in force with a centroid, in a fixed order."""
    rows = Place.objects.on(day).filter(parent__key=settings.INSTALLATION.place, level=Place.Level.COMMUNE)
    return list(rows.exclude(lat=None).order_by("pk"))


class Week(NamedTuple):
    """A commune's last seven days beside the mean of its weeks before, and the Poisson p of so many."""

    place: Place
    now: int
    before: float
    p: float


def weeks(last: date, places: list[Place]) -> list[Week]:
    """Return the plain count of each commune beside the scan, over all topics, the rarest week first."""
    recent, past = Q(day__gt=last - timedelta(WEEK)), Q(day__lte=last - timedelta(WEEK))
    rows = Step.objects.filter(verb="receive", day__range=(last - timedelta(HISTORY - 1), last))
    counts = {"now": Count("pk", filter=recent), "past": Count("pk", filter=past)}
    grouped = rows.exclude(kind__in=sealed_kinds()).order_by().values_list("place_id").annotate(**counts)
    heard_at = {place: (now, before) for place, now, before in grouped}
    now, before = np.array([heard_at.get(place.pk, (0, 0)) for place in places]).reshape(-1, 2).T
    p = rare_weeks(now, before, HISTORY - WEEK)
    usual = before * WEEK / (HISTORY - WEEK)
    order = np.argsort(p, kind="stable").tolist()
    return [Week(places[at], int(now[at]), float(usual[at]), float(p[at])) for at in order]
