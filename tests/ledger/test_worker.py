"""A job that kills its process, or never ends, takes neither the queue nor the worker with it."""

import faulthandler
import os
import time
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from langnghe.ledger import actions, worker
from langnghe.ledger.models import LogEntry, OutboxJob
from langnghe.ledger.worker import Worker
from tests.cast import moment

pytestmark = pytest.mark.database
NOW = moment()


def effect(now: datetime, arguments: Mapping[str, Any]) -> None:
    LogEntry.objects.create(event="effect", subject=arguments["subject"], day=now.date(), seal=b"")


def aborting(now: datetime, arguments: Mapping[str, Any]) -> None:
    effect(now, arguments)
    faulthandler.disable()  # its traceback would only clutter the tests' output
    os.abort()


def endless(now: datetime, arguments: Mapping[str, Any]) -> None:
    effect(now, arguments)
    while True:
        time.sleep(60)


@pytest.fixture
def crew(django_db_setup: None, django_db_blocker: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Worker]:
    """Give a worker with jobs of all sorts on a database that really commits; its rows go afterwards."""
    kinds = {"works": effect, "aborts": aborting, "hangs": endless, "leaves": lambda *_: os._exit(7)}
    monkeypatch.setattr(worker, "jobs", kinds)
    with django_db_blocker.unblock():
        made = Worker(lambda: NOW)
        yield made
        made.stop()
        OutboxJob.objects.all()._raw_delete("default")  # type: ignore[attr-defined]
        LogEntry.objects.all()._raw_delete("default")  # type: ignore[attr-defined]


def queue(*names: str) -> list[OutboxJob]:
    return [actions.enqueue(name, {"subject": name}, NOW) for name in names]


def run_all(crew: Worker) -> None:
    while crew.turn():
        pass


def states() -> list[str]:
    return list(OutboxJob.objects.order_by("pk").values_list("state", flat=True))


def effects() -> int:
    return LogEntry.objects.filter(event="effect").count()


def test_a_worker_without_jobs_starts_no_process(db: None) -> None:
    idle = Worker(lambda: NOW)
    assert (idle.turn(), idle.child) == (False, None)


def test_jobs_run_in_one_process_that_stays(crew: Worker) -> None:
    queue("works", "works")
    run_all(crew)
    child = crew.child
    queue("works")
    run_all(crew)
    assert (states(), effects(), crew.child) == (["done"] * 3, 3, child)


@pytest.mark.parametrize(("name", "said"), [("aborts", "SIGABRT"), ("leaves", "exit 7")])
def test_a_job_that_kills_its_process_leaves_no_effect_and_the_queue_goes_on(
    crew: Worker, name: str, said: str
) -> None:
    queue(name, "works")
    run_all(crew)
    poison = OutboxJob.objects.get(name=name)
    assert (states(), effects()) == (["waiting", "done"], 1)
    assert said in poison.error and poison.not_before == NOW + timedelta(minutes=2)


def test_it_is_a_dead_letter_after_all_its_tries(crew: Worker) -> None:
    poison = queue("aborts")[0]
    for hour in range(actions.ATTEMPTS):
        crew.clock = lambda hour=hour: NOW + timedelta(hours=2 * hour)
        run_all(crew)
    poison.refresh_from_db()
    assert (poison.state, poison.attempts) == ("dead", actions.ATTEMPTS)


def test_a_job_that_hangs_is_killed_before_its_lease_ends(crew: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "LEASE", timedelta(seconds=worker.SPARE + 1))
    queue("hangs", "works")
    run_all(crew)
    assert (states(), effects()) == (["waiting", "done"], 1)
    assert "SIGALRM" in OutboxJob.objects.get(name="hangs").error


def test_a_job_that_runs_long_never_holds_up_the_worker(crew: Worker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worker, "PATIENCE", 0.1)
    queue("hangs")
    assert crew.turn()
    started = time.monotonic()
    assert crew.turn()
    assert time.monotonic() - started < 1


def test_the_child_of_a_killed_worker_finishes_its_job_and_ends(crew: Worker) -> None:
    job = queue("works")[0]
    crew.turn()
    assert crew.child and crew.pipe
    crew.pipe.close()  # as when the parent is gone
    crew.child.join(10)
    job.refresh_from_db()
    assert (job.state, crew.child.exitcode) == ("done", 0)
