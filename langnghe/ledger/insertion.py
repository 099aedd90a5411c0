"""Inserts many rows of one model in one statement; for actions only, in the transaction that they opened.

The same as bulk_create for a plain model, at a fifth of its time: a voice is seven such inserts.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar

from django.db import connection, connections, models
from django.db.models import AutoField
from django.db.models.fields import NOT_PROVIDED

MOST_PARAMETERS = 30_000  # SQLite takes 32,766 in a statement, PostgreSQL 65,535
PLAIN = frozenset({str, bytes, int, bool, type(None)})
M = TypeVar("M", bound=models.Model)


def insert(rows: Sequence[M]) -> list[M]:
    """Insert the rows, give them their ids, and return them."""
    if rows:
        fields = _fields(type(rows[0]))
        values = attrgetter(*(field.attname for field in fields))
        answers = _inserted(type(rows[0]), fields, [values(row) for row in rows], ())
        for row, answer in zip(rows, answers, strict=True):
            row.pk, row._state.adding, row._state.db = answer[0], False, connection.alias
    return list(rows)


def put(
    model: type[models.Model], rows: Sequence[Mapping[str, Any]], once_by: tuple[str, ...] = ()
) -> list[tuple[Any, ...]]:
    """Insert rows that nobody needs as objects, each a value for every column without a default; return their ids.

    With `once_by`, the columns of a unique key, a row whose key is taken is left out of the table and the answer,
    which then gives (id, *key); of rows with one key the first goes in.
    """
    if not rows:
        return []
    fields = _fields(model)
    names = [field.attname for field in fields]
    usual = {field.attname: field.get_default() for field in fields if field.attname not in rows[0]}
    lines = [[line[name] for name in names] for line in ({**usual, **row} for row in rows)]
    return _inserted(model, fields, lines, once_by)


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """Return the fields to fill: all that the database does not fill itself."""
    return [f for f in model._meta.concrete_fields if not isinstance(f, AutoField) and f.db_default is NOT_PROVIDED]


def _inserted(
    model: type[models.Model], fields: list[Any], lines: Sequence[Sequence[Any]], once_by: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    start, line, end = _statement(model, once_by, connection.vendor)
    size = MOST_PARAMETERS // len(fields)
    answers: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for first in range(0, len(lines), size):
            part = lines[first : first + size]
            cursor.execute(f"{start}{', '.join([line] * len(part))}{end}", _values(fields, part))
            answers += cursor.fetchall()
    return answers


@cache
def _statement(model: type[models.Model], once_by: tuple[str, ...], _vendor: str) -> tuple[str, str, str]:
    """Return what stands before the lines of values, such a line, and what stands behind them."""
    quote, fields = connection.ops.quote_name, _fields(model)
    columns = ", ".join(quote(field.column) for field in fields)
    names = ", ".join(quote(name) for name in (model._meta.pk.column, *once_by))
    start = f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES "  # noqa: S608 our models' names
    end = f"{' ON CONFLICT DO NOTHING' if once_by else ''} RETURNING {names}"
    return start, f"({', '.join(['%s'] * len(fields))})", end


def _values(fields: list[Any], lines: Sequence[Sequence[Any]]) -> list[Any]:
    """Return the parameters row by row; most values go as they are, dates and the like as the database wants them.

    A column of dates holds few different ones, so each is prepared once.
    """
    own = connections[connection.alias]
    prepared: dict[tuple[str, Any], Any] = {}
    values = []
    for line in lines:
        for field, value in zip(fields, line, strict=True):
            if type(value) in PLAIN:
                values.append(value)
            elif isinstance(field, models.JSONField):
                values.append(field.get_db_prep_save(value, own))
            else:
                key = field.attname, value
                if key not in prepared:
                    prepared[key] = field.get_db_prep_save(value, own)
                values.append(prepared[key])
    return values
