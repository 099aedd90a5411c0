"""Each verb of the lifecycle table as one call, and a case in each state."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from langnghe.cases import actions
from langnghe.cases.actions import Classification, Draft, Promise
from langnghe.cases.actions.resident import inherit
from langnghe.cases.arrival import Received
from langnghe.cases.lifecycle import LEADER, MOVES, OFFICER, RESIDENT, SYSTEM_ACTOR, Actor, acting
from langnghe.cases.models import Case
from langnghe.cases.subject_request import Content
from langnghe.registry.rights import SUPERVISOR
from tests.cast import body, member, moment, received, resident, staff

DONE = Draft("Đã thay bóng ngày 10/06.", "done", "Ảnh chụp 10/06")
WHY = "Đường này do cơ quan khác quản lý."


def promise(due: date = date(2026, 9, 30)) -> Promise:
    return Promise(body("committee_commune"), "Lắp đèn mới.", due)


def classify(case: Case, actor: Actor, at: datetime, reason: str = "", **changes: object) -> Case:
    into = {"kind": case.kind, "topic": case.topic, "place": case.place, "spot": case.spot} | changes
    return actions.classify(case, Classification(**into), reason=reason, actor=actor, at=at)  # type: ignore[arg-type]


def sideways(case: Case) -> str:
    """Return a type of body beside the holder."""
    return "committee_commune" if case.holder.type == "department_construction" else "department_construction"


DOES: dict[str, Callable[[Case, Actor, datetime], object]] = {
    "classify": classify,
    "accept": lambda case, actor, at: actions.accept(case, actor=actor, at=at),
    "assign": lambda case, actor, at: actions.assign(case, officer=staff(case).account, actor=actor, at=at),  # type: ignore[arg-type]
    "refer": lambda case, actor, at: actions.refer(case, to=body(sideways(case)), reason=WHY, actor=actor, at=at),
    "refer_up": lambda case, actor, at: actions.refer_up(case, reason=WHY, actor=actor, at=at),
    "extend": lambda case, actor, at: actions.extend(case, days=3, document_no="12/TB", reason=WHY, actor=actor, at=at),
    "pause": lambda case, actor, at: actions.pause(case, document_no="13/TB", reason=WHY, actor=actor, at=at),
    "resume": lambda case, actor, at: actions.resume(case, actor=actor, at=at),
    "draft": lambda case, actor, at: actions.draft(case, DONE, actor=actor, at=at),
    "send_back": lambda case, actor, at: actions.send_back(case, reason=WHY, actor=actor, at=at),
    "approve": lambda case, actor, at: actions.approve(case, actor=actor, at=at),
    "reply": lambda case, actor, at: actions.reply(case, actor=actor, at=at),
    "close": lambda case, actor, at: actions.close(case, actor=actor, at=at),
    "rate": lambda case, actor, at: actions.rate(case, stars=4, sentence="", actor=actor, at=at),
    "recheck": lambda case, actor, at: actions.recheck(case, came_back=False, actor=actor, at=at + timedelta(days=28)),
    "reopen": lambda case, actor, at: actions.reopen(case, reason="Đèn lại tắt.", actor=actor, at=at),
    "escalate": lambda case, actor, at: actions.escalate(case, reason="Chưa ai đến.", actor=actor, at=at),
    "withdraw": lambda case, actor, at: actions.withdraw(case, reason="", actor=actor, at=at),
    "merge": lambda case, actor, at: actions.merge(case, into=received(at)[0], actor=actor, at=at),
    "split": lambda case, actor, at: actions.split(case, actor=actor, at=at),
    "publish": lambda case, actor, at: actions.publish(case, title="Đèn tắt", summary="", actor=actor, at=at),
    "unpublish": lambda case, actor, at: actions.unpublish(case, reason=WHY, actor=actor, at=at),
    "redact": lambda case, actor, at: actions.redact(case, reason=WHY, actor=actor, at=at),
    "open_contact": lambda case, actor, at: actions.open_contact(case.voices.get(), actor=actor, at=at),
    "request_data": lambda case, actor, at: actions.request_data(
        case.voices.get(), "object", "public", Content(), channel="web", actor=actor, at=at
    ),
    "inherit": lambda case, _actor, at: inherit(case, at=at),
}
WAY = ("accept", "assign", "draft", "approve", "reply", "close")
WAYS: dict[str, tuple[str, ...]] = {
    "received": (),
    "accepted": WAY[:1],
    "assigned": WAY[:2],
    "drafted": WAY[:3],
    "approved": WAY[:4],
    "answered": WAY[:5],
    "closed": WAY,
    "withdrawn": ("withdraw",),
    "merged": ("merge",),
}


def rightful(verb: str, case: Case, answer: Received) -> Actor:
    """Return the humblest who may make the move."""
    roles = MOVES[verb].roles
    if roles == (SUPERVISOR,):
        return acting(member("front-of-the-place", body("front_commune"), SUPERVISOR))
    if RESIDENT in roles:
        return resident(answer)
    return staff(case, OFFICER if OFFICER in roles else LEADER) if LEADER in roles else SYSTEM_ACTOR


def do(verb: str, case: Case, answer: Received, at: datetime | None = None) -> Case:
    """Make the move by who may, at 10 o'clock on 08/06/2026 unless told; returns the case as it then is."""
    DOES[verb](case, rightful(verb, case, answer), at or moment(hour=10))
    return Case.objects.get(pk=case.pk)


def case_in(state: str, at: datetime | None = None) -> tuple[Case, Received]:
    """Return a case that was brought into the state by its verbs."""
    case, answer = received(at)
    for verb in WAYS[state]:
        case = do(verb, case, answer, at)
    assert case.state == state
    return case, answer
