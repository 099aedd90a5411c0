"""Residents book a reception day, see it again by its code, and cancel it; what was said of them is sealed."""

import re
from datetime import date, time
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.lifecycle import acting
from langnghe.core.codes import ticket_code
from langnghe.engagements import actions, history
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import Engagement, Ticket
from langnghe.engagements.receptions import who
from langnghe.ledger import verify
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(8)


@pytest.fixture
def day(cast: Cast) -> Engagement:
    setting = Setting("Phòng họp", time(8), time(11), is_online=True, room="https://hop.vidu.vn/abc")
    officer = acting(cast.officer)
    return actions.plan_extra(
        cast.committee, chair="Chủ tịch", day=date(2026, 6, 16), setting=setting, actor=officer, at=moment(8)
    )


def book(client: Client, day: Engagement, **changes: str) -> Any:
    typed = {"name": "Bà Mẫu", "phone": "0912 345 678", "about": "Xin hỏi về đất", "key": str(uuid4())}
    return client.post(reverse("book_day", args=[day.pk]), typed | changes)


def code_of(answer: Any) -> str:
    found = re.search(r'class="secret" translate="no">([0-9A-Z-]+)<', answer.content.decode())
    assert found is not None
    return found[1]


def test_a_coming_day_offers_a_booking(client: Client, day: Engagement) -> None:
    text = client.get(reverse("meetings"), {"ngay": "sap-toi"}).content.decode()
    assert reverse("book_day", args=[day.pk]) in text
    assert "hop.vidu.vn" not in text


def test_on_the_last_day_of_a_half_year_the_days_of_the_next_are_still_to_come(
    client: Client, cast: Cast, settings: Any
) -> None:
    settings.CLOCK = moment(30)
    plan = {"chair": "Chủ tịch", "setting": Setting("Phòng họp", time(8), time(11)), "actor": acting(cast.officer)}
    actions.plan_extra(cast.committee, day=date(2026, 7, 2), at=moment(30), **plan)
    context = client.get(reverse("meetings")).context
    assert (context["figures"][-1]["value"], context["when"]) == ("1", "sap-toi")


def test_a_booking_gives_a_number_and_a_code_and_seals_the_person(client: Client, day: Engagement) -> None:
    answer = book(client, day)
    ticket = Ticket.objects.get()
    assert "hop.vidu.vn" in answer.content.decode()
    assert (ticket.number, ticket.is_booked, who(ticket)["phone"]) == (1, True, "0912 345 678")
    assert b"0912" not in bytes(ticket.sealed)
    assert re.fullmatch(r"[0-9A-Z]{4}-[0-9A-Z]{4}", code_of(answer))


def test_a_second_click_gives_the_same_ticket(client: Client, day: Engagement) -> None:
    key = str(uuid4())
    assert code_of(book(client, day, key=key)) == code_of(book(client, day, key=key))
    assert Ticket.objects.count() == 1


@pytest.mark.parametrize("wrong", [{"name": ""}, {"phone": "x"}, {"about": "a" * 301}, {"key": "1"}])
def test_what_is_wrong_is_said(client: Client, day: Engagement, wrong: dict[str, str]) -> None:
    assert book(client, day, **wrong).status_code == 422
    assert not Ticket.objects.exists()


def test_a_day_takes_no_more_bookings_than_the_rule(client: Client, day: Engagement, monkeypatch: Any) -> None:
    monkeypatch.setattr("langnghe.registry.law.rule", lambda _code: 1)
    assert (book(client, day).status_code, book(client, day).status_code) == (200, 422)


def test_a_booking_is_cancelled_by_its_code_and_the_person_forgotten(client: Client, day: Engagement) -> None:
    code = code_of(book(client, day)).lower().replace("-", " ")
    assert "Số thứ tự 1" in client.post(reverse("booking"), {"code": code}).content.decode()
    assert "Đã hủy" in client.post(reverse("booking"), {"code": code, "verb": "cancel"}).content.decode()
    ticket = Ticket.objects.get()
    assert (ticket.state, bytes(ticket.sealed)) == ("cancelled", b"")


@pytest.mark.parametrize("code", ["", "abc", ticket_code(b"x" * 32, "other"), "\0", "٣" * 8])
def test_a_code_nobody_holds_opens_nothing(client: Client, day: Engagement, code: str) -> None:
    book(client, day)
    assert "Số thứ tự" not in client.post(reverse("booking"), {"code": code}).content.decode()


def test_a_cancelled_day_is_not_booked_and_who_booked_reads_why(client: Client, day: Engagement, cast: Cast) -> None:
    code = code_of(book(client, day))
    actions.cancel_day(day, reason="Bão số 3", actor=acting(cast.officer), at=moment(8))
    refused = book(client, day)
    assert (refused.status_code, "đã hủy" in refused.content.decode(), Ticket.objects.count()) == (422, True, 1)
    text = client.post(reverse("booking"), {"code": code}).content.decode()
    assert "Bão số 3" in text and "Số này được giữ" in text


def test_who_booked_a_day_that_was_moved_reads_the_new_day(client: Client, day: Engagement, cast: Cast) -> None:
    code = code_of(book(client, day))
    new = {"day": date(2026, 6, 18), "chair": "Chủ tịch", "reason": "Họp tỉnh"}
    actions.change_day(day, **new, actor=acting(cast.officer), at=moment(8))  # type: ignore[arg-type]
    text = client.post(reverse("booking"), {"code": code}).content.decode()
    assert "<dd>18/06/2026</dd>" in text and "Dời từ 16/06/2026 sang 18/06/2026: Họp tỉnh" in text


def test_the_day_itself_is_no_longer_booked(client: Client, day: Engagement, settings: Any) -> None:
    settings.CLOCK = moment(16)
    assert book(client, day).status_code == 422


def test_who_held_a_ticket_is_forgotten_after_the_days_of_the_rule(client: Client, day: Engagement) -> None:
    # 16/06/2026 and 90 days: 14/09/2026 is the last day on which it is kept.
    book(client, day)
    assert actions.purge_tickets(moment(14, 9)) == 0
    assert actions.purge_tickets(moment(15, 9)) == 1
    assert who(Ticket.objects.get()) == {}


def test_the_log_agrees_with_tickets_before_and_after_they_are_forgotten(client: Client, day: Engagement) -> None:
    code = code_of(book(client, day))
    book(client, day)
    client.post(reverse("booking"), {"code": code, "verb": "cancel"})
    actions.purge_tickets(moment(15, 9))
    assert list(verify.differences(history.entries())) == []


def test_a_guest_reads_their_own_conclusion_and_not_that_of_the_day(
    client: Client, day: Engagement, cast: Cast, settings: Any
) -> None:
    code = code_of(book(client, day))
    ticket, officer = Ticket.objects.get(), acting(cast.officer)
    then = settings.CLOCK = moment(16)
    actions.call_ticket(ticket, actor=officer, at=then)
    actions.finish_ticket(ticket, actor=officer, at=then)
    actions.hold([(day, 1)], at=then)
    actions.conclude(day, "Ông Tư được hẹn ngày 20", actor=officer, at=then)
    page = client.post(reverse("booking"), {"code": code}).content.decode()
    assert "Số thứ tự 1" in page and "Ông Tư" not in page and "Kết luận" not in page
    actions.conclude(day, "Trả lời bà trước ngày 30/06", ticket=ticket, actor=officer, at=then)
    assert "Trả lời bà trước ngày 30/06" in client.post(reverse("booking"), {"code": code}).content.decode()
