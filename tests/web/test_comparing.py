"""Leaders see communes side by side with the uncertainty of each share, and take them out as a workbook."""

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from langnghe.cases.models import Case
from langnghe.core.text import sort_key
from langnghe.registry import law
from langnghe.situation.actions import tally
from langnghe.situation.tallies import Happened
from langnghe.web.desk.comparing import Row, _pictured, _share
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, answered, assigned, moment, received
from tests.core.questions import select
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


def replied(good: int, whole: int) -> Row:
    return Row("Xã", Happened({(1, 1, "reply", "done"): (whole, good)}), None)


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "–"),
        (3, 4, "3/4, quá ít để so sánh"),
        (80, 100, "80,0 phần trăm (từ 71 đến 87)"),
    ],
)
def test_a_share_says_how_sure_it_is_and_few_are_not_compared(part: int, whole: int, words: str) -> None:
    assert _share(replied(part, whole), "reply") == words


def test_the_picture_draws_a_value_within_its_interval_on_one_scale_and_few_palely() -> None:
    rows = [replied(80, 100), replied(3, 4), replied(50, 50), replied(0, 0)]
    most, few, best, none = _pictured(rows, rows, "dung-han")["rows"]
    assert (most["is_few"], few["is_few"], none["at"]) == (False, True, [])
    assert most["at"] == [80.0, 71.1, 86.7]  # Wilson: 0.711 to 0.867; the longest bound is 1
    assert few["at"] == [75.0, 30.1, 95.4]  # 3 of 4 by Wilson
    assert best["at"][0] == best["at"][2] == 100.0


def test_each_commune_stands_with_what_it_received_and_answered(cast: Cast) -> None:
    answered()
    received(place=law.place(OTHER_COMMUNE))
    page = signed_in(cast.commission).get(reverse("comparison"))
    found = {row["name"]: [value for _head, value in row["cells"][1:6]] for row in page.context["rows"]}
    assert found == {
        law.place(OTHER_COMMUNE).name: ["1", "0", "0", "0", "0"],
        cast.commune.name: ["1", "0", "1", "0", "0"],
    }


def test_communes_are_read_a_page_at_a_time_by_name(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("langnghe.web.desk.comparing.SIZE", 1)
    received()
    received(place=law.place(OTHER_COMMUNE))
    client, names = signed_in(cast.commission), []
    address = reverse("comparison") + "?do=dung-han"
    while address:
        page = client.get(address)
        names += [row["name"] for row in page.context["rows"]]
        following = page.context["pager"]["next_href"]
        assert page.context["measure"] == "dung-han"
        address = following and reverse("comparison") + following
    assert names == sorted([cast.commune.name, law.place(OTHER_COMMUNE).name], key=sort_key)
    for nonsense in ("999", "x", "-1"):
        assert client.get(reverse("comparison"), {"sau": nonsense, "do": nonsense}).status_code == 200


def test_a_commune_sees_itself_alone(cast: Cast) -> None:
    received(place=law.place(OTHER_COMMUNE))
    received()
    rows = signed_in(cast.leader).get(reverse("comparison")).context["rows"]
    assert [row["name"] for row in rows] == [cast.commune.name]


def test_the_workbook_has_the_same_numbers_and_no_formula(cast: Cast) -> None:
    answered()
    cast.commune.__class__.objects.filter(pk=cast.commune.pk).update(name="=cmd|calc!A1")
    content = signed_in(cast.commission).get(reverse("comparison_file")).content
    page = load_workbook(BytesIO(content)).worksheets[0]
    cells = [cell for row in page.iter_rows() for cell in row]
    people = int(select("population", place=COMMUNE)[0]["people"])
    assert [cell.value for cell in page[2]] == ["=cmd|calc!A1", people, 1, 0, 1, 0, 0, None, None, None, 1, 0, 0]
    assert all(cell.data_type != "f" for cell in cells)


def test_load_counts_cases_of_each_officer_and_those_of_nobody(cast: Cast) -> None:
    assigned()
    received()
    load = signed_in(cast.leader).get(reverse("overview")).context["load"]
    assert {row["name"]: row["value"] for row in load["rows"]} == {
        cast.officer.account.username: "1",
        "Chưa giao ai": "1",
    }
    assert Case.objects.count() == 2


def test_reviewers_see_no_persons_load(cast: Cast) -> None:
    assigned()
    page = signed_in(cast.commission).get(reverse("overview"))
    assert page.context["load"] is None and cast.officer.account.username not in page.content.decode()


def test_the_comparison_takes_few_queries(cast: Cast, django_assert_num_queries: Any) -> None:
    received()
    client = signed_in(cast.commission)
    client.get(reverse("comparison"))
    tally(moment(30), least=1)
    with django_assert_num_queries(7):
        client.get(reverse("comparison"))
