"""Seconds to back up and to bring back an installation with its log, proved as `langnghe restore` proves it."""

import os
import shutil
from argparse import ArgumentParser, Namespace

from bench import ground, words
from bench.stopwatch import busy, peak, say, timed

SECONDS = 15 * 60
BATCH = 500


def run(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench restore")
    parser.add_argument("--voices", type=int, default=100_000)
    count: int = parser.parse_args(arguments).voices
    os.environ.pop("DATABASE_URL", None)
    home = ground.CACHE / f"logged-{count}"
    made = home / "made"
    if not made.exists() or made.read_text() != ground.schema():
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir(parents=True)
        ground.enter(home)
        ground.lay()
        with timed(f"{count} voices received and logged"):
            _fill(count)
        made.write_text(ground.schema())
    else:
        ground.enter(home)
    return _measure(count)


def _fill(count: int) -> None:
    from django.utils.timezone import now

    from langnghe.cases import actions
    from langnghe.cases.lifecycle import SYSTEM_ACTOR
    from langnghe.cli.terminal import bar
    from langnghe.ledger import sequencer

    show = bar("voices")
    for first in range(0, count, BATCH):
        batch = words.arrivals(min(BATCH, count - first), start=first)
        actions.receive_many(batch, actor=SYSTEM_ACTOR, at=now())
        show(first + len(batch), count)
    sequencer.run()


def _measure(count: int) -> int:
    from langnghe import installation
    from langnghe.cli import backup, restore

    target, back = ground.CACHE / "backup", ground.CACHE / "restored"
    for folder in (target, back):
        shutil.rmtree(folder, ignore_errors=True)
    with timed(f"backup of {count} voices"):
        manifest = backup.back_up(target)
    size = sum(path.stat().st_size for path in target.rglob("*") if path.is_file())
    say(f"{manifest['voices']} voices, {manifest['entries']} log entries, {size / 1e9:.2f} GB")
    with timed(f"restore of {count} voices, all of it verified", SECONDS * count / 1_000_000):
        keys = str(installation.home() / "keys")
        code = restore.run(Namespace(source=str(target), keys=keys, to=str(back)))
    say(f"exit {code}; {peak()}; {busy()}")
    for folder in (target, back):
        shutil.rmtree(folder, ignore_errors=True)
    return code
