"""All that came in is a voice, quarantined or a repeat; whatever is lost, doubled or slipped in shows."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from django.db import connection

from langnghe.cases import actions, conservation
from langnghe.cases.arrival import Arrival
from langnghe.cases.intake.books import Summary, _take
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cases.models import DayCount, RawIntake, Step, Voice
from langnghe.ledger.models import LogEntry, Unnumbered
from tests.cast import arrival, moment, received

pytestmark = pytest.mark.django_db
TOMORROW = date(2026, 6, 9)
MONDAY = date(2026, 6, 8)


def found() -> list[str]:
    return list(conservation.differences(conservation.count(TOMORROW)))


def in_all() -> list[str]:
    return conservation.problems(conservation.totals(), of_log=True)


def a_day() -> None:
    """Let two voices, a repeat and a conflict come in on Monday."""
    received()
    first = arrival()
    for sent in (first, first, replace(first, payload=b"other words")):
        actions.receive_many([sent], actor=SYSTEM_ACTOR, at=moment())


@contextmanager
def unguarded() -> Iterator[None]:
    """Let rows go against the database's own rules, as somebody with the file in hand could."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA defer_foreign_keys = ON")
        else:
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    yield


def test_a_day_adds_up() -> None:
    a_day()
    counts = conservation.count(TOMORROW)
    web = counts[MONDAY, "web"]
    assert (web["raw"], web["voices"], web["quarantined"], web["repeat"]) == (4, 2, 1, 1)
    assert (web["states"], counts[MONDAY, ""]) == ({"received": 2}, {"states": {}, "steps": 2, "entries": 2})
    assert found() == in_all() == []


def test_the_running_day_is_left_out() -> None:
    a_day()
    assert conservation.count(MONDAY) == {}


def test_a_voice_of_late_evening_counts_for_its_own_day_here() -> None:
    received(moment(hour=23))
    received(moment(day=9, hour=0))
    days = {day for day, channel in conservation.count(date(2026, 6, 10)) if channel}
    assert days == {MONDAY, TOMORROW}


def test_a_voice_of_an_old_book_counts_for_the_day_on_which_it_came() -> None:
    received(day=date(2025, 3, 3))
    assert found() == []
    assert conservation.count(TOMORROW)[MONDAY, "web"]["voices"] == 1


def delete(rows: Any) -> None:
    rows._raw_delete("default")


def undo(check: Any) -> None:
    """Run the check on rows that break the database's rules, and take them back before it sees that."""
    from django.db import transaction

    with transaction.atomic():
        with unguarded():
            check()
        transaction.set_rollback(True)


def test_a_deleted_voice_is_found() -> None:
    a_day()
    delete(Voice.objects.filter(pk=Voice.objects.latest("pk").pk))
    assert any("08/06/2026" in line and "bản gốc mất ý kiến" in line for line in found())
    assert any("bản gốc mất ý kiến" in line for line in in_all())


def test_a_deleted_payload_is_found() -> None:
    a_day()

    def check() -> None:
        delete(RawIntake.objects.filter(voice__isnull=False, pk=RawIntake.objects.earliest("pk").pk))
        assert any("ý kiến mất bản gốc" in line for line in found())
        assert any("ý kiến mất bản gốc" in line for line in in_all())

    undo(check)


def test_a_doubled_step_is_found() -> None:
    a_day()
    again = Step.objects.filter(verb="receive").earliest("pk")
    again.pk = None
    again.save(force_insert=True)
    assert [line for line in found() if "2 ý kiến, nhưng 3 bước tiếp nhận" in line]
    assert [line for line in in_all() if "2 ý kiến, nhưng 3 bước tiếp nhận" in line]


def test_a_deleted_log_entry_is_found() -> None:
    a_day()
    entry = LogEntry.objects.filter(event="receive").earliest("pk")
    delete(Unnumbered.objects.filter(entry=entry))
    delete(LogEntry.objects.filter(pk=entry.pk))
    assert ["2 bước tiếp nhận, nhưng 1 mục nhật ký" in line for line in (*found(), *in_all())] == [True, True]


def test_a_deleted_repeat_of_the_last_run_is_only_a_smaller_count() -> None:
    a_day()
    delete(RawIntake.objects.filter(outcome="repeat"))
    assert found() == []


def test_what_is_counted_is_stored_in_place_of_the_last_run() -> None:
    a_day()
    for _time in range(2):
        assert actions.store_counts(moment(9)) == []
    assert sorted(DayCount.objects.values_list("day", "channel")) == [(MONDAY, ""), (MONDAY, "web")]
    assert conservation.stored() == conservation.count(TOMORROW)


def test_a_difference_of_the_nightly_run_is_an_alarm(caplog: pytest.LogCaptureFixture) -> None:
    a_day()
    delete(Voice.objects.filter(pk=Voice.objects.latest("pk").pk))
    lines = actions.store_counts(moment(9))
    assert lines and all(line in caplog.text for line in lines)


def test_a_repeat_keeps_no_words() -> None:
    a_day()
    assert bytes(RawIntake.objects.get(outcome="repeat").payload) == b""


def test_repeats_of_one_call_are_counted_one_by_one() -> None:
    first = arrival()
    answers = actions.receive_many([first, replace(first), replace(first)], actor=SYSTEM_ACTOR, at=moment())
    assert [answer.is_repeat for answer in answers] == [False, True, True]
    assert RawIntake.objects.filter(outcome="repeat").count() == 2


def imported(*rows: Arrival) -> tuple[int, int]:
    """Import the rows in batches of two; return how many were received and how many were repeats."""
    summary, own = Summary(), set[str]()
    for start in range(0, len(rows), 2):
        _take(list(rows[start : start + 2]), summary, SYSTEM_ACTOR, moment(), own)
    return summary.received, summary.repeats


def test_an_import_records_its_own_repeats_once_and_a_second_run_adds_nothing() -> None:
    one, other = arrival(), arrival()
    assert imported(one, replace(one), other, replace(one)) == (2, 2)
    before = RawIntake.objects.count()
    assert before == 4
    assert imported(one, replace(one), other, replace(one)) == (0, 4)
    assert RawIntake.objects.count() == before


def test_a_row_that_was_changed_since_is_kept_once() -> None:
    one = arrival()
    imported(one)
    for _time in range(2):
        imported(replace(one, payload=b"changed since"))
    assert list(RawIntake.objects.order_by("pk").values_list("outcome", flat=True)) == ["voice", "quarantined"]
