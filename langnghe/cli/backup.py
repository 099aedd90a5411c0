"""Makes a backup while the platform runs: the database, the files and the log, each with its hash; the keys apart."""

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.timezone import localtime, now

from langnghe import installation
from langnghe.cases.models import Voice
from langnghe.cli.terminal import bar, fail, say
from langnghe.ledger import readiness
from langnghe.ledger.models import Checkpoint, LogEntry
from langnghe.ledger.tree import settle

FOLDERS = ("files", "log")  # beside the database; the facts and static files are made anew from it
MANIFEST = "manifest.json"


class BadBackup(Exception):
    """The backup is not whole; the message says what is missing or changed."""


def run(arguments: Namespace) -> int:
    """Write the backup into a new folder, or the keys into another place, and print where."""
    if arguments.keys:
        return _back_up_keys(Path(arguments.to))
    target = Path(arguments.to) / f"langnghe-{localtime(now()):%Y%m%d-%H%M%S}"
    if _is_inside(target, installation.home()):
        return fail("Hãy sao lưu ra ngoài thư mục cài đặt, tốt nhất là sang ổ đĩa khác.")
    back_up(target)
    readiness.backup_mark().touch()
    say(f"Đã sao lưu vào {target}. Khóa không nằm trong đó: hãy chạy “langnghe backup --keys --to …” sang nơi khác.")
    return 0


def back_up(target: Path) -> dict[str, Any]:
    """Write the backup and return its manifest. The database goes first: every file it names is there already."""
    partial = target.with_name(target.name + ".partial")
    partial.mkdir(parents=True)
    _dump(partial)
    for name in FOLDERS:
        if (installation.home() / name).is_dir():
            shutil.copytree(installation.home() / name, partial / name, ignore=shutil.ignore_patterns(".*"))
    shutil.copy2(installation.home() / "installation.json", partial)
    manifest = _manifest(partial)
    (partial / MANIFEST).write_text(json.dumps(manifest, ensure_ascii=False, indent=1), encoding="utf-8")
    for path in (*_files(partial), partial / MANIFEST):
        settle(path)
    partial.rename(target)
    settle(target.parent)
    return manifest


def _dump(folder: Path) -> None:
    if connection.vendor == "sqlite":
        _copy_sqlite(Path(str(settings.DATABASES["default"]["NAME"])), folder / "database.sqlite3")
    else:
        command = ["pg_dump", "--format=custom", "--no-owner", f"--file={folder / 'database.pgdump'}", *_where()]
        subprocess.run(command, check=True, env=_environment())  # noqa: S603 our own command


def _copy_sqlite(source: Path, target: Path) -> None:
    """Copy the database page by page while others write (SQLite's online backup)."""
    show = bar("Sao lưu cơ sở dữ liệu")
    with sqlite3.connect(source) as old, sqlite3.connect(target) as new:
        old.backup(new, pages=4096, progress=lambda _status, left, total: show(total - left, total))
        new.execute("PRAGMA journal_mode=DELETE")
    old.close()
    new.close()


def _where() -> list[str]:
    """Return where the PostgreSQL database is, as its programs want it; the password goes by the environment."""
    given = settings.DATABASES["default"]
    pairs = (("host", "HOST"), ("port", "PORT"), ("username", "USER"), ("dbname", "NAME"))
    return [f"--{option}={given[name]}" for option, name in pairs if given.get(name)]


def _environment() -> dict[str, str]:
    """Return the environment with the password, and how the server must prove itself."""
    given = settings.DATABASES["default"]
    asked = {
        f"PG{name.upper()}": given["OPTIONS"][name] for name in ("sslmode", "sslrootcert") if name in given["OPTIONS"]
    }
    return os.environ | {"PGPASSWORD": str(given.get("PASSWORD", ""))} | asked


def _manifest(folder: Path) -> dict[str, Any]:
    last = Checkpoint.objects.order_by("-size").first()
    return {
        "made_at": now().isoformat(),
        "database": connection.vendor,
        "voices": Voice.objects.count(),
        "entries": LogEntry.objects.count(),
        "checkpoint": last.note if last else "",
        "files": {str(path.relative_to(folder)): digest(path) for path in _files(folder)},
    }


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in sorted(folder.rglob("*")) if path.is_file() and path.name != MANIFEST)


def digest(path: Path) -> str:
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def read(folder: Path) -> dict[str, Any]:
    """Return the manifest of a whole backup. BadBackup when a file is missing, changed or not of it."""
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text("utf-8"))
        named = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadBackup(f"{folder} không phải một bản sao lưu trọn vẹn (thiếu hoặc hỏng {MANIFEST}).") from error
    there = {str(path.relative_to(folder)): digest(path) for path in _files(folder)}
    wrong = sorted(name for name in named.keys() | there.keys() if named.get(name) != there.get(name))
    if wrong:
        raise BadBackup(f"{len(wrong)} tệp thiếu, thừa hoặc đã đổi, ví dụ {wrong[0]}.")
    return manifest


def _back_up_keys(target: Path) -> int:
    """Copy the keys, readable by the owner only; never beside a backup of what they open."""
    if any(target.glob(f"*/{MANIFEST}")) or (target / MANIFEST).exists():
        return fail("Khóa phải để nơi khác với bản sao lưu dữ liệu.")
    place = target / f"langnghe-keys-{localtime(now()):%Y%m%d-%H%M%S}"
    place.mkdir(parents=True, mode=0o700)
    source = installation.home() / "keys"
    for path in (path for path in sorted(source.rglob("*")) if path.is_file()):
        copy = place / path.relative_to(source)
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as handle:
            handle.write(path.read_bytes())
            handle.flush()
            os.fsync(handle.fileno())
    say(f"Đã chép khóa vào {place}. Hãy cất ở nơi chỉ người có trách nhiệm mở được.")
    return 0


def _is_inside(path: Path, folder: Path) -> bool:
    return path.absolute().is_relative_to(folder)
