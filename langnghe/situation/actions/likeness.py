"""What is counted and learnt for finding similar voices, and what an officer says about two cases."""

import zlib
from datetime import datetime
from typing import Any

import numpy as np
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import STAFF, Actor
from langnghe.cases.models import Case, TextGrams
from langnghe.core.refusal import Refused
from langnghe.core.similarity import SPACE, Weights
from langnghe.situation.learning import Examples, examples, learn
from langnghe.situation.models import Comparison, GramCounts, LikenessWeights

MOST_TEXTS = 200_000
KEPT = 2


def count_grams(at: datetime) -> int:
    """Count anew in how many of the newest texts each gram occurs; return how many texts were counted."""
    counts, texts = np.zeros(SPACE, np.uint32), 0
    newest = TextGrams.objects.order_by("-pk").values_list("ids", flat=True)[:MOST_TEXTS]
    for ids in newest.iterator(chunk_size=2_000):
        counts[np.frombuffer(ids, np.uint32)] += 1
        texts += 1
    with transaction.atomic():
        made = GramCounts.objects.create(counted_at=at, texts=texts, counts=zlib.compress(counts.tobytes(), 1))
        GramCounts.objects.filter(pk__lte=made.pk - KEPT).delete()
    return texts


@transaction.atomic
def tell_apart(case: Case, other: Case, *, actor: Actor, at: datetime) -> Comparison:
    """Keep that an officer holds two cases to be different matters; they are not proposed to be merged again."""
    if actor.role not in STAFF or actor.body is None or case.holder_id != actor.body.pk or case == other:
        raise Refused(_("Chỉ cán bộ của cơ quan đang giữ vụ việc nói được hai vụ việc là khác nhau."))
    first, second = sorted((case, other), key=lambda one: one.pk)
    said = {"same": False, "body": actor.body, "day": localdate(at)}
    return Comparison.objects.update_or_create(first=first, second=second, defaults=said)[0]


def learn_likeness(at: datetime, least: int, precision: float) -> LikenessWeights:
    """Learn weights from what officers merged and told apart, and put them in force; the ones before are kept.

    Refused while fewer than `least` matters were judged, or when the new weights show nothing at that precision.
    """
    found: Examples = examples()
    if found.judged < least:
        words = _("Mới có %(judged)d vụ việc được gộp hoặc nói là khác nhau; cần ít nhất %(least)d để học.")
        raise Refused(words % {"judged": found.judged, "least": least})
    weights, card = learn(found, precision)
    return _in_force(weights, card, at)


def _in_force(weights: Weights, card: dict[str, Any], at: datetime) -> LikenessWeights:
    return LikenessWeights.objects.create(learnt_at=at, weights=weights._asdict(), card=card)


@transaction.atomic
def roll_back_likeness(at: datetime) -> bool:
    """Take the weights in force back, so that those before them hold again; False when they are the release's own."""
    newest = LikenessWeights.objects.select_for_update().filter(retired_at=None).order_by("-pk").first()
    if newest is None:
        return False
    newest.retired_at = at
    newest.save(update_fields=["retired_at"])
    return True
