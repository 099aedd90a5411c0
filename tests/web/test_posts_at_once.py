"""Two officers who press the button in the same instant: one wins, the other reads what changed."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from langnghe.cases.models import Case, Step
from langnghe.registry.models import SignInFailure, StaffSession
from tests.cases.test_concurrency import at_once
from tests.cases.test_concurrency import committed as committed
from tests.cast import PROVINCE, Cast, body, moment, received
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.database


@pytest.fixture(autouse=True)
def signed_out(committed: None, settings: Any) -> Iterator[None]:
    settings.CLOCK = moment(10)
    yield
    for model in (StaffSession, Session, SignInFailure):
        model.objects.all()._raw_delete("default")


def pressed(client: Client, case: Case, verb: str, **fields: object) -> Any:
    step = client.get(reverse("desk_case", args=[case.code])).context["last_step"]
    return lambda: client.post(reverse("move", args=[case.code, verb]), fields | {"step": step})


def test_of_two_who_hand_a_case_to_different_bodies_one_wins_and_the_other_keeps_the_words() -> None:
    case, cast = received()[0], Cast()
    above, works = body("committee_province", PROVINCE), body("department_construction")
    officer, leader = signed_in(cast.officer), signed_in(cast.leader)
    answers: Any = at_once(
        pressed(officer, case, "refer", to=above.code, reason="Lời của cán bộ"),
        pressed(leader, case, "refer", to=works.code, reason="Lời của lãnh đạo"),
    )
    won = [answer.status_code for answer in answers].index(302)
    lost = answers[1 - won]
    assert lost.status_code == 409
    assert ("Lời của lãnh đạo", "Lời của cán bộ")[won] in lost.content.decode()
    assert (Case.objects.get().holder, Step.objects.filter(verb="refer").count()) == ((above, works)[won], 1)


def test_of_two_who_classify_at_once_the_second_reads_what_the_first_did() -> None:
    case, cast = received()[0], Cast()
    fields = {"kind": "feedback", "condition": "normal", "place": case.place.name}
    topics, clients = ("rac_thai", "thoat_nuoc"), (signed_in(cast.officer), signed_in(cast.leader))
    posts = [
        pressed(client, case, "classify", **fields, topic=topic) for client, topic in zip(clients, topics, strict=True)
    ]
    answers: Any = at_once(*posts)
    won = [answer.status_code for answer in answers].index(302)
    assert answers[1 - won].status_code == 409 and "vừa có thay đổi: Phân loại" in answers[1 - won].content.decode()
    assert (Case.objects.get().topic.code, Step.objects.filter(verb="classify").count()) == (topics[won], 1)


def test_of_many_wrong_passwords_in_one_instant_only_the_free_ones_are_looked_at() -> None:
    said = {"username": Cast().officer.account.username, "password": "sai hẳn rồi"}
    clients = [Client() for _number in range(12)]
    answers: Any = at_once(*(lambda client=each: client.post(reverse("login"), said) for each in clients))
    codes = sorted(answer.status_code for answer in answers)
    assert codes == [200] * 5 + [429] * 7
    assert SignInFailure.objects.get().count == 5
