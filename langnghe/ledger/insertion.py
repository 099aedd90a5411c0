"""Inserts many rows of one model in one statement; for actions only, in the transaction that they opened.

The same as bulk_create for a plain model, at a fifth of its time: a voice is seven such inserts.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any, TypeVar

from django.db import connection, connections, models
from django.db.models import AutoField
from django.db.models.fields import NOT_PROVIDED

MOST_PARAMETERS = 30_000  # SQLite takes 32,766 in a statement, PostgreSQL 65,535
PLAIN = frozenset({str, bytes, int, bool, type(None)})
M = TypeVar("M", bound=models.Model)


def fresh(model: type[M], columns: Mapping[str, Any], related: Mapping[str, models.Model | None]) -> M:
    """Return a row that is not in the database yet, in a third of the time that calling the model takes.

    `columns` by attname; `related` are the rows of foreign keys; what neither names has its default.
    """
    keys = {f"{name}_id": other and other.pk for name, other in related.items()}
    values = {**_usual(model), **columns, **keys}
    row = model(*[values[field.attname] for field in model._meta.concrete_fields])
    for name, other in related.items():
        if other is not None:
            row._state.fields_cache[name] = other
    return row


def insert(rows: Sequence[M]) -> list[M]:
    """Insert the rows, give them their ids, and return them."""
    if rows:
        fields = _fields(type(rows[0]))
        columns = [[getattr(row, field.attname) for row in rows] for field in fields]
        for row, answer in zip(rows, _inserted(type(rows[0]), fields, columns, ()), strict=True):
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
    fields, usual = _fields(model), _usual(model)
    names = [field.attname for field in fields]
    columns = [[row[name] for row in rows] if name in rows[0] else [usual[name]] * len(rows) for name in names]
    return _inserted(model, fields, columns, once_by)


@cache
def _usual(model: type[models.Model]) -> dict[str, Any]:
    """Return the columns with their defaults, None where there is none; those made anew each time must be given."""
    fields = [f for f in model._meta.concrete_fields if f.default is NOT_PROVIDED or not callable(f.default)]
    return {field.attname: field.get_default() for field in fields}


@cache
def _fields(model: type[models.Model]) -> list[Any]:
    """Return the fields to fill: all that the database does not fill itself."""
    return [f for f in model._meta.concrete_fields if not isinstance(f, AutoField) and f.db_default is NOT_PROVIDED]


def _inserted(
    model: type[models.Model], fields: list[Any], columns: list[list[Any]], once_by: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    start, line, end = _statement(model, once_by, connection.vendor)
    ready = [
        column if PLAIN.issuperset(map(type, column)) else _prepared(field, column)
        for field, column in zip(fields, columns, strict=True)
    ]
    size = MOST_PARAMETERS // len(fields)
    answers: list[tuple[Any, ...]] = []
    with connection.cursor() as cursor:
        for first in range(0, len(ready[0]), size):
            lines = list(zip(*(column[first : first + size] for column in ready), strict=True))
            cursor.execute(f"{start}{', '.join([line] * len(lines))}{end}", list(chain.from_iterable(lines)))
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


def _prepared(field: Any, column: list[Any]) -> list[Any]:
    """Return the column's values as the database wants them: most go as they are, and each date is made once."""
    own = connections[connection.alias]
    if isinstance(field, models.JSONField):  # whose values have no hash
        return [field.get_db_prep_save(value, own) for value in column]
    made = {value: field.get_db_prep_save(value, own) for value in set(column) if type(value) not in PLAIN}
    return [value if type(value) in PLAIN else made[value] for value in column]
