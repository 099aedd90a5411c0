"""Reception days: as many as the duty in force asks for, on working days, held once and not before their day."""

from datetime import date, time

import pytest

from langnghe.cases.lifecycle import acting
from langnghe.core.refusal import Refused
from langnghe.engagements.actions import hold, plan_extra, plan_receptions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Engagement
from langnghe.engagements.receptions import Due, dues
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db
DUTY = "chairman_commune"


def test_until_30_june_2026_the_chairman_receives_every_week(cast: Cast) -> None:
    # The first half of 2026 has 26 weeks by their Thursdays: that of 1 January to that of 25 June.
    asked = list(dues(DUTY, date(2026, 1, 1), date(2026, 6, 30)))
    assert sum(due.times for due in asked) == 26
    assert Due(date(2026, 6, 8), date(2026, 6, 14), 1) in asked


def test_weeks_of_a_year_whose_holidays_are_not_known_are_not_carried_on(cast: Cast) -> None:
    # Holidays are known from 2020 on, whose January has five Thursdays: 2, 9, 16, 23, 30; that of the 23rd is Tết, its
    # Monday to Wednesday are worked.
    asked = list(dues(DUTY, date(2020, 1, 1), date(2020, 1, 31)))
    assert [due.times for due in asked] == [1, 1, 1, 1, 1] and asked[0].since == date(2019, 12, 30)


def test_from_1_july_2026_it_is_two_days_a_month(cast: Cast) -> None:
    assert list(dues(DUTY, date(2026, 7, 1), date(2026, 8, 31))) == [
        Due(date(2026, 7, 1), date(2026, 7, 31), 2),
        Due(date(2026, 8, 1), date(2026, 8, 31), 2),
    ]


def test_the_week_of_tet_is_due_with_the_week_after(cast: Cast) -> None:
    # No day of 16-22/02/2026 is worked; two days are due until Sunday 01/03, proposed for Monday 23 and Thursday 26.
    due = next(iter(dues(DUTY, date(2026, 2, 16), date(2026, 2, 28))))
    assert due == Due(date(2026, 2, 16), date(2026, 3, 1), 2)
    assert due.proposed(2, 3, date(2026, 2, 1), []) == [date(2026, 2, 23), date(2026, 2, 26)]


def test_a_holiday_moves_the_day_within_its_week(cast: Cast) -> None:
    # Thursday 30/04 and Friday 01/05/2026 are holidays, Monday the 27th too: Wednesday the 29th is left.
    due = next(due for due in dues(DUTY, date(2026, 4, 1), date(2026, 4, 30)) if due.holds(date(2026, 4, 30)))
    assert due.proposed(1, 3, date(2026, 4, 1), []) == [date(2026, 4, 29)]


def plan(cast: Cast) -> list[Engagement]:
    plan_receptions(
        cast.committee,
        chair="Chủ tịch UBND xã",
        since=date(2026, 6, 1),
        until=date(2026, 6, 30),
        at=moment(1),
    )
    return list(Engagement.objects.select_related("body").order_by("day"))


def test_planning_twice_adds_nothing(cast: Cast) -> None:
    assert len(plan(cast)) == len(plan(cast)) == 4


def test_a_day_is_held_with_the_people_who_came(cast: Cast) -> None:
    first = plan(cast)[0]
    hold([(first, 7)], at=moment(4, hour=17))
    first.refresh_from_db()
    assert (first.held, first.people) == (date(2026, 6, 4), 7)


def test_a_day_is_not_held_before_it_comes_nor_twice(cast: Cast) -> None:
    first, second, *_ = plan(cast)
    with pytest.raises(Refused):
        hold([(second, 3)], at=moment(4))
    hold([(first, 3)], at=moment(4))
    first.refresh_from_db()
    with pytest.raises(Refused):
        hold([(first, 3)], at=moment(5))


def of_july() -> list[int]:
    return list(Engagement.objects.filter(day__month=7).order_by("day").values_list("day__day", flat=True))


def test_a_body_plans_on_the_weekday_it_chose(cast: Cast) -> None:
    # Two days in July 2026, on Tuesdays: the 7th and the 14th.
    days = {"since": date(2026, 7, 1), "until": date(2026, 7, 31), "weekday": 1}
    plan_receptions(cast.committee, chair="Chủ tịch", **days, at=moment(1, 7))  # type: ignore[arg-type]
    assert list(Engagement.objects.order_by("day").values_list("day", flat=True)) == [
        date(2026, 7, 7),
        date(2026, 7, 14),
    ]


def test_only_what_is_lacking_and_not_past_is_planned(cast: Cast) -> None:
    # On Monday 13/07/2026 one of July's two days is on the calendar; the next Thursday is the 16th.
    setting = Setting("Nhà văn hóa", time(8), time(11))
    who = {"chair": "Chủ tịch", "setting": setting, "actor": acting(cast.officer)}
    plan_extra(cast.committee, day=date(2026, 7, 3), **who, at=moment(1, 7))  # type: ignore[arg-type]
    days = {"since": date(2026, 7, 1), "until": date(2026, 7, 31)}
    plan_receptions(cast.committee, chair="Chủ tịch", **days, at=moment(13, 7))
    assert list(Engagement.objects.order_by("day").values_list("day", flat=True)) == [
        date(2026, 7, 3),
        date(2026, 7, 16),
    ]
