"""The doors while the database is gone or read-only: nothing typed is lost, and the spool brings it in later."""

import html
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from langnghe.cases import sealing, spool
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.models import RawIntake, Voice
from langnghe.registry import actions as registry
from langnghe.web.replay import replay
from tests.cast import COMMUNE, moment

pytestmark = pytest.mark.django_db
TEXT = "Đèn đường đầu ngõ cháy đã hai tuần, tối không ai dám đi."
GOOD = {"text": TEXT, "place": "xã Thư Vũ", "topic": "chieu_sang", "kind": "feedback", "appearance": "text"}
GOOD |= {"spot": "cống đầu thôn 3", "phone": "0912 345 678", "email": "a@vidu.vn", "concerns": "on"}
BODY = json.dumps({"text": TEXT, "place": COMMUNE})


@pytest.fixture(autouse=True)
def monday(settings: Any) -> None:
    settings.CLOCK = moment()


@pytest.fixture
def key() -> str:
    return str(uuid4())


@pytest.fixture
def folder(tmp_path: Path, settings: Any) -> Path:
    settings.SPOOL = tmp_path / "spool"
    return Path(settings.SPOOL)


@pytest.fixture
def bearer(cast: Any) -> str:
    return f"Bearer {registry.admit_client('Cổng thử')}"


@pytest.fixture
def read_only() -> Iterator[Any]:
    """Give a function that makes the database refuse every write, and (SQLite) one that ends it."""
    yield _read_only
    _read_only(False)


def _read_only(is_on: bool) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"PRAGMA query_only = {int(is_on)}")
        elif is_on:
            cursor.execute("SAVEPOINT before_outage")
            cursor.execute("SET LOCAL transaction_read_only = on")
        else:
            cursor.execute("ROLLBACK TO SAVEPOINT before_outage")


def send(key: str, **changes: str) -> Any:
    return Client().post(reverse("speak"), GOOD | {"key": key} | changes)


def hand_in(bearer: str) -> Any:
    headers = {"Authorization": bearer, "Idempotency-Key": "khoa-chong-trung-0001"}
    return Client().post("/api/v1/voices", BODY, content_type="application/json", headers=headers)


def test_what_was_typed_comes_back_with_its_key_and_is_received_later(read_only: Any, key: str) -> None:
    read_only(True)
    answer = send(key)
    page = html.unescape(answer.content.decode())
    assert (answer.status_code, answer["Retry-After"], answer["Cache-Control"]) == (503, "60", "no-store")
    assert [value for value in (*GOOD.values(), key) if value not in page] == []
    assert "Gửi lại" in page
    read_only(False)
    assert send(key).status_code == 200
    assert Voice.objects.get().text == TEXT


def test_the_page_speaks_english_too(read_only: Any, key: str) -> None:
    read_only(True)
    client = Client()
    client.cookies["django_language"] = "en"
    assert "Send again" in client.post(reverse("speak"), GOOD | {"key": key}).content.decode()


def test_the_json_door_asks_for_another_try(read_only: Any, bearer: str) -> None:
    read_only(True)
    answer = hand_in(bearer)
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "Idempotency-Key" in answer.json()["detail"]


def test_a_spooled_voice_has_its_receipt_at_once_and_is_received_by_the_replay(
    read_only: Any, key: str, folder: Path
) -> None:
    read_only(True)
    answer = send(key)
    code = answer.content.decode().split('translate="no">')[1].split("</p>")[0]
    code = "-".join(part.split("<")[0] for part in code.split("<span>")[1:])
    assert answer.status_code == 202 and len(spool.waiting()) == 1
    assert TEXT.encode() not in spool.waiting()[0].read_bytes()
    assert replay(moment(9)) == 1  # still down
    read_only(False)
    assert replay(moment(9)) == 0
    voice = Voice.objects.get(receipt_hash=receipt_hash(code))
    assert (voice.text, voice.received_at, voice.case.spot) == (TEXT, moment(), "cống đầu thôn 3")


