"""Doors whose database fails for a moment, and what the spool brings in afterwards: nothing lost, nothing twice."""

import base64
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, OperationalError
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, spool
from langnghe.cases.models import RawIntake, Voice
from langnghe.registry import actions as registry
from langnghe.web.public import speaking
from langnghe.web.replay import replay
from tests.cast import COMMUNE, moment

pytestmark = pytest.mark.django_db
TEXT = "Đèn đường đầu ngõ cháy đã hai tuần, tối không ai dám đi."
GOOD = {"text": TEXT, "place": "xã Thư Vũ", "topic": "chieu_sang", "kind": "feedback", "appearance": "text"}
BODY = {"text": TEXT, "place": COMMUNE, "topic": "chieu_sang"}


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.CLOCK = moment(9)
    settings.SPOOL = tmp_path / "spool"
    return Path(settings.SPOOL)


@pytest.fixture
def key() -> str:
    return str(uuid4())


def send(key: str, **changes: str) -> Any:
    return Client().post(reverse("speak"), GOOD | {"key": key} | changes)


def failing(*errors: Exception, then: Callable[..., Any] | None = None) -> Callable[..., Any]:
    """Return a function that raises these errors, one a call, and afterwards does what it is for."""
    left = list(errors)

    def call(*arguments: Any, **named: Any) -> Any:
        if left:
            raise left.pop(0)
        assert then
        return then(*arguments, **named)

    return call


def spooled_web(key: str, **changes: str) -> None:
    spool.append({"door": "web", "at": moment().isoformat(), "sent": GOOD | {"key": key} | changes})


def spooled_api(body: bytes, key: str = "cong-1:khoa-chong-trung-0001") -> None:
    words = base64.b64encode(body).decode()
    spool.append({"door": "api", "at": moment().isoformat(), "key": key, "body": words})


def test_of_two_requests_at_one_moment_the_later_finds_the_earlier(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "receive", failing(IntegrityError("the key is taken"), then=actions.receive))
    assert send(key).status_code == 200
    assert Voice.objects.count() == 1


def test_an_error_of_our_own_is_no_outage(key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "receive", failing(*[IntegrityError("ours")] * 2))
    with pytest.raises(IntegrityError):
        send(key)
    monkeypatch.setattr(speaking, "_speak", failing(IntegrityError("ours")))
    with pytest.raises(IntegrityError):
        send(key)
    assert spool.waiting() == []


def test_an_outage_in_the_middle_of_receiving_spools_what_was_checked(
    key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(actions, "receive", failing(OperationalError("gone")))
    assert send(key).status_code == 202
    monkeypatch.undo()
    assert (replay(moment(9)), Voice.objects.get().text) == (0, TEXT)


def test_an_outage_before_the_form_is_read_gives_a_page_without_a_key_a_new_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speaking, "_speak", failing(OperationalError("gone")))
    answer = send("no key")
    page = html.unescape(answer.content.decode())
    assert (answer.status_code, TEXT in page, spool.waiting()) == (503, True, [])
    assert re.search(r'name="key" value="[0-9a-f]{8}-[0-9a-f-]{27}"', page)


@pytest.mark.parametrize("empty", ["text", "place"])
def test_what_is_no_voice_yet_is_given_back_and_not_spooled(
    key: str, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(speaking, "_speak", failing(OperationalError("gone")))
    answer = send(key, **{empty: "  "})
    assert (answer.status_code, spool.waiting()) == (503, [])
    assert key in answer.content.decode()


def test_a_key_that_another_voice_has_is_kept_in_quarantine(key: str, caplog: pytest.LogCaptureFixture) -> None:
    send(key)
    spooled_web(key, text="Chuyện khác hẳn ở đầu ngõ.")
    assert replay(moment(9)) == 0
    assert sorted(RawIntake.objects.values_list("outcome", flat=True)) == ["quarantined", "voice"]
    assert "had the key of another" in caplog.text


def test_what_came_by_the_json_door_is_received_as_of_its_hour() -> None:
    spooled_api(json.dumps(BODY).encode())
    assert replay(moment(9)) == 0
    voice = Voice.objects.get()
    assert (voice.text, voice.channel, voice.received_at) == (TEXT, "api", moment())


@pytest.mark.parametrize(
    "body",
    [b"", b"rubbish", b"[1]", b"{}", json.dumps(BODY | {"place": "Khôngcónơinày"}).encode(),
     json.dumps(BODY | {"kind": "denunciation"}).encode()],
)  # fmt: skip
def test_a_body_that_is_no_voice_is_quarantined_under_its_own_key(body: bytes) -> None:
    spooled_api(body)
    assert (replay(moment(9)), Voice.objects.count()) == (0, 0)
    raw = RawIntake.objects.get()
    assert (raw.outcome, raw.channel, raw.received_at) == ("quarantined", "api", moment())


def test_a_file_that_cannot_be_read_stays_and_holds_up_nothing(
    folder: Path, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    (folder / "0001.spool").mkdir(parents=True)
    spooled_web(key)
    assert (replay(moment(9)), Voice.objects.count()) == (1, 1)
    assert "0001.spool could not be received" in caplog.text


def test_the_json_door_shows_an_error_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    bearer = registry.admit_client("Cổng thử")
    headers = {"Authorization": f"Bearer {bearer}", "Idempotency-Key": "khoa-chong-trung-0001"}
    monkeypatch.setattr(actions, "receive", failing(*[IntegrityError("ours")] * 5))
    with pytest.raises(IntegrityError):
        Client().post("/api/v1/voices", json.dumps(BODY), content_type="application/json", headers=headers)
    assert spool.waiting() == []
