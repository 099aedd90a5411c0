"""Keeps a copy of the SQLite database on another disk, at most a second behind, with litestream (extra `backup`)."""

import json
import shutil
import signal
import subprocess
import sys
import time
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection

from langnghe import installation
from langnghe.cli.terminal import fail, say

DATABASE, FILES = "database", "files"
KEPT = "168h"  # a week of versions, within the 35 days after which what was redacted must be gone
PAUSE = 2  # seconds between looks for new files


def program() -> str | None:
    """Return the path of litestream: beside this Python, or on the PATH."""
    beside = Path(sys.executable).parent / "litestream"
    return str(beside) if beside.exists() else shutil.which("litestream")


def run(arguments: Namespace) -> int:
    """Copy what is written until stopped."""
    target, litestream = Path(arguments.to).absolute(), program()
    if connection.vendor != "sqlite":
        return fail("PostgreSQL tự sao chép được (streaming replication): xem docs/operate.md.")
    if litestream is None:
        return fail("Chưa có litestream: hãy chạy pip install 'langnghe[backup]'.")
    if target.is_relative_to(installation.home()):
        return fail("Hãy sao chép ra ngoài thư mục cài đặt, sang ổ đĩa khác.")
    target.mkdir(parents=True, exist_ok=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # litestream ends with this process
    with _replicating(litestream, target) as child:
        say(f"Đang sao chép liên tục sang {target} (Ctrl+C để dừng).")
        while child.poll() is None:
            _copy_new(installation.home(), target)
            time.sleep(PAUSE)
    return fail("litestream đã dừng.")


@contextmanager
def _replicating(litestream: str, target: Path) -> Iterator[subprocess.Popen[bytes]]:
    config = installation.home() / "litestream.json"  # JSON is YAML, too
    replica = {"type": "file", "path": str(target / DATABASE), "sync-interval": "500ms"}
    database = {"path": str(settings.DATABASES["default"]["NAME"]), "replica": replica}
    content = {"dbs": [database], "snapshot": {"interval": "24h", "retention": KEPT}, "logging": {"level": "warn"}}
    config.write_text(json.dumps(content, indent=1), encoding="utf-8")
    child = subprocess.Popen([litestream, "replicate", "-config", str(config)])  # noqa: S603 our own command
    try:
        yield child
    finally:
        child.terminate()
        child.wait()


def _copy_new(home: Path, target: Path) -> None:
    """Copy the installation's description, and each attachment that is not there yet; these never change."""
    names = [Path("installation.json"), *(path.relative_to(home) for path in (home / FILES).rglob("*"))]
    for name in names:
        if (home / name).is_file() and not (target / name).exists() and not name.name.startswith("."):
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(home / name, target / f"{name}.new")
            (target / f"{name}.new").rename(target / name)


def is_replica(source: Path) -> bool:
    return (source / DATABASE / "ltx").is_dir()


def bring_back(source: Path, database: Path) -> str:
    """Write the replica's newest state as a database; return why not, or nothing."""
    litestream = program()
    if litestream is None:
        return "cần litestream để đọc bản sao liên tục: pip install 'langnghe[backup]'."
    command = [litestream, "restore", "-o", str(database), f"file://{(source / DATABASE).absolute()}"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 our own command
    return done.stderr.strip()[-500:] if done.returncode else ""
