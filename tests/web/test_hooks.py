"""A system that handed a voice in hears what happens to it: signed, once, at its own address and nowhere else."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
from django.test import Client

from langnghe.cases import actions, gateways, hooks
from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.actions import Draft
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case
from langnghe.cli import main
from langnghe.registry import actions as registry
from langnghe.registry.models import Client as System
from tests.cast import COMMUNE, Cast, moment, run_next_job
from tests.web.test_messages import Receiver

pytestmark = pytest.mark.django_db
GOOD = {"text": "Cống tắc, nước tràn ra đường.", "place": COMMUNE, "topic": "thoat_nuoc"}


@pytest.fixture
def receiver(cast: Cast, settings: Any) -> Iterator[Receiver]:
    server = Receiver()
    Thread(target=server.serve_forever, daemon=True).start()
    settings.CLOCK = moment(10)
    yield server
    server.shutdown()
    server.server_close()


def handed_in(address: str) -> tuple[Case, str]:
    key = registry.admit_client("Tổng đài thử", address)
    headers = {"Authorization": f"Bearer {key}", "Idempotency-Key": "khoa-chong-trung-0001"}
    answer = Client().post("/api/v1/voices", json.dumps(GOOD), content_type="application/json", headers=headers)
    assert answer.status_code == 201, answer.content
    return Case.objects.get(), answer.json()["receipt"]


def answer_case(case: Case) -> None:
    cast = Cast()
    who, leader = acting(cast.officer), acting(cast.leader)
    actions.accept(case, actor=who, at=moment(10))
    actions.assign(case, officer=cast.officer.account, actor=who, at=moment(10))
    actions.draft(case, Draft("Đã thông cống.", "done", "Biên bản 3"), actor=who, at=moment(11))
    actions.approve(case, actor=leader, at=moment(11))
    actions.reply(case, actor=who, at=moment(11))


def deliver() -> None:
    while run_next_job(moment(12)):
        pass


def at(server: Receiver) -> str:
    return f"http://127.0.0.1:{server.server_port}/tin-bao"


def test_the_system_hears_each_thing_once_signed_and_named_by_its_receipt(receiver: Receiver) -> None:
    case, receipt = handed_in(at(receiver))
    answer_case(case)
    deliver()
    deliver()
    told = [json.loads(body) for _headers, body in receiver.got]
    assert [each["event"] for each in told] == ["accept", "reply"]
    assert {each["receipt_sha256"] for each in told} == {hashlib.sha256(receipt.encode()).hexdigest()}
    assert "Đã thông cống." in told[1]["text"] and told[1]["case"] == case.code
    secret = hooks.secret(System.objects.get())
    for headers, body in receiver.got:
        moment_sent = headers["X-Langnghe-Timestamp"]
        mark = hmac.new(secret.encode(), f"{moment_sent}.".encode() + body, "sha256").hexdigest()
        assert headers["X-Langnghe-Signature"] == f"sha256={mark}"
        assert GOOD["text"] not in body.decode() and receipt not in body.decode()


def test_news_that_were_not_taken_come_again_with_the_same_key(receiver: Receiver) -> None:
    case, _receipt = handed_in(at(receiver))
    actions.accept(case, actor=acting(Cast().officer), at=moment(10))
    receiver.status = 500
    run_next_job(moment(10))
    receiver.status = 200
    while len(receiver.got) < 2 and run_next_job(moment(20)):
        pass
    keys = {headers["Idempotency-Key"] for headers, _body in receiver.got}
    assert (len(receiver.got), len(keys)) == (2, 1)


def test_a_redirect_is_not_followed_so_that_nobody_can_lead_the_server_inside(receiver: Receiver) -> None:
    receiver.status = 302
    with pytest.raises(gateways.NotSent):
        gateways.post(at(receiver), "x" * 32, b"{}", "k")
    assert len(receiver.got) == 1


@pytest.mark.parametrize(
    "address",
    [
        "http://169.254.169.254/latest/meta-data",
        "http://vidu.vn/tin",
        "file:///etc/passwd",
        "ftp://vidu.vn/",
        "https://",
        "https://ten:matkhau@vidu.vn/",
        "http://127.0.0.1@vidu.vn/",
        "https://vidu.vn:99999/",
        "gopher://127.0.0.1:25/_HELO",
        "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://[fd00:ec2::254]/",
        "https://[::ffff:169.254.169.254]/",
        "https://[64:ff9b::a9fe:a9fe]/",
        "https://0.0.0.0/",
        "https://224.0.0.1/",
        "https://2852039166/",
        "https://0x7f000001/",
        "https://127.1/",
    ],
)
def test_no_other_address_is_ever_called(address: str, cast: Cast, capsys: Any) -> None:
    with pytest.raises(gateways.NotSent):
        gateways.post(address, "x" * 32, b"{}", "k")
    assert main(["admit-client", "Hệ thống lạ", "--webhook", address]) != 0
    assert not System.objects.exists()


def test_a_system_without_an_address_or_turned_off_hears_nothing(receiver: Receiver) -> None:
    case, _receipt = handed_in(at(receiver))
    System.objects.update(is_active=False)
    actions.accept(case, actor=acting(Cast().officer), at=moment(10))
    deliver()
    assert receiver.got == []


def test_of_a_case_in_the_sealed_lane_only_that_is_told(receiver: Receiver) -> None:
    case, _receipt = handed_in(at(receiver))
    actions.accept(case, actor=acting(Cast().officer), at=moment(10))
    Case.objects.update(state=Case.State.SEALED)
    deliver()
    told = json.loads(receiver.got[0][1])
    assert (told["event"], told["body"], told["due"]) == ("seal", "", None)
