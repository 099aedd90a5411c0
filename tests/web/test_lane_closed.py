"""What a stranger at an officer's machine finds of the sealed lane: nothing kept, no name, no page that opens again."""

import re
from datetime import date, timedelta
from threading import Thread
from typing import Any
from unittest.mock import Mock

import pytest
from django.urls import reverse
from django.utils.timezone import now
from nacl.pwhash import argon2id

from langnghe.cases import actions
from langnghe.cases.sealed import boxes
from langnghe.cases.sealed.models import SealedRecord
from langnghe.core.refusal import Refused
from langnghe.registry import actions as registry
from langnghe.registry.models import Member, SignInFailure
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, done, keep, recipient, recovery
from tests.cast import Cast, moment
from tests.web.test_desk import signed_in
from tests.web.test_lane import NAME, page_of, stage, watched
from tests.web.test_lane_requests import with_receipt

pytestmark = pytest.mark.django_db
NEW = "bèo dạt mây trôi chốn xa xôi"


@pytest.fixture(autouse=True)
def record(cast: Cast, settings: Any) -> SealedRecord:
    settings.CLOCK = moment(10)
    recipient()
    recovery()
    return keep(denunciation(content={"text": CANARY, "name": NAME}))


def once(page: Any) -> str:
    found = re.search('name="once" value="([^"]*)"', page.content.decode())
    assert found
    return found[1]


@pytest.mark.parametrize("paper", ["", "accept"])
def test_the_back_button_with_the_passphrase_in_it_opens_nothing_again(
    cast: Cast, record: SealedRecord, paper: str
) -> None:
    stage(record, "accept", 10)
    leader = signed_in(cast.leader)
    said = {"passphrase": PASSPHRASE, "reason": "handle", "paper": paper, "once": once(leader.get(page_of(record)))}
    assert NAME in leader.post(page_of(record), said).content.decode()
    again = leader.post(page_of(record), said)
    assert again.status_code == 409 and NAME not in again.content.decode()
    assert "hãy gõ lại cụm mật khẩu" in again.content.decode()
    assert done(record).count("read") == 1
    assert NAME in leader.post(page_of(record), said | {"once": once(again)}).content.decode()  # typed anew


def test_a_wrong_passphrase_may_be_mended_on_the_same_page(cast: Cast, record: SealedRecord) -> None:
    leader = signed_in(cast.leader)
    said = {"passphrase": "sai rồi sai nữa", "reason": "handle", "once": once(leader.get(page_of(record)))}
    assert leader.post(page_of(record), said).status_code == 409
    assert NAME in leader.post(page_of(record), said | {"passphrase": PASSPHRASE}).content.decode()


def test_after_some_wrong_passphrases_the_next_waits_longer_at_every_form_that_takes_one(
    cast: Cast, record: SealedRecord
) -> None:
    leader = signed_in(cast.leader)
    wrong, right = ({"passphrase": words, "reason": "handle"} for words in ("sai rồi sai nữa", PASSPHRASE))
    for _try in range(5):
        assert "chưa đúng" in leader.post(page_of(record), wrong).content.decode()
    for facts in (right, right | {"verb": "hand"}):
        page = leader.post(page_of(record), facts)
        assert page.status_code == 409 and NAME not in page.content.decode()
    change = {"verb": "change", "old": PASSPHRASE, "passphrase": NEW, "again": NEW}
    assert "Hãy đợi" in leader.post(reverse("lane_key"), change).content.decode()
    assert "Hãy đợi" in leader.post(page_of(record), right).content.decode()
    assert done(record).count("fail") == 5 and "read" not in done(record)  # who waits has tried nothing
    SignInFailure.objects.update(last=now() - timedelta(minutes=2))
    assert NAME in leader.post(page_of(record), right).content.decode()
    assert not SignInFailure.objects.exists()


