"""Compares the open cases of every desk each night, so that groups can be proposed."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.timezone import localdate

from langnghe.cases.models import Case, TextGrams
from langnghe.core.similarity import Grams, rarity_of
from langnghe.ledger.insertion import put
from langnghe.registry import law
from langnghe.situation.hearing import communes
from langnghe.situation.models import SameMatter
from langnghe.situation.neighbours import sites
from langnghe.situation.similar import rarity_now, weights_now

NAMES = ("voice_id", "place_id", "day", "ids", "counts", "spot_ids", "spot_counts", "voice__case_id")


def group_cases(at: datetime) -> int:
    """Note the pairs of open cases on one desk that are likely the same matter; return how many.

    Of two cases the most similar voices count. The cost is that of comparing each open voice with its block.
    """
    from langnghe.situation.engines.parts import Voices, links  # which brings a compiler

    rows = list(_open_voices())
    if not rows:
        return _replaced({})
    voice, place, days, ids, counts, spot_ids, spot_counts, case = zip(*rows, strict=True)
    texts, spots = list(map(Grams, ids, counts)), list(map(Grams, spot_ids, spot_counts))
    numbers = [np.array(column, np.int64) for column in (voice, place, [day.toordinal() for day in days])]
    voices = Voices(numbers[0], numbers[1], np.zeros(len(rows), np.int64), numbers[2], texts, spots)
    around = sites(communes(localdate(at)))
    rarity = rarity_now() or rarity_of(texts)
    window = law.rule("similar_window_days")
    case_of, holder_of = dict(zip(voice, case, strict=True)), _holders()
    best: dict[tuple[int, int], float] = {}
    for link in links(voices, around, rarity, weights_now(), window):
        pair = tuple(sorted((case_of[link.voice], case_of[link.other])))
        if pair[0] != pair[1] and holder_of.get(pair[0]) == holder_of.get(pair[1]):
            best[pair[0], pair[1]] = max(link.likeness, best.get((pair[0], pair[1]), 0.0))
    return _replaced(best)


def _open_voices() -> Iterable[tuple[Any, ...]]:
    open_ = {"voice__case__settled": None, "voice__case__state__in": Case.OPEN}
    return TextGrams.objects.filter(**open_).order_by("voice_id").values_list(*NAMES)


def _holders() -> dict[int, int]:
    return dict(Case.objects.filter(settled=None, state__in=Case.OPEN).values_list("pk", "holder_id"))


@transaction.atomic
def _replaced(best: dict[tuple[int, int], float]) -> int:
    SameMatter.objects.all().delete()
    rows = [{"first_id": first, "second_id": second, "likeness": best[first, second]} for first, second in sorted(best)]
    put(SameMatter, rows)
    return len(rows)
