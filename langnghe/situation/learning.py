"""What officers decided about similar voices, as examples from which the weights of likeness are learnt."""

from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from langnghe.cases.models import Case, Voice
from langnghe.core.similarity import Pairs, Weights, fit, nearest, threshold
from langnghe.situation.models import Comparison
from langnghe.situation.similar import Sought, candidates

MOST_VOICES = 2_000
MOST_ALIKE = 30  # candidates a voice that were ever likely to be shown
LATER = 0.25  # the share of voices, the newest, on which the threshold is set


class Examples(NamedTuple):
    """Compared pairs, whether officers made one case of them, and the number of the voice each was compared for.

    `judged` is how many cases were merged or told apart.
    """

    pairs: Pairs
    same: npt.NDArray[np.bool_]
    asked: npt.NDArray[np.int64]
    judged: int


def examples() -> Examples:
    """Compare each voice of a judged case with its block; a pair is the same matter if one case carries both."""
    merged = set(Case.objects.exclude(merged_into=None).values_list("pk", flat=True))
    carrying = set(Case.objects.filter(parts__isnull=False).values_list("pk", flat=True))
    told = set(Comparison.objects.values_list("first", "second"))
    judged = merged | carrying | {pk for pair in told for pk in pair}
    rows = Voice.objects.filter(case__in=sorted(judged)).exclude(text="").select_related("case__place")
    columns: list[list[Any]] = [[] for _column in Pairs._fields]
    same: list[bool] = []
    asked: list[int] = []
    for voice in rows.order_by("-pk")[:MOST_VOICES]:
        block = candidates(Sought(voice.text, voice.case.place, voice.day, voice.case.spot))
        pairs = block.compared(Sought(voice.text, voice.case.place, voice.day, voice.case.spot))
        root = _roots(block.voices)
        kept = [at for at in nearest(pairs.text + pairs.spot, MOST_ALIKE) if block.voices[at] != voice.pk]
        for column, values in zip(columns, pairs, strict=True):
            column += values[kept].tolist()
        same += [root[block.voices[at]] == root[voice.pk] for at in kept]
        asked += [voice.pk] * len(kept)
    return Examples(Pairs(*map(np.array, columns)), np.array(same, bool), np.array(asked, int), len(judged))


def _roots(voices: Any) -> dict[int, int]:
    rows = Voice.objects.filter(pk__in=list(voices)).values_list("pk", "case_id", "case__merged_into_id")
    return {pk: into or case for pk, case, into in rows}


def learn(found: Examples, precision: float) -> tuple[Weights, dict[str, Any]]:
    """Return the weights and their card: fitted to the earlier voices, with the threshold set on the later ones."""
    border = np.quantile(found.asked, 1 - LATER)
    earlier, later = found.asked <= border, found.asked > border
    weights = fit(Pairs(*(column[earlier] for column in found.pairs)), found.same[earlier], 1)
    likeness = Pairs(*(column[later] for column in found.pairs)).likeness(weights)
    shown_from = threshold(likeness, found.same[later], precision)
    shown = likeness >= shown_from
    right = int((shown & found.same[later]).sum())
    card = {
        "judged_cases": found.judged,
        "pairs": len(found.same),
        "same": int(found.same.sum()),
        "later_pairs": int(later.sum()),
        "precision": round(right / int(shown.sum()), 4) if shown.any() else None,
        "recall": round(right / max(1, int(found.same[later].sum())), 4),
    }
    return weights._replace(shown_from=shown_from), card
