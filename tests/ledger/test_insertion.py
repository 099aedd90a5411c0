"""Rows put in by one statement are the rows that were given, in their order, however many and of whatever type."""

from datetime import date

import pytest

from langnghe.cases.models import RawIntake
from langnghe.ledger import insertion
from langnghe.ledger.insertion import insert, put
from langnghe.ledger.models import LogEntry, OutboxJob
from tests.cast import moment

pytestmark = pytest.mark.django_db
ONCE = ("channel", "key")


def entries(count: int) -> list[LogEntry]:
    day = date(2026, 6, 8)
    return [LogEntry(event="x", subject=f"V-{n}", body="b", day=day, seal=bytes([n % 256]) * 32) for n in range(count)]


def raw(key: str, payload: bytes) -> dict[str, object]:
    return {"channel": "api", "key": key, "digest": b"\0" * 32, "payload": payload, "received_at": moment()}


def test_nothing_is_inserted_for_no_rows() -> None:
    assert insert([]) == []


def test_rows_come_back_with_their_ids_and_their_types() -> None:
    rows = insert([*entries(1), LogEntry(event="y", subject="V", body="b", day=date(2026, 1, 1), seal=b"\0" * 32)])
    for row in rows:
        found = LogEntry.objects.get(pk=row.pk)
        assert (found.event, found.day, bytes(found.seal), found.due) == (row.event, row.day, row.seal, None)


def test_a_moment_and_a_json_value_are_read_as_written() -> None:
    job = OutboxJob(name="n", arguments={"chữ": [1, None, True]}, not_before=moment())
    insert([job])
    found = OutboxJob.objects.get()
    assert (found.arguments, found.not_before, found.state) == (job.arguments, job.not_before, "waiting")


def test_more_rows_than_one_statement_can_hold_all_go_in(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(insertion, "MOST_PARAMETERS", 30)
    rows = insert(entries(101))
    told = dict(LogEntry.objects.values_list("pk", "subject"))
    assert told == {row.pk: row.subject for row in rows}
    assert len(told) == 101


def test_of_rows_with_one_key_the_first_goes_in_and_a_taken_key_stays_out() -> None:
    put(RawIntake, [raw("một", b"old")], ONCE)
    written = put(RawIntake, [raw("một", b"new"), raw("hai", b"a"), raw("hai", b"b")], ONCE)
    assert [key for _pk, _channel, key in written] == ["hai"]
    told = {row.key: bytes(row.payload) for row in RawIntake.objects.all()}
    assert told == {"một": b"old", "hai": b"a"}


def test_a_row_with_a_key_comes_back_with_its_own_id() -> None:
    (row,) = put(RawIntake, [raw("ba", b"x")], ONCE)
    assert row == (RawIntake.objects.get().pk, "api", "ba")
