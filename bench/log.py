"""What the public log costs: seconds it adds to a voice, until a voice is under a signature, bytes of a proof."""

import os
import time
from argparse import ArgumentParser
from collections.abc import Callable
from contextlib import nullcontext
from statistics import median
from typing import Any
from unittest import mock

from bench import ground, words
from bench.stopwatch import busy, flushes, goal, say, timed

SHARE, SECONDS, BYTES = 0.10, 60, 2048
ROUNDS, EACH = 30, 20


def run(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench log")
    parser.add_argument("--voices", type=int, default=20_000)
    options = parser.parse_args(arguments)
    os.environ.pop("DATABASE_URL", None)
    with ground.throwaway() as home:
        say(f"{flushes(home):.0f} fdatasync of 4 KB a second")
        voices = words.arrivals(options.voices + 3 * ROUNDS * EACH)
        _append(voices)
        _number(voices[-options.voices :])
    return 0


def _append(voices: list[Any]) -> None:
    """Receive voices one by one, by turns with the log and without it; the medians of the rounds."""
    spent: dict[bool, list[float]] = {True: [], False: []}
    for round_ in range(ROUNDS):
        for logged in (True, False) if round_ % 2 else (False, True):
            batch = [voices.pop(0) for _voice in range(EACH)]
            with nullcontext() if logged else mock.patch("langnghe.cases.actions.record.append", _nothing):
                spent[logged].append(_seconds(lambda: _receive(batch)) / EACH)  # noqa: B023 called at once
    with_log, without = (1000 * median(spent[logged]) for logged in (True, False))
    share = with_log / without - 1
    say(f"a voice {with_log:.2f} ms, without its log entry {without:.2f} ms: the log adds {100 * share:.1f} %")
    say(f"  ({goal(share, SHARE) if share > 0 else 'nothing to measure'}); {busy()}")


def _nothing(entries: object) -> None:
    """Append nothing."""


def _receive(batch: list[Any]) -> None:
    from django.utils.timezone import now

    from langnghe.cases import actions
    from langnghe.cases.lifecycle import SYSTEM_ACTOR

    for voice in batch:
        actions.receive(voice, actor=SYSTEM_ACTOR, at=now())


def _seconds(call: Callable[[], object]) -> float:
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def _number(voices: list[Any]) -> None:
    """Number, publish and sign many at once, then one alone; and measure that one's proof."""
    from django.utils.timezone import now

    from langnghe.cases import actions
    from langnghe.cases.lifecycle import SYSTEM_ACTOR
    from langnghe.cases.models import Voice
    from langnghe.cases.receipt import receipt_file
    from langnghe.ledger import sequencer

    for first in range(0, len(voices), 500):
        actions.receive_many(voices[first : first + 500], actor=SYSTEM_ACTOR, at=now())
    with timed(f"{len(voices)} entries numbered, published, signed"):
        sequencer.run()
    _receive([words.arrivals(1, start=10**7)[0]])
    with timed("one more voice under a signature (the worker looks every second)", SECONDS):
        sequencer.run()
    proof = receipt_file(Voice.objects.latest("pk")) or ""
    size = len(proof.encode())
    say(f"its receipt file: {size} bytes without witnesses ({goal(size, BYTES)})")
