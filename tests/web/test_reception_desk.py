"""The reception desk: the month's calendar, tickets called in order, what was concluded."""

from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.lifecycle import Actor, acting
from langnghe.engagements import actions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import BookOpening, Engagement, Ticket
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db
SETTING = Setting("Nhà văn hóa", time(8), time(11))
THURSDAY = date(2026, 6, 11)


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(11)


@pytest.fixture
def clerk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.officer.account)
    return client


def officer() -> Actor:
    return acting(Cast().officer)


def extra(day: date = THURSDAY) -> Engagement:
    return actions.plan_extra(
        Cast().committee, chair="Chủ tịch", day=day, setting=SETTING, actor=officer(), at=moment(1)
    )


def page(client: Client, name: str, *args: int, **query: str) -> str:
    return str(client.get(reverse(name, args=args), query).content.decode())


def test_june_2026_asks_for_four_thursdays(clerk: Client) -> None:
    assert "đã tổ chức 0 trong 4 ngày luật yêu cầu" in page(clerk, "receptions")


def test_july_2026_asks_for_two_days(clerk: Client) -> None:
    text = page(clerk, "receptions", thang="2026-07")
    assert "0 trong 2 ngày" in text
    assert "02/07/2026" in text and "09/07/2026" in text


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "2026-02-30", ""])
def test_a_month_that_is_none_shows_this_one(clerk: Client, month: str) -> None:
    assert "tháng 06/2026" in page(clerk, "receptions", thang=month)


