"""Brings a backup back, and proves that it is whole: the drill that makes a backup one."""

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
from argparse import Namespace
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from langnghe.cli import backup, replicating
from langnghe.cli.terminal import fail, say


def run(arguments: Namespace) -> int:
    """Restore into an empty place, check everything, and leave nothing behind when it does not hold."""
    source, home = Path(arguments.source), Path(arguments.to).absolute()
    if home.exists() and any(home.iterdir()):
        return fail(f"{home} không trống. Hãy khôi phục vào một thư mục mới.")
    try:
        restore(source, Path(arguments.keys), home, os.environ.get("DATABASE_URL", ""))
    except backup.BadBackup as bad:
        shutil.rmtree(home, ignore_errors=True)
        return fail(f"Không khôi phục: {bad}")
    say(f"Đã khôi phục và đối chiếu xong vào {home}. Chạy với LANGNGHE_HOME={home}")
    return 0


def restore(source: Path, keys: Path, home: Path, url: str) -> None:
    """Bring the backup back into `home` and the database at `url`, and verify it. BadBackup when anything is amiss."""
    is_replica = replicating.is_replica(source)
    manifest = {"database": "sqlite", "checkpoint": ""} if is_replica else backup.read(source)
    home.mkdir(parents=True, exist_ok=True)
    for name in (*backup.FOLDERS, "installation.json"):
        if (source / name).is_dir():
            shutil.copytree(source / name, home / name)
        elif (source / name).exists():
            shutil.copy2(source / name, home / name)
    shutil.copytree(keys, home / "keys")
    (home / "keys").chmod(0o700)
    if is_replica:
        _bring_replica(source, home)
    elif manifest["database"] == "sqlite":
        _bring_sqlite(source / "database.sqlite3", home / "langnghe.sqlite3")
    else:
        _bring_postgresql(source / "database.pgdump", url)
    _prove(home, url, str(manifest["checkpoint"]))


def _bring_sqlite(dump: Path, target: Path) -> None:
    shutil.copy2(dump, target)
    _require_whole(target)


def _bring_replica(source: Path, home: Path) -> None:
    """Bring back the newest state of the replica, and make the log's files anew from it."""
    if problem := replicating.bring_back(source, home / "langnghe.sqlite3"):
        raise backup.BadBackup(problem)
    _require_whole(home / "langnghe.sqlite3")
    remake = "import django; django.setup(); from langnghe.ledger import sequencer; sequencer.republish()"
    done = _python(home, "", "-c", remake)
    if done.returncode:
        raise backup.BadBackup(f"không dựng lại được tệp nhật ký: {done.stderr.strip()[-300:]}")


def _require_whole(database_file: Path) -> None:
    with closing(sqlite3.connect(database_file)) as database:
        said = database.execute("PRAGMA integrity_check").fetchone()[0]
    if said != "ok":
        raise backup.BadBackup(f"cơ sở dữ liệu hỏng: {said}")


def _bring_postgresql(dump: Path, url: str) -> None:
    if not url:
        raise backup.BadBackup("bản này của PostgreSQL: hãy đặt DATABASE_URL tới một cơ sở dữ liệu trống.")
    command = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", f"--dbname={url}", str(dump)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 our own command
    if done.returncode:
        raise backup.BadBackup(done.stderr.strip().splitlines()[0] if done.stderr else "pg_restore không xong")


def _prove(home: Path, url: str, checkpoint: str) -> None:
    """Verify the restored installation in a process of its own, and that its log is the one of the manifest."""
    note = home / "checkpoint-of-backup"
    note.write_text(checkpoint, encoding="utf-8")
    done = _python(home, url, "-m", "langnghe", "verify", *(["--checkpoint", str(note)] if checkpoint else []))
    note.unlink()
    if done.returncode:
        raise backup.BadBackup(((done.stdout + done.stderr).strip() or "langnghe verify không xong").splitlines()[0])


def _python(home: Path, url: str, *words: str) -> subprocess.CompletedProcess[str]:
    own = {"LANGNGHE_HOME": str(home), "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "langnghe.settings"}
    command = [sys.executable, *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=os.environ | own)  # noqa: S603


def drill(arguments: Namespace) -> int:
    """Back up, restore elsewhere and verify, then remove what was made; the whole of it timed."""
    from django.db import connection

    from langnghe import installation

    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="langnghe-drill-", dir=arguments.to or None) as name:
        manifest = backup.back_up(Path(name) / "backup")
        backed = time.monotonic() - began
        url = _scratch(os.environ.get("DATABASE_URL", ""), connection.vendor)
        try:
            restore(Path(name) / "backup", installation.home() / "keys", Path(name) / "home", url)
        except backup.BadBackup as bad:
            return fail(f"Diễn tập không đạt: {bad}")
        finally:
            _drop(url)
    say(f"Diễn tập đạt: {manifest['voices']} phản ánh, {manifest['entries']} mục nhật ký.")
    say("Cơ sở dữ liệu toàn vẹn, gốc nhật ký trùng mốc, số liệu bảo toàn, biên nhận rút thăm đúng.")
    say(f"Sao lưu {backed:.1f} giây, tất cả {time.monotonic() - began:.1f} giây.")
    return 0


def _scratch(url: str, vendor: str) -> str:
    """Make an empty database beside the one in use (PostgreSQL), and return its address."""
    if vendor == "sqlite":
        return ""
    name = f"langnghe_drill_{secrets.token_hex(4)}"
    _psql(url, f'CREATE DATABASE "{name}"')
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def _drop(url: str) -> None:
    if url:
        parts = urlsplit(url)
        _psql(urlunsplit(parts._replace(path="/postgres")), f'DROP DATABASE "{parts.path.lstrip("/")}"')


def _psql(url: str, statement: str) -> None:
    command = ["psql", "--quiet", "--no-psqlrc", f"--dbname={url}", f"--command={statement}"]
    subprocess.run(command, check=True)  # noqa: S603 our own command
