"""The log shows that something was changed, and shows nothing of what was said."""

import hmac
from collections.abc import Callable
from datetime import date
from itertools import chain

import pytest
from django.db import connection, transaction

from langnghe.cases import history as cases
from langnghe.cases.models import Step
from langnghe.commitments import actions as commitments
from langnghe.commitments import history as promises
from langnghe.core.refusal import Refused
from langnghe.engagements import actions as engagements
from langnghe.engagements import history as occasions
from langnghe.engagements.models import Engagement
from langnghe.ledger.actions import Entry, append, seal
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences
from tests.cases.doing import case_in, do
from tests.cast import answered, body, moment, received, staff

pytestmark = pytest.mark.django_db
DAY = date(2026, 6, 8)


def found() -> list[str]:
    """Return what a check of everything finds."""
    everything = chain(cases.entries(), promises.entries(), occasions.entries())
    return [*differences(everything), *cases.changed_words()]


def sql(statement: str, *values: object) -> None:
    """Change the database behind the back of all actions."""
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def test_a_seal_depends_on_the_words_and_on_the_salt() -> None:
    seals = {seal(salt, {"reason": words}) for salt in (b"a", b"b") for words in ("có", "không")}
    assert {len(one) for one in seals} == {32}
    assert len(seals) == 4


def test_a_seal_is_that_of_the_json_that_anyone_can_write_down() -> None:
    written = '{"day":"2026-06-08","note":"Đèn cháy","people":[1,2],"place":null}'
    private = {"place": None, "note": "Đèn cháy", "day": date(2026, 6, 8), "people": [1, 2]}
    assert seal(b"salt", private) == hmac.digest(b"salt", written.encode(), "sha256")


def test_a_seal_does_not_depend_on_the_order_of_the_fields() -> None:
    assert seal(b"a", {"x": 1, "y": 2}) == seal(b"a", {"y": 2, "x": 1})


def test_steps_promises_and_occasions_agree_with_the_log() -> None:
    answered()
    made = commitments.commit(
        body=body("committee_commune"), place=body("committee_commune").place, text="Lắp đèn", due=date(2026, 7, 1),
        origin="", account=None, at=moment(),
    )  # fmt: skip
    commitments.keep(made, account=None, at=moment(9), evidence="Biên bản")
    head = {"chair": "Chủ tịch UBND xã", "since": DAY, "until": date(2026, 6, 30)}
    engagements.plan_receptions(body("committee_commune"), **head, at=moment())  # type: ignore[arg-type]
    engagements.hold([(day, 3) for day in Engagement.objects.all()[:1]], at=moment(30))
    assert found() == []


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'khác'",
        "on_time = NULL",
        "due = '2026-12-31'",
        "day = '2026-06-01'",
        "cause = 'late'",
        "people = 7",
        "outcome = 'advised'",
        "kind = 'praise'",
        "stars = 5",
    ],
)
def test_a_step_changed_in_the_database_is_named(change: str) -> None:
    case, _answer, _officer, _leader = answered()
    sql(f"UPDATE cases_step SET {change} WHERE verb = 'reply'")  # noqa: S608
    assert len(found()) == 2
    assert all(case.code in line and "reply" in line for line in found())


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("DELETE FROM cases_step WHERE verb = 'accept'", "nội dung đã đổi hoặc mất"),
        ("DELETE FROM ledger_logentry WHERE event = 'accept'", "không có trong nhật ký"),
        ("UPDATE cases_reply SET text = 'Chưa làm.'", "câu trả lời đã công bố"),
        ("UPDATE cases_case SET title = 'Khác' WHERE is_public", "lời công khai"),
    ],
)
def test_what_was_changed_or_removed_is_named(statement: str, words: str) -> None:
    case, answer, _officer, _leader = answered()
    do("publish", case, answer)
    sql("DELETE FROM ledger_unnumbered")  # it would keep the entry from being removed
    sql(statement)
    (line,) = found()
    assert case.code in line
    assert words in line


@pytest.mark.parametrize("payload", [b"", b"nothing that was ever sealed"])
def test_a_payload_that_was_changed_is_named(payload: bytes) -> None:
    received()
    sql("UPDATE cases_rawintake SET payload = %s", payload)
    assert [line for line in found() if "Nội dung gốc" in line] == found() != []


def test_the_log_says_nothing_of_what_was_said() -> None:
    case, answer = case_in("received")
    do("refer", case, answer)
    columns = {field.name for field in LogEntry._meta.concrete_fields}
    assert columns == {"id", "event", "subject", "body", "day", "due", "seal"}


def test_a_step_and_its_entry_are_written_together_or_not_at_all() -> None:
    case, _answer = received()
    before = Step.objects.count(), LogEntry.objects.count()

    def fail(write: Callable[[], object]) -> None:
        with transaction.atomic():
            write()
            raise Refused

    with pytest.raises(Refused):
        fail(lambda: do("accept", case, _answer))
    assert (Step.objects.count(), LogEntry.objects.count()) == before


def test_two_equal_entries_need_two_rows() -> None:
    entry = Entry("test", "VV-1", "", DAY, b"salt")
    append([entry, entry])
    assert list(differences([entry, entry])) == []
    assert len(list(differences([entry]))) == 1


def test_a_kept_promise_cannot_be_dropped_from_an_old_page() -> None:
    desk = staff(received()[0]).body
    assert desk is not None
    made = commitments.commit(
        body=desk, place=desk.place, text="Lắp đèn", due=date(2026, 7, 1), origin="", account=None, at=moment()
    )
    stale = type(made).objects.get(pk=made.pk)
    commitments.keep(made, account=None, at=moment(9), evidence="Biên bản")
    with pytest.raises(Refused, match="đã kết thúc"):
        commitments.drop(stale, account=None, at=moment(9), reason="Thôi")
