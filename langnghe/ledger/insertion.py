"""Inserts many rows of one model in one statement; for actions only, in the transaction that they opened.

The same as bulk_create for a plain model, at a fifth of its time: a voice is five such inserts.
"""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeVar

from django.db import connection, connections, models
from django.db.models import AutoField
from django.db.models.fields import NOT_PROVIDED

MOST_PARAMETERS = 30_000  # SQLite takes 32,766 in a statement, PostgreSQL 65,535
PLAIN = frozenset({str, bytes, int, bool, type(None)})
M = TypeVar("M", bound=models.Model)


def insert(rows: Sequence[M], once_by: tuple[str, ...] = ()) -> list[M]:
    """Insert the rows, give them their ids, and return them.

    With `once_by`, the columns of a unique key, a row whose key is taken is left out of the table and the answer;
    of rows with one key the first goes in.
    """
    written: list[M] = []
    size = MOST_PARAMETERS // len(_statement(type(rows[0]))[0]) if rows else 1
    for first in range(0, len(rows), size):
        written += _inserted(rows[first : first + size], once_by)
    return written


@cache
def _statement(model: type[models.Model]) -> tuple[list[Any], str]:
    """Return the fields to fill, all that the database does not fill itself, and the statement up to VALUES."""
    fields = [f for f in model._meta.concrete_fields if not isinstance(f, AutoField) and f.db_default is NOT_PROVIDED]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    return fields, f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 names are our models'


def _inserted(rows: Sequence[M], once_by: tuple[str, ...]) -> list[M]:
    fields, start = _statement(type(rows[0]))
    line = f"({', '.join(['%s'] * len(fields))})"
    taken = " ON CONFLICT DO NOTHING" if once_by else ""
    values = _values(rows, fields)
    names = ", ".join(f'"{name}"' for name in (type(rows[0])._meta.pk.column, *once_by))
    with connection.cursor() as cursor:
        cursor.execute(f"{start}{', '.join([line] * len(rows))}{taken} RETURNING {names}", values)
        answers = cursor.fetchall()
    pairs = _by_key(rows, answers, once_by) if once_by else list(zip(rows, answers, strict=True))
    for row, answer in pairs:
        row.pk, row._state.adding, row._state.db = answer[0], False, connection.alias
    return [row for row, _answer in pairs]


def _values(rows: Sequence[M], fields: list[Any]) -> list[Any]:
    """Return the parameters row by row; most values go as they are, dates and the like as the database wants them."""
    own = connections[connection.alias]
    return [
        value if value.__class__ in PLAIN else field.get_db_prep_save(value, own)
        for row in rows
        for field in fields
        for value in (getattr(row, field.attname),)
    ]


def _by_key(rows: Sequence[M], answers: list[Any], names: tuple[str, ...]) -> list[tuple[M, Any]]:
    firsts = {tuple(getattr(row, name) for name in names): row for row in reversed(rows)}
    return [(firsts[answer[1:]], answer) for answer in answers]
