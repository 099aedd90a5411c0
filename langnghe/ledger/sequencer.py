"""Numbers the entries of the log, makes its files, and signs: in this order, so that nothing signed can be lost."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path

from django.utils.timezone import localdate

from langnghe import installation
from langnghe.core import merkle
from langnghe.core.notes import Signer, parse_checkpoint
from langnghe.ledger import actions, tree
from langnghe.ledger.models import Checkpoint, LogHead, Unnumbered

MOST = 5000


class Forked(Exception):
    """The database does not know the last checkpoint that was given away: it is older, or was changed."""


@cache
def signer() -> Signer:
    """Return the key of this installation's log; its name tells the place and the key."""
    seed = installation.key("log")
    place = installation.load().place
    return Signer(f"langnghe/{place}/{sha256(b'log' + seed).hexdigest()[:8]}", seed)


def run() -> Checkpoint:
    """Number what waits, publish and sign the tree; return its checkpoint. Forked: nothing is signed."""
    with _turn():
        if why := fork():
            raise Forked(why)
        head = actions.number(MOST)
        while head.size != (grown := actions.number(MOST)).size:
            head = grown
        last = Checkpoint.objects.order_by("-size").first()
        if last is None or last.size < head.size:
            last = _signed(last.size if last else 0, head)
        _give_away(last.note)
    return last


def restart(reason: str, at: datetime) -> Path:
    """Begin a new log under a new key and name, with all entries; return where the old one's files and key are kept.

    For a log that may not be signed any more (an older database was restored) or a key that became known.
    """
    with _turn():
        kept = installation.home() / "log-old" / f"{at:%Y%m%d-%H%M%S}"
        kept.mkdir(parents=True)
        actions.restart_log(signer().name, reason, localdate(at))
        for path in (tree.folder() / "checkpoint", tree.folder() / "tile"):
            if path.exists():
                path.rename(kept / path.name)
        installation.retire_key("log", at)
        if _memory().exists():
            _memory().rename(kept / "last-checkpoint")
        signer.cache_clear()
    return kept


def republish() -> None:
    """Make all files of the log anew from the database, up to the last checkpoint that it knows."""
    with _turn():
        if last := Checkpoint.objects.order_by("-size").first():
            tree.grow(0, last.size)
            _give_away(last.note)


def is_behind() -> bool:
    """Say whether entries wait for their places, or leaves for a signature."""
    head = LogHead.objects.filter(pk=1).first()
    return Unnumbered.objects.exists() or not Checkpoint.objects.filter(size=head.size if head else 0).exists()


def _signed(before: int, head: LogHead) -> Checkpoint:
    """Make the files of the growth, see that they say the same as the head, and only then sign."""
    tree.grow(before, head.size)
    if merkle.root(head.size, tree.reader(head.size)) != head.edge.root():
        raise Forked(f"Một mục trước mục {head.size} đã bị sửa sau khi công bố. Không ký; hãy chạy langnghe verify.")
    return actions.sign(head, signer())


def _give_away(note: str) -> None:
    """Publish the note, after it was noted apart from the database what has been signed."""
    if not _memory().exists() or _memory().read_text("utf-8") != note:
        tree.store(_memory(), note.encode())
    if not (tree.folder() / "checkpoint").exists() or tree.fetch("checkpoint") != note.encode():
        tree.write("checkpoint", note.encode())


def _memory() -> Path:
    """Return where the last signed note is kept apart from the database, beside the key that signed it."""
    return installation.home() / "keys" / "last-checkpoint"


def fork() -> str:
    """Return why nothing may be signed: the last checkpoint that was given away is unknown here; or nothing."""
    if not _memory().exists():
        return ""
    given = parse_checkpoint(_memory().read_text("utf-8"))
    if Checkpoint.objects.filter(size=given.size, root=given.root).exists():
        return ""
    return f"Cơ sở dữ liệu không có mốc {given.size} đã công bố: bản cũ hơn hoặc đã bị sửa. Không ký."


@contextmanager
def _turn() -> Iterator[None]:
    """Let one process of this machine at a time make files; the lock ends with a process that is killed."""
    with (tree.folder() / ".turn").open("a") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
