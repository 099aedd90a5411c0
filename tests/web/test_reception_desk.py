"""The reception desk: the month's calendar, tickets called in order, what was concluded."""

import io
import re
import zipfile
from datetime import date, time
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions as cases
from langnghe.cases.lifecycle import Actor, acting
from langnghe.engagements import actions
from langnghe.engagements.actions.planning import Setting
from langnghe.engagements.models import BookOpening, Engagement, Ticket
from tests.cast import Cast, moment, received

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
    assert "01/07–31/07/2026" in text and "còn 2 ngày chưa lập lịch" in text


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "2026-02-30", ""])
def test_a_month_that_is_none_shows_this_one(clerk: Client, month: str) -> None:
    assert "tháng 06/2026" in page(clerk, "receptions", thang=month)


@pytest.mark.parametrize("name", ["reception_book", "statistics"])
@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "2026-02-30"])
def test_days_at_the_end_of_time_come_back(clerk: Client, name: str, day: str) -> None:
    assert clerk.get(reverse(name), {"tu": day, "den": day}).status_code == 422


def test_the_days_the_law_asks_for_are_planned_with_one_button(clerk: Client) -> None:
    clerk.post(reverse("receptions") + "?thang=2026-07", {"verb": "plan", "weekday": "3"})
    assert [f"{row.day:%d/%m}" for row in Engagement.objects.order_by("day")] == ["02/07", "09/07"]
    assert "08:00–11:30" in page(clerk, "receptions", thang="2026-07")


@pytest.mark.parametrize("day", ["9999-12-31", "2206-06-16"])
def test_a_year_typed_wrongly_is_asked_about(clerk: Client, day: str) -> None:
    typed = {"verb": "extra", "day": day, "chair": "Chủ tịch UBND xã", "place": "Hội trường"}
    told = clerk.post(reverse("receptions"), typed | {"starts": "08:00", "ends": "10:30"})
    assert told.status_code in (409, 422) and "xem lại năm" in told.content.decode()
    assert not Engagement.objects.exists()


def test_an_extra_day_is_planned_with_its_place(clerk: Client) -> None:
    typed = {"verb": "extra", "day": "2026-06-16", "chair": "Chủ tịch UBND xã", "place": "Hội trường"}
    answer = clerk.post(reverse("receptions"), typed | {"starts": "08:00", "ends": "10:30"})
    assert answer.status_code == 302
    assert "Hội trường, 08:00–10:30" in page(clerk, "receptions")


def test_a_day_held_on_another_weekday_fulfils_its_week(clerk: Client) -> None:
    # Tuesday 02/06/2026; the next day of the same week is one beyond the duty.
    actions.hold([(extra(date(2026, 6, 2)), 3), (extra(date(2026, 6, 3)), 1)], at=moment(11))
    text = page(clerk, "receptions")
    assert "đã tổ chức 1 trong 4 ngày" in text
    assert "Thêm 1 ngày ngoài lịch" in text
    assert "01/06–07/06/2026" not in text and "08/06–14/06/2026" in text


def test_a_body_that_plans_on_tuesdays_has_its_days_on_tuesdays(clerk: Client) -> None:
    # Tuesdays left in June 2026 on the 11th, a Thursday: of that week Friday the 12th, then the 16th and the 23rd.
    clerk.post(reverse("receptions"), {"verb": "plan", "weekday": "1"})
    assert [row.day.day for row in Engagement.objects.order_by("day")] == [11, 16, 23]
    assert clerk.post(reverse("receptions"), {"verb": "plan", "weekday": "9"}).status_code == 422


SATURDAY = {"day": "2026-06-13", "is_day_off": "on"}
ASKED = "Ngày đã ghi là ngày nghỉ"


def test_a_reception_on_a_day_off_is_asked_about_once(clerk: Client) -> None:
    at = reverse("reception", args=[extra(date(2026, 6, 12)).pk])
    typed = {"verb": "change", "day": "2026-06-13", "chair": "Chủ tịch", "reason": "Họp tỉnh"}
    asked = clerk.post(at, typed)
    assert asked.status_code == 422 and ASKED in asked.content.decode() and "Họp tỉnh" in asked.content.decode()
    assert Engagement.objects.get().day == date(2026, 6, 12)
    assert clerk.post(at, typed | SATURDAY).status_code == 302
    other = clerk.post(at, typed | {"chair": "Phó Chủ tịch"})  # the day itself stands in the calendar by now
    assert other.status_code == 302 and Engagement.objects.get().chair == "Phó Chủ tịch"


