"""Adds new steps to the tallies, makes them anew, and looks whether they say what the steps say."""

import logging
import secrets
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from django.db import connection, transaction
from django.db.models import Count, Max, Min, QuerySet

from langnghe.cases.actions.gathering import in_line
from langnghe.cases.models import Step
from langnghe.situation.models import Tally, TallyEnd
from langnghe.situation.tallies import GOOD, VERBS

BATCH = 5_000  # steps
PAUSE = 0.02  # seconds in which the doors may write
LEAST = 500  # new steps that are worth the while
ADD = """
INSERT INTO situation_tally (span, day, place_id, body_id, verb, outcome, count, good)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (span, day, place_id, body_id, verb, outcome)
DO UPDATE SET count = situation_tally.count + excluded.count, good = situation_tally.good + excluded.good
"""
Key = tuple[str, date, int, int, str, str]
logger = logging.getLogger(__name__)


def tally(_at: datetime, least: int = LEAST) -> int:
    """Add the steps since the last time to the tallies, unless they are fewer than `least`; return how many."""
    begin = (TallyEnd.objects.first() or TallyEnd(step=0)).step
    if (Step.objects.aggregate(last=Max("pk"))["last"] or 0) - begin < max(least, 1):
        return 0
    last = _last_whole()
    for first in range(begin, last, BATCH):
        _add(first, min(first + BATCH, last))
        time.sleep(PAUSE)
    return last - begin


def _last_whole() -> int:
    """Return the newest step before which none is still being written.

    PostgreSQL gives numbers out before a step is to be seen; the lock is had as soon as nobody writes steps.
    """
    with transaction.atomic():
        if connection.vendor == "postgresql":
            with connection.cursor() as cursor:
                cursor.execute("SET LOCAL lock_timeout = '300ms'")
                cursor.execute("LOCK TABLE cases_step IN SHARE MODE")
        return Step.objects.aggregate(last=Max("pk"))["last"] or 0


def _add(first: int, last: int) -> None:
    """Add the steps after `first` up to `last`, unless another process has done so."""
    counts, goods = _added(Step.objects.filter(pk__gt=first, pk__lte=last))
    with in_line(), transaction.atomic():
        end, _fresh = TallyEnd.objects.select_for_update().get_or_create(pk=1, defaults={"step": 0})
        if end.step != first:
            return
        with connection.cursor() as cursor:
            cursor.executemany(ADD, [(*key, counts[key], goods[key]) for key in sorted(counts)])
        end.step, end.run = last, secrets.token_hex(8)
        end.save()


def _added(steps: QuerySet[Step]) -> tuple[Counter[Key], Counter[Key]]:
    """Return how many of the steps fall to each tally, and how many of those are good."""
    names = ("day", "place_id", "body_id", "verb", "outcome")
    grouped = steps.order_by().values_list(*names).annotate(count=Count("pk"), good=Count("pk", filter=GOOD))
    counts, goods = Counter[Key](), Counter[Key]()
    for day, place, body, verb, outcome, count, good in grouped:
        for key in _keys(day, place, body, verb, outcome):
            counts[key] += count
            goods[key] += good
    return counts, goods


def _keys(day: date, place: int, body: int, verb: str, outcome: str) -> list[Key]:
    if verb not in VERBS:
        return []
    rest = (place, body, verb, outcome if verb == "reply" else "")
    return [(Tally.Span.DAY.value, day, *rest), (Tally.Span.MONTH.value, day.replace(day=1), *rest)]


def retally(at: datetime) -> int:
    """Make the tallies anew from the steps; return how many steps there are."""
    with in_line(), transaction.atomic():
        Tally.objects.all().delete()
        TallyEnd.objects.all().delete()
    return tally(at, least=1)


def check_tallies(at: datetime) -> list[str]:
    """Return a line for each month whose tallies are not what its steps are; if there is one, make all anew."""
    end = TallyEnd.objects.first()
    if end is None:
        return []
    wrong = [f"{month:%m/%Y}: {count}" for month in _months() if (count := _differing(month, end.step))]
    if not TallyEnd.objects.filter(run=end.run).exists():
        return []  # the tallies moved while they were read: the next night looks again
    for line in wrong:
        logger.error("tallies: %s", line)
    if wrong:
        retally(at)
    return wrong


def _months() -> Iterator[date]:
    """Yield the first day of each month that has steps or tallies."""
    ends = [model.objects.aggregate(first=Min("day"), last=Max("day")) for model in (Step, Tally)]
    days = [each[name] for each in ends for name in ("first", "last") if each[name]]
    month = min(days, default=date.max).replace(day=1)
    while days and month <= max(days):
        yield month
        month = (month + timedelta(days=31)).replace(day=1)


def _differing(month: date, last: int) -> int:
    """Return how many tallies of the month are not the sum of its steps up to the last one."""
    days = {"day__gte": month, "day__lt": (month + timedelta(days=31)).replace(day=1)}
    counts, goods = _added(Step.objects.filter(pk__lte=last, verb__in=VERBS, **days))
    names = ("span", "day", "place_id", "body_id", "verb", "outcome", "count", "good")
    held = {row[:6]: row[6:] for row in Tally.objects.filter(**days).values_list(*names)}
    found = {key: (counts[key], goods[key]) for key in counts}
    return sum(found.get(key) != held.get(key) for key in found.keys() | held.keys())
