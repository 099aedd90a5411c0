"""The desk lists groups of similar cases; each is merged with one button, a page at a time."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions as cases
from langnghe.cases.models import Case
from langnghe.situation import actions
from langnghe.situation.models import SameMatter
from tests.cast import Cast, moment, received

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(12)


def on_desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.officer.account)
    return client


def test_a_group_is_merged_into_its_oldest_case_with_one_button(cast: Cast) -> None:
    into, case = (received(text=text, spot="đầu ngõ 5")[0] for text in ("Đèn đầu ngõ 5 cháy", "den dau ngo 5 chay"))
    while cases.index_voices():
        pass
    actions.group_cases(moment(12))
    (group,) = on_desk(cast).get(reverse("case_groups")).context["groups"]
    assert [(row["code"], row["into"]) for row in group] == [(into.code, ""), (case.code, into.code)]
    answer = on_desk(cast).post(reverse("move", args=[case.code, "merge"]), {"into": group[1]["into"]})
    assert answer.status_code == 302
    assert Case.objects.get(pk=case.pk).merged_into == into
    assert on_desk(cast).get(reverse("case_groups")).context["groups"] == []


def test_groups_are_paged_with_few_queries(cast: Cast, django_assert_max_num_queries: Any) -> None:
    for _number in range(12):
        one, two = received()[0], received()[0]
        SameMatter.objects.create(first=one, second=two, likeness=0.9)
    client = on_desk(cast)
    first = client.get(reverse("case_groups"))
    with django_assert_max_num_queries(7):
        second = client.get(reverse("case_groups") + first.context["next_href"])
    assert (len(first.context["groups"]), len(second.context["groups"])) == (10, 2)
    seen = {group[0]["code"] for page in (first, second) for group in page.context["groups"]}
    assert len(seen) == 12 and second.context["next_href"] == ""