@pytest.mark.parametrize(("day", "is_off"), [("2026-06-14", True), ("2026-09-02", True), ("2026-06-16", False)])
def test_an_added_day_is_asked_about_on_sundays_and_holidays_alone(clerk: Client, day: str, is_off: bool) -> None:
    answer = clerk.post(reverse("receptions"), EXTRA_DAY | {"day": day})
    assert (answer.status_code == 422, ASKED in answer.content.decode()) == (is_off, is_off)


def test_a_day_is_moved_and_who_booked_must_be_called(clerk: Client) -> None:
    day = extra(date(2026, 6, 12))
    actions.book(day, {"name": "Bà Mẫu"}, key="k", at=moment(11))
    typed = SATURDAY | {"verb": "change", "chair": "Chủ tịch", "reason": "Họp tỉnh"}
    text = clerk.post(reverse("reception", args=[day.pk]), typed, follow=True).content.decode()
    assert "ngày 13/06/2026" in text and "Dời từ 12/06/2026 sang 13/06/2026: Họp tỉnh" in text
    assert "1 người đã đặt lịch vẫn giữ số" in text


def test_who_receives_is_changed_with_its_reason(clerk: Client) -> None:
    day = extra(date(2026, 6, 12))
    typed = {"verb": "change", "day": "2026-06-12", "chair": "Phó Chủ tịch", "reason": "Chủ tịch ốm"}
    text = clerk.post(reverse("reception", args=[day.pk]), typed, follow=True).content.decode()
    assert "Phó Chủ tịch" in text and "Người tiếp trước đó: Chủ tịch. Lý do đổi: Chủ tịch ốm" in text


def test_a_day_is_cancelled_for_a_reason_that_everybody_reads(clerk: Client) -> None:
    day = extra(date(2026, 6, 12))
    at = reverse("reception", args=[day.pk])
    assert clerk.post(at, {"verb": "cancel", "reason": ""}).status_code == 422
    clerk.post(at, {"verb": "cancel", "reason": "Bão số 3"})
    text = page(Client(), "meetings", ngay="sap-toi")
    assert "đã hủy" in text and "Hủy, ghi ngày 11/06/2026: Bão số 3" in text
    assert reverse("book_day", args=[day.pk]) not in text
    assert "0 trong 4 ngày" in page(clerk, "receptions")


@pytest.mark.parametrize(
    ("verb", "typed"),
    [
        ("cancel", {"reason": "Bà Nguyễn Thị Mẫu ốm"}),
        ("change", SATURDAY | {"chair": "Chủ tịch", "reason": "Gọi 0912 345 678"}),
        ("change", SATURDAY | {"chair": "Ông Trần Văn Mẫu", "reason": "Họp"}),
        ("arrange", {"place": "Nhà ông Trần Văn Mẫu", "starts": "08:00", "ends": "10:00"}),
    ],
)
def test_what_may_name_a_person_on_the_calendar_is_pointed_at(clerk: Client, verb: str, typed: dict[str, str]) -> None:
    day = extra(date(2026, 6, 12))
    at, verb_typed = reverse("reception", args=[day.pk]), {"verb": verb} | typed
    answer = clerk.post(at, verb_typed)
    text = answer.content.decode()
    assert answer.status_code == 422 and "Điều cần chú ý" in text and text.count('name="seen"') == 1
    assert re.search(r'<label for="\w+"><input type="checkbox" name="seen"', text)
    assert not re.search(r'name="seen"[^>]*required', text)  # whoever mends the words instead is not held up by it
    assert not any(value in page(Client(), "meetings", ngay="sap-toi") for value in typed.values() if "Mẫu" in value)
    assert clerk.post(at, verb_typed | {"seen": "on"}).status_code == 302


def test_a_title_that_stands_on_the_calendar_is_not_asked_about_again(clerk: Client) -> None:
    day = extra(date(2026, 6, 12))
    Engagement.objects.update(chair="Chủ tịch UBND xã")
    typed = SATURDAY | {"verb": "change", "chair": "Chủ tịch UBND xã", "reason": "Họp"}
    assert clerk.post(reverse("reception", args=[day.pk]), typed).status_code == 302


