"""How well topics are suggested for voices whose true topic is known, by keywords and by a model learnt from others."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from langnghe.core.similarity import plain
from langnghe.core.topics import Example, Keywords, Suggestion, figures, learn, suggested
from langnghe.registry import law

FOLDS = 5
SEALED_VI = {"khieu_nai", "to_cao"}  # files from elsewhere name the kinds in Vietnamese
LEARNT = 4  # of each five groups that teach, four; the fifth sets temperature and threshold
Row = Mapping[str, Any]
Found = list[tuple[str, Suggestion]]


def judge_topics(rows: Iterable[Row], teaching: Iterable[Row], keywords: Keywords) -> dict[str, Any]:
    """Return the figures of keywords and of a model learnt from `teaching`, whole and per style of typing.

    Each row has id, text, topic, group and style. Voices of a sealed kind are left out of both. If the two share texts,
    the rows are judged in five folds, each by a model that saw neither its texts nor others of their groups.
    """
    own, others = _open(rows), _open(teaching)
    shared = {plain(row["text"]) for row in own} & {plain(row["text"]) for row in others}
    folds = _folds(own, FOLDS if shared else 1)
    linear = [pair for fold in folds for pair in _by_model(fold, others, keywords)]
    styles = [str(row.get("style", "")) for fold in folds for row in fold]
    words = suggested(keywords, (_example(row) for fold in folds for row in fold))
    return {
        "voices": len(styles),
        "folds": len(folds),
        "shared_texts": len(shared),
        "keywords": _with_styles(words, styles),
        "linear": _with_styles(linear, styles),
    }


def _open(rows: Iterable[Row]) -> list[Row]:
    sealed = {code for code, kind in law.kinds().items() if kind.is_sealed} | SEALED_VI
    return [row for row in rows if row.get("kind", "") not in sealed]


def _example(row: Row) -> Example:
    return Example(str(row["text"]), str(row["topic"]), _group(row))


def _group(row: Row) -> str:
    return str(row.get("group") or row["id"])


def _folds(rows: Sequence[Row], count: int) -> list[list[Row]]:
    number: dict[str, int] = {}
    for row in rows:
        number.setdefault(_group(row), len(number) % count)
    return [[row for row in rows if number[_group(row)] == fold] for fold in range(min(count, len(number)))]


def _by_model(rows: Sequence[Row], teaching: Sequence[Row], keywords: Keywords) -> Found:
    """Return what a model suggests that learnt from the rows that share neither a text nor a group with these."""
    texts = {plain(row["text"]) for row in rows}
    seen = {_group(row) for row in teaching if plain(row["text"]) in texts}
    groups = _folds([row for row in teaching if _group(row) not in seen], LEARNT + 1)
    if len(groups) <= LEARNT:
        return [(str(row["topic"]), Suggestion((), True)) for row in rows]
    taught = [_example(row) for group in groups[:LEARNT] for row in group]
    model = learn(taught, [_example(row) for row in groups[LEARNT]], keywords)
    return suggested(model, (_example(row) for row in rows))


def _with_styles(found: Found, styles: Sequence[str]) -> dict[str, Any]:
    parts = {style: [pair for pair, own in zip(found, styles, strict=True) if own == style] for style in styles}
    return figures(found) | {"styles": {style: figures(parts[style]) for style in sorted(parts)}}
