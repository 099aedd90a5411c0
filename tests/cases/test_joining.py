"""A voice may be part of a case that is there already: it counts, has its own receipt, and shares the answer."""

from datetime import timedelta

import pytest
from django.db import transaction

from langnghe.cases import actions, conservation
from langnghe.cases.actions.receiving import receive_many
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cases.models import Case, Step, Voice
from langnghe.cases.receipt import receipt_file
from langnghe.core.refusal import Refused
from langnghe.ledger import sequencer
from langnghe.ledger.verify import log_differences
from tests.cast import Cast, answered, arrival, assigned, moment, received, resident

pytestmark = pytest.mark.django_db


def test_a_voice_that_joins_is_one_more_of_the_same_case(cast: Cast) -> None:
    case, *_ = assigned()
    joined, answer = received(moment(9), joins=case, people=3, channel="zalo", key="k-2", text="Chỗ tôi cũng vậy.")
    assert joined.pk == case.pk and Case.objects.count() == 1
    assert joined.state == Case.State.ASSIGNED and joined.people == case.people + 3
    step = Step.objects.filter(verb="receive").latest("pk")
    assert (step.case_id, step.channel, step.people, step.state) == (case.pk, "zalo", 3, "assigned")
    assert resident(answer).voice != case.voices.earliest("pk")
    assert Voice.objects.count() == 2


def test_sent_again_it_is_still_one(cast: Cast) -> None:
    case, *_ = assigned()
    for _time in range(2):
        _joined, answer = received(moment(9), joins=case, key="k-2", text="Chỗ tôi cũng vậy.")
    assert answer.is_repeat and answer.case_id == case.pk
    assert Voice.objects.count() == 2
    assert Case.objects.get(pk=case.pk).people == case.people + 1


def test_every_count_still_adds_up(cast: Cast) -> None:
    case, *_ = assigned()
    received(moment(9), joins=case, channel="phone", key="k-2", text="Chỗ tôi cũng vậy.")
    assert list(conservation.differences(conservation.count(moment(12).date()))) == []


def test_each_voice_has_the_receipt_file_of_its_own_step(cast: Cast) -> None:
    case, first, *_ = assigned()
    _case, second = received(moment(9), joins=case, key="k-2", text="Chỗ tôi cũng vậy.")
    sequencer.run()
    files = [receipt_file(resident(answer).voice) for answer in (first, second)]
    assert all(files) and files[0] != files[1]
    assert list(log_differences()) == []


def test_to_a_merged_case_means_to_the_one_that_carries_it(cast: Cast) -> None:
    case, _answer, officer, _leader = assigned()
    other, *_ = assigned(key="k-2", text="Đèn đường lại tắt.")
    merged = actions.merge(other, into=case, actor=officer, at=moment(9))
    joined, _answer = received(moment(9), joins=merged, key="k-3", text="Chỗ tôi cũng vậy.")
    assert joined.pk == case.pk


@pytest.mark.parametrize("gone", ["withdraw", "seal"])
def test_to_a_case_that_takes_no_more_it_becomes_its_own(cast: Cast, gone: str) -> None:
    case, answer = received()
    if gone == "withdraw":
        actions.withdraw(case, reason="", actor=resident(answer), at=moment(9))
    else:
        Case.objects.filter(pk=case.pk).update(state=Case.State.SEALED)
    own, _answer = received(moment(9), joins=case, key="k-2", text="Chỗ tôi cũng vậy.")
    assert own.pk != case.pk and own.state == Case.State.RECEIVED


def test_many_may_join_at_once(cast: Cast) -> None:
    case, *_ = assigned()
    more = [arrival(key=f"k-{n}", text="Chỗ tôi cũng vậy.", day=moment(9).date(), joins=case) for n in range(5)]
    receive_many([*more, arrival(key="k-9", text="Việc khác.", day=moment(9).date())], actor=SYSTEM_ACTOR, at=moment(9))
    assert case.voices.count() == 6 and Case.objects.count() == 2
    assert Case.objects.get(pk=case.pk).people == case.people + 5


def test_who_joined_judges_the_answer_too_and_cannot_withdraw_the_others(cast: Cast) -> None:
    case, first, officer, _leader = answered()
    _case, second = received(moment(10), joins=case, key="k-2", text="Chỗ tôi cũng vậy.")
    for answer in (first, second):
        actions.rate(case, stars=4, sentence="", actor=resident(answer), at=moment(11) + timedelta(hours=1))
    assert case.replies.get().ratings.count() == 2
    reopened = actions.reopen(case, reason="Vẫn tắt.", actor=resident(second), at=moment(11) + timedelta(hours=2))
    with pytest.raises(Refused, match="người khác"), transaction.atomic():
        actions.withdraw(reopened, reason="", actor=resident(second), at=moment(11) + timedelta(hours=3))
