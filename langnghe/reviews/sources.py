"""The flat fact table: one SELECT over what the rooms below wrote, as a view and as a Parquet mirror in blocks."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

from django.db import connection

COLUMNS = (
    "fact source record what day written_at place_id body_id kind channel topic level on_time outcome cause stars "
    "people"
)

STEPS = """
SELECT 's' || s.id AS fact, 'case' AS source, s.case_id AS record, s.verb AS what, s.day AS day, s.at AS written_at,
  s.place_id AS place_id, s.body_id AS body_id, s.kind AS kind, s.channel AS channel, t.code AS topic,
  s.level AS level, CASE WHEN s.on_time THEN 1 ELSE 0 END AS on_time, s.outcome AS outcome, s.cause AS cause,
  coalesce(s.stars, 0) AS stars, s.people AS people
FROM cases_step s JOIN registry_topic t ON t.id = s.topic_id
WHERE s.verb || '' IN ('receive', 'reply', 'overdue', 'refer', 'refer_up', 'reopen', 'rate', 'recur', 'escalate',
  'inspect')
"""
COMMITMENTS = """
SELECT 'p' || p.id, 'commitment', p.commitment_id, 'commitment_' || p.verb, p.day, p.at, c.place_id, c.body_id,
  '', '', '', b.level, CASE WHEN p.day <= p.due THEN 1 ELSE 0 END, '', '', 0, 0
FROM commitments_progress p JOIN commitments_commitment c ON c.id = p.commitment_id
JOIN registry_body b ON b.id = c.body_id
"""
PLANNED = """
SELECT 'd' || e.id, 'engagement', e.id, e.kind || '_due', e.day, e.planned_at, b.place_id, b.id,
  '', '', '', b.level, 0, '', '', 0, 0
FROM engagements_engagement e JOIN registry_body b ON b.id = e.body_id WHERE e.origin <> 'extra'
"""
HELD = """
SELECT 'h' || e.id, 'engagement', e.id,
  e.kind || CASE WHEN e.origin = 'extra' THEN '_extra' ELSE '_held' END, e.held, e.held_at, b.place_id, b.id,
  '', '', '', b.level, 0, '', '', 0, e.people
FROM engagements_engagement e JOIN registry_body b ON b.id = e.body_id WHERE e.held_at IS NOT NULL
"""
CREATE_VIEW = "CREATE VIEW reviews_fact AS " + " UNION ALL ".join((STEPS, COMMITMENTS, PLANNED, HELD))
DROP_VIEW = "DROP VIEW reviews_fact"

BLOCK = 200_000  # ids of steps in one file of the mirror
COMMA = " || ',' || "
Progress = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Show nothing."""


class Part(NamedTuple):
    """One file of the mirror: its name and the SELECT of its rows."""

    name: str
    select: str


def refresh(folder: Path, progress: Progress = quiet) -> Path:
    """Bring the mirror up to date and return its folder.

    Steps are only ever added, so a file of the mirror holds a block of their ids and is written once; the last two
    files are written anew, since a lower id may be committed after a higher one. Other facts are few: written whole.
    """
    import duckdb

    folder.mkdir(parents=True, exist_ok=True)
    written = sorted(folder.glob("*.parquet"))
    parts = list(_parts())
    names = {part.name for part in parts}
    done = {path.stem for path in sorted(folder.glob("step-*.parquet"))[:-2]}
    wanted = [part for part in parts if part.name not in done]
    with duckdb.connect(config={"memory_limit": "500MB", "threads": 2}) as duck:
        duck.execute("SET TimeZone = 'UTC'")  # in which the database keeps its times
        for number, part in enumerate(wanted, 1):
            _mirror(duck, folder, part)
            progress(number, len(wanted))
    for path in written:
        if path.stem not in names:
            path.unlink()
    return folder


def _parts() -> Iterator[Part]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(id), 0) FROM cases_step")
        last = cursor.fetchone()[0]
    for first in range(0, last + 1, BLOCK):
        yield Part(f"step-{first // BLOCK:06}", f"{STEPS} AND s.id >= {first} AND s.id < {first + BLOCK}")
    yield Part("commitment", COMMITMENTS)
    yield Part("engagement", f"{PLANNED} UNION ALL {HELD}")


def _lines(select: str) -> Iterator[str]:
    """Yield the rows as lines of CSV; no value needs quotes, all are numbers, times and codes of ours."""
    names = COLUMNS.split()
    with connection.cursor() as cursor:
        cursor.execute(f"WITH f({', '.join(names)}) AS ({select}) SELECT {COMMA.join(names)} FROM f")  # noqa: S608
        while rows := cursor.fetchmany(10_000):
            yield "".join(f"{row[0]}\n" for row in rows)


def _mirror(duck: Any, folder: Path, part: Part) -> None:
    """Write one file: rows to CSV, CSV to Parquet, then rename, so that a reader never meets a half file."""
    text, half = folder / f"{part.name}.csv", folder / f"{part.name}.part"
    with text.open("w", encoding="utf-8") as handle:
        handle.writelines(_lines(part.select))
    duck.execute(f"COPY ({_typed(text)}) TO '{half}' (FORMAT parquet)")
    os.replace(half, folder / f"{part.name}.parquet")
    text.unlink()


def _typed(text: Path) -> str:
    numbers = dict.fromkeys(["record", "place_id", "body_id", "on_time", "stars", "people"], "BIGINT")
    types = {name: numbers.get(name, "VARCHAR") for name in COLUMNS.split()} | {
        "day": "DATE",
        "written_at": "TIMESTAMPTZ",
    }
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    return f"SELECT * FROM read_csv('{text}', auto_detect=false, delim=',', columns={{{columns}}})"  # noqa: S608