def test_what_is_refused_for_another_reason_counts_as_no_wrong_passphrase(
    cast: Cast, record: SealedRecord, monkeypatch: pytest.MonkeyPatch
) -> None:
    leader = signed_in(cast.leader)
    wrong = {"passphrase": "sai rồi sai nữa", "reason": "handle"}
    for _try in range(4):
        leader.post(page_of(record), wrong)
    with monkeypatch.context() as patched:
        patched.setattr(actions, "read_sealed", Mock(side_effect=Refused("Hồ sơ vừa được giao đi.")))
        assert "vừa được giao đi" in leader.post(page_of(record), wrong).content.decode()
    assert SignInFailure.objects.get().count == 4


def test_no_page_of_the_lane_is_kept_by_the_browser_or_names_anybody_in_its_title(
    cast: Cast, record: SealedRecord
) -> None:
    leader, lane = signed_in(cast.leader), reverse("lane")
    said = {"passphrase": PASSPHRASE, "reason": "handle"}
    stage(record, "accept", 10)
    pages = {
        "list": leader.get(lane),
        "handed": leader.get(lane, {"xem": "giao"}),
        "closed": leader.get(page_of(record)),
        "opened": leader.post(page_of(record), said),
        "paper": leader.post(page_of(record), said | {"paper": "accept", "once": "x"}),
        "wrong": leader.post(page_of(record), said | {"passphrase": "sai"}),
        "none": leader.get(page_of(record)[:-1]),
        "oversight": signed_in(cast.commission).get(reverse("oversight")),
        "intake": leader.get(reverse("intake_sealed")),
        "writer": with_receipt(record).get(reverse("mine_sealed")),
    }
    assert NAME in pages["opened"].content.decode() and NAME in pages["paper"].content.decode()
    for name, page in pages.items():
        assert "no-store" in page["Cache-Control"], name
        title = re.findall("<title>(.*?)</title>", page.content.decode(), re.DOTALL)[0]
        assert NAME not in title and CANARY not in title, name
    assert "Tố cáo" not in re.findall("<title>(.*?)</title>", pages["writer"].content.decode())[0]  # a shared computer


def test_whose_role_has_ended_opens_nothing_from_a_page_that_was_still_open(cast: Cast, record: SealedRecord) -> None:
    leader = signed_in(cast.leader)
    said = {"passphrase": PASSPHRASE, "reason": "handle", "once": once(leader.get(page_of(record)))}
    Member.objects.filter(pk=cast.leader.pk).update(valid_to=date(2026, 6, 9))
    registry.appoint(cast.leader.account, cast.other_officer.body, "leader", date(2026, 6, 10))
    assert record.pk[:8].upper() not in leader.get(reverse("lane")).content.decode()
    for facts in (said, said | {"verb": "hand"}, said | {"verb": "ask"}, said | {"verb": "accept"}):
        assert leader.post(page_of(record), facts).status_code == 404
    assert done(record) == ["keep"]


def test_oversight_sees_also_what_was_deleted_and_that_nobody_but_the_server_did_it(cast: Cast) -> None:
    actions.purge_sealed(moment(1, 1, 2050))
    assert "xóa khi hết hạn giữ máy chủ" in watched(cast.commission)
    assert "xóa khi hết hạn giữ" not in watched(cast.supervisor)


def test_many_tries_at_once_claim_the_memory_of_one(monkeypatch: pytest.MonkeyPatch) -> None:
    inside, most = 0, 0

    def slow(*said: Any, **options: Any) -> bytes:
        nonlocal inside, most
        inside += 1
        most = max(most, inside)
        key = argon2id_kdf(*said, **options)
        inside -= 1
        return key

    argon2id_kdf = argon2id.kdf
    monkeypatch.setattr(argon2id, "kdf", slow)
    monkeypatch.setattr(boxes, "OPERATIONS", 3)
    monkeypatch.setattr(boxes, "MEMORY", 16 << 20)
    tries = [Thread(target=lambda: boxes.wrap(boxes.new_key(), PASSPHRASE)) for _each in range(4)]
    for each in tries:
        each.start()
    for each in tries:
        each.join()
    assert most == 1
