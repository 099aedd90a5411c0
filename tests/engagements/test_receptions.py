"""Reception days: as many as the duty in force asks for, on working days, held once and not before their day."""

from datetime import date

import pytest

from langnghe.core.refusal import Refused
from langnghe.engagements.actions import hold, plan_receptions
from langnghe.engagements.models import Engagement
from langnghe.engagements.receptions import due_days
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db
DUTY = "chairman_commune"


def test_until_30_june_2026_the_chairman_receives_every_week(cast: Cast) -> None:
    # The first half of 2026 has 26 Thursdays: 1 January to 25 June.
    assert len(due_days(DUTY, date(2026, 1, 1), date(2026, 6, 30))) == 26


def test_from_1_july_2026_it_is_twice_a_month(cast: Cast) -> None:
    assert due_days(DUTY, date(2026, 7, 1), date(2026, 8, 31)) == [
        date(2026, 7, 2),
        date(2026, 7, 9),
        date(2026, 8, 6),
        date(2026, 8, 13),
    ]


def test_a_day_in_tet_moves_to_the_first_working_day_after(cast: Cast) -> None:
    # Thursday 19/02/2026 lies in Tết (14-22/02); Monday the 23rd is worked again.
    assert date(2026, 2, 23) in due_days(DUTY, date(2026, 2, 16), date(2026, 2, 28))


def plan(cast: Cast) -> list[Engagement]:
    plan_receptions(
        cast.committee,
        chair="Chủ tịch UBND xã",
        duty=DUTY,
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
