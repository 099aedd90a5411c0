"""Readers flag what should not be public; the holder hears of it and looks; a flood is slowed and nobody is kept."""

import time
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.desk_models import Flag
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from tests.cast import Cast, moment, received
from tests.web.test_desk import signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture
def case(cast: Cast, settings: Any) -> Case:
    settings.CLOCK = moment(10)
    cache.clear()
    made, _answer = received()
    actions.publish(made, title="Đèn tắt", summary="", actor=acting(cast.officer), at=moment())
    return Case.objects.get(pk=made.pk)


def say(client: Client, case: Case, **changes: str) -> str:
    said = {"reason": "person", "words": "Nêu tên nhà tôi"} | changes
    return client.post(reverse("flag", args=[case.code]), said, follow=True).content.decode()


def test_a_flag_reaches_the_desk_and_is_settled_by_the_holder(case: Case, cast: Cast, client: Client) -> None:
    assert "cán bộ sẽ xem lại" in say(client, case)
    desk = signed_in(cast.officer)
    assert "Người đọc báo" in desk.get(reverse("queue")).content.decode()
    assert "Nêu tên nhà tôi" in desk.get(reverse("desk_case", args=[case.code])).content.decode()
    assert signed_in(cast.other_officer).post(reverse("settle_flags", args=[case.code])).status_code == 404
    desk.post(reverse("settle_flags", args=[case.code]))
    assert not Flag.objects.filter(is_open=True).exists()
    assert "Người đọc báo" not in desk.get(reverse("queue")).content.decode()


def test_nothing_is_kept_of_who_flags(case: Case, client: Client) -> None:
    say(client, case)
    assert {field.name for field in Flag._meta.fields} == {"id", "case", "reason", "words", "day", "is_open"}


def test_what_readers_say_is_not_public(case: Case, client: Client) -> None:
    say(client, case)
    assert "Nêu tên nhà tôi" not in client.get(reverse("case", args=[case.code])).content.decode()


def test_a_flood_makes_each_wait_and_keeps_nobody_from_it(
    case: Case, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(10):
        say(client, case, words=f"Lời {number}")
    asked = client.post(reverse("flag", args=[case.code]), {"reason": "person", "words": "Nêu tên cháu tôi"})
    assert asked.status_code == 429 and Flag.objects.count() == 10
    assert "Chờ 8 giây" in asked.content.decode() and "Nêu tên cháu tôi" in asked.content.decode()
    ticket = asked.context["waits"]["ticket"]
    assert client.post(reverse("flag", args=[case.code]), {"reason": "person", "ticket": ticket}).status_code == 429
    later = time.time() + 9
    monkeypatch.setattr(time, "time", lambda: later)
    assert "cán bộ sẽ xem lại" in say(client, case, words="Nêu tên cháu tôi", ticket=ticket)
    assert Flag.objects.filter(words="Nêu tên cháu tôi").count() == 1


def test_a_flood_at_one_case_slows_no_other(case: Case, cast: Cast, client: Client) -> None:
    for number in range(12):
        say(client, case, words=f"Lời {number}")
    other, _answer = received()
    actions.publish(other, title="Khác", summary="", actor=acting(cast.officer), at=moment())
    assert "cán bộ sẽ xem lại" in say(client, other)


def test_the_same_flag_twice_is_kept_once(case: Case, client: Client) -> None:
    say(client, case)
    say(client, case)
    assert Flag.objects.count() == 1


@pytest.mark.parametrize("reason", ["", "khac", "x" * 500])
def test_a_flag_without_a_reason_is_refused_in_words(case: Case, client: Client, reason: str) -> None:
    assert "chọn một lý do" in say(client, case, reason=reason) and not Flag.objects.exists()


@pytest.mark.parametrize("code", ["VV-999999-9", "khong", "9" * 99])
def test_only_a_published_case_is_flagged(case: Case, client: Client, code: str) -> None:
    assert client.post(reverse("flag", args=[code]), {"reason": "person"}).status_code == 404
    hidden, _answer = received()
    assert client.post(reverse("flag", args=[hidden.code]), {"reason": "person"}).status_code == 404
