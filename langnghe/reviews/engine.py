"""Runs the figures' predicates over the Parquet mirror (DuckDB), and opens the records behind one (the database)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from langnghe.registry.models import Place
from langnghe.reviews.figures import Definition, predicate, values
from langnghe.reviews.models import Fact, Review
from langnghe.reviews.periods import year_before
from langnghe.reviews.scope import covered

Count = tuple[int, int | None]


@dataclass(frozen=True)
class Window:
    """The days a figure covers, the places, and the moment after which nothing counts any more."""

    since: date
    until: date
    frozen_at: datetime
    places: Mapping[int, int | None]


def window(review: Review, place: Place | None = None, years_back: int = 0) -> Window:
    """Return the days and places that the review's figures cover; of one commune, only what counts to it."""
    since, until, places = review.since, review.until, covered(review.place, review.until)
    for _year in range(years_back):
        since, until = year_before(since), year_before(until)
    if place is not None:
        places = {each: unit for each, unit in places.items() if unit == place.pk}
    return Window(since, until, review.frozen_at, places)


def measure(folder: Path, window: Window, definitions: Iterable[Definition]) -> dict[str, Count]:
    """Return key -> (value, base or None) for each figure and each member of a family."""
    plain = [row for row in definitions if not row.by]
    counts: dict[str, Count] = {}
    with _opened(folder, window) as duck:
        if plain:
            row = duck.execute(f"SELECT {_columns(plain)} FROM facts").fetchall()[0]  # noqa: S608 our own predicates
            counts |= _named(plain, row)
        for family in (row for row in definitions if row.by):
            found = dict(
                duck.execute(
                    f"SELECT {family.by}, count(*) FROM facts WHERE {predicate(family.where)} GROUP BY 1"  # noqa: S608
                ).fetchall()
            )
            counts |= {f"{family.key}.{value}": (found.get(value, 0), None) for value in values(family.by)}
    return counts


def measure_communes(folder: Path, window: Window, definitions: list[Definition]) -> dict[int, dict[str, Count]]:
    """Return commune id -> key -> (value, base) for the appendix."""
    with _opened(folder, window) as duck:
        rows = duck.execute(
            f"SELECT unit, {_columns(definitions)} FROM facts WHERE unit IS NOT NULL GROUP BY unit"  # noqa: S608
        ).fetchall()
    return {row[0]: _named(definitions, row[1:]) for row in rows}


def _columns(definitions: list[Definition]) -> str:
    pairs = [(predicate(row.where), predicate(row.of)) for row in definitions]
    return ", ".join(
        f"count(*) FILTER (WHERE {where}), " + (f"count(*) FILTER (WHERE {of})" if of else "NULL")
        for where, of in pairs
    )


def _named(definitions: list[Definition], row: tuple[Any, ...]) -> dict[str, Count]:
    return {d.key: (row[2 * i], row[2 * i + 1]) for i, d in enumerate(definitions)}


def _opened(folder: Path, window: Window) -> Any:
    """Return a DuckDB connection with the view `facts` cut to the window."""
    import duckdb

    duck = duckdb.connect(config={"memory_limit": "1500MB", "threads": 2})
    pairs = ", ".join(f"({place}, {unit or 'NULL'})" for place, unit in window.places.items())
    duck.execute(f"CREATE TABLE scope AS SELECT * FROM (VALUES {pairs}) AS t(place_id, unit)")  # noqa: S608 numbers of our own
    files = [str(path) for path in sorted(folder.glob("*.parquet"))]
    duck.execute(
        "CREATE VIEW facts AS SELECT f.*, s.unit FROM read_parquet("  # noqa: S608
        + f"{files}) f JOIN scope s USING (place_id) "
        + f"WHERE day BETWEEN DATE '{window.since}' AND DATE '{window.until}' "
        + f"AND written_at <= TIMESTAMPTZ '{window.frozen_at.isoformat()}'"
    )
    return duck


def records(window: Window, where: str) -> QuerySet[Fact]:
    """Return exactly the facts that the figure counted, newest first, from the database."""
    rows = Fact.objects.filter(
        day__range=(window.since, window.until), written_at__lte=window.frozen_at, place__in=window.places.keys()
    )
    return holding(rows, where).order_by("-day", "-fact")


def added_up(rows: QuerySet[Fact], asked: Mapping[str, tuple[str, str]]) -> dict[str, int]:
    """Return by name what each (sum, predicate) comes to over the rows, read in one pass; sums are SQL of our own."""
    columns = {
        f"sum{at}": f"{what} FILTER (WHERE {predicate(where)})" for at, (what, where) in enumerate(asked.values())
    }
    found = rows.order_by().extra(select=columns).values_list(*columns).get()  # noqa: S610 our own predicates
    return {name: int(value or 0) for name, value in zip(asked, found, strict=True)}


def holding(rows: QuerySet[Fact], where: str) -> QuerySet[Fact]:
    """Return those of the facts for which the figure's predicate holds."""
    return rows.extra(where=[predicate(where)])  # noqa: S610 our own predicates
