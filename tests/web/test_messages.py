"""The door for messages: signed, once by id, a voice or a question back, and the answer by the outbox."""

import base64
import hmac
import json
import time
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from itertools import count
from threading import Thread
from typing import Any

import pytest
import schemathesis
from django.core.cache import cache
from django.test import Client
from hypothesis import HealthCheck, given, settings, strategies

from langnghe.cases import actions, gateways, sealing
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.jobs import send_message
from langnghe.cases.message_models import MessageDraft, MessageReply
from langnghe.cases.models import Attachment, Person, RawIntake, Voice
from langnghe.ledger.models import OutboxJob
from langnghe.web.places import COMMUNE
from tests.cast import Cast, moment, run_next_job

pytestmark = pytest.mark.django_db
SECRET = "mot-bi-mat-dung-chung-dai-hon-32-ky-tu"
SENDER = "+84912345678"
PLACED = "Đèn đường ở xã Thư Vũ cháy đã hai tuần, tối không ai dám đi."
PLACELESS = "Đèn đường đầu ngõ cháy đã hai tuần, tối không ai dám đi."
PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(40)).decode()
numbers = count(1)


class Receiver(HTTPServer):
    """A gateway on this machine that keeps what it is sent, and answers with `status`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Inbox)
        self.status, self.got = 200, []  # type: int, list[tuple[dict[str, str], bytes]]


class Inbox(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        server: Any = self.server
        server.got.append((dict(self.headers), self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(server.status)
        self.send_header("Location", "http://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture(autouse=True)
def receiver(cast: Cast, settings: Any) -> Iterator[Receiver]:
    server = Receiver()
    Thread(target=server.serve_forever, daemon=True).start()
    settings.CLOCK = moment(10)
    settings.MESSAGES = {"sms": f"{SECRET}@http://127.0.0.1:{server.server_port}/gui"}
    cache.clear()
    yield server
    server.shutdown()
    server.server_close()


def signed(body: bytes, at: float = 0, secret: str = SECRET) -> dict[str, str]:
    at = int(time.time() + at)
    mark = hmac.new(secret.encode(), f"{at}.".encode() + body, "sha256").hexdigest()
    return {"X-Langnghe-Timestamp": str(at), "X-Langnghe-Signature": f"sha256={mark}"}


def post(body: Any, headers: dict[str, str] | None = None, name: str = "sms") -> Any:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    headers = signed(raw) if headers is None else headers
    return Client().post(f"/api/v1/messages/{name}", raw, content_type="application/json", headers=headers)


def message(text: str, **changes: Any) -> dict[str, Any]:
    return {"id": f"tin-{next(numbers)}", "from": SENDER, "text": text} | changes


def say(text: str, **changes: Any) -> str:
    """Send one message and return the words of the answer."""
    answer = post(message(text, **changes))
    assert answer.status_code == 200, answer.content
    return last_words()


def last_words() -> str:
    sealed = MessageReply.objects.latest("pk").sealed
    return str(json.loads(sealing.unseal(bytes(sealed), "person"))["text"])


def code_in(words: str) -> str:
    return words.partition("Mã biên nhận: ")[2].partition(".")[0]


def test_a_message_that_names_its_commune_becomes_a_voice_and_is_answered_with_the_code() -> None:
    words = say(PLACED)
    voice = Voice.objects.get()
    assert receipt_hash(code_in(words)) == bytes(voice.receipt_hash)
    assert (voice.channel, voice.text, voice.case.place.name) == ("sms", PLACED, "Xã Thư Vũ")
    assert sealing.unseal_contact(bytes(Person.objects.get().sealed)) == {"phone": SENDER}
    assert MessageDraft.objects.count() == 0


def test_without_a_commune_the_answer_asks_and_the_next_message_completes_it() -> None:
    assert "Việc này ở xã, phường nào?" in say(PLACELESS)
    assert Voice.objects.count() == 0
    assert "Hãy nhắn" in say("xã Không Có Đâu")
    assert code_in(say("xa thu vu"))
    assert Voice.objects.get().text == PLACELESS
    assert MessageDraft.objects.count() == 0


def test_of_several_communes_of_one_name_one_is_chosen_by_its_number() -> None:
    say(PLACELESS)
    assert "2) Xã " in say("Tân Tiến")
    assert "Hãy nhắn" in say("9")
    say("Tân Tiến")
    assert "Xã Văn Giang" in say("2")
    assert Voice.objects.get().text == PLACELESS


def test_what_waits_for_its_commune_is_unreadable_and_gone_after_a_day(settings: Any) -> None:
    say(PLACELESS)
    row = MessageDraft.objects.get()
    assert SENDER.encode() not in bytes(row.sender) + bytes(row.sealed)
    assert "Đèn".encode() not in bytes(row.sealed)
    settings.CLOCK = moment(10) + timedelta(hours=25)
    say("xã Thư Vũ")
    assert Voice.objects.count() == 0
    assert actions.purge_messages(settings.CLOCK + timedelta(days=8)) > 0
    assert (MessageDraft.objects.count(), MessageReply.objects.count()) == (0, 0)


def test_somebody_else_does_not_complete_it_and_huy_drops_it() -> None:
    say(PLACELESS)
    say("xã Thư Vũ", **{"from": "+84900000000"})
    assert Voice.objects.count() == 0
    assert "Đã bỏ" in say("Hủy")
    assert MessageDraft.objects.count() == 0


def test_a_picture_comes_with_the_voice_also_when_the_commune_came_later() -> None:
    say(PLACELESS, images=[{"name": "cot-den.png", "data": PNG}])
    say("xã Thư Vũ")
    assert (Attachment.objects.get().name, Attachment.objects.get().media) == ("cot-den.png", "image/png")


def test_the_same_message_again_changes_nothing_and_is_answered_once() -> None:
    same = message(PLACED)
    assert [post(same).json() for _ in range(2)] == [{"is_repeat": False}, {"is_repeat": True}]
    assert (Voice.objects.count(), OutboxJob.objects.count()) == (1, 1)
    asked = message(PLACELESS)
    assert [post(asked).json()["is_repeat"] for _ in range(2)] == [False, True]
    assert MessageDraft.objects.count() == 1


def test_the_same_id_with_other_words_is_a_conflict() -> None:
    first = message(PLACED)
    post(first)
    assert post(first | {"text": PLACELESS}).status_code == 409
    assert Voice.objects.count() == 1


def test_the_code_opens_the_state_of_the_case_and_a_wrong_one_says_why() -> None:
    code = code_in(say(PLACED))
    case = Voice.objects.get().case
    assert case.code in say(f"Tra cứu {code}")
    assert case.code in say(f"TRA CUU {code.lower().replace('-', ' ')}")
    assert "đủ mã" in say("tra cứu 12 34")
    assert Voice.objects.count() == 1


@pytest.mark.parametrize("text", ["Tôi tố cáo trưởng thôn xã Thư Vũ nhận tiền.", "Đơn khiếu nại về đất ở xã Thư Vũ"])
def test_complaint_words_are_answered_with_the_procedure_and_kept_nowhere(text: str) -> None:
    assert "thủ tục riêng của luật" in say(text)
    assert (RawIntake.objects.count(), MessageDraft.objects.count()) == (0, 0)


@pytest.mark.parametrize("text", ["", "xin chào", "?"])
def test_a_greeting_is_told_what_to_write(text: str) -> None:
    assert "Hãy nhắn việc gì" in say(text)


def test_the_answer_reaches_the_gateway_signed_and_with_one_key_at_every_try(receiver: Receiver) -> None:
    receiver.status = 503
    words = say(PLACED)
    assert run_next_job(moment(10))
    receiver.status = 200
    assert run_next_job(moment(10) + timedelta(hours=1))
    (first, _body), (headers, body) = receiver.got
    assert first["Idempotency-Key"] == headers["Idempotency-Key"]
    gateway = gateways.gateway("sms")
    assert gateway is not None and gateway.is_signed(headers, body)
    assert json.loads(body)["text"] == words
    assert bytes(MessageReply.objects.get().sealed) == b""
    assert not run_next_job(moment(11))


@pytest.mark.parametrize("status", [301, 302, 307, 400])
def test_an_answer_follows_nobody_elsewhere_and_stays_until_it_is_taken(receiver: Receiver, status: int) -> None:
    receiver.status = status
    say(PLACED)
    run_next_job(moment(10))
    job = OutboxJob.objects.get()
    assert (job.state, job.error) == ("waiting", f"NotSent: HTTPError {status}")
    assert bytes(MessageReply.objects.get().sealed)


def test_the_outbox_holds_no_word_and_no_number() -> None:
    say(PLACED)
    assert set(OutboxJob.objects.get().arguments) == {"reply"}
    row = MessageReply.objects.get()
    assert SENDER.encode() not in bytes(row.sealed) + bytes(row.message) + bytes(row.digest)


def test_an_answer_whose_row_is_gone_is_not_sent(receiver: Receiver) -> None:
    send_message(moment(10), {"reply": 0, "key": "k"})
    assert receiver.got == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        signed(b"{}", secret="x" * 40),
        signed(b"{} "),
        signed(b"{}", at=-86_400),
        signed(b"{}", at=86_400),
        signed(b"{}") | {"X-Langnghe-Timestamp": "²³"},
        signed(b"{}") | {"X-Langnghe-Signature": "sha256=é"},
        signed(b"{}") | {"X-Langnghe-Timestamp": "9" * 400},
    ],
)
def test_without_a_fresh_and_true_signature_nothing_is_read(headers: dict[str, str]) -> None:
    assert post(b"{}", headers).status_code == 401


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"khong phai JSON",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"id":"a","from":"b","text":' + b'{"a":' * 50_000,
        b'{"id":"a","from":"b","text":"\\ud800"}',
        {"id": "a"},
        message("x", id=""),
        message("x", id="a b"),
        message("x", **{"from": "x" * 65}),
        message("a" * 20_001),
        message("x", images=[{"data": PNG}] * 6),
        message("x", images=[{"data": "không phải"}]),
        message("x", images=[{"data": base64.b64encode(b"<script>alert(1)</script>").decode()}]),
        message("x", images=[{"data": base64.b64encode(b"%PDF-1.7 ....").decode()}]),
        message("x", images=[{"url": "http://169.254.169.254/"}]),
        message("x", image_url="http://127.0.0.1/"),
    ],
)
def test_what_is_wrong_is_named_and_nothing_is_kept(body: Any) -> None:
    answer = post(body)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert (RawIntake.objects.count(), MessageReply.objects.count()) == (0, 0)


def test_a_body_too_large_is_refused() -> None:
    assert post(b" " * 5_000_001).status_code == 413


def test_unseen_characters_are_no_trouble() -> None:
    say("\x00\x07" + PLACED + "\x00")
    assert Voice.objects.get().text == PLACED


def test_who_writes_too_fast_is_slowed_and_others_are_not() -> None:
    for _ in range(10):
        say("xin chào")
    slow = post(message("xin chào"))
    assert (slow.status_code, slow["Retry-After"]) == (429, "60")
    assert post(message("xin chào", **{"from": "+84900000000"})).status_code == 200


@pytest.mark.parametrize(
    "setting", ["", "khong-co-dia-chi", f"{SECRET}@http://vidu.vn/", "ngan@https://vidu.vn/", f"{SECRET}@file:///etc"]
)
def test_a_gateway_that_is_not_set_safely_stays_closed(settings: Any, setting: str) -> None:
    settings.MESSAGES = {"sms": setting}
    assert post(message(PLACED)).status_code == 404
    assert bool(gateways.fault("sms")) == bool(setting)
    assert post(message(PLACED), name="zalo").status_code == 404


def test_the_door_is_described() -> None:
    described = Client().get("/api/openapi.json").json()["paths"]["/api/v1/messages/{name}"]["post"]
    schema = described["requestBody"]["content"]["application/json"]["schema"]
    assert schema["required"] == ["id", "from"]
    assert schema["properties"]["images"]["items"]["required"] == ["data"]
    assert {"401", "409", "413", "422", "429"} <= set(described["responses"])


def test_a_commune_is_sought_only_behind_its_type_word() -> None:
    assert [found[0] for found in COMMUNE.finditer("ở xã Thư Vũ, thôn 3")] == ["xã Thư Vũ, thôn "]


def test_what_the_description_allows_never_breaks_the_door() -> None:
    described = schemathesis.openapi.from_dict(Client().get("/api/openapi.json").json())
    statuses = set()

    @settings(max_examples=40)
    @given(described["/api/v1/messages/{name}"]["POST"].as_strategy())
    def hand_in(case: Any) -> None:
        cache.clear()
        statuses.add(post(case.body if isinstance(case.body, dict) else {}).status_code)

    hand_in()
    assert 200 in statuses
    assert statuses <= {200, 409, 422}


ANYTHING = strategies.recursive(
    strategies.none() | strategies.booleans() | strategies.integers() | strategies.text(),
    lambda inner: strategies.lists(inner, max_size=3) | strategies.dictionaries(strategies.text(), inner, max_size=3),
    max_leaves=8,
)
LIKELY = strategies.fixed_dictionaries(
    {"id": strategies.text(min_size=1), "from": strategies.text(min_size=1), "text": strategies.text() | ANYTHING},
    optional={"images": ANYTHING},
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ANYTHING | LIKELY)
def test_no_json_breaks_the_door(body: Any) -> None:
    cache.clear()
    assert post(body).status_code in {200, 409, 422}
