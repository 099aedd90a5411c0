"""Handing a case over is counted and explained, ends at the common superior, and a reorganisation is not one."""

import pytest

from langnghe.cases import actions
from langnghe.cases.models import Case, Step
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Body
from tests.cases.doing import WHY, case_in, classify, do
from tests.cast import COMMUNE, OTHER_COMMUNE, PROVINCE, body, moment, received, staff

pytestmark = pytest.mark.django_db
OLD, DIVIDED, DISTRICT = "o13264", "o12004", "o344"
OLD_DAY = moment(23, 6, 2025)
AFTER = moment(2, 7, 2025)


def refer(case: Case, to: Body, reason: str = WHY) -> Case:
    return actions.refer(case, to=to, reason=reason, actor=staff(case), at=moment())


def old_case(place: str, topic: str = "chieu_sang", **changes: object) -> Case:
    return received(OLD_DAY, place=law.place(place), topic=law.topics()[topic], **changes)[0]


def test_a_hand_over_is_counted_and_tells_from_where_to_where_and_why() -> None:
    case, _answer = case_in("assigned")
    works = body("department_construction")
    case = refer(case, works)
    step = Step.objects.get(verb="refer")
    assert (case.holder, case.handovers, case.state, case.officer) == (works, 1, "received", None)
    assert (step.body, step.to_body, step.reason) == (body("committee_commune"), works, WHY)


def test_a_hand_over_leaves_the_term_as_it_is() -> None:
    case, _answer = received()
    assert refer(case, body("department_construction")).due == case.due


@pytest.mark.parametrize(
    ("to", "reason", "why"),
    [
        ("committee_commune.n13264", WHY, "chính cơ quan này"),
        ("department_construction.n33", " ", "lý do"),
        ("committee_commune.o13264", WHY, "đã kết thúc hoạt động"),
    ],
)
def test_a_hand_over_is_refused(to: str, reason: str, why: str) -> None:
    case, _answer = received()
    with pytest.raises(Refused, match=why):
        refer(case, Body.objects.get(code=to), reason)
    assert Case.objects.get().handovers == 0


def test_a_case_never_goes_to_the_body_it_is_about() -> None:
    case, _answer = received(concerns=body("police_commune"))
    with pytest.raises(Refused, match="cơ quan bị phản ánh"):
        refer(case, body("police_commune"))


def test_going_up_passes_over_the_body_it_is_about() -> None:
    case, answer = received(concerns=body("committee_province", PROVINCE))
    assert case.holder == body("committee_commune")
    for verb in ("refer_up", "escalate"):
        with pytest.raises(Refused, match="cấp trên|cao nhất"):
            do(verb, case, answer)


def test_the_third_hand_over_goes_to_the_common_superior_by_itself() -> None:
    case, _answer = received()
    for to in (body("committee_commune", OTHER_COMMUNE), body("committee_commune")):
        case = refer(case, to)
    case = refer(case, body("committee_commune", OTHER_COMMUNE))
    step = Step.objects.latest("pk")
    assert case.holder == step.to_body == body("committee_province", PROVINCE)
    assert (step.verb, step.reason, case.handovers) == ("refer_up", WHY, 3)


def test_the_common_superior_cannot_hand_it_on() -> None:
    case, _answer = received()
    for _time in range(3):
        to = OTHER_COMMUNE if case.holder == body("committee_commune") else COMMUNE
        case = refer(case, body("committee_commune", to))
    with pytest.raises(Refused, match="phải giải quyết"):
        refer(case, body("department_construction", PROVINCE))


def test_sending_up_goes_to_the_superior_and_the_highest_has_none() -> None:
    case, answer = received()
    case = do("refer_up", case, answer)
    assert (case.holder, case.handovers) == (body("committee_province", PROVINCE), 1)
    with pytest.raises(Refused, match="không có cấp trên"):
        do("refer_up", case, answer)


def test_a_classification_moves_a_fresh_case_to_the_competent_body_uncounted() -> None:
    case, _answer = received()
    case = classify(case, staff(case), moment(), topic=law.topics()["giao_thong"], scope="province_road")
    assert (case.holder, case.handovers) == (body("department_construction", PROVINCE), 0)
    step = Step.objects.get(verb="classify")
    assert (step.body, step.to_body) == (body("committee_commune"), case.holder)


@pytest.mark.parametrize("verb", ["refer", "refer_up", "escalate"])
def test_a_classification_does_not_send_a_case_back_down(verb: str) -> None:
    case, answer = received()
    case = do(verb, case, answer)
    assert do("classify", case, answer).holder == case.holder


