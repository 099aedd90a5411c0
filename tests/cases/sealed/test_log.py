"""The sealed lane in the public log: one entry a day, alike on a busy day and an empty one, and open to a check."""

import json
from collections.abc import Iterator

import pytest

from langnghe.cases import actions, conservation, history
from langnghe.cases.sealed import history as sealed
from langnghe.cases.sealed.models import SealedBatch, SealedEvent, SealedKey, SealedRecord
from langnghe.core.merkle import Frontier, leaf_hash
from langnghe.ledger.entries import canonical
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences
from tests.cases.sealed.doing import keep, kept, read
from tests.cast import moment

pytestmark = pytest.mark.django_db


def found() -> list[str]:
    return [*differences(history.entries()), *history.changed_words()]


def entries() -> Iterator[dict[str, object]]:
    for entry in LogEntry.objects.filter(event="sealed_batch").order_by("pk"):
        yield json.loads(canonical(entry))


def test_a_busy_day_and_an_empty_one_look_alike() -> None:
    record = kept()
    for _time in range(3):
        read(record)
    assert actions.batch_sealed(moment(10)) == 1
    assert actions.batch_sealed(moment(12)) == 2
    shown = list(entries())
    assert [entry["day"] for entry in shown] == ["2026-06-09", "2026-06-10", "2026-06-11"]
    assert {(entry["event"], entry["body"], entry["due"], len(str(entry["seal"]))) for entry in shown} == {
        ("sealed_batch", "", None, 44)
    }


def test_a_day_has_one_entry_and_the_running_day_none() -> None:
    kept()
    assert [actions.batch_sealed(moment(9)), actions.batch_sealed(moment(9))] == [1, 0]
    assert LogEntry.objects.count() == 1


def test_what_came_late_goes_with_the_next_day() -> None:
    kept()
    actions.batch_sealed(moment(9))
    record = keep()
    actions.batch_sealed(moment(10))
    assert SealedEvent.objects.get(record=record.pk).batch == SealedBatch.objects.latest("day")


def test_a_batch_has_two_hundred_and_fifty_six_slots_or_twice_as_many() -> None:
    actions.batch_sealed(moment(9))
    batch = SealedBatch.objects.get()
    assert len(sealed.slots(batch)) == 256
    facts = {"verb": "fail", "day": batch.day, "batch": batch}
    SealedEvent.objects.bulk_create(SealedEvent(salt=bytes([n % 256]) * 16, **facts) for n in range(257))
    assert len(sealed.slots(batch)) == 512


def test_the_place_of_an_event_says_nothing() -> None:
    kept()
    actions.batch_sealed(moment(9))
    leaves = sealed.slots(SealedBatch.objects.get())
    assert leaves == sorted(leaves)


def test_an_event_can_be_shown_to_be_in_the_days_root() -> None:
    kept()
    actions.batch_sealed(moment(9))
    batch = SealedBatch.objects.get()
    root = Frontier().extend([leaf_hash(slot) for slot in sealed.slots(batch)]).root()
    assert sealed.entry(batch).private == {"root": root.hex(), "slots": 256}


def test_the_log_and_the_lane_agree() -> None:
    record = kept()
    read(record)
    actions.batch_sealed(moment(12))
    assert found() == []


@pytest.mark.parametrize(
    "change",
    [
        lambda: SealedEvent.objects.filter(verb="read").delete(),
        lambda: SealedEvent.objects.filter(verb="read").update(account=None),
        lambda: SealedEvent.objects.filter(verb="read").update(at=moment(7)),
        lambda: SealedEvent.objects.filter(verb="read").update(batch=None),
        lambda: SealedBatch.objects.update(seed=bytes(32)),
        lambda: LogEntry.objects.filter(event="sealed_batch").update(seal=bytes(32)),
    ],
)
def test_whatever_is_changed_behind_the_log_shows(change: object) -> None:
    read(kept())
    actions.batch_sealed(moment(10))
    change()  # type: ignore[operator]
    assert "sealed_batch" in found()[0]


def test_a_record_that_was_swapped_shows() -> None:
    record = kept()
    SealedRecord.objects.update(ciphertext=b"other")
    assert found() == [f"Hồ sơ niêm phong {record.pk} không còn đúng như lúc tiếp nhận"]


def test_a_record_that_went_without_its_time_being_over_shows() -> None:
    kept()
    assert conservation.problems(conservation.totals()) == []
    SealedKey.objects.all().delete()
    SealedRecord.objects.all().delete()
    assert "niêm phong" in conservation.problems(conservation.totals())[0]


def test_the_lane_is_in_no_count_of_a_day() -> None:
    kept()
    actions.store_counts(moment(12))
    assert conservation.stored() == {}
