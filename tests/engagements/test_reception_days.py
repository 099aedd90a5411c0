"""Extra days, tickets and conclusions: who may write them, when, and that the log can tell them again."""

from datetime import date, time
from typing import Any

import pytest

from langnghe.cases import actions as cases
from langnghe.cases.lifecycle import Actor, acting
from langnghe.core.refusal import Refused
from langnghe.engagements import actions, history
from langnghe.engagements.actions import hold
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import EXTRA, Arrangement, Conclusion, DayChange, Engagement, Ticket
from langnghe.engagements.receptions import who
from langnghe.ledger import verify
from langnghe.registry.models import Body
from tests.cast import Cast, moment, received

pytestmark = pytest.mark.django_db
SETTING = Setting("Nhà văn hóa", time(8), time(11))


def officer() -> Actor:
    return acting(Cast().officer)


def extra(day: date) -> Engagement:
    return actions.plan_extra(
        Cast().committee, chair="Chủ tịch", day=day, setting=SETTING, actor=officer(), at=moment(1)
    )


def extras() -> list[int]:
    return list(Engagement.objects.filter(origin=EXTRA).order_by("day").values_list("day__day", flat=True))


def test_the_first_day_of_a_week_is_the_one_due_whatever_weekday_it_is(cast: Cast) -> None:
    # June 2026: Tuesday 9 and Friday 12 lie in one week (8-14), Monday 15 in the next.
    for day in (9, 12, 15):
        extra(date(2026, 6, day))
    assert extras() == [12]


def test_from_july_two_days_of_a_month_are_due(cast: Cast) -> None:
    for day in (1, 2, 31):
        extra(date(2026, 7, day))
    assert extras() == [31]


def test_a_day_held_takes_the_place_of_one_that_was_only_planned(cast: Cast) -> None:
    extra(date(2026, 6, 11))
    hold([(extra(date(2026, 6, 12)), 3)], at=moment(12))
    assert extras() == [11]
    hold([(Engagement.objects.get(day=date(2026, 6, 11)), 2)], at=moment(13))
    assert extras() == [11]


def entered(day: date) -> Engagement:
    return actions.plan_extra(
        Cast().committee, chair="Chủ tịch", day=day, setting=SETTING, actor=officer(), at=moment(20)
    )


def test_a_day_entered_afterwards_is_never_the_one_due(cast: Cast) -> None:
    late = entered(date(2026, 6, 9))
    hold([(late, 2)], at=moment(20))
    assert extras() == [9]
    actions.plan_receptions(cast.committee, chair="Chủ tịch", since=late.day, until=moment(30).date(), at=moment(2))
    assert Engagement.objects.filter(origin="", day__range=(date(2026, 6, 8), date(2026, 6, 14))).count() == 1


def test_a_day_is_entered_afterwards_for_a_month_and_no_longer(cast: Cast) -> None:
    assert entered(date(2026, 5, 21)).is_afterwards
    with pytest.raises(Refused, match="trong 30 ngày"):
        entered(date(2026, 5, 20))


def test_one_body_receives_once_a_day(cast: Cast) -> None:
    extra(date(2026, 6, 12))
    with pytest.raises(Refused):
        extra(date(2026, 6, 12))


def changed(day: Engagement, to: date, reason: str = "Họp tỉnh", chair: str = "Chủ tịch") -> Engagement:
    return actions.change_day(day, day=to, chair=chair, reason=reason, actor=officer(), at=moment(2))


def test_a_day_is_moved_within_its_week_with_whoever_booked_it(cast: Cast) -> None:
    ticket, _code = actions.book(extra(date(2026, 6, 12)), {"name": "Bà Mẫu"}, key="k", at=moment(2))
    changed(ticket.engagement, date(2026, 6, 9))
    assert Ticket.objects.get().day == date(2026, 6, 9)


def test_a_day_that_is_due_does_not_leave_its_week(cast: Cast) -> None:
    due, beyond = extra(date(2026, 6, 9)), extra(date(2026, 6, 12))
    with pytest.raises(Refused, match="08/06/2026 đến 14/06/2026"):
        changed(due, date(2026, 6, 16))
    assert changed(beyond, date(2026, 6, 16)).origin == ""  # it is the day of the week that it came to


def test_a_cancelled_day_is_neither_booked_nor_held_nor_arranged(cast: Cast) -> None:
    day = actions.cancel_day(extra(date(2026, 6, 12)), reason="Bão", actor=officer(), at=moment(2))
    for tried in (
        lambda: actions.book(day, {"name": "Bà Mẫu"}, key="k", at=moment(2)),
        lambda: actions.take_ticket(day, {}, actor=officer(), at=moment(12)),
        lambda: actions.arrange(day, SETTING, actor=officer(), at=moment(2)),
        lambda: hold([(day, 1)], at=moment(12)),
    ):
        with pytest.raises(Refused, match="đã hủy"):
            tried()


def test_a_day_cancelled_stays_owed_until_another_takes_its_place(cast: Cast) -> None:
    actions.cancel_day(extra(date(2026, 6, 11)), reason="Bão", actor=officer(), at=moment(2))
    assert extras() == []
    extra(date(2026, 6, 12))
    assert extras() == [11]


