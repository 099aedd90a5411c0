"""A disk that is full, read-only, or fails to flush: refused is refused, acknowledged stays, reading goes on."""

import os
import random
from functools import partial
from pathlib import Path

from langnghe.cases.models import Voice
from tests.faults import client, disk, tracing
from tests.faults.ground import Ground, Site
from tests.faults.history import FAIL, INVOKE, OK, Verdict

SMALL, BALLAST = 28, "ballast"
AFTER_OPENING = 4  # the first commit flushes the new log's head, its folder and itself; each other one itself


def fill(ground: Ground, times: int, seed: int) -> Verdict:
    """Receive until the disk is full, find intake refused and reading well, free the ballast and receive again."""
    found = Verdict()
    with disk.LoopDisk(ground.folder / f"small-{seed}", SMALL) as loop:
        for time in range(seed, seed + times):
            with ground.site(at=loop.mount_point) as site:
                site.run(_until_full, str(time))
                site.run(_freed, str(time))
                verdict = site.check()
                verdict.counts.update(fillings=1, refused=site.history.count(FAIL))
                found += verdict
    return found


def _until_full(site: Site, name: str) -> None:
    """Leave 2 MB free beside the ballast, and receive until three voices were refused one after the other."""
    stat = os.statvfs(site.home)
    _write(site.home / BALLAST, stat.f_bavail * stat.f_frsize - (2 << 20))
    number = refused = 0
    while refused < 3:
        assert number < 5000, "the disk never filled"
        refused = 0 if client.send(site, client.voice(f"{name}-{number}")) else refused + 1
        number += 1
    _reads(site)
    _door_refuses(site, name)


def _freed(site: Site, name: str) -> None:
    """After the ballast went: what was refused is handed in again with its key, and new voices too."""
    (site.home / BALLAST).unlink()
    words = [line[1].split(" ")[0] for line in site.history.lines() if line[0] == FAIL]
    for word in [word for word in words if word.startswith(name)] + [f"{name}-new"]:
        assert client.send(site, client.voice(word)), "refused although the disk has room"
    _reads(site)


def turn_read_only(ground: Ground, times: int, seed: int) -> Verdict:
    """Make the disk read-only between two voices of one process: refused, readable, and back when writable."""
    found = Verdict()
    with disk.LoopDisk(ground.folder / f"read-only-{seed}", SMALL) as loop:
        for time in range(seed, seed + times):
            with ground.site(at=loop.mount_point) as site:
                site.run(client.day, f"{time}-before", 5)
                loop.remount("ro")
                site.run(_all_refused, str(time))
                loop.remount("rw")
                site.run(client.day, f"{time}-after", 5)
                verdict = site.check()
                verdict.counts.update(remounts=1, refused=site.history.count(FAIL))
                found += verdict
    return found


def _all_refused(site: Site, name: str) -> None:
    for number in range(5):
        assert not client.send(site, client.voice(f"{name}-{number}")), "acknowledged on a read-only disk"
    _reads(site)
    _door_refuses(site, name)


def fail_flush(ground: Ground, times: int, seed: int) -> Verdict:
    """Fail fdatasync with EIO, once or twice running, then cut the power.

    Intake tries a failed write once more by itself, so one failure may still end well: the power cut tells
    whether that second flush was real. Two failures running must be told to the client as a failure.
    """
    found = Verdict()
    with disk.LoopDisk(ground.folder / f"flush-{seed}", 96) as loop, ground.site(at=loop.mount_point) as site:
        for time in range(seed, seed + times):
            before = site.history.count(FAIL)
            first, failures = random.Random(time).randrange(AFTER_OPENING, AFTER_OPENING + 4), 1 + time % 2
            when = f"{first}..{first + failures - 1}"
            site.run(
                _send_and_cut, str(time), tracer=partial(tracing.fail_at, call="fdatasync", error="EIO", when=when)
            )
            loop.come_back()
            found = found.then(site.check())
            refused = site.history.count(FAIL) - before
            found.counts.update({"flushes failed": failures, "refused": refused})
            if refused != failures - 1:
                found.problems.append(f"flushes {when} of {time} failed and {refused} voices were refused")
    return found


def _send_and_cut(site: Site, name: str) -> None:
    for number in range(6):
        client.send(site, client.voice(f"{name}-{number}"))
    disk.cut(site.home)


def _write(path: Path, size: int) -> None:
    with path.open("wb") as handle:
        os.posix_fallocate(handle.fileno(), 0, size)


def _reads(site: Site) -> None:
    """The first and the last acknowledged voice can be read."""
    texts = [text for kind, text, _receipt in site.history.lines() if kind == OK]
    assert all(Voice.objects.get(text=text) for text in (texts[0], texts[-1]))


def _door_refuses(site: Site, name: str) -> None:
    """The door for other systems does not say that it received what it could not keep, and still answers questions."""
    from tests.faults import door

    text = f"{name}-door"
    site.history.note(INVOKE, text)
    status = door.post_inside(site, text)
    assert status >= 500, f"the door answered {status}"
    site.history.note(FAIL, text)
