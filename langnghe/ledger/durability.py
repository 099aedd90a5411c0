"""Whether the database keeps what it has acknowledged when the power goes, and whether it takes anything now."""

from django.db import (
    DatabaseError,
    DataError,
    IntegrityError,
    InterfaceError,
    NotSupportedError,
    ProgrammingError,
    connection,
)
from django.db.models import Model

SQLITE: dict[str, set[str | int]] = {"journal_mode": {"wal"}, "synchronous": {2, 3}, "foreign_keys": {1}}
POSTGRESQL: dict[str, set[str | int]] = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_apply", "remote_write"},
}
OURS = (IntegrityError, DataError, NotSupportedError, ProgrammingError)  # what a statement did wrong


def is_down(error: Exception) -> bool:
    """Say whether the error means that the database, or the disk under it, is gone, full, broken or read-only."""
    return isinstance(error, DatabaseError | InterfaceError | OSError) and not isinstance(error, OURS)


def sweep(*models: type[Model]) -> None:
    """Let go of what was deleted: empty SQLite's write-ahead file, vacuum the models' tables on PostgreSQL."""
    tables = ", ".join(connection.ops.quote_name(model._meta.db_table) for model in models)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)" if connection.vendor == "sqlite" else f"VACUUM {tables}")


def weaknesses() -> list[str]:
    """Return a sentence for each setting that is weaker than required; empty when a server may start."""
    lite = connection.vendor == "sqlite"
    wanted = SQLITE if lite else POSTGRESQL
    found = []
    with connection.cursor() as cursor:
        for name, accepted in wanted.items():
            cursor.execute(f"PRAGMA {name}" if lite else f"SHOW {name}")
            value = cursor.fetchone()[0]
            if value not in accepted:
                found.append(f"{name} = {value}, cần {' hoặc '.join(sorted(map(str, accepted)))}")
    return found