def test_the_json_door_spools_too(read_only: Any, bearer: str, folder: Path) -> None:
    read_only(True)
    answer = hand_in(bearer)
    assert answer.status_code == 202
    read_only(False)
    assert replay(moment(9)) == 0
    assert Voice.objects.get().receipt_hash == receipt_hash(answer.json()["receipt"])
    assert hand_in(bearer).json()["receipt"] == answer.json()["receipt"]


def test_a_replay_killed_before_it_removed_the_file_gives_no_second_voice(
    read_only: Any, key: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read_only(True)
    send(key)
    read_only(False)
    with monkeypatch.context() as killed, pytest.raises(KeyboardInterrupt):
        killed.setattr(spool, "remove", _killed)
        replay(moment(9))
    assert replay(moment(9)) == 0
    assert Voice.objects.count() == 1


def _killed(_path: Path) -> None:
    raise KeyboardInterrupt


@pytest.mark.parametrize("content", [b"", b"rubbish", b"[1]", b'{"door": "web", "at": "x", "sent": {}}'])
def test_what_nobody_understands_is_quarantined_and_holds_up_nothing(folder: Path, content: bytes, key: str) -> None:
    folder.mkdir()
    (folder / "0001.spool").write_bytes(sealing.seal(content, "spool") if content != b"rubbish" else content)
    sent = GOOD | {"key": key}
    spool.append({"door": "web", "at": moment().isoformat(), "sent": sent | {"place": "Khôngcónơinày"}})
    spool.append({"door": "web", "at": moment().isoformat(), "sent": sent | {"key": str(uuid4())}})
    assert replay(moment(9)) == 0
    assert (Voice.objects.count(), RawIntake.objects.filter(outcome="quarantined").count()) == (1, 2)


@pytest.mark.parametrize("changes", [{"kind": "denunciation"}, {"text": "Tôi xin tố cáo ông trưởng thôn."}])
def test_what_the_law_seals_is_never_spooled(key: str, folder: Path, changes: dict[str, str]) -> None:
    answer = outage(str(folder), GOOD | {"key": key} | changes)
    assert answer["status"] == 503 and changes.get("text", TEXT) in answer["page"]
    assert not spool.waiting()


def test_a_spool_that_is_full_gives_the_words_back(read_only: Any, key: str, folder: Path) -> None:
    folder.write_text("a file, where the folder should be")
    read_only(True)
    assert send(key).status_code == 503


SCRIPT = """
import json, sys
import django
from django.conf import settings
settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
django.setup()
from django.test import Client
client = Client(headers={"host": "localhost"})
client.cookies["sessionid"] = "a-session-from-before"
fields = json.loads(sys.argv[1])
answer = client.post("/gui-phan-anh", fields) if fields else client.get("/gui-phan-anh")
print(json.dumps({"status": answer.status_code, "page": answer.content.decode()}))
"""


def outage(spool_folder: str, fields: dict[str, str], url: str = "postgres://nobody@127.0.0.1:1/none") -> Any:
    """Return what a process that has read nothing before answers while its PostgreSQL is stopped."""
    own = {"DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "langnghe.settings", "LANGNGHE_SPOOL": spool_folder}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, json.dumps(fields)], env=os.environ | own, capture_output=True, text=True
    )
    answer = json.loads(done.stdout.splitlines()[-1]) if done.returncode == 0 else {"page": done.stderr, "status": 0}
    return {"status": answer["status"], "page": html.unescape(answer["page"])}


def test_a_process_that_has_read_nothing_keeps_the_words_too(key: str) -> None:
    answer = outage("", GOOD | {"key": key})
    assert answer["status"] == 503
    assert [value for value in (*GOOD.values(), key) if value not in answer["page"]] == []
    assert outage("", {})["status"] == 503


def test_a_process_that_has_read_nothing_spools_and_says_that_it_will_be_checked(key: str, folder: Path) -> None:
    answer = outage(str(folder), GOOD | {"key": key})
    assert answer["status"] == 202 and "sẽ được kiểm tra khi máy chủ trở lại" in answer["page"]
    assert replay(moment(9)) == 0
    assert Voice.objects.get().text == TEXT
