"""A hand-over goes along the table of competence, and what the receiving body does not take in time comes back."""

import pytest

from langnghe.cases import actions
from langnghe.cases.models import Case, Step
from langnghe.core.refusal import Refused
from langnghe.registry.models import Body
from tests.cases.doing import WHY
from tests.cast import OTHER_COMMUNE, PROVINCE, body, moment, received, staff

pytestmark = pytest.mark.django_db
FRIDAY = moment(5)  # 05/06/2026; two working days later is Tuesday the 9th


def handed(day: int = 5) -> Case:
    case, _answer = received(moment(1))
    return actions.refer(case, to=body("department_construction"), reason=WHY, actor=staff(case), at=moment(day))


@pytest.mark.parametrize(("day", "returned"), [(6, 0), (8, 0), (9, 0), (10, 1), (15, 1)])
def test_a_case_not_taken_within_two_working_days_comes_back(day: int, returned: int) -> None:
    case = handed()
    assert actions.return_untaken(moment(day)) == returned
    case.refresh_from_db()
    assert case.holder == body("committee_commune" if returned else "department_construction")


def test_the_way_back_is_told_and_is_no_hand_over() -> None:
    case = handed()
    due = case.due
    actions.return_untaken(moment(10))
    step = Step.objects.get(verb="give_back")
    assert (step.body, step.to_body) == (body("department_construction"), body("committee_commune"))
    assert step.role == "system"
    assert "2 ngày làm việc" in step.reason
    case.refresh_from_db()
    assert (case.handovers, case.due, case.state) == (1, due, "received")


def test_what_was_taken_stays_and_what_came_back_does_not_come_back_twice() -> None:
    case = handed()
    actions.accept(case, actor=staff(case), at=moment(8))
    assert actions.return_untaken(moment(20)) == 0
    handed()
    assert (actions.return_untaken(moment(20)), actions.return_untaken(moment(21))) == (1, 0)


def test_what_went_up_does_not_come_back() -> None:
    case, _answer = received(moment(1))
    actions.refer_up(case, reason=WHY, actor=staff(case), at=moment(5))
    assert actions.return_untaken(moment(20)) == 0


@pytest.mark.parametrize(
    ("code", "is_allowed"),
    [
        ("department_construction.n33", True),  # the table gives it lamps on province roads
        (f"committee_commune.{OTHER_COMMUNE}", True),
        (f"police_commune.{OTHER_COMMUNE}", False),
        ("police_commune.n13264", False),  # which it names for noise and order, not for street lamps
        ("front_commune.n13264", False),
        ("party_commune.n13264", False),
        (f"committee_province.{PROVINCE}", True),
    ],
)
def test_a_case_goes_along_the_table_of_competence_only(code: str, is_allowed: bool) -> None:
    case, _answer = received()
    to = Body.objects.filter(code=code).first()
    if to is None:
        pytest.fail(
            f"no body {code}: {sorted(Body.objects.filter(place__key='n13264').values_list('code', flat=True))}"
        )
    if is_allowed:
        assert actions.refer(case, to=to, reason=WHY, actor=staff(case), at=moment()).holder == to
        return
    with pytest.raises(Refused, match="Bảng thẩm quyền"):
        actions.refer(case, to=to, reason=WHY, actor=staff(case), at=moment())
