"""How well similar voices are found: against groups that people made, beside what simpler ways reach."""

import re
import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from langnghe.core.similarity import Block, Floats, Pairs, Weights, fit, grams, nearest, plain, rarity_of, threshold

MOST = 5
FOLDS = 5
Row = dict[str, Any]


class Judged(NamedTuple):
    """Two voices of a file, compared, and whether people hold them to be one matter."""

    first: npt.NDArray[np.int64]
    second: npt.NDArray[np.int64]
    pairs: Pairs
    same: npt.NDArray[np.bool_]

    def among(self, chosen: npt.NDArray[np.bool_]) -> "Judged":
        cut = Pairs(*(column[chosen] for column in self.pairs))
        return Judged(self.first[chosen], self.second[chosen], cut, self.same[chosen])


def spot_of(row: Row) -> str:
    """Return the named spot of a voice, in either format."""
    return str(row.get("spot") or row.get("place") or "")


def groups_of(rows: Sequence[Row]) -> list[str]:
    """Return the group of each voice; one of its own for a voice without."""
    return [row.get("group") or f"alone {number}" for number, row in enumerate(rows)]


def compared(rows: Sequence[Row]) -> Judged:
    """Compare all voices with each other, as if all were said in one commune on one day."""
    texts, spots = ([grams(words(row)) for row in rows] for words in (lambda row: row["text"], spot_of))
    rarity = rarity_of(texts)
    blocks = [(Block(many, rarity), many) for many in (texts, spots)]
    alike, near = ([block.cosines(one) for one in many] for block, many in blocks)
    named = np.array([float(bool(one.counts)) for one in spots])
    groups = np.array(groups_of(rows))
    first, second = np.triu_indices(len(rows), 1)
    pairs = Pairs(
        text=np.array(alike)[first, second],
        spot=np.array(near)[first, second],
        no_spot=1.0 - named[first] * named[second],
        elsewhere=np.zeros(len(first)),
        days=np.zeros(len(first)),
    )
    return Judged(first, second, pairs, groups[first] == groups[second])


def learn(rows: Sequence[Row], precision: float) -> tuple[Weights, float]:
    """Return weights fitted to the groups, and the recall of pairs at the threshold, which is set on folds left out.

    The folds are split by group: a pair is judged by weights that have seen no matter of either voice. Nothing is
    known here of places and days, so their weights are 0.
    """
    judged, names = compared(rows), groups_of(rows)
    fold_of = {name: number % FOLDS for number, name in enumerate(sorted(set(names)))}
    folds = np.array([fold_of[name] for name in names])
    ahead = np.zeros(len(judged.same))
    for fold in range(FOLDS):
        touched = (folds[judged.first] == fold) | (folds[judged.second] == fold)
        part = judged.among(~touched)
        ahead[touched] = judged.among(touched).pairs.likeness(fit(part.pairs, part.same, 1))
    shown_from = threshold(ahead, judged.same, precision)
    recall = float((judged.same & (ahead >= shown_from)).sum() / judged.same.sum())
    return fit(judged.pairs, judged.same, shown_from), recall


