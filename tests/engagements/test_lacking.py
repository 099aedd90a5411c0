"""A day that the law asked for and nobody planned is put on record: due, not held, and told why."""

from datetime import date, time
from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases.lifecycle import acting
from langnghe.core.refusal import Refused
from langnghe.engagements import actions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.history import entries
from langnghe.engagements.models import Engagement
from langnghe.ledger.models import LogEntry
from langnghe.registry import known
from langnghe.registry.models import Body, Member
from tests.cast import Cast, moment
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db


def lacking() -> list[date]:
    rows = Engagement.objects.exclude(cancelled=None).filter(origin="").order_by("day")
    return [row.day for row in rows if row.was_lacking]


def plan(cast: Cast, *days: int) -> None:
    for day in days:
        at = Engagement(kind="reception", body=cast.committee, day=date(2026, 6, day), planned_at=moment(1))
        at.chair, at.salt = "Chủ tịch", bytes(16)
        at.save()


def test_each_week_that_is_over_and_had_no_day_lacks_its_last(cast: Cast) -> None:
    cast.officer  # noqa: B018 from 2020 on somebody has a role at the committee
    plan(cast, 11, 25)
    # On 13/07/2026 the weeks of the Thursdays 14, 21, 28 May and 4, 11, 18, 25 June are over within 62 days; that of
    # 2 July lies in the month's duty, which runs until the 31st.
    assert actions.note_lacking(moment(13, 7)) == 5
    assert lacking() == [date(2026, 5, 17), date(2026, 5, 24), date(2026, 5, 31), date(2026, 6, 7), date(2026, 6, 21)]
    assert actions.note_lacking(moment(13, 7)) == 0


def test_a_month_lacks_what_is_left_of_two_days(cast: Cast) -> None:
    cast.officer  # noqa: B018 as above
    plan(cast, 4, 11, 18, 25)
    actions.note_lacking(moment(31, 7))
    before = set(lacking())
    actions.note_lacking(moment(1, 8))
    assert sorted({*lacking()} - before) == [date(2026, 7, 25), date(2026, 7, 26)]  # the last Saturday and Sunday


def test_who_was_received_on_the_last_day_of_a_month_that_lacked_is_entered_afterwards(cast: Cast) -> None:
    cast.officer  # noqa: B018 as above
    actions.note_lacking(moment(1, 8))
    said = {"chair": "Chủ tịch", "day": date(2026, 7, 31), "setting": Setting("Trụ sở", time(8), time(11))}
    late = actions.plan_extra(cast.committee, **said, actor=acting(cast.officer), at=moment(3, 8))  # type: ignore[arg-type]
    actions.hold([(late, 3)], at=moment(3, 8))
    assert Engagement.objects.filter(day=date(2026, 7, 31), cancelled=None).get().people == 3


def test_a_body_owes_only_once_somebody_has_a_role_in_it(cast: Cast) -> None:
    Member.objects.filter(pk=cast.officer.pk).update(valid_from=date(2026, 6, 9))
    # The week of 8 June had begun the day before; those of the Thursdays 18 and 25 June are owed.
    assert actions.note_lacking(moment(29)) == 2
    assert lacking() == [date(2026, 6, 21), date(2026, 6, 28)]


def test_the_log_has_what_was_lacking_and_everybody_reads_it(cast: Cast, settings: Any, client: Any) -> None:
    settings.CLOCK = moment(29)
    Member.objects.filter(pk=cast.officer.pk).update(valid_from=date(2026, 6, 9))
    actions.note_lacking(moment(29))
    assert [entry.event for entry in entries()] == ["plan", "plan", "cancel_day", "cancel_day"]
    assert LogEntry.objects.filter(event="cancel_day").count() == 2
    page = client.get(reverse("meetings"), {"ngay": "da-qua"})
    assert page.content.decode().count("không có lịch") == 2 and "không có đủ ngày" in page.content.decode()
    assert (page.context["places"][0]["due"], page.context["places"][0]["held"]) == (2, 0)
    month = signed_in(cast.officer).get(reverse("receptions"), {"thang": "2026-06"})
    assert "không có lịch" in month.content.decode()


def test_a_day_entered_afterwards_takes_no_place_of_what_lacked(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(29)
    Member.objects.filter(pk=cast.officer.pk).update(valid_from=date(2026, 6, 9))
    where = Setting("Trụ sở", time(8), time(11))
    entered = {"chair": "Chủ tịch", "day": date(2026, 6, 25), "setting": where, "actor": acting(cast.officer)}
    late = actions.plan_extra(cast.committee, **entered, at=moment(29))  # type: ignore[arg-type]
    actions.hold([(late, 3)], at=moment(29))
    actions.note_lacking(moment(29))
    assert lacking() == [date(2026, 6, 21), date(2026, 6, 28)]
    month = signed_in(cast.officer).get(reverse("receptions"), {"thang": "2026-06"})
    assert (month.context["due"], month.context["held"], month.context["extra"]) == (4, 0, 1)
    # The weeks of 1 and 8 June, before anybody had a role, stay as what the law asks for and nobody planned.
    assert month.content.decode().count("chưa lập lịch") == 2


def test_nobody_is_received_on_a_day_that_lacked(cast: Cast) -> None:
    Member.objects.filter(pk=cast.officer.pk).update(valid_from=date(2026, 6, 9))
    actions.note_lacking(moment(29))
    day = Engagement.objects.order_by("day")[0]
    with pytest.raises(Refused, match="đã hủy"):
        actions.hold([(day, 3)], at=moment(29))
    again = {"day": day.day, "chair": day.chair, "reason": "Vẫn tiếp", "actor": acting(cast.officer)}
    with pytest.raises(Refused, match="không lập lại được"):
        actions.change_day(day, **again, at=moment(29))  # type: ignore[arg-type]


def test_a_body_is_not_asked_for_weeks_that_began_before_it(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(29)
    month = {"thang": "2026-06"}
    before = signed_in(cast.officer).get(reverse("receptions"), month).content.decode()
    Body.objects.filter(pk=cast.committee.pk).update(valid_from=date(2026, 6, 10))
    known.forget()
    after = signed_in(cast.officer).get(reverse("receptions"), month).content.decode()
    # The weeks of the Thursdays 4, 11, 18 and 25 June; those of the 18th and the 25th began after the 10th.
    assert (before.count("chưa lập lịch"), after.count("chưa lập lịch")) == (4, 2)