EXTRA_DAY = {"verb": "extra", "chair": "Chủ tịch", "place": "Hội trường", "starts": "08:00", "ends": "10:30"}


def test_an_extra_day_that_may_name_a_person_is_pointed_at(clerk: Client) -> None:
    typed = EXTRA_DAY | {"day": "2026-06-16", "place": "Nhà bà Lê Thị Mẫu"}
    answer = clerk.post(reverse("receptions"), typed)
    assert answer.status_code == 422 and "bà Lê Thị Mẫu" in answer.context["form"].remarks[0]
    assert clerk.post(reverse("receptions"), typed | {"seen": "on"}).status_code == 302


def test_a_day_nobody_planned_is_entered_afterwards_and_fulfils_no_duty(clerk: Client) -> None:
    # Tuesday 02/06/2026, entered on the 11th: its week still lacks the day that the law asks for.
    text = clerk.post(reverse("receptions"), EXTRA_DAY | {"day": "2026-06-02"}, follow=True).content.decode()
    assert "ghi sau" in text
    day = Engagement.objects.get()
    clerk.post(reverse("reception", args=[day.pk]), {"verb": "hold", "people": "3", "text": ""})
    text = page(clerk, "receptions")
    assert "đã tổ chức 0 trong 4 ngày" in text and "Thêm 1 ngày ngoài lịch" in text and "ghi sau" in text
    assert "01/06–07/06/2026" in text
    public = page(Client(), "meetings", ngay="da-qua")
    assert "đã tổ chức, ngoài lịch, ghi sau" in public


def test_a_ticket_is_neither_given_nor_called_once_the_day_is_noted(clerk: Client) -> None:
    day = extra()
    waits = actions.take_ticket(day, {}, actor=officer(), at=moment(11))
    clerk.post(reverse("reception", args=[day.pk]), {"verb": "hold", "people": "1", "text": ""})
    text = page(clerk, "reception", day.pk)
    assert "Phát số, in phiếu" not in text and "Gọi số 1" not in text
    answer = clerk.post(reverse("reception", args=[day.pk]), {"verb": "take"})
    assert answer.status_code == 422 and "đã ghi nhận xong" in answer.content.decode()
    assert (move(clerk, waits, "call"), Ticket.objects.count()) == ("waiting", 1)
    assert 'value="miss"' in text and 'value="call"' not in text  # whoever went away is no longer said to wait
    assert move(clerk, waits, "miss") == "missed"


@pytest.mark.parametrize("wrong", [{"day": "2026-05-10"}, {"ends": "07:00"}, {"place": " "}, {"chair": " "}])
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


def served(day: Engagement) -> Ticket:
    ticket = actions.take_ticket(day, {}, actor=officer(), at=moment(11))
    return actions.finish_ticket(
        actions.call_ticket(ticket, actor=officer(), at=moment(11)), actor=officer(), at=moment(11)
    )


def test_fewer_people_than_tickets_served_are_not_noted(clerk: Client) -> None:
    day = extra()
    served(day), served(day)
    assert clerk.get(reverse("reception", args=[day.pk])).context["hold"]["people"].value() == 2
    answer = clerk.post(reverse("reception", args=[day.pk]), {"verb": "hold", "people": "1", "text": "Xong."})
    assert (answer.status_code, "Hãy ghi ít nhất 2" in answer.content.decode()) == (422, True)
    assert Engagement.objects.get().held is None
    assert clerk.post(reverse("reception", args=[day.pk]), {"verb": "hold", "people": "2"}).status_code == 302


def test_minutes_typed_while_another_cancelled_the_day_are_kept(clerk: Client) -> None:
    day = extra()
    actions.cancel_day(day, reason="Bão", actor=officer(), at=moment(11))
    answer = clerk.post(reverse("reception", args=[day.pk]), {"verb": "hold", "people": "2", "text": "Giao địa chính."})
    text = answer.content.decode()
    assert (answer.status_code, "Giao địa chính." in text, "Buổi này đã hủy" in text) == (422, True, True)


def noted(clerk: Client) -> tuple[str, str]:
    """Hold a day with two guests; return its page after that, and the address of the notice for the second."""
    day = extra()
    served(day), served(day)
    typed = {"verb": "hold", "people": "2", "text": "Giao địa chính."}
    text = clerk.post(reverse("reception", args=[day.pk]), typed, follow=True).content.decode()
    return text, f"{reverse('conclusion', args=[day.pk])}?so=2"


