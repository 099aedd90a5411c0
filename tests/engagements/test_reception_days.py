"""Extra days, tickets and conclusions: who may write them, when, and that the log can tell them again."""

from datetime import date, time

import pytest

from langnghe.cases import actions as cases
from langnghe.cases.lifecycle import Actor, acting
from langnghe.core.refusal import Refused
from langnghe.engagements import actions, history
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Arrangement, Conclusion, Engagement, Ticket
from langnghe.engagements.receptions import who
from langnghe.ledger import verify
from tests.cast import Cast, moment, received

pytestmark = pytest.mark.django_db
SETTING = Setting("Nhà văn hóa", time(8), time(11))


def officer() -> Actor:
    return acting(Cast().officer)


def extra(day: date) -> Engagement:
    return actions.plan_extra(
        Cast().committee, chair="Chủ tịch", day=day, setting=SETTING, actor=officer(), at=moment(1)
    )


@pytest.mark.parametrize(
    ("day", "is_extra"),
    [
        (date(2026, 6, 11), False),  # a Thursday of the weekly duty
        (date(2026, 6, 12), True),
        (date(2026, 7, 9), False),  # the second Thursday of the first month of the new duty
        (date(2026, 7, 16), True),  # the third: two days a month are asked for
    ],
)
def test_a_day_the_law_asks_for_is_not_extra_however_it_is_planned(cast: Cast, day: date, is_extra: bool) -> None:
    assert extra(day).is_extra is is_extra


def test_one_body_receives_once_a_day(cast: Cast) -> None:
    extra(date(2026, 6, 12))
    with pytest.raises(Refused):
        extra(date(2026, 6, 12))


def test_another_body_writes_nothing(cast: Cast) -> None:
    day, other = extra(date(2026, 6, 12)), acting(cast.other_officer)
    with pytest.raises(Refused):
        actions.arrange(day, SETTING, actor=other, at=moment(2))
    with pytest.raises(Refused):
        actions.take_ticket(day, {}, actor=other, at=moment(12))
    with pytest.raises(Refused):
        actions.hold_day(day, people=1, text="", actor=other, at=moment(12))


def test_a_supervisor_writes_nothing(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.arrange(extra(date(2026, 6, 12)), SETTING, actor=acting(cast.supervisor), at=moment(2))


def test_the_newest_arrangement_counts_and_the_first_stays(cast: Cast) -> None:
    day = extra(date(2026, 6, 12))
    actions.arrange(day, Setting("Trường học", time(14), time(16)), actor=officer(), at=moment(2))
    fresh = Engagement.objects.get()
    assert fresh.arrangement is not None
    assert (fresh.arrangement.place, Arrangement.objects.count()) == ("Trường học", 2)


def test_nothing_is_concluded_before_it_was_held(cast: Cast) -> None:
    with pytest.raises(Refused):
        actions.conclude(extra(date(2026, 6, 12)), "Xong.", actor=officer(), at=moment(12))


def test_a_ticket_is_called_on_its_day_only(cast: Cast) -> None:
    day = extra(date(2026, 6, 12))
    ticket, _code = actions.book(day, {"name": "Bà Mẫu"}, key="k", at=moment(2))
    with pytest.raises(Refused):
        actions.call_ticket(ticket, actor=officer(), at=moment(11))
    assert actions.call_ticket(ticket, actor=officer(), at=moment(12)).state == Ticket.State.RECEIVING


def played() -> None:
    day = extra(date(2026, 6, 12))
    actions.book(day, {"name": "Bà Mẫu"}, key="k", at=moment(2))
    ticket = actions.take_ticket(day, {}, actor=officer(), at=moment(12))
    actions.call_ticket(ticket, actor=officer(), at=moment(12))
    actions.finish_ticket(ticket, actor=officer(), at=moment(12))
    actions.hold_day(day, people=2, text="Đã hướng dẫn.", actor=officer(), at=moment(12))
    days = {"since": day.day, "until": day.day}
    actions.open_book(day.body, **days, form="xlsx", with_names=True, actor=officer(), at=moment(13))


def test_the_log_tells_the_whole_day_again(cast: Cast) -> None:
    played()
    assert list(verify.differences(history.entries())) == []


@pytest.mark.parametrize(("model", "change"), [(Conclusion, {"text": "Khác."}), (Arrangement, {"place": "Khác"})])
def test_what_was_altered_is_found(cast: Cast, model: type[Conclusion], change: dict[str, str]) -> None:
    played()
    model.objects.update(**change)
    assert len(list(verify.differences(history.entries()))) == 2  # the entry without its row, the row without its entry


def test_who_held_a_ticket_is_forgotten_when_the_case_is_redacted(cast: Cast) -> None:
    ticket = actions.take_ticket(extra(date(2026, 6, 12)), {"name": "Bà Mẫu"}, actor=officer(), at=moment(12))
    case, _answer = received(moment(12), channel="reception")
    actions.link_case(ticket, case, actor=officer(), at=moment(12))
    assert actions.purge_tickets(moment(13)) == 0
    cases.redact(case, reason="Người dân yêu cầu", actor=acting(cast.leader), at=moment(13))
    assert actions.purge_tickets(moment(14)) == 1
    assert who(Ticket.objects.get()) == {}
