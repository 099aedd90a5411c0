"""A resident's own data: seen at once, saved, and what they ask to correct, erase or stop."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.actions import Decision
from langnghe.cases.models import Case
from langnghe.cases.subject_request import SubjectRequest
from tests.cast import answered, moment, received, resident, staff
from tests.web.test_residents import enter, page

pytestmark = pytest.mark.django_db
PHONE = {"phone": "0912345678"}
WHERE = "/vu-viec-cua-toi/du-lieu"


@pytest.fixture(autouse=True)
def day_after(settings: Any) -> None:
    settings.CLOCK = moment(11)


@pytest.fixture
def case(client: Client) -> Case:
    made, answer, *_ = answered(contact=PHONE)
    enter(client, answer.receipt)
    return made


def post(client: Client, **said: str) -> Any:
    return client.post(WHERE, said, follow=True)


def test_without_a_receipt_there_is_nothing_to_see(client: Client) -> None:
    received(contact=PHONE)
    for answer in (client.get(WHERE), client.post(WHERE, {"verb": "see"}), client.post(WHERE, {"verb": "file"})):
        assert (answer.status_code, answer.headers["Location"]) == (302, reverse("look_up"))
    assert not SubjectRequest.objects.exists()


def test_everything_is_shown_at_once_with_who_opened_the_contact(client: Client, case: Case) -> None:
    actions.open_contact(case.voices.get(), actor=staff(case), at=moment(10, hour=15))
    assert PHONE["phone"] not in page(client.get(WHERE))
    seen = post(client, verb="see")
    text = page(seen)
    assert all(words in text for words in ("Đèn đường đầu ngõ", PHONE["phone"], "10/06/2026 15:00", str(case.holder)))
    assert "Cán bộ" in text and staff(case).account.username not in text  # type: ignore[union-attr]
    assert "no-store" in seen.headers["Cache-Control"]
    assert SubjectRequest.objects.get().state == "granted"


def test_it_can_be_saved_as_a_file_that_opens_everywhere(client: Client, case: Case) -> None:
    saved = post(client, verb="file")
    text = saved.content.decode()
    assert saved.headers["Content-Type"] == "text/plain; charset=utf-8" and "no-store" in saved.headers["Cache-Control"]
    assert f"du-lieu-{case.code}.txt" in saved.headers["Content-Disposition"]
    assert text.startswith("\ufeff") and PHONE["phone"] in text and "AI ĐÃ MỞ LIÊN HỆ" in text
    assert case.steps.filter(verb="request_data").count() == 1


def test_one_of_several_sees_nothing_of_the_others(client: Client) -> None:
    first, answer = received(contact=PHONE)
    other = {"phone": "0900000000"}
    _joined, theirs = received(joins=first, key="k-2", text="Lời của người khác.", contact=other)
    actions.escalate(first, reason="Nhà tôi ngập.", actor=resident(theirs), at=moment(9))
    enter(client, answer.receipt)
    text = page(post(client, verb="see"))
    assert "Đề nghị cấp trên" in text
    assert not any(words in text for words in ("Lời của người khác", "0900000000", "Nhà tôi ngập."))


def test_a_request_shows_its_clock_its_answer_and_the_way_up(client: Client, case: Case) -> None:
    text = page(post(client, verb="ask", wish="erase-all", words="Xóa giúp tôi."))
    assert "Chờ trả lời" in text and "hạn 15/06/2026" in text and "Xóa giúp tôi." in text  # Thursday: Friday, Monday
    words = Decision("refused", reason="Đang cần để trả lời.", ground="Luật 91/2025/QH15")
    actions.decide_request(SubjectRequest.objects.get(), words, actor=staff(case, "leader"), at=moment(12))
    text = page(client.get(WHERE))
    assert all(said in text for said in ("Từ chối", "Đang cần để trả lời.", "Luật 91/2025/QH15", "quyền khiếu nại lên"))
    assert "Đang cần để trả lời." not in page(client.get(reverse("case", args=[case.code])))


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ({}, "Hãy chọn ông/bà muốn gì"),
        ({"wish": "see-all"}, "see-all"),
        ({"wish": "correct-contact", "words": "số mới"}, "Hãy ghi điều cần sửa: họ tên, địa chỉ, số điện thoại"),
        ({"wish": "correct-contact", "phone": "abc"}, "Số điện thoại chưa đúng"),
        ({"wish": "correct-contact", "email": "a@"}, "thư điện tử chưa đúng"),
        ({"wish": "correct-words"}, "Hãy ghi lời đính chính"),
        ({"wish": "erase-all", "words": "x" * 3_000}, "nhiều hơn mức"),
    ],
)
def test_a_slip_is_said_in_words_and_nothing_typed_is_lost(
    client: Client, case: Case, said: dict[str, str], wanted: str
) -> None:
    answer = post(client, verb="ask", **said)
    assert answer.status_code == 422 and wanted in page(answer)
    assert said.get("words", "") in page(answer) and not SubjectRequest.objects.exists()


def test_notices_and_calls_stop_at_once(client: Client, case: Case) -> None:
    assert "Đã làm theo yêu cầu" in page(post(client, verb="ask", wish="object-calls"))
    assert case.voices.get().notices == "none"


def test_a_second_click_makes_no_second_request(client: Client, case: Case) -> None:
    post(client, verb="ask", wish="object-public")
    assert "đang chờ trả lời" in page(post(client, verb="ask", wish="object-public"))
    assert SubjectRequest.objects.count() == 1


def test_what_was_corrected_stands_beside_what_was_said(client: Client, case: Case) -> None:
    post(client, verb="ask", wish="correct-words", words="Là thôn 4.")
    row, said = SubjectRequest.objects.get(), Decision("granted", correction="Là thôn 4.")
    actions.decide_request(row, said, actor=staff(case), at=moment(12))
    text = page(client.get(reverse("mine")))
    assert "Đèn đường đầu ngõ" in text and "đính chính 12/06/2026" in text and "Là thôn 4." in text


def test_the_page_and_all_data_cost_few_queries(client: Client, case: Case, django_assert_max_num_queries: Any) -> None:
    post(client, verb="see")
    with django_assert_max_num_queries(5):
        client.get(WHERE)
    with django_assert_max_num_queries(18):
        client.post(WHERE, {"verb": "see"})


def test_it_is_complete_in_english(client: Client, case: Case) -> None:
    client.post("/ngon-ngu", {"language": "en", "next": "/"})
    text = page(post(client, verb="see"))
    assert "Data about me" in text and "Who opened contacts in this case" in text and "2 working days" in text
