"""Questions that the tests ask of the tables: which rows are in force, and do they follow on one another."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, timedelta

from langnghe.core.tables import rows

Row = dict[str, str]
START = date(2020, 1, 1)
TODAY = date(2026, 11, 22)


def since(row: Row) -> date:
    return date.fromisoformat(row["valid_from"]) if row["valid_from"] else date.min


def until(row: Row) -> date:
    return date.fromisoformat(row["valid_to"]) if row["valid_to"] else date.max


def in_force(found: Iterable[Row], day: date) -> list[Row]:
    return [row for row in found if since(row) <= day <= until(row)]


def select(table: str, **wanted: str) -> list[Row]:
    return [row for row in rows(table) if all(row[name] == value for name, value in wanted.items())]


def only(table: str, day: date = TODAY, **wanted: str) -> Row:
    (row,) = in_force(select(table, **wanted), day)
    return row


def grouped(table: str, *names: str) -> list[list[Row]]:
    """Return the rows of each combination of the columns, earliest first."""
    groups: dict[tuple[str, ...], list[Row]] = defaultdict(list)
    for row in rows(table):
        groups[tuple(row[name] for name in names)].append(row)
    return [sorted(group, key=since) for group in groups.values()]


def assert_follow_on(group: list[Row]) -> None:
    for before, after in zip(group, group[1:], strict=False):
        assert since(after) == until(before) + timedelta(days=1), (before["valid_to"], after)


def assert_covers(group: list[Row], first: date, last: date) -> None:
    assert group
    assert_follow_on(group)
    assert since(group[0]) <= first and until(group[-1]) >= last, group
