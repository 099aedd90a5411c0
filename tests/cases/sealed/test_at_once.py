"""Transactions of the sealed lane: a double click or request is one, and no caller can take a reading back."""

import pytest
from django.db import transaction

from langnghe.cases import actions
from langnghe.cases.lifecycle import RESIDENT, Actor, acting
from langnghe.cases.sealed.models import SealedEvent, SealedRecord, SealedRequest
from langnghe.core.refusal import Refused
from tests.cases.sealed.doing import denunciation, keep, kept, read
from tests.cases.test_concurrency import at_once
from tests.cast import Cast, ensure_world, moment

pytestmark = pytest.mark.django_db(transaction=True)


def test_sealed_writes_are_whole() -> None:
    ensure_world()
    record = kept()
    double = denunciation()
    found = at_once(*[lambda: keep(double)] * 4)
    assert len(set(found)) == 1 and isinstance(found[0], SealedRecord)
    assert SealedRecord.objects.count() == SealedEvent.objects.filter(verb="keep").count() == 2
    assert Cast().leader
    for passphrase in ("một cụm mật khẩu sai", "cá rô đồng bơi ngược dòng"):
        with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
            read(record, passphrase=passphrase)


def test_the_same_request_by_receipt_and_at_the_counter_is_taken_once() -> None:
    ensure_world()
    record, leader = kept(), acting(Cast().leader)
    said = {"at": moment(10)}
    found = at_once(
        lambda: actions.request_sealed(record, "see", "", channel="web", actor=Actor(RESIDENT), **said),
        lambda: actions.request_sealed(record, "see", "Đã xem căn cước", channel="reception", actor=leader, **said),
    )
    assert {type(each) for each in found} == {SealedRequest, Refused}
    assert SealedRequest.objects.count() == SealedEvent.objects.filter(verb="ask").count() == 1
