"""The columns of the engines' input and output, written and read without Django, so that a cluster needs none."""

import os
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from langnghe.core.chance import discoveries
from langnghe.core.distance import Site
from langnghe.core.similarity import Grams, Weights
from langnghe.situation.engines.parts import Voices

VOICES = {
    "province": "VARCHAR",
    "voice": "BIGINT",
    "place": "BIGINT",
    "topic": "BIGINT",
    "day": "BIGINT",
    "ids": "VARCHAR",
    "counts": "VARCHAR",
    "spot_ids": "VARCHAR",
    "spot_counts": "VARCHAR",
}
PLACES = {"province": "VARCHAR", "place": "BIGINT", "lat": "DOUBLE", "lon": "DOUBLE", "borders": "VARCHAR"}
BYTES = ("ids", "counts", "spot_ids", "spot_counts")
LINKS = {"voice": "BIGINT", "other": "BIGINT", "likeness": "DOUBLE"}
STREAMS = {
    "province": "VARCHAR",
    "topic": "BIGINT",
    "places": "VARCHAR",
    "since": "BIGINT",
    "last": "BIGINT",
    "observed": "BIGINT",
    "expected": "DOUBLE",
    "ratio": "DOUBLE",
    "p": "DOUBLE",
    "is_called": "BOOLEAN",
}
RATE = 0.05  # of the hot spots called so in a province, at most this share may be chance


class Plan(NamedTuple):
    """What a run needs besides its input: the weights of likeness, the window in days, the last day of the scan."""

    source: Path
    out: Path
    weights: Weights
    window: int
    last: int


def write(path: Path, columns: dict[str, str], rows: Iterable[tuple[Any, ...]], as_bytes: Iterable[str] = ()) -> None:
    """Write rows as Parquet by way of CSV, whose values need no quotes: numbers, codes, and bytes in hexadecimal."""
    import duckdb

    text, half = path.with_suffix(".csv"), path.with_suffix(".part")
    with text.open("w", encoding="ascii") as handle:
        handle.writelines(",".join(map(str, row)) + "\n" for row in rows)
    types = ", ".join(f"'{name}': '{kind}'" for name, kind in columns.items())
    filled = {name: f"coalesce({name}, '')" if kind == "VARCHAR" else name for name, kind in columns.items()}
    chosen = ", ".join(f"{f'from_hex({one})' if name in as_bytes else one} AS {name}" for name, one in filled.items())
    source = f"read_csv('{text}', header=false, auto_detect=false, delim=',', quote='', columns={{{types}}})"
    with duckdb.connect(config={"memory_limit": "500MB", "threads": 2}) as duck:
        duck.execute(f"COPY (SELECT {chosen} FROM {source}) TO '{half}' (FORMAT parquet)")  # noqa: S608 our own names
    os.replace(half, path)
    text.unlink()


def exactly(rows: Iterator[tuple[Any, ...]]) -> Iterator[tuple[Any, ...]]:
    """Return the rows with floats written so that reading gives the same float."""
    for row in rows:
        yield tuple(repr(value) if isinstance(value, float) else value for value in row)


def quoted(rows: Sequence[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    """Return rows of streams in the order of their columns; places are parted by spaces, which CSV leaves alone."""
    for row in rows:
        told = row | {"places": row["places"].replace(",", " ")}
        yield from exactly(iter([tuple(told[name] for name in STREAMS)]))


def called(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the rows with `is_called`: whether the stream stands out among those of its province."""
    told: list[dict[str, Any]] = []
    ordered = sorted(rows, key=itemgetter("province", "topic"))
    for _province, group in groupby(ordered, key=itemgetter("province")):
        own = list(group)
        mask = discoveries([row["p"] for row in own], RATE)
        told += [row | {"is_called": bool(call)} for row, call in zip(own, mask, strict=True)]
    return told


def site_of(place: int, lat: float, lon: float, borders: str) -> Site:
    """Return a row of places.parquet; the places it borders are parted by spaces."""
    return Site(place, lat, lon, tuple(int(one) for one in borders.split()))


def voices_of(rows: Sequence[tuple[Any, ...]]) -> Voices:
    """Return rows (voice, place, topic, day, ids, counts, spot_ids, spot_counts) as columns."""
    numbers = np.array([row[:4] for row in rows], np.int64).reshape(-1, 4)
    texts = [Grams(bytes(row[4]), bytes(row[5])) for row in rows]
    spots = [Grams(bytes(row[6]), bytes(row[7])) for row in rows]
    return Voices(numbers[:, 0], numbers[:, 1], numbers[:, 2], numbers[:, 3], texts, spots)
