"""Keys of single records, in flat files outside the database: whoever destroys a key seals what it opened.

A ring is a folder with one file a month, of 32-byte slots. A process reserves slots by the block, written and synced
before any record can use them, so that taking one costs no disk and no committed record lacks its key.
"""

import fcntl
import os
import re
import secrets
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from threading import Lock
from typing import BinaryIO

from langnghe import installation
from langnghe.ledger.tree import settle

SLOT, BLOCK = 32, 128
NAME = re.compile(r"(\d{4}-\d{2})/(\d{1,12})", re.ASCII)
Slot = tuple[str, bytes]
_reserved: dict[tuple[str, str], deque[Slot]] = {}
_lock = Lock()
os.register_at_fork(after_in_child=_reserved.clear)  # a child must not hand out its parent's slots


class KeyDestroyed(Exception):
    """The key of this name was destroyed, or its time is over: what it opened stays closed for good."""


def folder(ring: str) -> Path:
    """Return the folder of the ring (environment LANGNGHE_KEYS, else beside the other keys), made if missing."""
    top = os.environ.get("LANGNGHE_KEYS")
    path = (Path(top) if top else installation.home() / "keys" / "rings") / ring
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def take(ring: str, day: date) -> Slot:
    """Return the name and the 32 bytes of a fresh key, kept with those of the day's month."""
    month = f"{day:%Y-%m}"
    with _lock:
        slots = _reserved.setdefault((ring, month), deque())
        if not slots:
            slots.extend(_reserve(folder(ring) / month))
        return slots.popleft()


def _reserve(path: Path) -> list[Slot]:
    """Append a block of new keys to the month's file, durably."""
    is_new = not path.exists()
    with _held(path, os.O_RDWR | os.O_CREAT) as handle:
        first = -(-handle.seek(0, os.SEEK_END) // SLOT)  # behind a slot that was cut short by a power cut
        handle.seek(first * SLOT)
        keys = [secrets.token_bytes(SLOT) for _ in range(BLOCK)]
        handle.write(b"".join(keys))
    if is_new:
        settle(path.parent)
    return [(f"{path.name}/{first + place}", key) for place, key in enumerate(keys)]


@contextmanager
def _held(path: Path, flags: int) -> Iterator[BinaryIO]:
    """Open the file for this process alone, and sync it at the end."""
    with os.fdopen(os.open(path, flags, 0o600), "r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle
        handle.flush()
        os.fsync(handle.fileno())


def read(ring: str, name: str) -> bytes:
    """Return the key. KeyDestroyed when it is gone."""
    path, at = _slot(ring, name)
    try:
        with path.open("rb") as handle:
            handle.seek(at)
            key = handle.read(SLOT)
    except FileNotFoundError:
        raise KeyDestroyed(name) from None
    if len(key) < SLOT or not any(key):
        raise KeyDestroyed(name)
    return key


def destroy(ring: str, name: str) -> None:
    """Overwrite the key with zeros, durably. KeyDestroyed when it is gone already."""
    path, at = _slot(ring, name)
    if not path.exists():
        raise KeyDestroyed(name)
    with _held(path, os.O_RDWR) as handle:
        handle.seek(at)
        handle.write(bytes(SLOT))


def purge(ring: str, before: date) -> int:
    """Remove the months that ended before the day; return how many."""
    old = [path for path in folder(ring).iterdir() if NAME.match(f"{path.name}/0") and path.name < f"{before:%Y-%m}"]
    for path in old:
        with _held(path, os.O_RDWR) as handle:
            handle.write(bytes(path.stat().st_size))
        path.unlink()
    if old:
        settle(folder(ring))
    return len(old)


def _slot(ring: str, name: str) -> tuple[Path, int]:
    found = NAME.fullmatch(name)
    if not found:
        raise KeyDestroyed(name)
    return folder(ring) / found[1], int(found[2]) * SLOT
