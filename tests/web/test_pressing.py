"""What presses, on the situation page: hot spots and their owner, rising words, lateness, each with its records."""

from datetime import date
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.registry.models import Topic
from langnghe.situation import actions
from langnghe.situation.models import HotSpot, RisingWord
from tests.cast import COMMUNE, Cast, moment, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


def hot_spot(state: str, observed: int = 9) -> HotSpot:
    day = date(2026, 6, 28)
    spot = HotSpot.objects.create(
        centre=law.place(COMMUNE),
        first_seen=day,
        since=day,
        last=day,
        observed=observed,
        expected=1,
        p=0.0001,
        state=state,
        salt=b"0" * 16,
    )
    spot.places.set([law.place(COMMUNE)])
    return spot


def page(client: Client | None = None) -> Any:
    return (client or Client()).get(reverse("situation"))


def on_staff(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.commission.account)
    return client


def test_the_public_sees_confirmed_hot_spots_and_staff_the_undecided_too(cast: Cast) -> None:
    confirmed, undecided, _dismissed = (hot_spot(state) for state in ("confirmed", "open", "dismissed"))
    assert [row["spot"] for row in page().context["hot_spots"]] == [confirmed]
    assert [row["spot"] for row in page(on_staff(cast)).context["hot_spots"]] == [undecided, confirmed]


def test_a_small_count_is_hidden_from_the_public(cast: Cast) -> None:
    hot_spot("confirmed", observed=3)
    assert page().context["hot_spots"][0]["count"] == "<5"
    assert page(on_staff(cast)).context["hot_spots"][0]["count"] == "3"


def test_rising_words_open_the_published_cases_that_say_them() -> None:
    cases = [received(moment(28), text=f"Nước đục {number}")[0] for number in range(6)]
    assert actions.note_rising_words(moment(30)) > 0
    (word,) = page().context["words"]
    assert word["count"] == "6"
    assert Client().get(word["href"]).context["cases"] == []
    Case.objects.filter(pk=cases[0].pk).update(is_public=True)
    assert [row["code"] for row in Client().get(word["href"]).context["cases"]] == [cases[0].code]


def test_words_are_counted_anew_each_night() -> None:
    for number in range(6):
        received(moment(10), text=f"Nước đục {number}")
    actions.note_rising_words(moment(20))
    assert RisingWord.objects.exists()
    actions.note_rising_words(moment(30, 8))
    assert not RisingWord.objects.exists()


def test_late_cases_open_their_list(cast: Cast) -> None:
    case, _answer = received(moment(1))
    Case.objects.filter(pk=case.pk).update(due=date(2026, 6, 15))
    assert page().context["late"]["rows"] == []
    (row,) = page(on_staff(cast)).context["late"]["rows"]
    assert (row["value"], case.code in on_staff(cast).get(row["href"]).content.decode()) == ("1", True)
    Case.objects.filter(pk=case.pk).update(is_public=True)
    cache.clear()
    (row,) = page().context["late"]["rows"]
    assert case.code in Client().get(row["href"]).content.decode()


def test_what_everyone_is_told_is_counted_once_in_a_while_and_in_each_language(
    cast: Cast, django_assert_max_num_queries: Any
) -> None:
    for _number in range(6):
        received(moment(20))
    assert "Chiếu sáng" in page().content.decode()
    with django_assert_max_num_queries(4):  # hot spots, rising words, who waits longest, a visit
        page()
    english = Client()
    english.cookies["django_language"] = "en"
    names = [row["name"] for row in page(english).context["topics"]["rows"]]
    assert names == [law.topics()["chieu_sang"].name_en]


def test_what_was_counted_is_counted_anew_once_a_register_has_changed(cast: Cast) -> None:
    for _number in range(6):
        received(moment(20))
    before = [row["name"] for row in page().context["topics"]["rows"]]
    Topic.objects.filter(code="chieu_sang").update(name_vi="Đèn đường")
    law.forget()
    after = [row["name"] for row in page().context["topics"]["rows"]]
    Topic.objects.filter(code="chieu_sang").update(name_vi=before[0])
    law.forget()
    assert (before, after) == ([law.topics()["chieu_sang"].name], ["Đèn đường"])


def test_every_dot_and_bar_opens_its_cases() -> None:
    for _number in range(6):
        received(moment(20))
    found = page().context
    dot = next(dot for dot in found["places"]["map"]["dots"] if dot["look"] == "some")
    assert dot["href"] == f"{reverse('cases')}?noi={COMMUNE}"
    assert found["topics"]["rows"][0]["href"] == f"{reverse('cases')}?linh_vuc=chieu_sang"
    assert found["topics"]["rows"][0]["extra"] == "năm trước 0"


def test_no_page_of_the_situation_names_who_wrote(cast: Cast) -> None:
    received(moment(28), contact={"phone": "0912 345 678"})
    assert "0912" not in page(on_staff(cast)).content.decode()
