"""A small half-year in which every figure of a review counts something, and a smaller one the year before."""

from datetime import date, datetime
from pathlib import Path

from langnghe.cases.actions import Draft, draw_sample, inspect, note_overdue
from langnghe.cases.arrival import Received
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.commitments.actions import commit, keep, note_late
from langnghe.commitments.models import Commitment
from langnghe.engagements.actions import hold, plan_receptions
from langnghe.engagements.models import Engagement
from langnghe.registry import law
from langnghe.reviews import engine, periods, sources
from langnghe.reviews.actions import Plan, write
from langnghe.reviews.models import Review
from langnghe.reviews.scope import covered
from tests.cases.doing import case_in, do
from tests.cast import COMMUNE, OTHER_COMMUNE, PROVINCE, body, member, moment, received

SPAN = periods.span("party", 2026, 1)
FROZEN = moment(30, 6, hour=17)
JOINED, DIVIDED = "o13255", "o12004"  # old communes: one went whole into COMMUNE, one was divided
DONE = Draft("Đã thay bóng.", "done", "Ảnh chụp 10/06")
SCHEDULED = Draft("Đã lên lịch sửa.", "advised", "Công văn 12")


def play() -> None:
    """Play both half-years."""
    year_before()
    answers()
    wanderings()
    arrivals()
    promises()
    receptions()
    inspections()
    note_overdue(moment(1, 6))


def inspections() -> None:
    """Let the Front check two answers: one holds, one does not."""
    front = member("front-checks", body("front_commune"), "supervisor")
    who, span = acting(front), {"since": date(2026, 3, 1), "until": date(2026, 3, 31)}
    sample = draw_sample(front.body, **span, size=2, actor=who, at=moment(1, 6))
    for item, verdict in zip(sample.items.order_by("case"), ("settled", "unsettled"), strict=False):
        inspect(item, verdict=verdict, note="Đã đến xem.", actor=who, at=moment(1, 6))


def year_before() -> None:
    for place in (JOINED, JOINED, DIVIDED):
        received(moment(3, 3, 2025), place=law.place(place))


def answers() -> None:
    """Answer one on time and one late; rate both, reopen one; the first comes back at its spot."""
    case, answer = answered(moment(2, 3), moment(3, 3), spot="đầu ngõ 12")
    do("rate", case, answer, moment(4, 3))
    do("reopen", case, answer, moment(5, 3))
    answered(moment(6, 3), moment(9, 3), spot="cổng chợ")
    received(moment(1, 4), spot="cổng chợ")
    late, answer = answered(moment(2, 2), moment(1, 6), place=law.place(OTHER_COMMUNE), channel="zalo")
    do("escalate", late, answer, moment(2, 6))


def answered(came: datetime, went: datetime, **changes: object) -> tuple[Case, Received]:
    case, answer = received(came, **changes)
    for verb in ("accept", "assign", "draft", "approve", "reply"):
        case = do(verb, case, answer, came if verb in {"accept", "assign"} else went)
    return case, answer


def wanderings() -> None:
    """Hand one case over, and one up."""
    for verb in ("refer", "refer_up"):
        case, answer = case_in("received", moment(4, 5))
        do(verb, case, answer, moment(5, 5))


def arrivals() -> None:
    """Let a group write, someone praise, someone go straight to the province, and a place be unclear."""
    topics = law.topics()
    received(moment(6, 5), people=law.rule("group_people"), topic=topics["giao_thong"], channel="paper")
    received(moment(7, 5), kind="praise", channel="phone")
    received(moment(8, 5), entered_at=body("committee_province", PROVINCE), place=law.place(OTHER_COMMUNE))
    received(moment(11, 5), place=law.place(PROVINCE))


def promise(made: datetime, due: date) -> Commitment:
    who, place = body("committee_commune"), law.place(COMMUNE)
    return commit(body=who, place=place, text="Lắp đèn", due=due, origin="họp thôn", account=None, at=made)


def promises() -> None:
    keep(promise(moment(2, 3), date(2026, 4, 1)), account=None, at=moment(3, 3), evidence="Biên bản")
    promise(moment(2, 3), date(2026, 4, 1))
    note_late(moment(2, 4))


def receptions() -> None:
    since, until = date(2026, 5, 1), date(2026, 5, 31)
    plan_receptions(body("committee_commune"), chair="Chủ tịch", since=since, until=until, at=moment(1, 4))
    hold([(engagement, 4) for engagement in Engagement.objects.order_by("day")[:2]], at=moment(29, 5))


def window(**changes: object) -> engine.Window:
    """Return the half-year of the whole province, or what `changes` make of it."""
    fields = {
        "since": SPAN.since,
        "until": SPAN.until,
        "frozen_at": FROZEN,
        "places": covered(law.place(PROVINCE), SPAN.until),
    }
    return engine.Window(**(fields | changes))  # type: ignore[arg-type]


def mirror(folder: Path) -> Path:
    return sources.refresh(folder / "facts")


def written(at: datetime = FROZEN) -> Review:
    """Write the Party's review of the half-year."""
    issuer = body("engagement_commission", PROVINCE)
    return write(Plan(law.place(PROVINCE), SPAN.code, SPAN.since, SPAN.until, "party", issuer), at=at)