@pytest.mark.parametrize("name", ["reception_book", "statistics"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_days_at_the_end_of_time_come_back(clerk: Client, name: str, day: str) -> None:
    assert clerk.get(reverse(name), {"tu": day, "den": day}).status_code == 422


def test_the_days_the_law_asks_for_are_planned_with_one_button(clerk: Client) -> None:
    clerk.post(reverse("receptions") + "?thang=2026-07", {"verb": "plan"})
    assert [f"{row.day:%d/%m}" for row in Engagement.objects.order_by("day")] == ["02/07", "09/07"]
    assert "08:00–11:30" in page(clerk, "receptions", thang="2026-07")


def test_an_extra_day_is_planned_with_its_place(clerk: Client) -> None:
    typed = {"verb": "extra", "day": "2026-06-16", "chair": "Chủ tịch UBND xã", "place": "Hội trường"}
    answer = clerk.post(reverse("receptions"), typed | {"starts": "08:00", "ends": "10:30"})
    assert answer.status_code == 302
    assert "Hội trường, 08:00–10:30" in page(clerk, "receptions")


def test_an_extra_day_that_was_held_is_not_one_of_those_due(clerk: Client) -> None:
    actions.hold([(extra(date(2026, 6, 2)), 3)], at=moment(11))
    text = page(clerk, "receptions")
    assert "0 trong 4 ngày" in text
    assert "Thêm 1 ngày ngoài lịch" in text


@pytest.mark.parametrize("wrong", [{"day": "2026-06-10"}, {"ends": "07:00"}, {"place": " "}, {"chair": " "}])
def test_a_wrong_day_comes_back(clerk: Client, wrong: dict[str, str]) -> None:
    typed = {"verb": "extra", "day": "2026-06-16", "chair": "Chủ tịch", "place": "Hội trường"}
    answer = clerk.post(reverse("receptions"), typed | {"starts": "08:00", "ends": "10:30"} | wrong)
    assert answer.status_code == 422
    assert not Engagement.objects.exists()


def move(client: Client, ticket: Ticket, verb: str) -> str:
    client.post(reverse("ticket", args=[ticket.pk]), {"verb": verb})
    ticket.refresh_from_db()
    return ticket.state


def test_tickets_are_called_in_order_and_done(clerk: Client) -> None:
    day = extra()
    for _each in range(2):
        clerk.post(reverse("reception", args=[day.pk]), {"verb": "take"})
    first, second = Ticket.objects.order_by("number")
    assert "Gọi số 1" in page(clerk, "reception", day.pk)
    assert (move(clerk, first, "call"), move(clerk, first, "finish")) == ("receiving", "done")
    assert "Gọi số 2" in page(clerk, "reception", day.pk)
    assert move(clerk, second, "miss") == "missed"
    assert move(clerk, second, "call") == "missed"


def test_the_slip_says_how_many_wait_before(clerk: Client) -> None:
    day = extra()
    for _each in range(3):
        clerk.post(reverse("reception", args=[day.pk]), {"verb": "take"})
    assert "2 người" in page(clerk, "ticket", Ticket.objects.get(number=3).pk)


def test_names_are_read_on_purpose_and_that_is_logged(clerk: Client) -> None:
    day = extra()
    clerk.post(reverse("reception", args=[day.pk]), {"verb": "take", "name": "Bà Mẫu", "phone": "0912 345 678"})
    assert "Bà Mẫu" not in page(clerk, "reception", day.pk)
    assert "Bà Mẫu" in clerk.post(reverse("reception", args=[day.pk]), {"verb": "names"}).content.decode()
    assert BookOpening.objects.get().form == "list"


def test_a_day_is_noted_with_people_and_conclusion(clerk: Client) -> None:
    day = extra()
    clerk.post(reverse("reception", args=[day.pk]), {"verb": "hold", "people": "5", "text": "Giao cán bộ địa chính."})
    clerk.post(reverse("reception", args=[day.pk]), {"verb": "conclude", "text": "Giao tư pháp."})
    day = Engagement.objects.get()
    assert (day.people, day.conclusions.count(), day.conclusion and day.conclusion.text) == (5, 2, "Giao tư pháp.")


def test_another_bodys_day_is_not_found(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.other_officer.account)
    assert client.get(reverse("reception", args=[extra().pk])).status_code == 404


def test_the_month_takes_a_fixed_number_of_queries(clerk: Client, django_assert_num_queries: Any) -> None:
    extra()
    page(clerk, "receptions")
    with django_assert_num_queries(5):
        page(clerk, "receptions")
    for day in (12, 15, 16):
        extra(date(2026, 6, day))
    with django_assert_num_queries(5):
        page(clerk, "receptions")


def test_the_days_list_takes_a_fixed_number_of_queries(clerk: Client, django_assert_num_queries: Any) -> None:
    day = extra()
    actions.take_ticket(day, {}, actor=officer(), at=moment(11))
    page(clerk, "reception", day.pk)
    with django_assert_num_queries(7):
        page(clerk, "reception", day.pk)
    for _each in range(5):
        actions.take_ticket(day, {}, actor=officer(), at=moment(11))
    with django_assert_num_queries(7):
        page(clerk, "reception", day.pk)


def test_what_somebody_says_is_tied_to_their_ticket(clerk: Client) -> None:
    day = extra()
    clerk.post(reverse("reception", args=[day.pk]), {"verb": "take", "phone": "0912 345 678"})
    ticket = Ticket.objects.get()
    move(clerk, ticket, "call")
    form = clerk.get(reverse("intake"), {"phieu": str(ticket.pk)}).context["form"]
    first = {field.name: str(field.value() or "") for field in form}
    assert (first["channel"], first["phone"], first["ticket"]) == ("reception", "0912 345 678", str(ticket.pk))
    clerk.post(reverse("intake"), first | {"text": "Đèn cháy.", "said_on": "2026-06-11"})
    ticket.refresh_from_db()
    assert (ticket.state, ticket.case and ticket.case.voices.get().text) == ("done", "Đèn cháy.")


def test_another_bodys_ticket_is_not_taken(clerk: Client, cast: Cast) -> None:
    ticket = actions.take_ticket(extra(), {"phone": "0912"}, actor=officer(), at=moment(11))
    client = Client()
    client.force_login(cast.other_officer.account)
    assert client.get(reverse("intake"), {"phieu": str(ticket.pk)}).context["form"]["phone"].value() is None
