"""Where a case is, drawn: its commune among those around it, with the same in words."""

from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.web.desk.place_map import AROUND, around
from tests.cast import COMMUNE, PROVINCE, Cast, moment, received

pytestmark = pytest.mark.django_db
DAY = moment(10).date()


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(10)
    cache.clear()


def seen(cast: Cast, case: Case) -> str:
    client = Client()
    client.force_login(cast.officer.account)
    return client.get(reverse("desk_case", args=[case.code])).content.decode()


def test_the_commune_is_marked_among_the_nearest(cast: Cast) -> None:
    map_ = around(cast.commune, DAY)
    assert map_ is not None
    assert [area["name"] for area in map_["areas"] if area["is_own"]] == [cast.commune.name]
    assert len(map_["near"]) == len(map_["areas"]) - 1 == AROUND


def test_the_page_says_the_neighbours_in_words_too(cast: Cast) -> None:
    case, _answer = received(spot="Ngõ 3")
    page, map_ = seen(cast, case), around(cast.commune, DAY)
    assert map_ is not None
    assert "<svg viewBox" in page
    assert f"{cast.commune.name}, Ngõ 3. Bên cạnh: {', '.join(map_['near'])}." in page


def test_a_case_that_has_no_commune_yet_has_no_map() -> None:
    assert around(law.place(PROVINCE), DAY) is None


def test_a_drawn_map_asks_nothing_again(django_assert_num_queries: Any) -> None:
    around(law.place(COMMUNE), DAY)
    place = law.place(COMMUNE)
    with django_assert_num_queries(0):
        around(place, DAY)
