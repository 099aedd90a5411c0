"""Leaders see communes side by side with the uncertainty of each share, and take them out as a workbook."""

from io import BytesIO
from typing import Any

import pytest
from django.urls import reverse
from openpyxl import load_workbook

from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.situation.actions import tally
from langnghe.web.desk.comparing import _share
from tests.cast import COMMUNE, OTHER_COMMUNE, Cast, answered, assigned, moment, received
from tests.core.questions import select
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(30)


@pytest.mark.parametrize(
    ("part", "whole", "words"),
    [
        (0, 0, "–"),
        (3, 4, "3/4, quá ít để so sánh"),
        (80, 100, "80,0 phần trăm (từ 71 đến 87)"),
    ],
)
def test_a_share_says_how_sure_it_is_and_few_are_not_compared(part: int, whole: int, words: str) -> None:
    assert _share(part, whole) == words


def test_each_commune_stands_with_what_it_received_and_answered(cast: Cast) -> None:
    answered()
    received(place=law.place(OTHER_COMMUNE))
    page = signed_in(cast.commission).get(reverse("comparison"))
    found = {row["name"]: [value for _head, value in row["cells"][1:6]] for row in page.context["rows"]}
    assert found == {
        law.place(OTHER_COMMUNE).name: ["1", "0", "0", "0", "0"],
        cast.commune.name: ["1", "0", "1", "0", "0"],
    }


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