def test_a_classification_that_names_the_holder_takes_the_case_away_from_it() -> None:
    case, answer = received()
    case = do("refer", case, answer)
    with pytest.raises(Refused, match="lý do"):
        classify(case, staff(case), moment(), concerns=body("department_construction"))
    case = classify(case, staff(case), moment(), WHY, concerns=body("department_construction"))
    assert (case.holder, case.handovers) == (body("department_construction").superior, 2)


def test_the_first_classification_routes_freely_and_any_later_one_hands_over() -> None:
    case, _answer = received()
    first = case.holder
    case = classify(case, staff(case), moment(), topic=law.topics()["giao_thong"], scope="province_road")
    assert (case.holder.type, case.handovers, case.state) == ("department_construction", 0, "received")
    with pytest.raises(Refused, match="Ủy ban nhân dân xã Thư Vũ.*lý do"):
        classify(case, staff(case), moment(), scope="")
    case.refresh_from_db()
    assert (case.scope, case.holder.type) == ("province_road", "department_construction")
    case = classify(case, staff(case), moment(), WHY, scope="")
    assert (case.holder, case.handovers) == (first, 1)
    assert [step.verb for step in case.steps.order_by("pk")][-2:] == ["classify", "refer"]
    assert case.steps.get(verb="refer").reason == WHY
    # It was handed over: from now on a classification leaves it where it is.
    assert classify(case, staff(case), moment(), WHY, scope="province_road").holder == first
    # Whoever does not take it in time has it taken away again, as after any hand-over.
    assert actions.return_untaken(moment(30)) == 1


def test_what_was_taken_is_handed_over_by_a_classification_only_with_a_reason() -> None:
    case, answer = received()
    case = do("accept", case, answer)
    there = law.place(OTHER_COMMUNE)
    with pytest.raises(Refused, match="lý do"):
        classify(case, staff(case), moment(), place=there)
    case = classify(case, staff(case), moment(), WHY, place=there)
    assert (case.holder, case.handovers, case.state) == (body("committee_commune", OTHER_COMMUNE), 1, "received")


def test_a_complaint_cannot_be_classified_into_the_open_lane() -> None:
    case, _answer = received()
    with pytest.raises(Refused, match="thủ tục riêng"):
        classify(case, staff(case), moment(), kind="denunciation")


@pytest.mark.parametrize(
    ("place", "heir"),
    [
        (OLD, f"committee_commune.{COMMUNE}"),
        (DIVIDED, f"committee_province.{PROVINCE}"),
        (DISTRICT, f"committee_province.{PROVINCE}"),
        ("o34", f"department_construction.{PROVINCE}"),
    ],
)
def test_an_open_case_of_a_body_that_ended_goes_to_its_heir_uncounted(place: str, heir: str) -> None:
    case = old_case(place)
    before = case.holder
    assert [actions.inherit_all(at) for at in (moment(30, 6, 2025), AFTER, AFTER)] == [0, 1, 0]
    case.refresh_from_db()
    step = Step.objects.get(verb="inherit")
    assert (case.holder.code, case.handovers, case.place.key) == (heir, 0, place)
    assert (step.body, step.to_body) == (before, case.holder)


def test_a_department_that_ended_before_the_reform_is_followed_by_the_competent_one() -> None:
    at = moment(20, 2, 2025)
    case, _answer = received(at, place=law.place(OLD), topic=law.topics()["giao_thong"], scope="province_road")
    assert case.holder.code == "department_transport.o34"
    actions.inherit_all(moment(3, 3, 2025))
    assert Case.objects.get().holder.code == "department_construction.o34"


def test_an_inherited_case_about_a_body_does_not_fall_to_its_successor() -> None:
    case = old_case(OLD, concerns=Body.objects.get(code=f"committee_commune.{OLD}"))
    actions.inherit_all(AFTER)
    case.refresh_from_db()
    assert case.holder == body("committee_province", PROVINCE)


def test_the_province_hands_an_inherited_case_to_the_new_commune_by_classifying_it() -> None:
    case = old_case(DIVIDED)
    actions.inherit_all(AFTER)
    case = classify(case, staff(case), AFTER, place=law.place("n12004"))
    assert (case.holder.code, case.handovers) == ("committee_commune.n12004", 0)


def test_answered_cases_of_a_body_that_ended_stay_as_they_are() -> None:
    case, answer = received(OLD_DAY, place=law.place(OLD))
    for verb in ("accept", "assign", "draft", "approve", "reply"):
        case = do(verb, case, answer, OLD_DAY)
    assert actions.inherit_all(AFTER) == 0
    do("reopen", case, answer, AFTER)
    assert actions.inherit_all(AFTER) == 1
