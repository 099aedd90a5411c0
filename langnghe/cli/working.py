"""The verb `worker`: runs jobs, and between them the chores that come at their hours."""

import logging
import multiprocessing
import time
from argparse import Namespace
from collections.abc import Callable
from datetime import date, datetime, timedelta
from multiprocessing.context import ForkProcess

from django.conf import settings
from django.db import DatabaseError, connection, connections
from django.utils.timezone import localdate, now

from langnghe.cases import actions as cases
from langnghe.cases import jobs as case_jobs  # noqa: F401 registers its jobs
from langnghe.cases.sealed.models import SealedEvent, SealedKey, SealedRecord, SealedRequest, SealedStep
from langnghe.commitments import actions as commitments
from langnghe.core.refusal import Refused
from langnghe.engagements import actions as engagements
from langnghe.engagements.models import Conclusion, Ticket
from langnghe.ledger import sequencer, witnessing
from langnghe.ledger.durability import sweep
from langnghe.ledger.worker import Worker
from langnghe.registry import law
from langnghe.reviews import jobs as review_jobs  # noqa: F401 registers its jobs
from langnghe.situation import actions as situation
from langnghe.situation import jobs as situation_jobs  # noqa: F401 registers its jobs
from langnghe.web import imap
from langnghe.web.replay import replay

PAUSE = 1.0
MOST_BATCHES = 3
logger = logging.getLogger(__name__)


class Chore:
    """A function of the time that is called again whenever `period` gives another value for the time.

    One that takes long is done `apart`, in a process of its own, so that the others keep their hours.
    """

    def __init__(
        self, do: Callable[[datetime], object], period: Callable[[datetime], object], apart: bool = False
    ) -> None:
        self.do, self.period, self.apart, self.last = do, period, apart, object()
        self.child: ForkProcess | None = None

    def turn(self, at: datetime, may_part: bool = True) -> None:
        """Do it if its period is a new one and the last time is over; what fails is told and tried again then."""
        if (self.child and self.child.is_alive()) or self.last == (period := self.period(at)):
            return
        self.last = period
        if not (self.apart and may_part):
            self._do(at)
            return
        connections.close_all()  # a connection must not be shared with a fork
        self.child = multiprocessing.get_context("fork").Process(target=self._do, args=(at,), daemon=True)
        self.child.start()

    def _do(self, at: datetime) -> None:
        try:
            self.do(at)
        except Exception:
            logger.exception("chore %s failed", self.do.__name__)
            connections.close_all()


def chores() -> list[Chore]:
    return [
        Chore(_note, localdate, apart=True),
        Chore(cases.store_counts, _one_o_clock, apart=True),
        Chore(_sealed, _one_o_clock, apart=True),
        Chore(replay, _ten_seconds),
        Chore(cases.return_untaken, _hour),
        Chore(cases.purge_messages, _hour, apart=True),
        Chore(_tickets, _one_o_clock, apart=True),
        Chore(engagements.note_lacking, _one_o_clock, apart=True),
        Chore(_sequence, _each_turn),
        Chore(_index, _each_turn),
        Chore(lambda _at: cases.index_words(), localdate, apart=True),
        Chore(cases.tidy_words, _one_o_clock, apart=True),
        Chore(situation.count_grams, _one_o_clock, apart=True),
        Chore(situation.find_hotspots, _one_o_clock, apart=True),
        Chore(situation.group_cases, _one_o_clock, apart=True),
        Chore(situation.note_rising_words, _one_o_clock, apart=True),
        Chore(situation.tally, _minute, apart=True),
        Chore(situation.check_tallies, _one_o_clock, apart=True),
        Chore(situation.send_digests, _monday),
        Chore(situation.tell_followers, _seven_o_clock, apart=True),
        Chore(cases.tell_promises, _minute),
        Chore(_fetch_mail, _minute, apart=True),
        Chore(_witness, _minute, apart=True),
    ]


def _one_o_clock(at: datetime) -> date:
    """Return the day that began an hour ago: what was on its way at midnight has arrived."""
    return localdate(at - timedelta(hours=1))


def _seven_o_clock(at: datetime) -> date:
    return localdate(at - timedelta(hours=7))


def _monday(at: datetime) -> date:
    """Return the day of the week's first morning, 7 o'clock."""
    day = localdate(at - timedelta(hours=7))
    return day - timedelta(days=day.weekday())


def _each_turn(_at: datetime) -> object:
    return object()


def _sealed(at: datetime) -> None:
    """Delete what the sealed lane may keep no longer, from the files too, and commit its day to the public log.

    What was erased on request, and the keys of records that were handed over, go from the files with it.
    """
    gone = SealedEvent.objects.filter(verb__in=(SealedEvent.Verb.ERASE, SealedEvent.Verb.HAND))
    if cases.purge_sealed(at) or gone.filter(day__gte=localdate(at) - timedelta(days=1)).exists():
        sweep(SealedRecord, SealedKey, SealedStep, SealedRequest)
    cases.batch_sealed(at)


def _tickets(at: datetime) -> None:
    """Forget who came to a reception day long ago, in the files too."""
    if engagements.purge_tickets(at):
        sweep(Ticket, Conclusion)


def _sequence(_at: datetime) -> None:
    """Give new entries their places in the public log; a log that may not be signed is an alarm, not an end."""
    try:
        if sequencer.is_behind():
            sequencer.run()
    except sequencer.Forked as forked:
        logger.error("public log: %s", forked)


def _index(_at: datetime) -> None:
    """Put new voices into the index in which similar ones are sought, some at a time."""
    for _batch in range(MOST_BATCHES):
        if not cases.index_voices():
            return


def _fetch_mail(at: datetime) -> None:
    """Receive the letters of the mailbox, if one is set; one that cannot be opened is tried again in a minute."""
    try:
        if settings.IMAP:
            imap.fetch(settings.IMAP, at)
    except Refused as refused:
        logger.error("mailbox: %s", refused)


def _witness(_at: datetime) -> None:
    witnessing.collect()


def _minute(_at: datetime) -> int:
    return int(time.monotonic() // 60)


def _hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


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
                chore.turn(clock(), may_part=not arguments.once)
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
        law.refresh(time.monotonic())
        return worker.turn()
    except DatabaseError:
        logger.exception("the database does not answer")
        connection.close()
        return False


def _note(at: datetime) -> None:
    """Note what fell overdue or late, and pass on what ended bodies left open."""
    cases.purge_keys(at)
    while (
        engagements.cancel_of_ended(at) or cases.note_overdue(at) or commitments.note_late(at) or cases.inherit_all(at)
    ):
        pass
