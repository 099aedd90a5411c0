"""Keeps what came while the database could not: one encrypted file each, on another disk, until it is replayed."""

import json
import os
import secrets
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from langnghe.cases import sealing
from langnghe.ledger.tree import settle

SUFFIX = ".spool"


def is_set() -> bool:
    return settings.SPOOL is not None


def append(item: dict[str, Any]) -> None:
    """Write the item so that it survives a power cut before this returns; OSError when this disk fails too."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    path = folder / f"{time.time_ns():020}-{secrets.token_hex(4)}{SUFFIX}"
    draft = path.with_suffix(".draft")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(sealing.seal(json.dumps(item, ensure_ascii=False).encode(), "spool"))
        handle.flush()
        os.fsync(handle.fileno())
    draft.rename(path)
    settle(folder)


def waiting() -> list[Path]:
    """Return the files in the order in which they came."""
    return sorted(settings.SPOOL.glob(f"*{SUFFIX}")) if settings.SPOOL else []


def read(path: Path) -> bytes:
    """Return the sealed content; ValueError when this file cannot be read, which says nothing of the others."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise ValueError(f"{path.name}: {error.strerror}") from error


def opened(content: bytes) -> dict[str, Any]:
    """Return the item; InvalidTag or ValueError when the content is none of ours."""
    item: dict[str, Any] = json.loads(sealing.unseal(content, "spool"))
    return item


def remove(path: Path) -> None:
    """Take the file away after what it held is committed."""
    path.unlink()
    settle(path.parent)


def _folder() -> Path:
    if settings.SPOOL is None:
        raise FileNotFoundError("LANGNGHE_SPOOL")
    return Path(settings.SPOOL)
