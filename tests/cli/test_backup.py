"""A backup comes back whole or not at all, and the database can be moved, compared row for row."""

import json
import os
import secrets
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path
from shutil import rmtree
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, connections

from langnghe import installation
from langnghe.cli import main
from langnghe.ledger import sequencer
from langnghe.ledger.models import LogEntry
from tests.cast import Cast, ensure_world, received

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def world(cast: Cast) -> Iterator[None]:
    """Have three voices in a signed log, and no log of another test."""
    ensure_world()
    clean()
    for number in range(3):
        received(text=f"Cống tắc {number}")
    sequencer.run()
    installation.store(installation.load())
    yield
    clean()


def clean() -> None:
    rmtree(installation.home() / "log", ignore_errors=True)
    (installation.home() / "keys" / "last-checkpoint").unlink(missing_ok=True)


@pytest.fixture
def backup(tmp_path: Path) -> tuple[Path, Path]:
    """Return the folders of a backup and of the keys to it."""
    assert main(["backup", "--to", str(tmp_path / "data")]) == 0
    assert main(["backup", "--keys", "--to", str(tmp_path / "secret")]) == 0
    return next((tmp_path / "data").iterdir()), next((tmp_path / "secret").iterdir())


@pytest.fixture
def empty() -> Iterator[str]:
    """Return the address of an empty PostgreSQL database, none on SQLite; removed afterwards."""
    if connection.vendor == "sqlite":
        yield ""
        return
    name = f"langnghe_empty_{secrets.token_hex(4)}"
    psql(f'CREATE DATABASE "{name}"')
    yield f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    if "new" in connections.settings:
        connections["new"].close()
    psql(f'DROP DATABASE "{name}"')


def psql(statement: str) -> None:
    subprocess.run(["psql", "-q", "-d", os.environ["DATABASE_URL"], "-c", statement], check=True)


def restore(backup: tuple[Path, Path], to: Path, monkeypatch: pytest.MonkeyPatch, url: str) -> int:
    monkeypatch.setenv("DATABASE_URL", url)
    return main(["restore", str(backup[0]), "--keys", str(backup[1]), "--to", str(to)])


def test_a_backup_comes_back_with_every_entry(
    backup: tuple[Path, Path], tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    assert restore(backup, tmp_path / "new", monkeypatch, empty) == 0, capsys.readouterr().err
    assert (tmp_path / "new" / "log" / "checkpoint").read_text() == json.loads(
        (backup[0] / "manifest.json").read_text()
    )["checkpoint"]


def test_the_backup_holds_no_key_and_the_keys_are_for_the_owner_only(backup: tuple[Path, Path]) -> None:
    data, keys = backup
    secret = installation.key("receipt")
    assert not [path for path in data.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert (keys / "receipt").read_bytes() == secret
    assert {path.stat().st_mode & 0o777 for path in keys.rglob("*") if path.is_file()} == {0o600}


def test_keys_do_not_go_beside_the_data(backup: tuple[Path, Path], capsys: Any) -> None:
    assert main(["backup", "--keys", "--to", str(backup[0].parent)]) == 2
    assert "nơi khác" in capsys.readouterr().err


def test_a_backup_inside_the_installation_is_refused(capsys: Any) -> None:
    assert main(["backup", "--to", str(installation.home() / "out")]) == 2


@pytest.mark.parametrize("name", ["database.*", "log/checkpoint", "manifest.json"])
def test_a_changed_or_missing_file_stops_the_restore(
    backup: tuple[Path, Path], tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    spoiled = next(backup[0].glob(name))
    content = spoiled.read_bytes()
    spoiled.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert restore(backup, tmp_path / "new", monkeypatch, empty) == 2
    assert not (tmp_path / "new").exists()


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the same on both; the file is at hand on SQLite")
def test_a_row_rewritten_inside_the_backup_stops_the_restore(
    backup: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    from langnghe.cli.backup import digest

    path = backup[0] / "database.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute(
            "UPDATE ledger_logentry SET day = '2020-01-01' WHERE id = (SELECT min(id) FROM ledger_logentry)"
        )
    manifest = json.loads((backup[0] / "manifest.json").read_text())
    manifest["files"]["database.sqlite3"] = digest(path)  # whoever can write the backup can do this too
    (backup[0] / "manifest.json").write_text(json.dumps(manifest))
    assert restore(backup, tmp_path / "new", monkeypatch, "") == 2
    assert "Không khôi phục" in capsys.readouterr().err


def test_a_restore_never_goes_over_something(
    backup: tuple[Path, Path], tmp_path: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("x")
    assert restore(backup, tmp_path / "new", monkeypatch, empty) == 2
    assert (tmp_path / "new" / "mine").exists()


def test_the_drill_proves_the_way_back_and_leaves_nothing(tmp_path: Path, capsys: Any) -> None:
    assert main(["drill", "--to", str(tmp_path)]) == 0
    assert "3 phản ánh" in capsys.readouterr().out
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="needs a PostgreSQL to move to")
def test_a_database_moves_row_for_row(empty: str, capsys: Any) -> None:
    assert main(["migrate-database", empty]) == 0
    assert "trùng nhau" in capsys.readouterr().out
    assert LogEntry.objects.using("new").count() == LogEntry.objects.count()
    assert main(["migrate-database", empty]) == 2  # a second time would go over what is there


@pytest.mark.skipif("sqlite" in settings.DATABASES["default"]["ENGINE"], reason="needs a PostgreSQL to move to")
def test_new_rows_get_new_ids_after_a_move(empty: str) -> None:
    main(["migrate-database", empty])
    last = LogEntry.objects.latest("pk").pk
    row = LogEntry.objects.using("new").create(event="x", subject="x", day="2026-06-08", seal=b"")
    assert row.pk > last
