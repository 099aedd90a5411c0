"""Writes what the engines read as Parquet: hashed grams, places, topics, days; no text, and nothing about a person."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from langnghe.cases.models import TextGrams
from langnghe.registry.models import Place
from langnghe.situation.engines.columns import BYTES, PLACES, VOICES, write

Progress = Callable[[int, int], None]


def export(folder: Path, progress: Progress) -> int:
    """Write voices.parquet and places.parquet for every indexed voice; return how many voices."""
    folder.mkdir(parents=True, exist_ok=True)
    total = TextGrams.objects.count()
    write(folder / "places.parquet", PLACES, _places())
    write(folder / "voices.parquet", VOICES, _counted(_voices(), total, progress), BYTES)
    return total


def _places() -> Iterator[tuple[Any, ...]]:
    rows = Place.objects.filter(level=Place.Level.COMMUNE, valid_to=None, parent__level=Place.Level.PROVINCE)
    known = rows.exclude(lat=None).order_by("parent__key", "pk")
    named = known.values_list("parent__key", "pk", "lat", "lon", "boundary__borders")
    for *columns, borders in named.iterator(chunk_size=2_000):
        yield *columns, " ".join(map(str, borders or ()))


def _voices() -> Iterator[tuple[Any, ...]]:
    """Yield the voices whose place lies in a province of today, oldest first."""
    rows = TextGrams.objects.filter(place__parent__level=Place.Level.PROVINCE).order_by("pk")
    names = ("place__parent__key", "pk", "place_id", "voice__case__topic_id", "day", *BYTES)
    for province, voice, place, topic, day, *grams in rows.values_list(*names).iterator(chunk_size=2_000):
        yield province, voice, place, topic, day.toordinal(), *(bytes(part).hex() for part in grams)


def _counted(rows: Iterator[tuple[Any, ...]], total: int, progress: Progress) -> Iterator[tuple[Any, ...]]:
    for number, row in enumerate(rows, 1):
        yield row
        if number % 5_000 == 0 or number == total:
            progress(number, total)
