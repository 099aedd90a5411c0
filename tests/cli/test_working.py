"""Chores come at their hours, each at most once in its period, and a failing one stops nothing."""

import os
import time
from argparse import Namespace
from collections.abc import Iterator
from datetime import date, datetime
from multiprocessing import get_context
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError

from langnghe.cases import actions as cases
from langnghe.cases.models import DayCount
from langnghe.cli import working
from langnghe.cli.working import Chore
from langnghe.commitments import actions as commitments
from langnghe.engagements import actions as engagements
from langnghe.ledger import sequencer, witnessing
from langnghe.ledger.models import Checkpoint
from tests.cast import moment, received
from tests.ledger.test_sequencer import no_log_yet

__all__ = ["no_log_yet"]
pytestmark = pytest.mark.django_db


def by_day(at: datetime) -> date:
    return at.date()


def failing(_at: datetime) -> None:
    raise OSError("no line")


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let a fork keep the connection of the test, whose work would be lost with it."""
    monkeypatch.setattr(working.connections, "close_all", lambda: None)
    yield


def test_a_chore_is_done_once_in_its_period() -> None:
    done: list[datetime] = []
    chore = Chore(done.append, by_day)
    for at in (moment(8), moment(8, hour=10), moment(9)):
        chore.turn(at)
    assert done == [moment(8), moment(9)]


def test_a_chore_that_fails_is_tried_again_in_the_next_period(caplog: pytest.LogCaptureFixture, process: None) -> None:
    chore = Chore(failing, by_day)
    for at in (moment(8), moment(8, hour=10), moment(9)):
        chore.turn(at)
    assert caplog.text.count("chore failing failed") == 2


def test_a_long_chore_has_a_process_of_its_own_and_only_one(process: None) -> None:
    at_work = get_context("fork").SimpleQueue()
    go_on = get_context("fork").Event()

    def long(at: datetime) -> None:
        at_work.put((os.getpid(), at))
        go_on.wait(20)

    chore = Chore(long, by_day, apart=True)
    chore.turn(moment(8))
    child, at = at_work.get()
    assert (child != os.getpid(), at, chore.child and chore.child.daemon) == (True, moment(8), True)
    chore.turn(moment(9))  # the last time is not over
    go_on.set()
    assert chore.child
    chore.child.join(20)
    assert at_work.empty()
    chore.turn(moment(9))
    assert at_work.get()[1] == moment(9)


def test_a_long_chore_is_done_at_once_where_all_is_done_once() -> None:
    done: list[datetime] = []
    chore = Chore(done.append, by_day, apart=True)
    chore.turn(moment(8), may_part=False)
    assert (done, chore.child) == ([moment(8)], None)


def test_each_chore_has_its_hours(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = SimpleNamespace(monotonic=lambda: 119.0)
    monkeypatch.setattr(working, "time", clock)
    late = moment(8, hour=0).replace(minute=59)
    periods = {chore.do.__name__: chore.period for chore in working.chores()}
    assert periods["store_counts"](late) == periods["_sealed"](late) == date(2026, 6, 7)
    assert periods["store_counts"](moment(8, hour=1)) == periods["_note"](late) == date(2026, 6, 8)
    assert (periods["_witness"](late), periods["replay"](late)) == (1, 11)
    clock.monotonic = lambda: 120.0
    assert (periods["_witness"](late), periods["replay"](late)) == (2, 12)
    assert periods["_sequence"](late) != periods["_sequence"](late)


def test_what_takes_long_is_apart_and_what_residents_wait_for_is_not() -> None:
    apart = {chore.do.__name__ for chore in working.chores() if chore.apart}
    assert apart == {
        "_note",
        "store_counts",
        "_sealed",
        "_tickets",
        "note_lacking",
        "_witness",
        "_fetch_mail",
        "<lambda>",
        "tidy_words",
        "tell_followers",
        "count_grams",
        "find_hotspots",
        "group_cases",
        "note_rising_words",
        "tally",
        "check_tallies",
        "purge_messages",
    }
    assert {chore.do.__name__ for chore in working.chores()} - apart == {
        "replay",
        "return_untaken",
        "_sequence",
        "_index",
        "send_digests",
        "tell_promises",
    }


def test_working_once_does_every_chore_and_ends_when_no_job_waits(settings: Any) -> None:
    settings.CLOCK = moment(9)
    received()
    assert working.work(Namespace(once=True)) == 0
    assert not sequencer.is_behind()
    assert set(DayCount.objects.values_list("day", flat=True)) == {date(2026, 6, 8)}


def test_a_log_that_may_not_be_signed_is_told_and_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    received()
    working._sequence(moment())
    Checkpoint.objects.all().delete()
    working._sequence(moment())
    assert "public log: Cơ sở dữ liệu không có mốc" in caplog.text


def test_a_log_that_is_not_behind_is_not_signed_again(monkeypatch: pytest.MonkeyPatch) -> None:
    working._sequence(moment())
    monkeypatch.setattr(sequencer, "run", failing)
    working._sequence(moment())


def test_witnesses_are_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[bool] = []
    monkeypatch.setattr(witnessing, "collect", lambda: asked.append(True))
    working._witness(moment())
    assert asked == [True]


@pytest.mark.parametrize(("purged", "swept"), [(1, 1), (0, 0)])
def test_files_are_swept_when_sealed_records_went(purged: int, swept: int, monkeypatch: pytest.MonkeyPatch) -> None:
    sweeps: list[object] = []
    batches: list[datetime] = []
    monkeypatch.setattr(cases, "purge_sealed", lambda _at: purged)
    monkeypatch.setattr(working, "sweep", lambda *models: sweeps.append(models))
    monkeypatch.setattr(cases, "batch_sealed", batches.append)
    working._sealed(moment())
    assert (len(sweeps), batches) == (swept, [moment()])


NOTES = (
    (engagements, "cancel_of_ended"),
    (cases, "note_overdue"),
    (commitments, "note_late"),
    (cases, "inherit_all"),
)


@pytest.mark.parametrize("busy", NOTES)
def test_notes_are_made_in_portions_until_nothing_is_left(busy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    left = [3, 2, 1, 0]
    purged: list[datetime] = []
    for room, name in NOTES:
        monkeypatch.setattr(room, name, lambda _at: 0)
    monkeypatch.setattr(*busy, lambda _at: left.pop(0))
    monkeypatch.setattr(cases, "purge_keys", purged.append)
    working._note(moment())
    assert (left, purged) == ([], [moment()])


class Crew:
    """Stands in for the worker: each turn answers what it was told to, or raises it."""

    def __init__(self, *turns: Any) -> None:
        self.turns, self.is_stopped = list(turns), False

    def turn(self) -> bool:
        answer = self.turns.pop(0)
        if isinstance(answer, BaseException):
            raise answer
        return bool(answer)

    def stop(self) -> None:
        self.is_stopped = True


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    made: list[float] = []
    monkeypatch.setattr(time, "sleep", made.append)
    monkeypatch.setattr(working.connection, "close", lambda: None)
    return made


def test_the_worker_pauses_only_when_nothing_waits_and_ends_its_child(
    pauses: list[float], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    crew = Crew(True, False, True, OperationalError("gone"), KeyboardInterrupt())
    parted: list[bool] = []
    chore = SimpleNamespace(turn=lambda _at, may_part: parted.append(may_part))
    monkeypatch.setattr(working, "Worker", lambda _clock: crew)
    monkeypatch.setattr(working, "chores", lambda: [chore])
    with pytest.raises(KeyboardInterrupt):
        working.work(Namespace(once=False))
    assert (pauses, crew.is_stopped, parted) == ([1.0, 1.0], True, [True] * 5)
    assert "the database does not answer" in caplog.text


def test_working_once_runs_all_jobs_that_wait(pauses: list[float], monkeypatch: pytest.MonkeyPatch) -> None:
    crew = Crew(True, True, False)
    monkeypatch.setattr(working, "Worker", lambda _clock: crew)
    monkeypatch.setattr(working, "chores", list)
    assert working.work(Namespace(once=True)) == 0
    assert (crew.turns, pauses, crew.is_stopped) == ([], [], True)


def test_a_worker_without_a_clock_of_its_own_reads_the_real_one(monkeypatch: pytest.MonkeyPatch) -> None:
    clocks: list[Any] = []
    monkeypatch.setattr(working, "Worker", lambda clock: clocks.append(clock) or Crew(False))
    monkeypatch.setattr(working, "chores", list)
    working.work(Namespace(once=True))
    assert abs(clocks[0]().timestamp() - time.time()) < 60
