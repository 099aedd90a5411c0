"""The flat fact table: one SELECT over what the rooms below wrote, as a view and as a Parquet mirror by month."""

import csv
import os
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path

from django.db import connection

COLUMNS = "fact source record what day written_at place_id body_id kind channel topic level on_time outcome cause stars people"

STEPS = """
SELECT 's' || s.id AS fact, 'case' AS source, s.case_id AS record, s.verb AS what, s.day AS day, s.at AS written_at,
  s.place_id AS place_id, s.body_id AS body_id, s.kind AS kind, s.channel AS channel, t.code AS topic,
  s.level AS level, CASE WHEN s.on_time THEN 1 ELSE 0 END AS on_time, s.outcome AS outcome, s.cause AS cause,
  coalesce(s.stars, 0) AS stars, s.people AS people
FROM cases_step s JOIN registry_topic t ON t.id = s.topic_id
WHERE s.verb IN ('receive', 'reply', 'overdue', 'refer', 'refer_up', 'reopen', 'rate', 'recur', 'escalate')
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
FROM engagements_engagement e JOIN registry_body b ON b.id = e.body_id
"""
HELD = """
SELECT 'h' || e.id, 'engagement', e.id, e.kind || '_held', e.held, e.held_at, b.place_id, b.id,
  '', '', '', b.level, 0, '', '', 0, e.people
FROM engagements_engagement e JOIN registry_body b ON b.id = e.body_id WHERE e.held_at IS NOT NULL
"""
CREATE_VIEW = "CREATE VIEW reviews_fact AS " + " UNION ALL ".join((STEPS, COMMITMENTS, PLANNED, HELD))
DROP_VIEW = "DROP VIEW reviews_fact"

Progress = Callable[[int, int], None]


def quiet(done: int, total: int) -> None:
    """Show nothing."""


def refresh(folder: Path, progress: Progress = quiet) -> Path:
    """Bring the mirror up to date and return its folder; months before the last one written are not read again.

    A month is the month of `written_at`, the time of writing, which only grows; the last two are written anew.
    """
    folder.mkdir(parents=True, exist_ok=True)
    done = {path.stem for path in sorted(folder.glob("*.parquet"))[:-2]}
    months = [month for month in _months() if f"{month:%Y-%m}" not in done]
    for number, month in enumerate(months, 1):
        _mirror(folder, month)
        progress(number, len(months))
    return folder


def _months() -> list[date]:
    """Return the first days of the months in which facts were written."""
    bounds = []
    with connection.cursor() as cursor:
        for table, column in (
            ("cases_step", "at"),
            ("commitments_progress", "at"),
            ("engagements_engagement", "planned_at"),
            ("engagements_engagement", "held_at"),
        ):
            cursor.execute(f"SELECT min({column}), max({column}) FROM {table}")  # noqa: S608 names are above
            bounds += [_moment(value) for value in cursor.fetchone() if value]
    if not bounds:
        return []
    first, last = min(bounds), max(bounds)
    count = (last.year - first.year) * 12 + last.month - first.month + 1
    return [date(first.year + (first.month - 1 + i) // 12, (first.month - 1 + i) % 12 + 1, 1) for i in range(count)]


def _moment(value: str | datetime) -> datetime:
    return value if isinstance(value, datetime) else datetime.fromisoformat(value)


def _next(month: date) -> date:
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def _rows(month: date) -> Iterator[list[tuple[object, ...]]]:
    wanted = COLUMNS.replace(" ", ", ")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT {wanted} FROM reviews_fact WHERE written_at >= %s AND written_at < %s",  # noqa: S608 columns are above
            [month.isoformat(), _next(month).isoformat()],
        )
        while rows := cursor.fetchmany(10_000):
            yield rows


def _mirror(folder: Path, month: date) -> None:
    """Write one month: rows to CSV, CSV to Parquet, then rename, so that a reader never meets a half file."""
    import duckdb

    text, target = folder / f"{month:%Y-%m}.csv", folder / f"{month:%Y-%m}.parquet"
    with text.open("w", newline="", encoding="utf-8") as handle:
        writer = csv.writer(handle)
        writer.writerow(COLUMNS.split())
        for rows in _rows(month):
            writer.writerows(rows)
    part = target.with_suffix(".part")
    with duckdb.connect() as duck:
        duck.execute(f"COPY ({_typed(text)}) TO '{part}' (FORMAT parquet)")
    os.replace(part, target)
    text.unlink()


def _typed(text: Path) -> str:
    numbers = dict.fromkeys(["record", "place_id", "body_id", "on_time", "stars", "people"], "BIGINT")
    types = {name: numbers.get(name, "VARCHAR") for name in COLUMNS.split()} | {"day": "DATE", "written_at": "TIMESTAMPTZ"}
    columns = ", ".join(f"'{name}': '{kind}'" for name, kind in types.items())
    return f"SELECT * FROM read_csv('{text}', header=true, nullstr='\\N', columns={{{columns}}})"  # noqa: S608
