"""Who may make which move from which state: the table, and the actions that keep to it."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import transaction

from langnghe.cases import actions
from langnghe.cases.actions import Decision, Paper
from langnghe.cases.actions.handing import give_back
from langnghe.cases.actions.record import opened
from langnghe.cases.lifecycle import (
    LEADER,
    MOVES,
    OFFICER,
    RESIDENT,
    STATE_NAMES,
    SYSTEM_ACTOR,
    Actor,
    acting,
    possible,
)
from langnghe.cases.models import Case, ProofPaper, Step
from langnghe.core.refusal import Refused
from langnghe.registry.models import Body, Member
from tests.cases.doing import DOES, DONE, WAY, WHY, case_in, do, rightful
from tests.cases.sealed.doing import recipient, recovery
from tests.cases.test_joint import guest, invited, police
from tests.cases.test_photos import show, with_photo
from tests.cast import Cast, answered, assigned, body, member, moment, received, resident, staff

pytestmark = pytest.mark.django_db

PUBLIC = "publish unpublish show_photo hide_photo take_down "
OPEN_STAFF = PUBLIC + "merge withdraw_part "
DESK = OPEN_STAFF + "classify refer refer_up extend pause resume "
OFFICER_MAY = {
    "received": DESK + "accept",
    "accepted": DESK + "assign ask_part",
    "assigned": DESK + "assign draft ask_part",
    "drafted": OPEN_STAFF + "extend draft ask_part",
    "approved": OPEN_STAFF + "draft reply",
    "answered": PUBLIC + "close",
    "closed": PUBLIC,
    "withdrawn": "unpublish take_down",
    "merged": "split unpublish take_down",
}
ALWAYS = {"open_contact", "call_back", "request_data", "decide_request"}
LEADER_MAY_TOO = dict.fromkeys(OFFICER_MAY, {"redact"})
LEADER_MAY_TOO |= {"drafted": {"approve", "send_back"}, "approved": {"send_back"}}
MAY_SEAL = dict.fromkeys(("received", "accepted", "assigned", "answered", "closed"), {"seal"})
RESIDENT_MAY = dict.fromkeys(("received", "accepted", "assigned", "drafted", "approved"), "escalate withdraw")
RESIDENT_MAY |= dict.fromkeys(("answered", "closed"), "rate recheck reopen escalate")
NEEDS_REASON = {
    "refer",
    "refer_up",
    "extend",
    "pause",
    "send_back",
    "reopen",
    "escalate",
    "unpublish",
    "redact",
    "seal",
    "inspect",
    "decline_part",
    "take_down",
}
ASKS_MORE = {"resume"}  # a clock that stands


def verbs(case: Case, actor: Actor) -> set[str]:
    return {move.verb for move in possible(case, actor)}


@pytest.mark.parametrize("state", OFFICER_MAY)
def test_what_each_may_do_in_each_state(state: str) -> None:
    case, answer = case_in(state)
    officer = {*OFFICER_MAY[state].split(), *ALWAYS, *MAY_SEAL.get(state, ())}
    assert verbs(case, staff(case)) == officer
    assert verbs(case, staff(case, LEADER)) == officer | LEADER_MAY_TOO[state]
    assert verbs(case, resident(answer)) == {*RESIDENT_MAY.get(state, "").split(), "request_data"}


@pytest.mark.parametrize("state", OFFICER_MAY)
def test_every_action_keeps_to_the_table(state: str) -> None:
    case, answer = case_in(state)
    Case.objects.filter(pk=case.pk).update(is_public=True)  # else there is nothing to take back
    for verb in DOES.keys() - ASKS_MORE:
        actor = rightful(verb, case, answer)
        undo = transaction.savepoint()
        try:
            DOES[verb](case, actor, moment(hour=11))
            done = True
        except Refused:
            done = False
        transaction.savepoint_rollback(undo)
        assert done == (verb in verbs(case, actor)), verb


@pytest.mark.parametrize("state", ["received", "drafted", "answered", "merged"])
def test_strangers_may_do_nothing(state: str, cast: Cast) -> None:
    case, _answer = case_in(state)
    _case, other = received()
    strangers = [cast.other_officer, cast.province_officer, cast.commission]
    local = [member(role, body("committee_commune"), role) for role in (Member.Role.COMMISSION, Member.Role.SUPERVISOR)]
    local = local if state != "answered" else local[:1]  # supervisors of the place check what was answered
    for actor in [*map(acting, strangers + local), resident(other), Actor(RESIDENT), Actor(OFFICER), Actor("client")]:
        assert verbs(case, actor) == set()


@pytest.mark.parametrize("verb", sorted(NEEDS_REASON - {"decline_part"}))  # whose maker must be invited first
def test_a_move_that_people_must_understand_needs_a_reason(verb: str) -> None:
    assert {code for code, move in MOVES.items() if move.needs_reason} == NEEDS_REASON
    state = next(iter(MOVES[verb].origins))
    case, answer = case_in(state)
    with pytest.raises(Refused, match="lý do"):
        opened(case, verb, rightful(verb, case, answer), reason="  ")


def test_a_refusal_says_what_to_do() -> None:
    case, _answer = case_in("answered")
    with pytest.raises(Refused, match="Đã trả lời.*tải lại trang"):
        actions.accept(case, actor=staff(case), at=moment())


def test_an_old_page_cannot_move_a_case_that_has_moved_on() -> None:
    case, answer = case_in("received")
    do("accept", case, answer)
    assert case.state == "received"
    with pytest.raises(Refused):
        do("accept", case, answer)


def test_a_refused_move_writes_nothing() -> None:
    case, _answer, officer, _leader = assigned()
    before = Step.objects.count(), Case.objects.values().get(pk=case.pk)
    with pytest.raises(Refused):
        actions.draft(case, DONE.__class__("Chưa có ảnh.", "done"), actor=officer, at=moment())
    assert (Step.objects.count(), Case.objects.values().get(pk=case.pk)) == before


def test_a_case_is_given_only_to_an_officer_of_its_holder(cast: Cast) -> None:
    case, answer = case_in("accepted")
    gone = cast.officer
    Member.objects.filter(pk=gone.pk).update(valid_to=date(2026, 6, 7))
    watcher = member("watcher", body("committee_commune"), "supervisor")
    for person in (cast.other_officer, watcher, gone):
        with pytest.raises(Refused, match="thuộc cơ quan"):
            actions.assign(case, officer=person.account, actor=rightful("assign", case, answer), at=moment())


def test_every_move_of_the_table_is_made_by_a_story() -> None:
    earlier, earlier_answer = received(spot="Cổng trường")
    for verb in ("accept", "assign", "draft", "send_back", "open_contact", *WAY[2:5], "rate", "close"):
        earlier = do(verb, earlier, earlier_answer)
    case, answer = received(spot="Cổng trường")
    for verb in ("publish", "unpublish", "classify", "extend", "pause", "resume", "refer", "refer_up"):
        case = do(verb, case, answer)
    do("inherit", case, answer)
    earlier = do("recheck", earlier, earlier_answer)
    do("reopen", earlier, earlier_answer)
    do("escalate", earlier, earlier_answer)
    merged, merged_answer = case_in("merged")
    merged = do("withdraw", do("split", merged, merged_answer), merged_answer)
    do("redact", merged, merged_answer)
    called, _answer = received(contact={"phone": "0912345678"}, key="called")
    do("refer_up", called, _answer)
    step = called.steps.get(verb="refer_up")
    actions.call_back(step, called.voices.get(), was_reached=True, actor=staff(called), at=moment())
    pictured, photo = with_photo()
    shown_photo = show(pictured, photo)
    actions.hide_photo(pictured, shown_photo, actor=staff(pictured), at=moment())
    proven, *_ = answered(draft=replace(DONE, papers=[Paper("a.pdf", b"%PDF-1.7")]))
    proof = ProofPaper.objects.get()
    actions.take_down(proven, proof=proof, reason=WHY, actor=staff(proven), at=moment(11))
    recipient()
    recovery()
    actions.hand_on(assigned()[0].officer, Cast().committee, None, at=moment(11))
    handed, _answer = received()
    do("refer", handed, _answer)
    give_back(handed, at=moment(11))
    checked, answer_of, *_ = answered(contact={"phone": "0912345678"}, may_call_back=True)
    front = member("front", body("front_commune"), "supervisor")
    since, until = date(2026, 6, 1), date(2026, 6, 30)
    parts_of_others()
    sample = actions.draw_sample(front.body, since=since, until=until, size=50, actor=acting(front), at=moment(30))
    item = sample.items.get(case=checked)
    actions.ask_back(item, checked.voices.get(), actor=acting(front), at=moment(30))
    actions.inspect(item, verdict="settled", note="Đã đến xem", actor=acting(front), at=moment(30))
    do("request_data", checked, answer_of)
    actions.decide_request(
        checked.voices.get().requests.get(), Decision("granted"), actor=staff(checked), at=moment(30)
    )
    last = received()[0]
    actions.seal(
        last, kind="denunciation", to=body("committee_commune"), reason="Tố cáo", actor=staff(last), at=moment()
    )
    received()
    actions.note_overdue(moment(30))
    in_another_story = {"recount"}  # a change of the law, tests/web/test_registers.py
    assert set(Step.objects.values_list("verb", flat=True)) == set(MOVES) - in_another_story


def parts_of_others() -> None:
    """Ask for parts, of which one is given, one declined, one withdrawn, and one comes to a heir."""
    for verb in ("give_part", "decline_part"):
        case, words = invited(), {"give_part": "text", "decline_part": "reason"}[verb]
        getattr(actions, verb)(case, **{words: "Cột của xã."}, actor=guest(), at=moment(9))
    case = invited()
    actions.withdraw_part(case, body=police(), actor=staff(case), at=moment(9))
    invited()
    Body.objects.filter(pk=police().pk).update(valid_to=date(2026, 6, 10), successor=body("front_commune"))
    actions.inherit_parts(moment(11))
    Body.objects.filter(pk=police().pk).update(valid_to=None, successor=None)


def test_every_state_has_a_name() -> None:
    assert set(STATE_NAMES) == set(Case.State)


def test_nobody_but_the_system_inherits_or_notes() -> None:
    case, _answer = case_in("received")
    assert {"inherit", "overdue", "recur"} <= verbs(case, SYSTEM_ACTOR)
