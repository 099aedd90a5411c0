"""A backup comes back whole or not at all, and the database can be moved, compared row for row.

On an installation of its own, by the commands that an operator types.
"""

import json
import os
import secrets
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from langnghe.cli.backup import digest

SERVER = os.environ.get("DATABASE_URL", "").rpartition("/")[0]
pytestmark = pytest.mark.database
THREE_VOICES = """
import django; django.setup()
from tests.cast import received
from datetime import date
from django.core.files.uploadedfile import SimpleUploadedFile
from langnghe.cases import filing
photo = filing.keep(SimpleUploadedFile("anh.jpg", bytes.fromhex("ffd8ff") + bytes(99)), date(2026, 6, 8))
for number in range(3): received(text=f"Cống tắc {number}", files=(photo,) if number == 1 else ())
from langnghe.ledger import sequencer
sequencer.run()
"""
COUNTED_AND_LARGE = """
import django; django.setup()
from datetime import date
from langnghe.cases.models import DayCount, Person
counts = {"steps": 2, "entries": 2, "states": {"withdrawn": 1, "received": 3}}
DayCount.objects.create(day=date(2026, 6, 8), channel="web", counts=counts)
for number in range(9): Person.objects.create(sealed=bytes(3_000_000))
"""


@dataclass(frozen=True)
class Installation:
    """A folder, and the address of its database when that is PostgreSQL."""

    home: Path
    url: str = ""

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.python("-m", "langnghe", *words)

    def python(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, env=self.environment())

    def start(self, *words: str) -> subprocess.Popen[str]:
        return subprocess.Popen([sys.executable, *words], stdout=subprocess.PIPE, text=True, env=self.environment())

    def environment(self) -> dict[str, str]:
        own = {"LANGNGHE_HOME": str(self.home), "DATABASE_URL": self.url, "DJANGO_SETTINGS_MODULE": "langnghe.settings"}
        return os.environ | own | {"PYTHONPATH": str(Path(__file__).parents[2])}


def ask(statement: str, url: str = "") -> str:
    command = ["psql", "-qAt", "-d", url or f"{SERVER}/postgres", "-c", statement]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def database() -> Iterator[str]:
    """Yield the address of an empty PostgreSQL database, nothing on SQLite; removed afterwards."""
    if not SERVER:
        yield ""
        return
    name = f"langnghe_{secrets.token_hex(4)}"
    ask(f'CREATE DATABASE "{name}"')
    yield f"{SERVER}/{name}"
    ask(f'DROP DATABASE "{name}"')


empty = pytest.fixture(database)
own_database = pytest.fixture(database, scope="module")


@pytest.fixture(scope="module")
def here(own_database: str, tmp_path_factory: pytest.TempPathFactory) -> Installation:
    """Have an installation with three voices in a signed log."""
    made = Installation(tmp_path_factory.mktemp("home"), own_database)
    assert made.run("setup").returncode == 0
    assert made.python("-c", THREE_VOICES).returncode == 0
    return made


@pytest.fixture(scope="module")
def made(here: Installation, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    data, keys = tmp_path_factory.mktemp("data"), tmp_path_factory.mktemp("keys")
    assert here.run("backup", "--to", str(data)).returncode == 0
    assert here.run("backup", "--keys", "--to", str(keys)).returncode == 0
    return next(data.iterdir()), next(keys.iterdir())


@pytest.fixture
def backup(made: tuple[Path, Path], tmp_path: Path) -> tuple[Path, Path]:
    """Return the folders of a backup that the test may spoil, and of the keys to it."""
    return Path(shutil.copytree(made[0], tmp_path / "backup")), made[1]


def restored(backup: tuple[Path, Path], to: Installation) -> subprocess.CompletedProcess[str]:
    return to.run("restore", str(backup[0]), "--keys", str(backup[1]), "--to", str(to.home / "new"))


def manifest(backup: tuple[Path, Path]) -> dict[str, object]:
    found: dict[str, object] = json.loads((backup[0] / "manifest.json").read_text("utf-8"))
    return found


def test_a_backup_comes_back_with_its_log(backup: tuple[Path, Path], tmp_path: Path, empty: str) -> None:
    done = restored(backup, Installation(tmp_path, empty))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "new/log/checkpoint").read_text("utf-8") == manifest(backup)["checkpoint"]


def test_the_backup_holds_no_key_and_the_keys_are_for_the_owner_only(
    here: Installation, backup: tuple[Path, Path]
) -> None:
    data, keys = backup
    secret = (here.home / "keys/receipt").read_bytes()
    assert not [path for path in data.rglob("*") if path.is_file() and secret in path.read_bytes()]
    assert (keys / "receipt").read_bytes() == secret
    assert {path.stat().st_mode & 0o777 for path in keys.rglob("*") if path.is_file()} == {0o600}


def test_keys_do_not_go_beside_the_data_nor_a_backup_into_the_installation(
    here: Installation, made: tuple[Path, Path]
) -> None:
    assert here.run("backup", "--keys", "--to", str(made[0].parent)).returncode == 2
    assert here.run("backup", "--to", str(here.home / "out")).returncode == 2


