"""The installations that are measured: a throw-away one, and a cached one with a million voices."""

import hashlib
import os
import tempfile
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PROVINCE = "n33"
ROOT = Path(__file__).resolve().parents[1]
CACHE = Path(tempfile.gettempdir()) / "langnghe-bench"


def enter(home: Path) -> None:
    """Start Django on the installation in this folder; once a process."""
    os.environ["LANGNGHE_HOME"] = str(home)
    os.environ["DJANGO_SETTINGS_MODULE"] = "langnghe.settings"
    import django

    django.setup()


def schema() -> str:
    """Return a digest of all migrations: a cached database with another one is made anew."""
    paths = sorted(ROOT.glob("langnghe/*/migrations/*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def lay() -> None:
    """Make the database of the installation that was entered, with places, law and bodies."""
    from langnghe.cli import verbs

    verbs.setup(Namespace(place=PROVINCE))


@contextmanager
def throwaway() -> Iterator[Path]:
    """Enter a fresh installation, and remove it at the end."""
    with tempfile.TemporaryDirectory(prefix="langnghe-bench-") as name:
        enter(Path(name))
        lay()
        yield Path(name)
