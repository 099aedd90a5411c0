"""The running program's own source, as one archive: AGPL-3.0 gives it to everyone who uses the program."""

import hashlib
import os
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path

from langnghe import installation

PACKAGE = Path(installation.__file__).parent
KINDS = {".py", ".html", ".css", ".csv", ".json", ".jsonl", ".toml", ".po", ".md", ".txt", ".svg", ".woff2"}
BESIDE = ("LICENSE", "README.md", "pyproject.toml")
SAME_DAY = (1980, 1, 1, 0, 0, 0)


def files() -> list[Path]:
    """Return the package's own files, in one order; nothing of the installation's folder."""
    home = installation.home()
    own = [path for path in PACKAGE.rglob("*") if path.suffix in KINDS and path.is_file() and not path.is_symlink()]
    inside = [path for path in own if not path.is_relative_to(home) and "__pycache__" not in path.parts]
    return sorted(inside) + list(_beside())


def _beside() -> Iterator[Path]:
    """Yield licence and build file where the program runs from its checkout."""
    for name in BESIDE:
        path = PACKAGE.parent / name
        if (PACKAGE.parent / "pyproject.toml").is_file() and path.is_file():
            yield path


def archive() -> Path:
    """Return the archive of the files as they are now, made once for each state of them."""
    found = files()
    marks = [f"{path}:{path.stat().st_size}:{path.stat().st_mtime_ns}" for path in found]
    version = hashlib.sha256("\n".join(marks).encode()).hexdigest()[:16]
    target = installation.home() / f"ma-nguon-{version}.zip"
    if not target.exists():
        _write(found, target)
    return target


def _write(found: list[Path], target: Path) -> None:
    handle, name = tempfile.mkstemp(dir=target.parent, suffix=".part")
    with os.fdopen(handle, "wb") as stream, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as bundle:
        for path in found:
            entry = zipfile.ZipInfo(f"langnghe/{path.relative_to(PACKAGE.parent).as_posix()}", SAME_DAY)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o644 << 16
            bundle.writestr(entry, path.read_bytes())
    os.replace(name, target)