def test_from_the_minutes_the_notice_for_each_who_was_received_is_one_step(clerk: Client) -> None:
    text, notice = noted(clerk)
    assert notice in text
    one = clerk.get(notice).content.decode()
    assert "người có phiếu số 2" in one and "Số 2:" in one and "Số 1:" not in one
    for wrong in ("3", "x", ""):
        assert clerk.get(reverse("conclusion", args=[Engagement.objects.get().pk]), {"so": wrong}).status_code == 404


def test_the_notice_of_a_guest_carries_only_what_was_concluded_for_them(clerk: Client) -> None:
    text, notice = noted(clerk)
    assert text.count("chưa có kết luận") == 2
    page_of_two = clerk.post(notice, {"text": "Trả lời bà trong 5 ngày."}, follow=True).content.decode()
    other = clerk.get(notice.replace("so=2", "so=1")).content.decode()
    whole = clerk.get(notice.partition("?")[0]).content.decode()
    told = {"one": page_of_two, "other": other, "whole": whole}
    assert {key for key, words in told.items() if "Trả lời bà trong 5 ngày." in words} == {"one"}
    assert {key for key, words in told.items() if "Giao địa chính." in words} == {"whole"}
    assert page(clerk, "reception", Engagement.objects.get().pk).count("chưa có kết luận") == 1


def test_of_a_guest_whose_case_was_emptied_nothing_is_told_nor_written(clerk: Client, cast: Cast) -> None:
    notice = noted(clerk)[1]
    clerk.post(notice, {"text": "Trả lời bà trong 5 ngày."})
    case, _answer = received()
    Ticket.objects.filter(number=2).update(case=case)
    file = reverse("conclusion_file", args=[Engagement.objects.get().pk])
    assert "Trả lời bà" in docx_text(clerk.get(file, {"so": "2"}).content)
    cases.redact(case, reason="Lộ việc riêng", actor=acting(cast.leader), at=moment(11))
    assert "Trả lời bà" not in clerk.get(notice).content.decode()
    assert "Trả lời bà" not in docx_text(clerk.get(file, {"so": "2"}).content)
    assert clerk.post(notice, {"text": "Lời khác."}).status_code == 422


def test_the_file_of_a_guests_notice_carries_only_what_concerns_them(clerk: Client) -> None:
    notice = noted(clerk)[1]
    clerk.post(notice, {"text": "Trả lời bà trong 5 ngày."})
    at = reverse("conclusion_file", args=[Engagement.objects.get().pk])
    one, whole = (docx_text(clerk.get(at, query).content) for query in ({"so": "2"}, {}))
    assert "Trả lời bà trong 5 ngày." in one and "Giao địa chính." not in one
    assert "Giao địa chính." in whole and "Trả lời bà" not in whole


def docx_text(content: bytes) -> str:
    return zipfile.ZipFile(io.BytesIO(content)).read("word/document.xml").decode()


def test_an_empty_conclusion_comes_back(clerk: Client) -> None:
    notice = noted(clerk)[1]
    assert clerk.post(notice, {"text": " "}).status_code == 422
    assert Engagement.objects.get().conclusions.count() == 1


def test_another_bodys_day_is_not_found(cast: Cast) -> None:
    client = Client()
    client.force_login(cast.other_officer.account)
    assert client.get(reverse("reception", args=[extra().pk])).status_code == 404


def test_the_month_takes_a_fixed_number_of_queries(clerk: Client, django_assert_num_queries: Any) -> None:
    extra()
    page(clerk, "receptions")
    with django_assert_num_queries(6):
        page(clerk, "receptions")
    for day in (12, 15, 16):
        extra(date(2026, 6, day))
    with django_assert_num_queries(6):
        page(clerk, "receptions")


def test_the_days_list_takes_a_fixed_number_of_queries(clerk: Client, django_assert_num_queries: Any) -> None:
    day = extra()
    actions.take_ticket(day, {}, actor=officer(), at=moment(11))
    page(clerk, "reception", day.pk)
    with django_assert_num_queries(8):
        page(clerk, "reception", day.pk)
    for _each in range(5):
        actions.take_ticket(day, {}, actor=officer(), at=moment(11))
    with django_assert_num_queries(8):
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
