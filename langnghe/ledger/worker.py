"""Runs the jobs of the outbox in a process apart, each in one transaction with its own completion.

A job that kills its process, or outlives its lease and is killed, takes neither the queue nor the worker with it.
"""

import logging
import multiprocessing
import signal
from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess
from pathlib import Path
from typing import Any

from django.db import connections, transaction

from langnghe.ledger import actions
from langnghe.ledger.models import OutboxJob

Job = Callable[[datetime, Mapping[str, Any]], None]
Clock = Callable[[], datetime]
PATIENCE = 1.0  # seconds that one turn waits at most
SPARE = 5  # seconds before the lease's end at which a job that hangs is killed
jobs: dict[str, Job] = {}
logger = logging.getLogger(__name__)


def job(name: str) -> Callable[[Job], Job]:
    """Register a function of a room's jobs.py under its dotted name.

    It is called with the time and the arguments; `arguments["key"]` marks its effects outside (see OutboxJob.key).
    """

    def register(function: Job) -> Job:
        jobs[name] = function
        return function

    return register


def run(taken: OutboxJob, now: datetime) -> None:
    """Run a leased job here, and give it back if it fails."""
    if taken.name not in jobs:
        actions.fail(taken, f"Không có việc nền nào tên “{taken.name}”.", now, for_good=True)
        return
    try:
        with transaction.atomic():
            jobs[taken.name](now, {**taken.arguments, "key": taken.key})
            actions.finish(taken)
    except Exception as error:
        logger.exception("job %s #%s failed", taken.name, taken.pk)
        actions.fail(taken, f"{type(error).__name__}: {error}", now)


class Worker:
    """Takes jobs and has them run by one child process, which is replaced when it ends."""

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.taken: OutboxJob | None = None
        self.child: ForkProcess | None = None
        self.pipe: Connection | None = None

    def turn(self) -> bool:
        """Take the next job, or wait PATIENCE at most for the one that runs; False when there is none of either."""
        if self.taken is None:
            self.taken = actions.lease(now := self.clock())
            if self.taken:
                self._child().send((self.taken, now))
            return self.taken is not None
        if self._pipe().poll(PATIENCE):
            taken, self.taken = self.taken, None
            try:
                self._pipe().recv()
            except (EOFError, OSError):
                self._bury(taken)
        return True

    def stop(self) -> None:
        """End the child; a job that runs is broken off and comes back when its lease ends."""
        if self.child and self.pipe:
            self.pipe.close()
            self.child.terminate()
            self.child.join()
        self.child = None

    def _bury(self, taken: OutboxJob) -> None:
        """Give back the job whose process ended in the middle of it."""
        assert self.child is not None  # noqa: S101 it has just closed its pipe
        self.child.join()
        code, self.child = self.child.exitcode or 0, None
        how = signal.Signals(-code).name if code < 0 else f"exit {code}"
        logger.error("job %s #%s ended its process: %s", taken.name, taken.pk, how)
        actions.fail(taken, f"{_WHY.get(how, actions.BROKE_OFF)} ({how})", self.clock())

    def _child(self) -> Connection:
        """Return the pipe to the child, started if there is none that lives."""
        if self.child is None or not self.child.is_alive():
            connections.close_all()  # a connection must not be shared with a fork
            fork = multiprocessing.get_context("fork")
            self.pipe, theirs = fork.Pipe()
            self.child = fork.Process(target=_obey, args=(theirs, self.pipe))
            self.child.start()
            theirs.close()
        return self._pipe()

    def _pipe(self) -> Connection:
        assert self.pipe is not None  # noqa: S101 asked for only while there is a child
        return self.pipe


_WHY = {"SIGALRM": "Việc này chạy quá lâu nên bị dừng."}


def _obey(pipe: Connection, parents: Connection) -> None:
    """Run what comes through the pipe, until the parent is gone; the alarm ends a job that hangs, whatever it does."""
    parents.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    with suppress(OSError):  # when memory runs out, the kernel shall end this process and not its parent
        Path("/proc/self/oom_score_adj").write_text("900")
    with suppress(EOFError, ConnectionError):
        while True:
            taken, now = pipe.recv()
            signal.alarm(int(actions.LEASE.total_seconds()) - SPARE)
            run(taken, now)
            signal.alarm(0)
            pipe.send(None)
