"""Due dates of cases, counted by hand on the real tables; Saturdays and Sundays are left out without a word."""

from datetime import date

import pytest

from langnghe.cases import actions, clock
from langnghe.cases.models import Case, Step
from langnghe.core.refusal import Refused
from langnghe.registry import law
from tests.cases.doing import WHY, case_in, classify, do
from tests.cast import assigned, moment, received, staff

pytestmark = pytest.mark.django_db
OLD_COMMUNE = "o13264"


@pytest.mark.parametrize(
    ("day", "due"),
    [
        # 7 working days. Tết: 16-20/02 off. Thu 12, Fri 13, Mon 23, Tue 24, Wed 25, Thu 26, Fri 27.
        (date(2026, 2, 11), date(2026, 2, 27)),
        # Mon 27/04, Thu 30/04 and Fri 01/05 off. Tue 28, Wed 29, Mon 04, Tue 05, Wed 06, Thu 07, Fri 08.
        (date(2026, 4, 24), date(2026, 5, 8)),
        # Sat 22/08 worked. Thu 20, Fri 21, Sat 22, Mon 24, Tue 25, Wed 26, Thu 27.
        (date(2026, 8, 19), date(2026, 8, 27)),
        # Sat 22/08 worked; 31/08-02/09 off. Sat 22, Mon 24, Tue 25, Wed 26, Thu 27, Fri 28, Thu 03.
        (date(2026, 8, 21), date(2026, 9, 3)),
    ],
)
def test_seven_working_days_from_the_day_of_receipt(day: date, due: date) -> None:
    case, _answer = received(moment(day.day, day.month))
    assert (case.due, case.term_code) == (due, "settle.feedback.normal.2025")


@pytest.mark.parametrize(
    ("day", "due"),
    [
        # 5 working days until 30/06/2025. Wed 02, Thu 03, Fri 04, Mon 07, Tue 08.
        (date(2021, 6, 1), date(2021, 6, 8)),
        # Sat 26/04 worked; 30/04-02/05 off. Fri 25, Sat 26, Mon 28, Tue 29, Mon 05.
        (date(2025, 4, 24), date(2025, 5, 5)),
        # A new law from 01/07 does not move a clock that runs. Tue 01, Wed 02, Thu 03, Fri 04, Mon 07.
        (date(2025, 6, 30), date(2025, 7, 7)),
    ],
)
def test_the_row_in_force_on_the_day_of_receipt_counts(day: date, due: date) -> None:
    case, _answer = received(moment(day.day, day.month, day.year), place=law.place(OLD_COMMUNE))
    assert (case.due, case.term_code) == (due, "settle.feedback.normal.2020")


def test_feedback_on_procedures_has_its_own_term() -> None:
    # 15 working days: 9-12/06 are 4, 15-19/06 make 9, 22-26/06 make 14, Mon 29/06.
    case, _answer = received(topic=law.topics()["thu_tuc_hanh_chinh"])
    assert (case.due, case.term_code) == (date(2026, 6, 29), "settle.pakn.normal.2021")


def test_a_term_that_starts_at_acceptance_waits_for_it() -> None:
    case, answer = received()
    case.kind = "complaint"  # such a case waits for the sealed lane; its term is counted already
    clock.start(case)
    case.save()
    assert case.due is None
    # 30 days after 09/06: 21 more in June, 9 in July.
    assert do("accept", case, answer, moment(9)).due == date(2026, 7, 9)


def test_a_year_without_holidays_gives_no_due_date_and_no_on_time() -> None:
    at = moment(30, 12, 2027)
    case, answer = case_in("approved", at)
    assert case.due is None
    do("reply", case, answer, at)
    assert Step.objects.get(verb="reply").on_time is None


def test_a_pause_moves_the_due_date_by_the_days_it_stood() -> None:
    case, answer = case_in("received")
    case = do("pause", case, answer, moment(10))
    assert (case.paused, case.overdue(date(2026, 6, 30))) == (date(2026, 6, 10), False)
    # Stood 10, 11, 12. Tue 09, Mon 15, Tue 16, Wed 17, Thu 18, Fri 19, Mon 22.
    case = do("resume", case, answer, moment(15))
    assert (case.paused, case.due) == (None, date(2026, 6, 22))
    assert Step.objects.get(verb="resume").due == case.due


def test_two_pauses_and_an_extension_add_up() -> None:
    case, answer = case_in("received")
    for verb, day in (("pause", 10), ("resume", 15), ("extend", 16), ("pause", 17), ("resume", 18)):
        case = do(verb, case, answer, moment(day))
    # 7 + 3 days: Tue 09, Mon 15, Tue 16, Thu 18, Fri 19, Mon 22, Tue 23, Wed 24, Thu 25, Fri 26.
    assert case.due == date(2026, 6, 26)


