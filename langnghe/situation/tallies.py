"""What happened at places, by verb, body and outcome: the tallies, and on top of them the steps that came since."""

from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Literal

from django.db.models import Case, IntegerField, Q, Subquery, Sum, Value, When

from langnghe.cases.models import Step
from langnghe.registry.models import Place
from langnghe.situation.counts import Range, within
from langnghe.situation.models import Tally, TallyEnd

VERBS = ("receive", "overdue", "refer", "refer_up", "reopen", "escalate", "reply", "rate")
SATISFIED = 4  # of 5
GOOD = Q(verb="reply", on_time=True) | Q(verb="rate", stars__gte=SATISFIED)
MOST_KEPT = 256  # sums that a process keeps until the tallies change
Key = tuple[int, int, str, str]  # place, body, verb, outcome of an answer
Pair = tuple[int, int]  # how many steps, how many of them good
Sums = dict[Key, Pair]
_kept: tuple[str, dict[tuple[Range, ...], list[Sums]]] = ("", {})


@dataclass(frozen=True)
class Happened:
    """What happened in a window, added up."""

    sums: Sums

    def count(self, *verbs: str) -> int:
        return sum(count for key, (count, _good) in self.sums.items() if key[2] in verbs)

    def good(self, verb: str) -> int:
        """Return how many answers were on time (reply), or how many ratings were 4 or 5 of 5 (rate)."""
        return sum(good for key, (_count, good) in self.sums.items() if key[2] == verb)

    def by(self, what: Literal["place", "body", "outcome"], *verbs: str) -> Counter[Any]:
        """Return the counts of these verbs by id of the place or the body, or by outcome."""
        at = {"place": 0, "body": 1, "outcome": 3}[what]
        found: Counter[Any] = Counter()
        for key, (count, _good) in self.sums.items():
            if key[2] in verbs:
                found[key[at]] += count
        return found

    def of_bodies(self, bodies: Collection[int]) -> "Happened":
        """Return what of it happened at these bodies."""
        return Happened({key: pair for key, pair in self.sums.items() if key[1] in bodies})

    def of_places(self) -> dict[int, "Happened"]:
        """Return the same for each place by its id; places where nothing happened are left out."""
        found: dict[int, Sums] = {}
        for key, pair in self.sums.items():
            found.setdefault(key[0], {})[key] = pair
        return {place: Happened(sums) for place, sums in found.items()}


def happened(*windows: Range) -> list[Happened]:
    """Return what happened in each window; the windows have one place, and no day in common.

    Exact at any moment: what the tallies do not hold yet is counted from the steps, of which there are few as long as
    the worker runs.
    """
    end = TallyEnd.objects.first() or TallyEnd(step=0, run="")
    windows = tuple(replace(window, place=_part(window.place)) for window in windows)
    after, found = _tallied(end, windows) if end.step else (0, [{} for _window in windows])
    found = [dict(sums) for sums in found]
    for day, place, above, body, verb, outcome, on_time, stars in _since(after):
        for window, sums in zip(windows, found, strict=True):
            if verb in VERBS and window.since <= day <= window.until and _lies_in(window.place, place, above):
                key = (place, body, verb, outcome if verb == "reply" else "")
                count, good = sums.get(key, (0, 0))
                is_good = on_time is True if verb == "reply" else verb == "rate" and stars >= SATISFIED
                sums[key] = (count + 1, good + is_good)
    return [Happened(sums) for sums in found]


def _part(place: Place | None) -> Place | None:
    """Return the place; None for a province, which is the whole installation: what is kept is kept once."""
    return None if place is None or place.level == Place.Level.PROVINCE else place


def _lies_in(whole: Place | None, place: int, above: int | None) -> bool:
    return whole is None or whole.pk in (place, above)


def _since(after: int) -> Iterator[Any]:
    """Yield the newer steps. Added up here: told to group them, SQLite walks through all steps there are."""
    names = ("day", "place_id", "place__parent_id", "body_id", "verb", "outcome", "on_time", "stars")
    return Step.objects.filter(pk__gt=after).order_by().values_list(*names).iterator()


def _tallied(end: TallyEnd, windows: tuple[Range, ...]) -> tuple[int, list[Sums]]:
    """Return the last step that the sums hold, and the sums of each window; kept until the tallies change."""
    global _kept  # replaced as a whole, so that threads need no lock
    if _kept[0] != end.run:
        _kept = (end.run, {})
    run, kept = _kept
    if run == end.run and windows in kept:
        return end.step, kept[windows]
    last, name, sums = _read(end, windows)
    if name == run and len(kept) < MOST_KEPT:
        kept[windows] = sums
    return last, sums


def _read(end: TallyEnd, windows: tuple[Range, ...]) -> tuple[int, str, list[Sums]]:
    """Return the end of the tallies and the sums of each window, all of one moment, since in one statement."""
    which = Case(
        *(When(_days(window), then=Value(at)) for at, window in enumerate(windows)), output_field=IntegerField()
    )
    inside = Q()
    for window in windows:
        inside |= _days(window)
    newest = TallyEnd.objects.order_by("pk")
    rows = Tally.objects.filter(inside, within(windows[0].place)).order_by().annotate(window=which)
    grouped = rows.values_list("window", "place_id", "body_id", "verb", "outcome").annotate(
        sum=Sum("count"),
        sum_good=Sum("good"),
        last=Subquery(newest.values("step")[:1]),
        run=Subquery(newest.values("run")[:1]),
    )
    found: list[Sums] = [{} for _window in windows]
    last, run = end.step, end.run
    for at, place, body, verb, outcome, count, good, newer, name in grouped:
        found[at][place, body, verb, outcome] = (count, good)
        last, run = newer, name
    return last, run, found


def _days(window: Range) -> Q:
    """Return the condition for the tallies of whole months in the window, and of the days outside them."""
    first = _month(window.since) if window.since.day == 1 else _next_month(window.since)
    end = _month(window.until + timedelta(days=1))  # of the first month that is not whole
    if first >= end:
        return Q(span=Tally.Span.DAY, day__range=(window.since, window.until))
    found = Q(span=Tally.Span.MONTH, day__gte=first, day__lt=end)
    if window.since < first:
        found |= Q(span=Tally.Span.DAY, day__gte=window.since, day__lt=first)
    return found | Q(span=Tally.Span.DAY, day__gte=end, day__lte=window.until)


def _month(day: date) -> date:
    return day.replace(day=1)


def _next_month(day: date) -> date:
    return _month(_month(day) + timedelta(days=31))
