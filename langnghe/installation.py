"""Where this installation keeps its things, which province it serves, and whether it is a demo."""

import json
import os
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path


@dataclass(frozen=True)
class Installation:
    """`clock` is an ISO time at which a demo stands still; a real installation has none."""

    place: str = "n33"
    demo: bool = False
    clock: str = ""


def home() -> Path:
    """Return the folder of this installation (environment LANGNGHE_HOME, else ./var), made if missing."""
    folder = Path(os.environ.get("LANGNGHE_HOME", "var")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def load() -> Installation:
    path = home() / "installation.json"
    return Installation(**json.loads(path.read_text())) if path.exists() else Installation()


def store(installation: Installation) -> None:
    (home() / "installation.json").write_text(json.dumps(asdict(installation), indent=1))


@cache
def key(name: str) -> bytes:
    """Return the 32 secret bytes called `name`, made at first use, readable by the owner only."""
    folder = home() / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_bytes()
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(secrets.token_bytes(32))
    return path.read_bytes()


def retire_key(name: str, at: datetime) -> None:
    """Put the key aside under a name with the time; the next question for it makes a new one."""
    folder = home() / "keys"
    if (folder / name).exists():
        (folder / name).rename(folder / f"{name}-{at:%Y%m%d%H%M%S}")
    key.cache_clear()