def judge(rows: Sequence[Row], weights: Weights) -> dict[str, Any]:
    """Return hit@1, hit@5 and the precision and recall of pairs shown as the same matter, in all and by style.

    Each voice is sought among all others of the file, wherever and whenever it was said. Beside the fused likeness
    stand simpler ways: texts alone, same named spot and topic alone, SQLite's full-text search, each voice alone.
    """
    judged, names = compared(rows), np.array(groups_of(rows))
    likeness = judged.pairs.likeness(weights)
    square = partial(_square, judged, len(rows))
    ways = {"fused": square(likeness), "text": square(judged.pairs.text), "spot_topic": _spot_topic(rows)}
    ways["fts5"] = _fts5(rows)
    styles = np.array([row.get("style") or "" for row in rows])
    found = {way: _hits(matrix, names) for way, matrix in ways.items()}
    is_grouped = ~np.isnan(found["text"][0])
    everywhere = np.ones(len(likeness), bool)
    parts = {"all": np.ones(len(rows), bool)} | {style: styles == style for style in sorted({*styles} - {""})}
    return {
        "voices": len(rows),
        "shown_from": weights.shown_from,
        "hits": {
            part: {"grouped": int(is_grouped[mask].sum())}
            | {way: _hit_rates(hits, mask) for way, hits in found.items()}
            for part, mask in parts.items()
        },
        "pairs": {
            part: _pairwise(judged, likeness >= weights.shown_from, mask[judged.first] | mask[judged.second])
            for part, mask in parts.items()
        },
        "pairs_spot_topic": _pairwise(judged, ways["spot_topic"][judged.first, judged.second] > 0, everywhere),
        "pairs_singletons": _pairwise(judged, ~everywhere, everywhere),
    }


def _hit_rates(hits: tuple[Floats, Floats], mask: npt.NDArray[np.bool_]) -> dict[str, float | None]:
    return {f"hit@{k}": _mean(hit[mask]) for k, hit in zip((1, MOST), hits, strict=True)}


def _square(judged: Judged, size: int, values: Floats) -> Floats:
    matrix = np.zeros((size, size))
    matrix[judged.first, judged.second] = values
    return matrix + matrix.T


def _hits(matrix: Floats, names: npt.NDArray[Any]) -> tuple[Floats, Floats]:
    """Return for each voice whether one of its matter is the nearest, and is among the five; nan for a voice alone."""
    sizes = Counter(names.tolist())
    nearest_first, among_five = np.full(len(names), np.nan), np.full(len(names), np.nan)
    for number, name in enumerate(names):
        if sizes[name] > 1:
            others = np.where(np.arange(len(names)) == number, -np.inf, matrix[number])
            same = [names[other] == name and others[other] > 0 for other in nearest(others, MOST)]
            nearest_first[number], among_five[number] = same[0], any(same)
    return nearest_first, among_five


def _mean(hits: Floats) -> float | None:
    counted = hits[~np.isnan(hits)]
    return round(float(counted.mean()), 4) if len(counted) else None


def _pairwise(judged: Judged, shown: npt.NDArray[np.bool_], where: npt.NDArray[np.bool_]) -> dict[str, Any]:
    """Return how many pairs are shown, which share of them is right, and which share of the right ones is shown."""
    right, claimed = int((judged.same & shown & where).sum()), int((shown & where).sum())
    true = int((judged.same & where).sum())
    return {
        "shown": claimed,
        "precision": round(right / claimed, 4) if claimed else None,
        "recall": round(right / true, 4) if true else None,
    }


def _spot_topic(rows: Sequence[Row]) -> Floats:
    """Return 1 for voices with the same topic and the same words of the spot."""
    keys = [(row.get("topic"), plain(spot_of(row))) for row in rows]
    return np.array([[float(one == other) for other in keys] for one in keys])


def _fts5(rows: Sequence[Row]) -> Floats:
    """Return what SQLite's full-text search (BM25, marks removed) gives each voice's words among the others."""
    matrix = np.zeros((len(rows), len(rows)))
    with closing(sqlite3.connect(":memory:")) as database:
        database.execute("CREATE VIRTUAL TABLE texts USING fts5(words, tokenize='unicode61 remove_diacritics 2')")
        database.executemany("INSERT INTO texts VALUES (?)", [(row["text"],) for row in rows])
        for number, row in enumerate(rows):
            words = " OR ".join(f'"{word}"' for word in re.findall(r"\w+", row["text"].lower()))
            asked = "SELECT rowid - 1, -rank FROM texts WHERE texts MATCH ? ORDER BY rank LIMIT 6"
            for other, score in database.execute(asked, (words or '""',)):
                matrix[number, other] = score
    return matrix
