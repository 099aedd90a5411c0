"""Lists of the sealed lane load no sealed word: a record may be 64 MB; a page shows 25, oversight a year of them."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import SealedRecord, SealedRequest
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import keep, recipient, recovery
from tests.cast import Cast, moment
from tests.web.test_desk import signed_in
from tests.web.test_lane import page_of, stage
from tests.web.test_lane_handing import hand, transferred
from tests.web.test_lane_requests import ask, with_receipt

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def record(cast: Cast, settings: Any) -> SealedRecord:
    """Return a record with a stage and a request that have sealed words of their own; another was handed over."""
    settings.CLOCK = moment(10)
    recipient()
    recovery()
    recipient(cast.other_officer)
    hand(cast.leader, transferred(cast, cast.other_officer.body.name))
    record = keep()
    stage(record, "accept", 10)
    stage(record, "withdraw_part", 10)
    ask(record)
    return record


def sealed_columns(client: Client, address: str) -> set[str]:
    """Return the columns with sealed words that the page reads rows of."""
    with CaptureQueriesContext(connection) as asked:
        assert client.get(address).status_code == 200
    tables = ('"cases_sealedrecord"."ciphertext"', '"cases_sealedstep"."words"', '"cases_sealedrequest"."words"')
    return {column for column in tables if any(column in each["sql"] for each in asked)}


def test_the_lists_and_oversight_read_no_sealed_word(cast: Cast, record: SealedRecord) -> None:
    leader, lane = signed_in(cast.leader), reverse("lane")
    assert record.pk[:8].upper() in leader.get(lane).content.decode()
    assert "Chưa giao" not in leader.get(f"{lane}?xem=giao").content.decode()
    for client, address in (
        (leader, lane),
        (leader, f"{lane}?xem=giao"),
        (signed_in(cast.commission), reverse("oversight")),
    ):
        assert sealed_columns(client, address) == set(), address


def test_a_closed_record_and_the_page_of_its_writer_read_none_of_its_words(cast: Cast, record: SealedRecord) -> None:
    requests = {'"cases_sealedrequest"."words"'}  # of these it is told whether there are any
    assert sealed_columns(signed_in(cast.leader), page_of(record)) == requests
    assert sealed_columns(with_receipt(record), reverse("mine_sealed")) == requests


def test_what_is_sealed_is_there_when_it_is_asked_for(record: SealedRecord) -> None:
    assert len(SealedRecord.objects.get(pk=record.pk).ciphertext) > 4096
    assert SealedRequest.objects.get().words
    assert list(procedure.running(Cast().committee)) == [record]
