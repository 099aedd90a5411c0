"""A case that has everything at once costs its page no more than twelve statements, whoever of the desk reads it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.models import Case
from langnghe.cases.subject_request import Content
from langnghe.registry.models import Member
from tests.cases.test_joint import ask, give, police
from tests.cases.test_photos import with_photo
from tests.cast import Cast, assigned, body, member, moment, received, resident, staff
from tests.web.test_desk import CHECKED, post, signed_in
from tests.web.test_desk_answer import paper, photo
from tests.web.test_photos import BOX

pytestmark = pytest.mark.django_db
MOST = 12
SAID = {"text": "Đã thay ngày 10/06.", "outcome": "no_money", "promise_text": "Lắp đèn", "promise_due": "2026-12-31"}


def now(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


@pytest.fixture
def full(cast: Cast, settings: Any, client: Client) -> Case:
    """Flags, photos, requests, parts, merges done and undone; reopened after an answer with proofs and a promise."""
    settings.CLOCK = moment(10)
    case, shot = with_photo(shows_text=True)
    _joined, answer = received(joins=case, text="Tôi cũng thế.", contact={"phone": "0912345678"})
    who = resident(answer)
    assert who.voice is not None
    _move(case, cast.officer, "accept")
    _move(case, cast.officer, "assign", officer=cast.officer.account.pk)
    signed_in(cast.officer).post(reverse("photo", args=[case.code, shot.pk]), BOX | {"verb": "show", "words": "Đèn"})
    _merged_and_split(case)
    ask(now(case), police())
    give(case)
    _drafted(case, cast)
    _move(case, cast.leader, "approve", **CHECKED)
    _move(case, cast.officer, "reply", **CHECKED)
    actions.reopen(case, reason="Đèn lại tắt.", actor=who, at=moment(10))
    for each in (body("front_commune"), police()):
        ask(now(case), each, at=moment(10))
    for kind, about in (("object", "public"), ("erase", "contact")):
        actions.request_data(who.voice, kind, about, Content("Thôi."), channel="web", actor=who, at=moment(10))
    client.post(reverse("flag", args=[case.code]), {"reason": "person", "words": "Nêu tên nhà tôi"})
    return now(case)


def _move(case: Case, who: Member, verb: str, **fields: object) -> None:
    assert post(who, case, verb, **fields).status_code == 302, verb


def _drafted(case: Case, cast: Cast) -> None:
    _move(case, cast.officer, "draft", **SAID, photos=[photo()], papers=[paper()])


def _merged_and_split(case: Case) -> None:
    """Merge two cases into the case, one with another inside, and the case itself into one and out of it again."""
    inner, middle, beside, wrong = (assigned()[0] for _time in range(4))
    for one, into in ((inner, middle), (middle, case), (beside, case), (case, wrong)):
        actions.merge(one, into=now(into), actor=staff(case), at=moment(9))
    actions.split(case, actor=staff(case), at=moment(9))


def pages(client: Client, case: Case) -> Iterator[str]:
    """Return the page of the case as it opens, and with the form of each move that it offers."""
    page = client.get(reverse("desk_case", args=[case.code]))
    yield page.request["PATH_INFO"]
    yield from (f"{page.request['PATH_INFO']}?lam={verb}" for verb, _name in page.context["moves"].others)
    yield f"{page.request['PATH_INFO']}?phoi-hop"


def readers(cast: Cast) -> list[Member]:
    guest = member("guest", police(), "officer")
    return [cast.officer, cast.leader, cast.supervisor, cast.commission, cast.province_officer, guest]


def test_the_page_shows_all_of_it(cast: Cast, full: Case) -> None:
    page = signed_in(cast.officer).get(reverse("desk_case", args=[full.code])).context
    assert [flag.get_reason_display() for flag in page["flags"]] == ["Nêu tên hoặc lộ một người"]
    assert [len(voice.asked) for voice in page["voices"]] == [0, 2, 0, 0, 0]
    assert page["voices"][1].asked[0].due is not None
    assert len(page["merged"]) == 3
    assert [part.body for part in full.joint] == [police(), body("front_commune"), police()]
    assert (len(page["replies"][0]["photos"]), len(page["replies"][0]["papers"])) == (1, 1)
    assert page["replies"][0]["promise"].text == "Lắp đèn"


@pytest.mark.parametrize("state", ["accepted", "assigned", "drafted", "approved", "merged"])
def test_it_costs_twelve_statements_at_most(
    cast: Cast, full: Case, state: str, django_assert_max_num_queries: Any
) -> None:
    if state != "accepted":
        _move(full, cast.officer, "assign", officer=cast.officer.account.pk)
    if state in ("drafted", "approved"):
        _drafted(full, cast)
    if state == "approved":
        _move(full, cast.leader, "approve", **CHECKED)
    if state == "merged":
        actions.merge(full, into=assigned()[0], actor=staff(full), at=moment(10))
    assert now(full).state == state
    for who in readers(cast):
        client = signed_in(who)
        for address in list(pages(client, full)):
            client.get(address)
            with django_assert_max_num_queries(MOST, info=f"{who} {address}"):
                assert client.get(address).status_code == 200
