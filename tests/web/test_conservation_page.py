"""The public page of the conservation check: light, bilingual, and without small counts."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases.actions import store_counts
from langnghe.cases.models import DayCount
from tests.cast import Cast, moment, received

pytestmark = pytest.mark.django_db
PAGE = "/nhat-ky/doi-soat"


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


def counted(day: int = 8, month: int = 6, **counts: int) -> None:
    whole = {"voices": 40, "quarantined": 0, "repeat": 0} | counts
    whole |= {"raw": sum(whole.values()), "steps": whole["voices"], **counts}
    whole["states"] = {"received": whole["voices"]}  # type: ignore[assignment]
    DayCount.objects.create(day=date(2026, month, day), channel="web", counts=whole)


def page(query: str = "") -> Any:
    return Client().get(PAGE + query)


def test_before_the_first_run_it_says_so() -> None:
    assert "lần đầu chạy vào đêm nay" in page().content.decode()


def test_it_shows_what_the_nightly_run_stored() -> None:
    for _time in range(6):
        received()
    store_counts(moment(9))
    answer = page()
    assert answer.context["rows"][0]["cells"] == ["6", "6", "0", "0"]
    assert answer.context["states"] == [("Mới tiếp nhận", "6")]
    assert "Mọi ngày trong tháng này đều khớp" in answer.content.decode()


def test_a_small_count_hides_its_row_and_the_sums_that_would_tell_it() -> None:
    counted(8, repeat=2)
    counted(9)
    answer = page()
    assert [row["cells"] for row in answer.context["rows"]] == [["40", "40", "0", "0"], [None] * 4]
    assert answer.context["totals"] == [None] * 4


def test_a_day_that_does_not_add_up_is_said_even_where_its_counts_are_hidden(cast: Cast) -> None:
    counted(8, voices=2, raw=3)
    assert "không khớp" in page().content.decode()
    keeper = Client()
    keeper.force_login(cast.commission.account)
    assert "nhận 3, nhưng chỉ giải thích được 2" in keeper.get(reverse("jobs")).content.decode()


@pytest.mark.parametrize("query", ["?thang=2026-13", "?thang=abc", "?thang=9999-12", "?thang=0000-01", "?thang="])
def test_no_query_breaks_it(query: str) -> None:
    counted()
    assert page(query).status_code == 200


def test_months_lead_to_one_another() -> None:
    counted(8, 4)
    counted(8, 6)
    last = page()
    assert (last.context["previous_href"], last.context["next_href"]) == ("", "?thang=2026-05")
    first = page("?thang=2026-04")
    assert (first.context["previous_href"], first.context["next_href"]) == ("?thang=2026-05", "")


def test_it_takes_few_queries_and_speaks_english(django_assert_max_num_queries: Any) -> None:
    counted()
    page()
    client = Client()
    client.cookies["django_language"] = "en"
    with django_assert_max_num_queries(3):
        answer = client.get(PAGE)
    assert "no voice is lost" in answer.content.decode()
