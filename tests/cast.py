"""The fixed cast of the stories: a resident, a commune officer and leader, others, and the places they live in."""

from dataclasses import dataclass
from datetime import date, datetime
from itertools import count
from zoneinfo import ZoneInfo

from langnghe.cases import actions
from langnghe.cases.actions import Draft
from langnghe.cases.arrival import Arrival, Received, receipt_hash
from langnghe.cases.lifecycle import RESIDENT, SYSTEM_ACTOR, Actor, acting
from langnghe.cases.models import Case, Voice
from langnghe.ledger import actions as ledger
from langnghe.ledger import worker
from langnghe.registry import actions as registry
from langnghe.registry import law
from langnghe.registry.models import Body, Member, Place

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
PROVINCE, COMMUNE, OTHER_COMMUNE = "n33", "n13264", "n12826"
PASSWORD = "mot mat khau that dai"
numbers = count(1)


def moment(day: int = 8, month: int = 6, year: int = 2026, hour: int = 9) -> datetime:
    """Return a moment in Hưng Yên; without arguments Monday 08/06/2026, 9 o'clock."""
    return datetime(year, month, day, hour, tzinfo=ZONE)


def load_world() -> None:
    """Load the release's tables and the bodies of Hưng Yên, once for all tests."""
    registry.load_places()
    registry.load_law()
    province = Place.objects.get(key=PROVINCE)
    for each in (province, *Place.objects.filter(heirs__new=province, level=Place.Level.PROVINCE)):
        registry.load_bodies(each)


def ensure_world() -> None:
    """Load the world again where a test that really commits has emptied the tables."""
    if not Place.objects.exists():
        law.forget()
        load_world()


def body(kind: str, place: str = COMMUNE) -> Body:
    found = law.body_at(kind, law.place(place))
    assert found is not None
    return found


@dataclass
class Cast:
    """The people of a story; memberships are made when asked for."""

    @property
    def commune(self) -> Place:
        return law.place(COMMUNE)

    @property
    def committee(self) -> Body:
        return body("committee_commune")

    @property
    def officer(self) -> Member:
        return member("officer", self.committee, "officer")

    @property
    def leader(self) -> Member:
        return member("leader", self.committee, "leader")

    @property
    def other_officer(self) -> Member:
        return member("other", body("committee_commune", OTHER_COMMUNE), "officer")

    @property
    def province_officer(self) -> Member:
        return member("province", body("committee_province", PROVINCE), "officer")

    @property
    def commission(self) -> Member:
        return member("commission", body("engagement_commission", PROVINCE), "commission")

    @property
    def supervisor(self) -> Member:
        return member("supervisor", body("front_province", PROVINCE), "supervisor")


def member(username: str, at: Body, role: str) -> Member:
    found = Member.objects.filter(account__username=username).select_related("account", "body").first()
    return found or registry.appoint(registry.make_account(username, PASSWORD), at, role, date(2020, 1, 1))


def arrival(text: str = "Đèn đường đầu ngõ cháy đã hai tuần.", **changes: object) -> Arrival:
    """Return a voice about a street light in the commune; `changes` are fields of Arrival."""
    fields: dict[str, object] = {
        "channel": "web",
        "key": f"a-key-nobody-guesses-{next(numbers)}",
        "payload": text.encode(),
        "text": text,
        "kind": "feedback",
        "day": date(2026, 6, 8),
        "place": law.place(COMMUNE),
        "topic": law.topics()["chieu_sang"],
    }
    return Arrival(**(fields | changes))  # type: ignore[arg-type]


def received(at: datetime | None = None, **changes: object) -> tuple[Case, Received]:
    at = at or moment()
    changes.setdefault("day", at.date())
    answer = actions.receive(arrival(**changes), actor=SYSTEM_ACTOR, at=at)  # type: ignore[arg-type]
    return Case.objects.get(pk=answer.case_id), answer


def resident(answer: Received) -> Actor:
    return Actor(RESIDENT, voice=Voice.objects.get(receipt_hash=receipt_hash(answer.receipt)))


def assigned(at: datetime | None = None, **changes: object) -> tuple[Case, Received, Actor, Actor]:
    """Return a case on an officer's desk with its receipt, the officer and the leader."""
    at = at or moment()
    case, answer = received(at, **changes)
    cast = Cast()
    officer, leader = acting(cast.officer), acting(cast.leader)
    actions.accept(case, actor=officer, at=at)
    case = actions.assign(case, officer=cast.officer.account, actor=officer, at=at)
    return case, answer, officer, leader


def answered(
    at: datetime | None = None, draft: Draft | None = None, **changes: object
) -> tuple[Case, Received, Actor, Actor]:
    """Return a case whose answer is published at the moment, received on 08/06/2026."""
    case, answer, officer, leader = assigned(**changes)
    at = at or moment(10)
    actions.draft(case, draft or Draft("Đã thay bóng ngày 10/06.", "done", "Ảnh chụp 10/06"), actor=officer, at=at)
    actions.approve(case, actor=leader, at=at)
    case = actions.reply(case, actor=officer, at=at)
    return case, answer, officer, leader


def run_next_job(at: datetime) -> bool:
    """Run the next background job in this process; False when none is due."""
    taken = ledger.lease(at)
    if taken:
        worker.run(taken, at)
    return taken is not None


def staff(case: Case, role: str = "officer") -> Actor:
    """Return someone in the role at the body that holds the case now."""
    holder = Case.objects.select_related("holder").get(pk=case.pk).holder
    return acting(member(f"{role}-{holder.pk}", holder, role))
