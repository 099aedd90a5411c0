"""Whether the database keeps what it has acknowledged when the power goes."""

from django.db import connection

SQLITE: dict[str, set[str | int]] = {"journal_mode": {"wal"}, "synchronous": {2, 3}, "foreign_keys": {1}}
POSTGRESQL: dict[str, set[str | int]] = {
    "fsync": {"on"},
    "full_page_writes": {"on"},
    "synchronous_commit": {"on", "remote_apply", "remote_write"},
}


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