def test_a_cancelled_day_stands_again_on_the_day_it_is_moved_to(cast: Cast) -> None:
    day = actions.cancel_day(extra(date(2026, 6, 11)), reason="Bão", actor=officer(), at=moment(2))
    changed(day, date(2026, 6, 12), reason="Bão tan")
    hold([(Engagement.objects.get(), 4)], at=moment(12))
    assert Engagement.objects.get().held == date(2026, 6, 12)


@pytest.mark.parametrize("wrong", [{"reason": " "}, {"chair": " "}, {"day": date(2026, 5, 31)}, {}])
def test_a_change_without_reason_or_difference_is_refused(cast: Cast, wrong: dict[str, Any]) -> None:
    day = extra(date(2026, 6, 12))
    typed = {"day": day.day, "chair": "Chủ tịch", "reason": "Bão"} | wrong
    with pytest.raises(Refused):
        actions.change_day(day, **typed, actor=officer(), at=moment(2))
    assert not DayChange.objects.exists()


def test_what_a_body_planned_for_after_its_end_is_called_off_and_owed_by_nobody(cast: Cast) -> None:
    kept, lost = extra(date(2026, 6, 11)), extra(date(2026, 6, 18))
    heir = Cast().other_officer.body
    Body.objects.filter(pk=kept.body_id).update(valid_to=date(2026, 6, 15), successor=heir)
    assert (actions.cancel_of_ended(moment(3)), actions.cancel_of_ended(moment(3))) == (1, 0)
    kept.refresh_from_db(), lost.refresh_from_db()
    assert (kept.cancelled, kept.origin, lost.cancelled, lost.origin) == (None, "", date(2026, 6, 3), EXTRA)
    reason = DayChange.objects.get().reason
    assert "đến hết ngày 15/06/2026" in reason and heir.name in reason
    assert list(verify.differences(history.entries())) == []


def test_a_day_on_which_somebody_was_received_is_not_changed(cast: Cast) -> None:
    day = extra(date(2026, 6, 12))
    actions.call_ticket(actions.take_ticket(day, {}, actor=officer(), at=moment(12)), actor=officer(), at=moment(12))
    with pytest.raises(Refused):
        actions.cancel_day(day, reason="Bão", actor=officer(), at=moment(12))


def test_another_body_writes_nothing(cast: Cast) -> None:
    day, other = extra(date(2026, 6, 12)), acting(cast.other_officer)
    with pytest.raises(Refused):
        actions.arrange(day, SETTING, actor=other, at=moment(2))
    with pytest.raises(Refused):
        actions.take_ticket(day, {}, actor=other, at=moment(12))
    with pytest.raises(Refused):
        actions.hold_day(day, people=1, text="", actor=other, at=moment(12))
    with pytest.raises(Refused):
        actions.cancel_day(day, reason="Bão", actor=other, at=moment(2))


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
    actions.cancel_day(day, reason="Bão", actor=officer(), at=moment(2))
    day = changed(changed(day, date(2026, 6, 10)), date(2026, 6, 12), chair="Phó Chủ tịch")
    ticket = actions.take_ticket(day, {}, actor=officer(), at=moment(12))
    actions.call_ticket(ticket, actor=officer(), at=moment(12))
    actions.finish_ticket(ticket, actor=officer(), at=moment(12))
    actions.hold_day(day, people=2, text="Đã hướng dẫn.", actor=officer(), at=moment(12))
    actions.conclude(day, "Trả lời bà sau.", ticket=ticket, actor=officer(), at=moment(12))
    days = {"since": day.day, "until": day.day}
    actions.open_book(day.body, **days, form="xlsx", with_names=True, actor=officer(), at=moment(13))


def test_the_log_tells_the_whole_day_again(cast: Cast) -> None:
    played()
    assert list(verify.differences(history.entries())) == []


@pytest.mark.parametrize(
    ("model", "change"),
    [(Conclusion, {"text": "Khác."}), (Arrangement, {"place": "Khác"}), (Engagement, {"chair": "Khác"})],
)
def test_what_was_altered_is_found(cast: Cast, model: type[Conclusion], change: dict[str, str]) -> None:
    played()
    model.objects.filter(pk=model.objects.first().pk).update(**change)  # type: ignore[union-attr]
    assert len(list(verify.differences(history.entries()))) == 2  # the entry without its row, the row without its entry


def test_who_held_a_ticket_is_forgotten_when_the_case_is_redacted(cast: Cast) -> None:
    ticket = actions.take_ticket(extra(date(2026, 6, 12)), {"name": "Bà Mẫu"}, actor=officer(), at=moment(12))
    case, _answer = received(moment(12), channel="reception")
    actions.link_case(ticket, case, actor=officer(), at=moment(12))
    actions.hold_day(ticket.engagement, people=1, text="Đã tiếp.", actor=officer(), at=moment(12))
    actions.conclude(ticket.engagement, "Trả lời bà Mẫu.", ticket=ticket, actor=officer(), at=moment(12))
    assert actions.purge_tickets(moment(13)) == 0
    cases.redact(case, reason="Người dân yêu cầu", actor=acting(cast.leader), at=moment(13))
    assert actions.purge_tickets(moment(14)) == 2  # the ticket, and what was concluded for its holder
    assert who(Ticket.objects.get()) == {}
    assert list(Conclusion.objects.order_by("pk").values_list("text", flat=True)) == ["Đã tiếp.", ""]
    assert not [line for line in verify.differences(history.entries()) if "conclude" in line]
