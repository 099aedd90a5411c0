"""Two at the same moment: one voice, one winner, nothing half done."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import replace
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection, models

from langnghe.cases import actions
from langnghe.cases.actions import gathering
from langnghe.cases.arrival import Arrival
from langnghe.cases.desk_models import Part
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cases.models import Case, Person, PublicWords, Rating, RawIntake, Reply, Step, Voice
from langnghe.cases.subject_request import SubjectRequest
from langnghe.core.refusal import Refused
from langnghe.ledger import actions as ledger
from langnghe.ledger.models import LogEntry, OutboxJob, Unnumbered
from langnghe.registry.models import Account, Member
from tests.cases.doing import case_in
from tests.cases.test_joint import ask, give, guest
from tests.cast import arrival, assigned, body, ensure_world, moment, received, staff

pytestmark = pytest.mark.database
WRITTEN: tuple[type[models.Model], ...] = (
    *(Part, PublicWords, SubjectRequest, Rating, Reply, Step, Voice, Case, RawIntake, Person),
    *(Member, Account, Unnumbered, LogEntry, OutboxJob),
)


@pytest.fixture(autouse=True)
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let these tests really commit, and remove their rows but not the world afterwards."""
    with django_db_blocker.unblock():
        ensure_world()
        yield
        for model in WRITTEN:
            model._default_manager.all()._raw_delete("default")  # type: ignore[attr-defined]


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Return what the calls, made by a thread each at the same moment, gave or raised."""
    barrier, found = Barrier(len(calls)), list[object](calls)

    def run(place: int) -> None:
        barrier.wait()
        try:
            found[place] = calls[place]()
        except Exception as error:
            found[place] = error
        connection.close()

    threads = [Thread(target=run, args=(place,)) for place in range(len(calls))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def hand_in(sent: Arrival) -> Callable[[], object]:
    return lambda: actions.receive(sent, actor=SYSTEM_ACTOR, at=moment())


def refused(found: list[object]) -> list[bool]:
    """Return for each whether it was refused; anything else that went wrong is raised."""
    for one in found:
        if isinstance(one, Exception) and not isinstance(one, Refused):
            raise one
    return sorted(isinstance(one, Refused) for one in found)


@pytest.mark.parametrize("processes", [False, True])
def test_the_same_key_at_once_gives_one_voice(processes: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if processes:  # threads that do not wait for one another race as processes do
        monkeypatch.setattr(gathering, "_writing", nullcontext())
    for _time in range(5):
        first = arrival()
        found = at_once(*(hand_in(replace(first)) for _thread in range(4)))
        assert len({(one.receipt, one.case_id) for one in found}) == 1  # type: ignore[attr-defined]
        assert [one.is_repeat for one in found].count(False) == 1  # type: ignore[attr-defined]
    assert Voice.objects.count() == Case.objects.count() == LogEntry.objects.count() == 5


def test_voices_that_arrive_together_all_come_in() -> None:
    sent = [arrival() for _time in range(8)]
    found = at_once(*map(hand_in, sent))
    assert [one.receipt for one in found] == [one.receipt for one in sent]  # type: ignore[attr-defined]
    assert Case.objects.count() == Step.objects.count() == LogEntry.objects.count() == 8


def test_of_two_officers_who_act_at_once_one_wins() -> None:
    case, _answer = case_in("received")
    desk = staff(case)
    found = at_once(*[lambda: actions.accept(case, actor=desk, at=moment())] * 2)
    assert refused(found) == [False, True]
    assert Step.objects.filter(verb="accept").count() == LogEntry.objects.filter(event="accept").count() == 1


def test_of_two_who_give_a_part_or_invite_the_same_body_at_once_one_wins() -> None:
    case, police = assigned()[0], body("police_commune")
    staff(case), guest()  # who act, made before they meet
    asking = at_once(*[lambda: ask(case, police)] * 2)
    assert refused(asking) == [False, True]
    assert refused(at_once(*[lambda: give(case)] * 2)) == [False, True]
    assert list(Part.objects.values_list("state", flat=True)) == ["given"]
    assert Step.objects.filter(verb="give_part").count() == 1


def test_two_cases_merged_into_each_other_at_once_leave_one_open() -> None:
    one, other = received()[0], received()[0]
    desk = staff(one)
    found = at_once(
        lambda: actions.merge(one, into=other, actor=desk, at=moment()),
        lambda: actions.merge(other, into=one, actor=desk, at=moment()),
    )
    assert refused(found) == [False, True]
    assert sorted(Case.objects.values_list("state", flat=True)) == ["merged", "received"]


def test_two_workers_never_take_the_same_job() -> None:
    for number in range(2):
        ledger.enqueue("tests.any", {"number": number}, moment())
    found = at_once(*[lambda: ledger.lease(moment())] * 3)
    assert sorted(job.pk for job in found if isinstance(job, OutboxJob)) == sorted(
        OutboxJob.objects.values_list("pk", flat=True)
    )
