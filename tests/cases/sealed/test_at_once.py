"""Transactions of the sealed lane: a double click gives one record, and no caller can take a reading back."""

import pytest
from django.db import transaction

from langnghe.cases.sealed.models import SealedEvent, SealedRecord
from tests.cases.sealed.doing import denunciation, keep, kept, read
from tests.cases.test_concurrency import at_once
from tests.cast import Cast, ensure_world

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
