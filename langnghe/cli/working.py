"""The verb `worker`: runs jobs, and between them the chores that come at their hours."""

import logging
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.timezone import localdate, now

from langnghe.cases import actions as cases
from langnghe.commitments import actions as commitments
from langnghe.ledger import sequencer
from langnghe.ledger.worker import Worker
from langnghe.reviews import jobs  # noqa: F401 registers its jobs
from langnghe.web.replay import replay

PAUSE = 1.0
logger = logging.getLogger(__name__)


class Chore:
    """A function of the time that is called again whenever `period` gives another value for the time."""

    def __init__(self, do: Callable[[datetime], object], period: Callable[[datetime], object]) -> None:
        self.do, self.period, self.last = do, period, object()

    def turn(self, at: datetime) -> None:
        """Do it if its period is a new one; what fails is told and tried again in the next period."""
        if self.last == (period := self.period(at)):
            return
        self.last = period
        try:
            self.do(at)
        except Exception:
            logger.exception("chore %s failed", self.do.__name__)
            connection.close()


def chores() -> list[Chore]:
    return [Chore(_note, localdate), Chore(replay, _ten_seconds), Chore(_sequence, _each_turn)]


def _each_turn(_at: datetime) -> object:
    return object()


def _sequence(_at: datetime) -> None:
    """Give new entries their places in the public log; a log that may not be signed is an alarm, not an end."""
    try:
        if sequencer.is_behind():
            sequencer.run()
    except sequencer.Forked as forked:
        logger.error("public log: %s", forked)


def _ten_seconds(_at: datetime) -> int:
    return int(time.monotonic() // 10)


def work(arguments: Namespace) -> int:
    """Run waiting jobs until stopped (or until none waits); a job never holds up the chores."""

    def clock() -> datetime:
        return settings.CLOCK or now()

    worker, others = Worker(clock), chores()
    try:
        while True:
            for chore in others:
                chore.turn(clock())
            if arguments.once:
                if not worker.turn():
                    return 0
            elif not _turn(worker):
                time.sleep(PAUSE)
    finally:
        worker.stop()


def _turn(worker: Worker) -> bool:
    """Let the worker do its next turn; a database that does not answer is asked again after a pause."""
    try:
        return worker.turn()
    except DatabaseError:
        logger.exception("the database does not answer")
        connection.close()
        return False


def _note(at: datetime) -> None:
    """Note what fell overdue or late, and pass on what ended bodies left open."""
    while cases.note_overdue(at) or commitments.note_late(at) or cases.inherit_all(at):
        pass