@pytest.mark.parametrize("name", ["database.*", "log/checkpoint", "files/*/*", "manifest.json"])
def test_a_changed_file_stops_the_restore(backup: tuple[Path, Path], tmp_path: Path, empty: str, name: str) -> None:
    spoiled = next(backup[0].glob(name))
    content = spoiled.read_bytes()
    spoiled.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    assert restored(backup, Installation(tmp_path, empty)).returncode == 2
    assert not (tmp_path / "new").exists()


def test_a_missing_file_stops_the_restore(backup: tuple[Path, Path], tmp_path: Path, empty: str) -> None:
    (backup[0] / "log/checkpoint").unlink()
    assert "log/checkpoint" in restored(backup, Installation(tmp_path, empty)).stderr


@pytest.mark.skipif(bool(SERVER), reason="the same on both; the file is at hand on SQLite")
def test_a_row_rewritten_inside_the_backup_stops_the_restore(backup: tuple[Path, Path], tmp_path: Path) -> None:
    path = backup[0] / "database.sqlite3"
    with sqlite3.connect(path) as database:
        database.execute("UPDATE ledger_logentry SET day = '2020-01-01' WHERE id = 1")
    changed = manifest(backup) | {"files": manifest(backup)["files"] | {path.name: digest(path)}}  # type: ignore[operator]
    (backup[0] / "manifest.json").write_text(json.dumps(changed))  # whoever can write the backup can do this too
    done = restored(backup, Installation(tmp_path))
    assert done.returncode == 2
    assert "Không khôi phục" in done.stderr


def test_a_restore_never_goes_over_something(backup: tuple[Path, Path], tmp_path: Path, empty: str) -> None:
    (tmp_path / "new").mkdir()
    (tmp_path / "new" / "mine").write_text("x")
    assert restored(backup, Installation(tmp_path, empty)).returncode == 2
    assert (tmp_path / "new" / "mine").exists()


def test_the_drill_proves_the_way_back_and_leaves_nothing(here: Installation, tmp_path: Path) -> None:
    done = here.run("drill", "--to", str(tmp_path))
    assert "3 phản ánh" in done.stdout, done.stderr
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL to move to")
def test_a_file_moves_to_the_server_with_what_is_kept_as_json_and_large_contents(tmp_path: Path, empty: str) -> None:
    old = Installation(tmp_path / "file")
    assert old.run("setup").returncode == 0
    assert old.python("-c", COUNTED_AND_LARGE).returncode == 0
    moved = old.run("migrate-database", empty)
    assert "trùng nhau" in moved.stdout, moved.stdout + moved.stderr
    assert ask("SELECT count(*), sum(length(sealed)) FROM cases_person", empty) == "9|27000000"


@pytest.mark.skipif(not SERVER, reason="needs a PostgreSQL to move to")
def test_a_database_moves_row_for_row_and_once(here: Installation, empty: str) -> None:
    moved = here.run("migrate-database", empty)
    assert "trùng nhau" in moved.stdout, moved.stderr
    count = "SELECT count(*) FROM ledger_logentry"
    assert ask(count, empty) == ask(count, here.url) == "3"
    assert "không trống" in here.run("migrate-database", empty).stderr
    made = "INSERT INTO ledger_logentry (event, subject, body, day, seal) VALUES ('x', 'x', '', now(), '') RETURNING id"
    assert int(ask(made, empty)) == 4


WRITES_ON = """
import django, time; django.setup()
from tests.cast import received
for number in range(100000):
    received(text=f"Chép {number}", key=f"one of sixteen letters {number}")
    print(f"{time.time()}", flush=True)
    time.sleep(0.02)
"""


@pytest.mark.skipif(bool(SERVER), reason="litestream copies SQLite")
def test_a_lost_disk_costs_the_last_second_at_most(here: Installation, made: tuple[Path, Path], tmp_path: Path) -> None:
    own = Installation(Path(shutil.copytree(here.home, tmp_path / "own")))
    copying = own.start("-m", "langnghe", "replicate", "--to", str(tmp_path / "copy"))
    while not list((tmp_path / "copy/database").glob("ltx/*/*.ltx")):
        assert copying.poll() is None
        time.sleep(0.1)
    writing = own.start("-c", WRITES_ON)
    assert writing.stdout
    acknowledged = [float(writing.stdout.readline()) for _voice in range(150)]
    lost_at = time.time()
    for process in (writing, copying):
        process.send_signal(signal.SIGSTOP)
    new = tmp_path / "new"
    done = own.run("restore", str(tmp_path / "copy"), "--keys", str(made[1]), "--to", str(new))
    for process in (writing, copying):
        process.send_signal(signal.SIGCONT)
        process.terminate()
        process.wait()
    assert done.returncode == 0, done.stderr
    with sqlite3.connect(new / "langnghe.sqlite3") as database:
        (there,) = database.execute("SELECT count(*) FROM cases_voice WHERE text LIKE 'Chép %'").fetchone()
    assert there >= sum(at < lost_at - 1 for at in acknowledged)
    assert there > 50
    assert (new / "log/checkpoint").exists()
