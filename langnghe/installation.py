"""Where this installation keeps its things, which province it serves, and whether it is a demo."""

import json
import os
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

SECRETS = {
    "django": "phiên đăng nhập; mất thì mọi người đăng nhập lại",
    "receipt": "mã biên nhận; mất thì biên nhận cũ không mở được vụ việc",
    "person": "liên hệ của người dân; mất thì không đọc lại được",
    "log": "chữ ký của nhật ký công khai; mất thì phải bắt đầu nhật ký mới (new-log)",
    "outbox": "dấu của thư, tin gửi ra; mất thì nơi nhận có thể nhận hai lần",
    "mfa": "lớp thứ hai của cán bộ; mất thì mọi người được mời lại",
    "spool": "phản ánh chờ ở LANGNGHE_SPOOL; mất thì không đọc được các tệp đang chờ",
}
IRREPLACEABLE = ("receipt", "person", "log")


@dataclass(frozen=True)
class Installation:
    """`clock` is an ISO time at which a demo stands still; a real installation has none."""

    place: str = "n33"
    demo: bool = False
    clock: str = ""


def home() -> Path:
    """Return the folder of this installation (environment LANGNGHE_HOME, else ./var), made if missing."""
    folder = Path(os.environ.get("LANGNGHE_HOME", "var")).absolute()
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
    return folder


def load() -> Installation:
    path = home() / "installation.json"
    return Installation(**json.loads(path.read_text())) if path.exists() else Installation()


def store(installation: Installation) -> None:
    (home() / "installation.json").write_text(json.dumps(asdict(installation), indent=1))


@cache
def key(name: str) -> bytes:
    """Return the 32 secret bytes called `name`, made at first use, readable by the owner only.

    A new key is whole and on the disk before anybody sees it: what is sealed with it may be acknowledged at once.
    """
    folder = home() / "keys"
    folder.mkdir(mode=0o700, exist_ok=True)
    path = folder / name
    if not path.exists():
        _make_key(path)
    return path.read_bytes()


def lacking() -> list[str]:
    """Return which of the keys that nothing can replace are not here; a new installation lacks all of them."""
    return [name for name in IRREPLACEABLE if not (home() / "keys" / name).exists()]


def _make_key(path: Path) -> None:
    """Write the key under a name of its own and link it to its place; of two that do so at once, one wins."""
    own = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(secrets.token_bytes(32))
        handle.flush()
        os.fsync(handle.fileno())
    with suppress(FileExistsError):
        path.hardlink_to(own)
    own.unlink()
    for folder in (path.parent, path.parent.parent):
        descriptor = os.open(folder, os.O_RDONLY)
        os.fsync(descriptor)
        os.close(descriptor)


def retire_key(name: str, at: datetime) -> None:
    """Put the key aside under a name with the time; the next question for it makes a new one."""
    folder = home() / "keys"
    if (folder / name).exists():
        (folder / name).rename(folder / f"{name}-{at:%Y%m%d%H%M%S}")
    key.cache_clear()
