"""Copies the made SQLite database into an empty PostgreSQL by COPY, for it to be measured there."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.stopwatch import timed

NEW = "new"
LEFT = {"contenttypes", "auth"}  # made by `migrate`


def fill(url: str, home: Path) -> None:
    """Make the tables at the address and copy all rows of the installation in this folder, visits too."""
    from django.core.management import call_command
    from django.core.management.color import no_style
    from django.db import connections

    from langnghe.settings import database

    connections.settings[NEW] = connections.configure_settings({"default": {}, NEW: database(url)})[NEW]
    call_command("migrate", database=NEW, verbosity=0)
    models, target = list(_models()), connections[NEW]
    source = sqlite3.connect(f"file:{home / 'langnghe.sqlite3'}?mode=ro", uri=True)
    with timed("copied to PostgreSQL"), target.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")  # no check of each row's relations
        cursor.execute("TRUNCATE " + ", ".join(f'"{model._meta.db_table}"' for model in models))
        for model in models:
            _copy(model, source, cursor)
        for statement in target.ops.sequence_reset_sql(no_style(), models):
            cursor.execute(statement)
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")  # else the server still writes a million rows to the disk while pages are measured
    source.close()
    target.close()


def _models() -> Iterator[Any]:
    from django.apps import apps

    for model in apps.get_models(include_auto_created=True):
        if model._meta.managed and not model._meta.proxy and model._meta.app_label not in LEFT:
            yield model


def _copy(model: Any, source: sqlite3.Connection, cursor: Any) -> None:
    fields = model._meta.concrete_fields
    names = ", ".join(f'"{field.column}"' for field in fields)
    table = f'"{model._meta.db_table}"'
    flags = [at for at, field in enumerate(fields) if field.get_internal_type() == "BooleanField"]
    typed = _typed(flags)
    with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
        for row in source.execute(f"SELECT {names} FROM {table}"):  # noqa: S608 our models' names
            copy.write_row(typed(row))


def _typed(flags: list[int]) -> Callable[[tuple[Any, ...]], Any]:
    """Return what makes SQLite's 0 and 1 in these columns into truth values."""

    def typed(row: tuple[Any, ...]) -> Any:
        cells = list(row)
        for at in flags:
            cells[at] = None if cells[at] is None else bool(cells[at])
        return cells

    return typed if flags else tuple
