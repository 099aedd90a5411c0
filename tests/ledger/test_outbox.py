"""A job of the outbox runs until it is done, its effect and its completion in one transaction."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

import pytest

from langnghe.core.refusal import Refused
from langnghe.ledger import actions, worker
from langnghe.ledger.models import LogEntry, OutboxJob
from langnghe.ledger.outbox import standing
from tests.cast import moment, run_next_job

pytestmark = pytest.mark.django_db
NOW = moment()


@pytest.fixture(autouse=True)
def jobs() -> Iterator[None]:
    """Register a job that works and one that fails after its effect."""
    before = dict(worker.jobs)
    worker.jobs["tests.works"] = effect
    worker.jobs["tests.fails"] = failing
    yield
    worker.jobs.clear()
    worker.jobs.update(before)


def effect(now: datetime, arguments: Mapping[str, Any]) -> None:
    LogEntry.objects.create(event="effect", subject=arguments["subject"], day=now.date(), seal=b"")


def failing(now: datetime, arguments: Mapping[str, Any]) -> None:
    effect(now, arguments)
    raise OSError("no line")


def job(name: str = "tests.works", at: datetime = NOW) -> OutboxJob:
    return actions.enqueue(name, {"subject": "a"}, at)


def run(at: datetime = NOW) -> bool:
    return run_next_job(at)


def effects() -> int:
    return LogEntry.objects.filter(event="effect").count()


def test_a_job_runs_once_with_its_effect() -> None:
    job()
    assert [run(), run()] == [True, False]
    assert (OutboxJob.objects.get().state, effects()) == ("done", 1)


def test_a_job_waits_for_its_time() -> None:
    job(at=NOW + timedelta(minutes=1))
    assert [run(), run(NOW + timedelta(minutes=1))] == [False, True]


def test_a_leased_job_is_not_given_twice_and_comes_back_when_its_worker_was_killed() -> None:
    first = job()
    assert actions.lease(NOW) == first
    assert actions.lease(NOW + actions.LEASE) is None
    assert actions.lease(NOW + actions.LEASE + timedelta(seconds=1)) == first


def test_a_job_that_fails_leaves_no_effect_and_does_not_stop_the_next() -> None:
    broken = job("tests.fails")
    job()
    assert [run(), run(), run()] == [True, True, False]
    broken.refresh_from_db()
    assert (broken.state, broken.error, effects()) == ("waiting", "OSError: no line", 1)


def test_a_job_that_nobody_knows_is_dead_at_once_and_says_so() -> None:
    assert run(job("tests.unknown").not_before)
    left = OutboxJob.objects.get()
    assert (left.state, "tests.unknown" in left.error) == ("dead", True)


def test_effects_outside_carry_the_same_key_at_every_try_and_another_for_every_job() -> None:
    seen: list[str] = []
    worker.jobs["tests.outside"] = lambda _now, arguments: seen.append(arguments["key"]) or 1 / 0  # type: ignore[func-returns-value]
    first, second = job("tests.outside"), job("tests.outside")
    for time in range(8):
        run(NOW + timedelta(hours=time))
    assert sorted(set(seen)) == sorted({first.key, second.key})
    assert seen.count(first.key) > 1


def test_a_dead_letter_is_revived_once_and_it_is_noted_by_whom() -> None:
    dead = job("tests.unknown")
    run()
    actions.retry(dead, by="officer", at=NOW)
    with pytest.raises(Refused):
        actions.retry(dead, by="officer", at=NOW)
    dead.refresh_from_db()
    assert (dead.state, dead.attempts, dead.retried_by, dead.retried_at) == ("waiting", 0, "officer", NOW)


def test_the_standing_says_how_long_the_oldest_due_job_waits() -> None:
    job(at=NOW + timedelta(hours=1))
    assert standing(NOW).oldest is None
    job("tests.unknown", NOW)
    run()
    job()
    found = standing(NOW + timedelta(minutes=11))
    assert (found.waiting, found.dead, found.oldest) == (2, 1, timedelta(minutes=11))
    assert found.is_stuck


def test_each_failure_waits_longer_and_the_last_is_dead() -> None:
    broken, at, waits = job("tests.fails"), NOW, []
    while broken.state == "waiting":
        assert run(at)
        broken.refresh_from_db()
        waits.append(round((broken.not_before - at).total_seconds() / 60))
        at = broken.not_before
    assert (broken.state, waits) == ("dead", [2, 4, 8, 16, 32, 64])
    assert not run(at)


def test_a_job_that_kills_its_worker_each_time_is_dead_in_the_end() -> None:
    job()
    for time in range(actions.ATTEMPTS):
        assert actions.lease(NOW + time * timedelta(minutes=6)) is not None
    assert actions.lease(NOW + timedelta(hours=1)) is None
    assert OutboxJob.objects.get().state == "dead"


def test_a_worker_that_outlived_its_lease_can_neither_finish_nor_fail_the_job() -> None:
    job()
    slow = actions.lease(NOW)
    other = actions.lease(NOW + timedelta(minutes=6))
    assert slow is not None
    assert other is not None
    with pytest.raises(actions.LeaseLost):
        actions.finish(slow)
    actions.fail(slow, "too late", NOW)
    actions.finish(other)
    assert (OutboxJob.objects.get().state, OutboxJob.objects.get().error) == ("done", "")


def test_a_job_names_itself() -> None:
    made = job()
    assert str(made) == f"tests.works #{made.pk} waiting"
