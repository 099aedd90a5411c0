"""From a draft to the answer, and what residents make of it."""

from datetime import date, timedelta

import pytest

from langnghe.cases import actions
from langnghe.cases.actions import Draft
from langnghe.cases.arrival import Received, receipt_hash
from langnghe.cases.history import private
from langnghe.cases.models import Case, Rating, RawIntake, Reply, Step, Voice
from langnghe.commitments.models import Commitment
from langnghe.core.refusal import Refused
from langnghe.registry import law
from tests.cases.doing import DONE, WHY, case_in, do, promise
from tests.cast import answered, assigned, body, moment, received, resident, staff

pytestmark = pytest.mark.django_db


def no_money(due: date = date(2026, 9, 30)) -> Draft:
    return Draft("Xã chưa có kinh phí.", "no_money", promise=promise(due))


def another_voice(case: Case) -> Received:
    """Let a second resident speak about the same case."""
    _case, answer = received()
    Voice.objects.filter(receipt_hash=receipt_hash(answer.receipt)).update(case=case)
    return answer


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (Draft("  ", "advised"), "nội dung trả lời"),
        (Draft("Đã xong.", "done"), "bằng chứng"),
        (Draft("Đã xong.", "done", "."), "bằng chứng"),
        (Draft("Đã xong.", "done", "Có ảnh"), "số hay ngày"),
        (Draft("Đã nhắc.", "reminded", " "), "bằng chứng"),
        (Draft("Chưa có tiền.", "no_money"), "cam kết"),
        (Draft("Đã giao thôn.", "passed_down"), "cam kết"),
    ],
)
def test_an_answer_that_lacks_what_its_outcome_needs_is_refused(answer: Draft, why: str) -> None:
    case, _answer, officer, _leader = assigned()
    with pytest.raises(Refused, match=why):
        actions.draft(case, answer, actor=officer, at=moment())


@pytest.mark.parametrize("outcome", sorted(law.outcomes()))
def test_with_proof_and_promise_every_outcome_can_be_answered(outcome: str) -> None:
    case, _answer, _officer, _leader = answered(draft=Draft("Trả lời.", outcome, "Biên bản số 7", promise()))
    assert (case.state, case.outcome, case.settled) == ("answered", outcome, date(2026, 6, 10))


def test_a_draft_becomes_the_answer_only_through_the_leader() -> None:
    case, _answer, officer, leader = assigned()
    reply = actions.draft(case, DONE, actor=officer, at=moment())
    with pytest.raises(Refused, match="quyền"):
        actions.approve(case, actor=officer, at=moment())
    with pytest.raises(Refused):
        actions.reply(case, actor=officer, at=moment())
    actions.approve(case, actor=leader, at=moment())
    actions.reply(case, actor=officer, at=moment(10))
    reply.refresh_from_db()
    assert (reply.state, reply.published, reply.body) == ("published", date(2026, 6, 10), case.holder)


def test_a_draft_that_is_sent_back_leaves_the_desk_with_its_reason() -> None:
    case, answer = case_in("drafted")
    case = do("send_back", case, answer)
    assert (case.state, Reply.objects.get().state) == ("assigned", "returned")
    assert Step.objects.get(verb="send_back").reason == WHY


def test_a_second_draft_returns_the_first() -> None:
    case, answer = case_in("drafted")
    do("draft", case, answer)
    assert list(Reply.objects.order_by("pk").values_list("state", flat=True)) == ["returned", "draft"]


def test_a_promise_waits_in_its_draft_until_the_answer_is_published() -> None:
    case, answer, officer, _leader = assigned()
    reply = actions.draft(case, no_money(), actor=officer, at=moment())
    assert (reply.promise_body, reply.promise_due, reply.promise_text) == (
        case.holder,
        date(2026, 9, 30),
        "Lắp đèn mới.",
    )
    do("approve", case, answer)
    assert not Commitment.objects.exists()
    do("reply", case, answer)
    assert Commitment.objects.get().made == date(2026, 6, 8)


def test_a_draft_that_is_sent_back_leaves_no_commitment() -> None:
    case, answer, officer, _leader = assigned()
    actions.draft(case, no_money(), actor=officer, at=moment())
    do("send_back", case, answer)
    assert not Commitment.objects.exists()


def test_an_answer_whose_promise_fell_due_while_it_waited_is_not_published() -> None:
    case, answer, officer, _leader = assigned()
    actions.draft(case, no_money(date(2026, 6, 9)), actor=officer, at=moment())
    do("approve", case, answer)
    with pytest.raises(Refused, match="từ hôm nay"):
        do("reply", case, answer, moment(10))
    assert Reply.objects.get().state == "approved"


def test_a_promise_is_a_commitment_of_the_body_to_the_day() -> None:
    case, _answer, _officer, _leader = answered(draft=no_money())
    made = Commitment.objects.get()
    assert (made.body, made.due, made.origin) == (case.holder, date(2026, 9, 30), case.code)
    assert Reply.objects.get().commitment == made


def test_a_promise_for_a_day_that_is_past_is_refused_with_its_draft() -> None:
    case, _answer, officer, _leader = assigned()
    with pytest.raises(Refused, match="từ hôm nay"):
        actions.draft(case, no_money(date(2026, 6, 7)), actor=officer, at=moment())
    assert not Reply.objects.exists()


def test_a_case_cannot_be_closed_on_words_without_a_commitment() -> None:
    case, answer, _officer, _leader = answered(draft=no_money())
    Reply.objects.update(commitment=None)
    with pytest.raises(Refused, match="cam kết"):
        do("close", case, answer)


