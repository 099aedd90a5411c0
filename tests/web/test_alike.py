"""While somebody writes they see published cases like theirs, with a script or without, and lose nothing."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case
from tests.cast import moment, received

pytestmark = pytest.mark.django_db
TYPED = {
    "text": "den duong dau ngo chay hai tuan roi",
    "place": "xã Thư Vũ, Hưng Yên",
    "spot": "đầu ngõ",
    "phone": "0912 345 678",
    "kind": "feedback",
    "key": "5b0e7a39-5d3c-4f0e-9a53-9f0f2b1c7d11",
}


@pytest.fixture(autouse=True)
def the_clock_stands(settings: Any) -> None:
    settings.CLOCK = moment(10)


def published(**changes: object) -> Case:
    case, _answer = received(spot="đầu ngõ", **changes)
    Case.objects.filter(pk=case.pk).update(is_public=True, title="Đèn đường đầu ngõ hỏng")
    return case


def ask(client: Client, fragment: bool = False, **changes: str) -> str:
    headers = {"X-Fragment": "1"} if fragment else {}
    answer = client.post(reverse("alike"), TYPED | changes, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_a_published_case_is_shown_with_all_that_was_typed(client: Client) -> None:
    case = published()
    page = ask(client)
    assert case.code in page and "Đèn đường đầu ngõ hỏng" in page
    assert all(words in page for words in TYPED.values())
    assert "error" not in page.split("<main")[1]


def test_a_script_gets_the_list_alone(client: Client) -> None:
    case = published()
    answer = ask(client, fragment=True)
    assert case.code in answer and "<form" not in answer


def test_unpublished_cases_and_words_of_residents_are_never_shown(client: Client) -> None:
    case, _answer = received(text="Đèn đường đầu ngõ cháy, nhà ông Bảy tối om.", spot="đầu ngõ")
    assert case.code not in ask(client)
    Case.objects.filter(pk=case.pk).update(is_public=True, title="Đèn hỏng")
    assert "nhà ông Bảy" not in ask(client)


@pytest.mark.parametrize(
    "lacking", [{"place": ""}, {"place": "nơi không có"}, {"text": "đèn"}, {"text": "", "place": ""}]
)
def test_what_is_still_missing_is_said(client: Client, lacking: dict[str, str]) -> None:
    published()
    page = ask(client, fragment=True, **lacking)
    assert "thì mới tìm được" in page


def test_it_is_asked_by_post_alone_so_that_no_word_stands_in_an_address(client: Client) -> None:
    assert client.get(reverse("alike")).status_code == 405


def test_it_costs_few_queries_however_many_cases(client: Client, django_assert_max_num_queries: object) -> None:
    for _number in range(8):
        published()
    ask(client, fragment=True)
    with django_assert_max_num_queries(10):  # type: ignore[operator]
        ask(client, fragment=True)
