"""Finds the voices that may be about the same matter: those of the commune and its neighbours, some weeks around.

It proposes, and a person decides. It keeps nothing in memory but how rare each gram is; a voice is found as soon as
it is received.
"""

import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.db import connection

from langnghe.cases.models import Case, Voice
from langnghe.core.similarity import (
    Block,
    Floats,
    Grams,
    Pairs,
    Rarity,
    Weights,
    default_weights,
    grams,
    nearest,
    rarity_of,
)
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.situation.models import GramCounts, LikenessWeights
from langnghe.situation.neighbours import around

MOST = 5
MOST_FRESH = 200  # voices that the index does not hold yet, compared all the same
SAME_SPOT = 0.6  # a cosine of named spots from which on they are said to be the same
WORTH_A_LOOK = 0.01  # a likeness below which nothing is proposed
FEW_TEXTS = 200  # below, rarity is counted in the block itself


@dataclass(frozen=True)
class Sought:
    """What a voice is compared by."""

    text: str
    place: Place
    day: date
    spot: str = ""


@dataclass(frozen=True)
class Similar:
    """A case with its most similar voice, and why it is one: `is_same` when the likeness reaches the threshold."""

    case: Case
    likeness: float
    is_same: bool
    same_spot: bool
    elsewhere: bool
    days: int


@dataclass(frozen=True)
class Candidates:
    """The voices of a block, column by column."""

    voices: Sequence[int]
    places: Sequence[int]
    days: Sequence[date]
    texts: Sequence[Grams]
    spots: Sequence[Grams]

    def compared(self, sought: Sought) -> Pairs:
        text, spot = grams(sought.text), grams(sought.spot)
        rarity = rarity_now() or rarity_of([*self.texts, text])
        unnamed = [not (one.counts and spot.counts) for one in self.spots]
        return Pairs(
            text=Block(self.texts, rarity).cosines(text),
            spot=Block(self.spots, rarity).cosines(spot),
            no_spot=np.array(unnamed, float),
            elsewhere=np.array([place != sought.place.pk for place in self.places], float),
            days=np.array([abs((day - sought.day).days) for day in self.days], float),
        )


def similar(sought: Sought, *, apart_from: Case | None = None, only_public: bool = False) -> list[Similar]:
    """Return the cases most likely to be the same matter, at most five, the likeliest first.

    A merged case stands for the one that carries it. Cases told apart from `apart_from` are left to the caller.
    """
    found = candidates(sought, only_public)
    if not found.voices or not grams(sought.text).counts:
        return []
    pairs, weights = found.compared(sought), weights_now()
    likeness = pairs.likeness(weights)
    order = [at for at in nearest(likeness, 8 * MOST) if likeness[at] >= WORTH_A_LOOK]
    carrying = _carrying([found.voices[at] for at in order])
    best: dict[int, int] = {}
    for at in order:
        best.setdefault(carrying[found.voices[at]], at)
    best.pop(apart_from.pk if apart_from else 0, None)
    cases = Case.objects.all()
    known = (cases.filter(is_public=True) if only_public else cases).in_bulk(list(best))
    return [_told(known[pk], at, pairs, likeness, weights) for pk, at in best.items() if pk in known][:MOST]


def _told(case: Case, at: int, pairs: Pairs, likeness: Floats, weights: Weights) -> Similar:
    return Similar(
        case=case,
        likeness=float(likeness[at]),
        is_same=bool(likeness[at] >= weights.shown_from),
        same_spot=bool(pairs.spot[at] >= SAME_SPOT),
        elsewhere=bool(pairs.elsewhere[at]),
        days=int(pairs.days[at]),
    )


def candidates(sought: Sought, only_public: bool = False) -> Candidates:
    """Return the block in which a voice is sought (rule similar_window_days), with what came just now."""
    width = timedelta(law.rule("similar_window_days"))
    days, places = (sought.day - width, sought.day + width), around(sought.place.pk, sought.day)
    rows = _indexed(places, days, only_public)
    rows += _fresh(places, days)
    columns = list(zip(*sorted(rows, reverse=True), strict=True)) or [()] * 7
    voices, where, when, ids, counts, spot_ids, spot_counts = columns
    days_of = [day if isinstance(day, date) else date.fromisoformat(day) for day in when]
    return Candidates(voices, where, days_of, list(map(Grams, ids, counts)), list(map(Grams, spot_ids, spot_counts)))


INDEXED = """SELECT voice_id, place_id, day, ids, counts, spot_ids, spot_counts FROM cases_textgrams
  WHERE place_id IN ({places}) AND day BETWEEN %s AND %s {public}"""
MAPPED = f"PRAGMA mmap_size = {2**31}"  # thousands of rows all over the file: read by mapping it, a tenth of the time
PUBLIC = "AND voice_id IN (SELECT v.id FROM cases_voice v JOIN cases_case c ON c.id = v.case_id WHERE c.is_public)"


def _indexed(places: Sequence[int], days: tuple[date, date], only_public: bool) -> list[tuple[Any, ...]]:
    """Return the rows of the index as the database gives them; there are thousands, and models take twice as long."""
    ends = [connection.ops.adapt_datefield_value(day) for day in days]
    marks = ", ".join(["%s"] * len(places))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(MAPPED)
        cursor.execute(INDEXED.format(places=marks, public=PUBLIC if only_public else ""), [*places, *ends])
        return list(cursor.fetchall())


def _fresh(places: Sequence[int], days: tuple[date, date]) -> list[tuple[Any, ...]]:
    """Return the newest voices that the index does not hold yet, as its rows would be."""
    waiting = Voice.objects.filter(in_index=False).order_by("-pk")
    rows = waiting.values_list("pk", "case__place_id", "day", "text", "case__spot")[:MOST_FRESH]
    return [
        (pk, place, day, *grams(text), *grams(spot))
        for pk, place, day, text, spot in rows
        if text and place in places and days[0] <= day <= days[1]
    ]


def _carrying(voices: Sequence[int]) -> dict[int, int]:
    """Return for each voice the case that carries it."""
    rows = Voice.objects.filter(pk__in=voices).values_list("pk", "case_id", "case__merged_into_id")
    return {voice: into or case for voice, case, into in rows}


def rarity_now() -> Rarity | None:
    """Return how rare each gram is, as counted last; None while too few texts were counted."""
    newest = GramCounts.objects.order_by("-pk").values_list("pk", flat=True).first()
    return _rarity(newest) if newest else None


@lru_cache(maxsize=1)
def _rarity(pk: int) -> Rarity | None:
    row = GramCounts.objects.get(pk=pk)
    counts = np.frombuffer(zlib.decompress(bytes(row.counts)), np.uint32)
    return Rarity(row.texts, counts) if row.texts >= FEW_TEXTS else None


def weights_now() -> Weights:
    """Return the weights learnt last and not taken back, or those of the release."""
    learnt = LikenessWeights.objects.filter(retired_at=None).order_by("-pk").values_list("weights", flat=True).first()
    return Weights(**learnt) if learnt else default_weights()