def test_a_case_with_its_commitment_can_be_closed() -> None:
    case, answer, _officer, _leader = answered(draft=no_money())
    assert do("close", case, answer).state == "closed"


@pytest.mark.parametrize(("day", "on_time"), [(17, True), (18, False)])
def test_an_answer_is_on_time_up_to_the_due_day(day: int, on_time: bool) -> None:
    answered(moment(day))
    assert Step.objects.get(verb="reply").on_time is on_time


def test_a_rating_is_given_once_by_each_voice() -> None:
    case, answer, _officer, _leader = answered()
    other = another_voice(case)
    for voice in (answer, other):
        actions.rate(case, stars=5, sentence="Nhanh.", actor=resident(voice), at=moment(11))
        with pytest.raises(Refused, match="đã đánh giá"):
            actions.rate(case, stars=1, sentence="", actor=resident(voice), at=moment(11))
    assert list(Rating.objects.values_list("stars", flat=True)) == [5, 5]


def test_each_answer_is_rated_anew_and_the_sentence_stays_out_of_the_log() -> None:
    case, answer, _officer, _leader = answered()
    for verb in ("rate", "reopen", "assign", "draft", "approve", "reply", "rate"):
        do(verb, case, answer, moment(11))
    assert Rating.objects.values("reply").distinct().count() == 2
    assert "sentence" not in private(vars(Step.objects.filter(verb="rate")[0]))


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_stars_are_from_one_to_five(stars: int) -> None:
    case, answer, _officer, _leader = answered()
    with pytest.raises(Refused, match="từ 1 đến 5"):
        actions.rate(case, stars=stars, sentence="", actor=resident(answer), at=moment(11))


def test_a_case_can_be_reopened_with_a_reason_and_is_counted() -> None:
    case, answer, _officer, _leader = answered()
    case = do("reopen", case, answer, moment(11))
    assert (case.state, case.reopened, case.settled, case.holder) == ("accepted", 1, None, body("committee_commune"))
    assert Step.objects.get(verb="reopen").outcome == "done"


def test_a_case_is_reopened_only_so_many_days_after_its_answer_and_goes_higher_ever_after() -> None:
    last = moment(10) + timedelta(law.rule("reopen_days"))
    case, answer, _officer, _leader = answered()
    with pytest.raises(Refused, match="đến hết ngày 10/07/2026"):
        do("reopen", case, answer, last + timedelta(1))
    assert do("escalate", case, answer, last + timedelta(1)).state == "received"
    other, answer, _officer, _leader = answered()
    assert do("reopen", other, answer, last).state == "accepted"


@pytest.mark.parametrize(
    ("state", "day", "cause"), [("assigned", 10, "no_answer"), ("assigned", 18, "late"), ("answered", 18, "disputed")]
)
def test_going_higher_carries_what_happened_below(state: str, day: int, cause: str) -> None:
    case, answer = case_in(state)
    case = do("escalate", case, answer, moment(day))
    step = Step.objects.get(verb="escalate")
    assert (step.cause, step.body, step.to_body) == (cause, body("committee_commune"), case.holder)
    assert (case.holder, case.state, case.handovers) == (body("committee_province", "n33"), "received", 0)


def test_the_answer_of_the_lower_body_cannot_slip_out_after_the_case_went_higher() -> None:
    case, answer = case_in("approved")
    for verb in ("escalate", "accept", "assign", "draft", "approve", "reply"):
        case = do(verb, case, answer)
    published = Reply.objects.get(state="published")
    assert published.body == body("committee_province", "n33")
    assert Reply.objects.filter(state="returned").count() == 1


def test_a_voice_that_others_have_joined_cannot_be_withdrawn() -> None:
    case, answer = case_in("received")
    another_voice(case)
    with pytest.raises(Refused, match="người khác"):
        do("withdraw", case, answer)


def test_a_case_that_carries_another_cannot_be_withdrawn() -> None:
    case, answer = case_in("received")
    other, _answer = received()
    actions.merge(other, into=case, actor=staff(case), at=moment())
    with pytest.raises(Refused, match="người khác"):
        do("withdraw", case, answer)


@pytest.mark.parametrize("state", ["received", "assigned", "drafted"])
def test_a_split_restores_everything(state: str) -> None:
    case, answer = case_in(state)
    before = Case.objects.values().get(pk=case.pk)
    for verb in ("merge", "open_contact", "split", "merge", "split"):
        case = do(verb, case, answer, moment(9))
    assert Case.objects.values().get(pk=case.pk) == before
    assert Voice.objects.filter(case=case).count() == 1


def test_a_case_is_merged_only_into_another_open_case_of_the_same_desk() -> None:
    case, _answer = case_in("received")
    done, _other = case_in("answered")
    elsewhere, elsewhere_answer = received()
    do("refer", elsewhere, elsewhere_answer)
    for into in (case, done, elsewhere):
        with pytest.raises(Refused, match="Chỉ gộp"):
            actions.merge(case, into=into, actor=staff(case), at=moment())


def test_a_case_is_shown_under_a_title_and_hidden_with_a_reason() -> None:
    case, answer = case_in("received")
    with pytest.raises(Refused, match="tiêu đề"):
        actions.publish(case, title=" ", summary="", actor=staff(case), at=moment())
    assert do("publish", case, answer).is_public
    assert not do("unpublish", case, answer).is_public


def test_words_that_came_in_stay_when_a_case_is_withdrawn() -> None:
    case, answer = case_in("received")
    do("withdraw", case, answer)
    assert RawIntake.objects.count() == 1