def test_a_clock_that_stands_already_cannot_be_paused() -> None:
    case, answer = case_in("received")
    do("pause", case, answer, moment(10))
    with pytest.raises(Refused, match="đang chạy"):
        do("pause", case, answer, moment(11))


def test_a_clock_that_has_run_out_cannot_be_paused() -> None:
    case, answer = case_in("received")
    with pytest.raises(Refused, match="chưa quá hạn"):
        do("pause", case, answer, moment(18))


def test_a_pause_needs_its_document_and_a_running_clock_cannot_be_resumed() -> None:
    case, answer = case_in("received")
    with pytest.raises(Refused, match="số văn bản"):
        actions.pause(case, document_no=" ", reason=WHY, actor=staff(case), at=moment())
    with pytest.raises(Refused, match="đang chạy"):
        do("resume", case, answer)


def test_an_answer_during_a_pause_is_on_time() -> None:
    case, answer = case_in("assigned")
    do("pause", case, answer, moment(10))
    for verb in ("draft", "approve", "reply"):
        case = do(verb, case, answer, moment(22))
    assert (Step.objects.get(verb="reply").on_time, case.paused) == (True, None)


def test_an_extension_within_the_limit_moves_the_due_date() -> None:
    case, _answer, officer, _leader = assigned()
    case = actions.extend(case, days=7, document_no="12/TB", reason=WHY, actor=officer, at=moment(17))
    # From Wed 17/06: Thu 18, Fri 19, Mon 22, Tue 23, Wed 24, Thu 25, Fri 26.
    assert case.due == date(2026, 6, 26)


@pytest.mark.parametrize(
    ("days", "number", "day", "why"),
    [
        (8, "12/TB", 9, "từ 1 đến 7 ngày"),
        (0, "12/TB", 9, "từ 1 đến 7 ngày"),
        (3, " ", 9, "số văn bản"),
        (3, "12/TB", 18, "chưa quá hạn"),
    ],
)
def test_an_extension_is_refused(days: int, number: str, day: int, why: str) -> None:
    case, _answer, officer, _leader = assigned()
    with pytest.raises(Refused, match=why):
        actions.extend(case, days=days, document_no=number, reason=WHY, actor=officer, at=moment(day))


def test_a_second_extension_is_refused_until_a_new_term_starts() -> None:
    case, answer = case_in("assigned")
    do("extend", case, answer)
    with pytest.raises(Refused, match="1 lần"):
        do("extend", case, answer)
    for verb in ("draft", "approve", "reply", "reopen"):
        do(verb, case, answer)
    do("extend", case, answer)


@pytest.mark.parametrize(("verb", "state"), [("reopen", "answered"), ("escalate", "assigned")])
def test_a_case_that_is_reopened_or_goes_higher_gets_a_new_term(verb: str, state: str) -> None:
    case, answer = case_in(state)
    # From Tue 16/06: Wed 17, Thu 18, Fri 19, Mon 22, Tue 23, Wed 24, Thu 25.
    case = do(verb, case, answer, moment(16))
    assert (case.due, case.settled) == (date(2026, 6, 25), None)


def test_the_new_term_outlives_a_classification() -> None:
    case, answer = case_in("assigned")
    case = do("escalate", case, answer, moment(16))
    assert do("classify", case, answer, moment(17)).due == date(2026, 6, 25)


def test_a_classification_changes_the_term_with_the_topic() -> None:
    case, answer = case_in("assigned")
    do("extend", case, answer)
    case = classify(case, staff(case), moment(9), topic=law.topics()["thu_tuc_hanh_chinh"])
    # The 15 working days of procedures, which the row does not let grow.
    assert (case.due, case.term_code) == (date(2026, 6, 29), "settle.pakn.normal.2021")


def test_a_condition_that_the_tables_do_not_know_is_refused() -> None:
    case, _answer = case_in("received")
    with pytest.raises(Refused, match="Bảng thời hạn"):
        classify(case, staff(case), moment(), condition="remote")


def test_a_case_is_noted_as_overdue_once_and_not_on_its_last_day() -> None:
    case, _answer = received()
    assert actions.note_overdue(moment(17)) == 0
    assert [actions.note_overdue(moment(day)) for day in (18, 18, 19)] == [1, 0, 0]
    step = Step.objects.get(verb="overdue")
    assert (step.case, step.day) == (case, case.due)


def test_a_case_that_stands_or_is_answered_is_not_noted_as_overdue() -> None:
    case, answer = received()
    do("pause", case, answer)
    case_in("answered")
    assert actions.note_overdue(moment(30)) == 0


def test_a_reopened_case_can_be_overdue_again() -> None:
    case, answer = received()
    actions.note_overdue(moment(18))
    for verb in ("accept", "assign", "draft", "approve", "reply", "reopen"):
        do(verb, case, answer, moment(19))
    assert Case.objects.get().overdue_noted is False
    assert actions.note_overdue(moment(1, 7)) == 1
