"""Joint work: one body answers, others give their part by a day, and nothing of it is lost on the way."""

from datetime import date, datetime

import pytest

from langnghe.cases import actions, parts
from langnghe.cases.actions.resident import inherit_all
from langnghe.cases.desk_models import Part
from langnghe.cases.history import changed_words
from langnghe.cases.lifecycle import Actor, acting
from langnghe.cases.models import Case, Step
from langnghe.core.refusal import Refused
from langnghe.registry.models import Body
from tests.cases.doing import DONE, WHY
from tests.cases.sealed.doing import recipient, recovery
from tests.cast import Cast, assigned, body, member, moment, received, resident, staff

pytestmark = pytest.mark.django_db
DUE = date(2026, 6, 12)
ASKED, GIVEN = "Cột đèn này do ai quản lý?", "Cột do xã quản lý từ 2024."


def ask(case: Case, to: Body, due: date = DUE, at: datetime | None = None) -> Part:
    """Take the case if nobody has, and ask the body for its part."""
    if case.state == "received":
        case = actions.accept(case, actor=staff(case), at=at or moment())
    return actions.ask_part(case, body=to, asked=ASKED, due=due, actor=staff(case), at=at or moment())


def police() -> Body:
    return body("police_commune")


def guest(at: Body | None = None) -> Actor:
    return acting(member("guest", at or police(), "officer"))


def give(case: Case, at: datetime | None = None) -> Part:
    return actions.give_part(case, text=GIVEN, actor=guest(), at=at or moment(9))


def invited() -> Case:
    """Return a case on an officer's desk to which the police of the commune is invited."""
    case = assigned()[0]
    ask(case, police())
    return Case.objects.get(pk=case.pk)


def verbs(case: Case) -> list[str]:
    return list(case.steps.order_by("pk").values_list("verb", flat=True))


def test_who_is_asked_owes_a_part_until_it_is_given() -> None:
    case = invited()
    assert [part.due for part in parts.owed(police())] == [DUE]
    give(case)
    assert not parts.owed(police()).exists()
    part = Part.objects.get()
    assert (part.state, part.text, part.done_by) == ("given", GIVEN, guest().account)
    assert verbs(case)[-2:] == ["ask_part", "give_part"]


def test_the_holder_stays_and_the_steps_carry_no_words() -> None:
    case = invited()
    give(case)
    case.refresh_from_db()
    assert (case.holder, case.state, case.handovers) == (Cast().committee, "assigned", 0)
    asked, given = case.steps.filter(verb__endswith="_part").order_by("pk")
    assert (asked.to_body, asked.reason, given.body, given.reason) == (police(), "12/06/2026", police(), "")


def test_a_part_is_declined_with_a_reason_that_everyone_may_read() -> None:
    case = invited()
    with pytest.raises(Refused, match="lý do"):
        actions.decline_part(case, reason=" ", actor=guest(), at=moment(9))
    actions.decline_part(case, reason=WHY, actor=guest(), at=moment(9))
    assert case.steps.latest("pk").reason == WHY
    assert Part.objects.get().state == "declined"


def test_of_a_case_due_today_a_body_is_still_asked_for_its_part() -> None:
    case = assigned()[0]
    Case.objects.filter(pk=case.pk).update(due=date(2026, 6, 8))
    assert ask(case, police(), date(2026, 6, 9)).due == date(2026, 6, 9)


@pytest.mark.parametrize(
    ("due", "words"), [(date(2026, 6, 8), "sau hôm nay"), (date(2030, 1, 1), "hạn trả lời người dân")]
)
def test_a_part_is_due_after_today_and_within_the_holders_own_term(due: date, words: str) -> None:
    with pytest.raises(Refused, match=words):
        ask(assigned()[0], police(), due)


def test_the_holder_and_the_body_complained_of_are_not_invited() -> None:
    case = assigned()[0]
    with pytest.raises(Refused, match="đang giữ"):
        ask(case, Cast().committee)
    Case.objects.filter(pk=case.pk).update(concerns=police())
    with pytest.raises(Refused, match="bị phản ánh"):
        ask(case, police())


def test_a_body_owes_one_part_at_a_time() -> None:
    case = invited()
    with pytest.raises(Refused, match="đã được mời"):
        ask(case, police())
    give(case)
    ask(case, police(), at=moment(9))
    assert Part.objects.count() == 2


def test_only_who_is_invited_gives_and_only_the_holder_invites() -> None:
    case = invited()
    for stranger in (staff(case), guest(body("front_commune"))):
        with pytest.raises(Refused, match="không còn phần việc"):
            actions.give_part(case, text=GIVEN, actor=stranger, at=moment(9))
    with pytest.raises(Refused, match="không có quyền"):
        actions.ask_part(case, body=body("front_commune"), asked=ASKED, due=DUE, actor=guest(), at=moment(9))


