"""The desk shows which topics the words suggest, fills in nothing, and shows it only to who may classify."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case
from langnghe.core.topics import Guess, Suggestion
from langnghe.registry import law
from langnghe.registry.models import Member
from langnghe.situation import topics as situation
from tests.cast import Cast, assigned, moment, received

pytestmark = pytest.mark.django_db
HINT = "gợi ý theo từ ngữ"
TEXT = "Mặt đường đầu thôn đầy ổ gà, đường bê tông vỡ hết."


@pytest.fixture(autouse=True)
def fresh(settings: Any) -> None:
    settings.CLOCK = moment(10)
    situation.suggester.cache_clear()


def page(member: Member, case: Case, language: str = "vi") -> str:
    client = Client()
    client.force_login(member.account)
    client.cookies["django_language"] = language
    return client.get(reverse("desk_case", args=[case.code]) + "?lam=classify").content.decode()


def test_an_officer_sees_the_topic_and_the_words_that_speak_for_it(cast: Cast) -> None:
    case, _answer = received(text=TEXT)
    shown = page(cast.officer, case)
    assert HINT in shown
    assert "“Mặt đường”, “ổ gà”, “đường bê tông”" in shown
    assert law.topics()["giao_thong"].name in shown.partition(HINT)[2].partition("</ol>")[0]


def test_the_hint_fills_in_nothing(cast: Cast) -> None:
    case, _answer = received(text=TEXT)
    assert '<option value="chieu_sang" selected>' in page(cast.officer, case)
    case.refresh_from_db()
    assert case.topic.code == "chieu_sang"


def test_unsure_words_are_said_to_be_unsure(cast: Cast) -> None:
    case, _answer = received(text="Đèn đường hỏng, rác đầy.")
    assert "Chưa đủ chắc" in page(cast.officer, case)


@pytest.mark.parametrize("text", ["Kính mong cơ quan xem xét giúp tôi."])
def test_words_that_say_nothing_bring_no_hint(cast: Cast, text: str) -> None:
    case, _answer = received(text=text)
    shown = page(cast.officer, case)
    assert HINT not in shown
    assert "Chưa đủ chắc" not in shown


@pytest.mark.parametrize("who", ["province_officer", "commission", "supervisor"])
def test_who_cannot_classify_sees_no_hint(cast: Cast, who: str) -> None:
    case, _answer = received(text=TEXT)
    assert HINT not in page(getattr(cast, who), case)


def test_a_case_that_was_accepted_has_no_hint(cast: Cast) -> None:
    case, *_ = assigned(text=TEXT)
    assert HINT not in page(cast.officer, case)


def test_a_model_says_how_likely_also_in_english(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    found = Suggestion((Guess("giao_thong", 0.88, ("ổ gà",)),), abstains=False, is_calibrated=True)
    monkeypatch.setattr("langnghe.web.desk.case.suggest", lambda text: found)
    case, _answer = received(text=TEXT)
    assert "khả năng 88 %" in page(cast.officer, case)
    assert "88 % likely" in page(cast.officer, case, "en")


def test_the_hint_takes_one_query(cast: Cast, django_assert_num_queries: Any) -> None:
    situation.suggest(TEXT)
    with django_assert_num_queries(1):
        situation.suggest(TEXT)