def test_of_two_who_give_the_same_part_one_wins() -> None:
    case = invited()
    give(case)
    with pytest.raises(Refused, match="đã có người làm"):
        give(case)
    assert verbs(case).count("give_part") == 1


def test_what_is_withdrawn_is_owed_and_read_no_more() -> None:
    case = invited()
    actions.withdraw_part(case, body=police(), actor=staff(case), at=moment(9))
    case = Case.objects.get(pk=case.pk)
    assert (case.joined, case.invited) == (set(), set())
    with pytest.raises(Refused, match="đã được rút"):
        give(case)


def test_an_answer_ends_what_was_owed() -> None:
    case = invited()
    leader = staff(case, "leader")
    actions.draft(case, DONE, actor=staff(case), at=moment(9))
    actions.approve(case, actor=leader, at=moment(9))
    actions.reply(case, actor=leader, at=moment(9))
    assert not parts.owed(police()).exists()
    with pytest.raises(Refused, match="Đã trả lời"):
        give(case)


def test_a_hand_over_keeps_the_parts_and_frees_who_now_holds_the_case() -> None:
    case, works = assigned()[0], body("department_construction")
    ask(case, body("front_commune"))
    ask(case, works)
    actions.refer(case, to=works, reason=WHY, actor=staff(case), at=moment(9))
    assert not parts.owed(works).exists()
    assert parts.owed(body("front_commune")).count() == 1


def test_an_invitation_does_not_pass_for_a_hand_over(cast: Cast) -> None:
    case, _answer = received()
    actions.refer(case, to=body("department_construction"), reason=WHY, actor=staff(case), at=moment())
    taken = actions.accept(case, actor=staff(case), at=moment(9))
    ask(taken, cast.committee, at=moment(9))
    actions.refer_up(taken, reason=WHY, actor=staff(taken), at=moment(9))
    assert actions.return_untaken(moment(30)) == 0


def test_parts_go_into_a_merge_and_out_of_it_again() -> None:
    case, into = invited(), received()[0]
    actions.merge(case, into=into, actor=staff(case), at=moment(9))
    assert [part.body for part in Case.objects.get(pk=into.pk).joint] == [police()]
    assert parts.owed(police()).exists()
    give(case)
    actions.split(case, actor=staff(case), at=moment(10))
    case = Case.objects.get(pk=case.pk)
    assert (case.state, [part.state for part in case.joint]) == ("assigned", ["given"])
    assert Case.objects.get(pk=into.pk).joint == []


def test_a_redaction_empties_the_parts_and_the_log_still_proves_them() -> None:
    case = invited()
    give(case)
    actions.redact(case, reason="Luật BVDLCN", actor=staff(case, "leader"), at=moment(10))
    assert set(Part.objects.values_list("asked", "text")) == {("", "")}
    assert list(changed_words()) == []


def test_a_part_that_is_rewritten_is_noticed() -> None:
    case = invited()
    give(case)
    assert list(changed_words()) == []
    Part.objects.update(text="Cột do điện lực quản lý.")
    assert [line.split(":")[0] for line in changed_words()] == [case.code]


def test_nobody_who_was_invited_reads_a_sealed_case() -> None:
    recipient()
    recovery()
    case = invited()
    give(case)
    actions.seal(case, kind="denunciation", to=Cast().committee, reason="Tố cáo", actor=staff(case), at=moment(10))
    assert Case.objects.get(pk=case.pk).joined == set()
    assert not parts.done(police()).exists()
    assert Part.objects.get().text == ""


def test_who_follows_an_ended_body_owes_its_part() -> None:
    case, heir = invited(), body("front_commune")
    Body.objects.filter(pk=police().pk).update(valid_to=date(2026, 6, 30), successor=heir)
    assert inherit_all(moment(1, 7)) == 1
    assert [part.case_id for part in parts.owed(heir)] == [case.pk]
    assert Step.objects.latest("pk").to_body == heir
    assert inherit_all(moment(1, 7)) == 0


def test_a_part_comes_to_nobody_twice() -> None:
    case, heir = invited(), body("front_commune")
    ask(case, heir)
    Body.objects.filter(pk=police().pk).update(valid_to=date(2026, 6, 30), successor=heir)
    inherit_all(moment(1, 7))
    assert parts.owed(heir).count() == 1


def test_a_resident_may_withdraw_a_case_with_parts() -> None:
    case, answer, *_ = assigned()
    ask(case, police())
    actions.withdraw(case, reason="", actor=resident(answer), at=moment(9))
    assert not parts.owed(police()).exists()
