"""Redaction: the words are gone for good, what was proved stays proved, and nobody can feign it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection

from langnghe import installation
from langnghe.cases import actions, conservation, keystore
from langnghe.cases.actions import Decision
from langnghe.cases.arrival import Arrival
from langnghe.cases.lifecycle import LEADER, OFFICER, RESIDENT, Actor
from langnghe.cases.models import Case, Person, RawIntake, Redaction, Voice
from langnghe.cases.receipt import receipt_file
from langnghe.cases.subject_request import Content
from langnghe.cli import main
from langnghe.core.refusal import Refused
from langnghe.ledger import sequencer
from langnghe.ledger.models import Checkpoint, Leaf, LogEntry, LogHead
from langnghe.ledger.verify import log_differences
from tests.cases.doing import do
from tests.cases.test_concurrency import WRITTEN
from tests.cast import arrival, ensure_world, moment, resident, staff
from tests.ledger.test_log import found, sql
from tests.ledger.test_sequencer import clean

pytestmark = pytest.mark.database
GROUND = "Luật Bảo vệ dữ liệu cá nhân, Điều 14"
CANARY = "Nhà ông Hoàng Yến Oanh số 7 ngõ 3"
KEY = "a key of more than sixteen letters"


@pytest.fixture(autouse=True)
def committed(django_db_setup: None, django_db_blocker: Any) -> Iterator[None]:
    """Let these tests really commit, and remove their rows but not the world afterwards."""
    clean()
    with django_db_blocker.unblock():
        ensure_world()
        yield
        for model in (Redaction, Leaf, Checkpoint, LogHead, *WRITTEN):
            model._default_manager.all()._raw_delete("default")  # type: ignore[attr-defined]
    clean()


def sent(text: str = CANARY) -> Arrival:
    return arrival(text, spot="Ngõ nhà Hoàng Yến Oanh", contact={"phone": "0912345678"}, key=KEY)


def send(one: Arrival) -> Any:
    return actions.receive(one, actor=Actor(RESIDENT), at=moment())


def told() -> tuple[Case, Voice]:
    """Return a case with the canary in its voice, answer, rating and reopening."""
    answer = send(sent())
    case = Case.objects.get(pk=answer.case_id)
    for verb in ("accept", "assign"):
        case = do(verb, case, answer)
    words = actions.Draft(f"Trả lời {CANARY}", "done", f"Biên bản 7 {CANARY}")
    actions.draft(case, words, actor=staff(case, OFFICER), at=moment(9))
    for verb in ("approve", "reply", "publish"):
        case = do(verb, case, answer)
    actions.rate(case, stars=2, sentence=CANARY, actor=resident(answer), at=moment(9))
    actions.reopen(case, reason=CANARY, actor=resident(answer), at=moment(9))
    voice = case.voices.get()
    corrected(voice, resident(answer))
    return case, voice


def corrected(voice: Voice, who: Actor) -> None:
    """Let who spoke correct their words with the canary."""
    asked = actions.request_data(voice, "correct", "words", Content(CANARY), channel="web", actor=who, at=moment(9))
    granted = Decision("granted", reason=CANARY, correction=CANARY)
    actions.decide_request(asked, granted, actor=staff(voice.case, OFFICER), at=moment(9))


def redact(case: Case) -> Case:
    return actions.redact(case, reason=GROUND, actor=staff(case, LEADER), at=moment(10))


def words_left() -> list[str]:
    """Return the tables in which the canary still stands."""
    return [table for table in connection.introspection.table_names() if CANARY in str(rows(table))]


def rows(table: str) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608 our own tables
        return cursor.fetchall()


def test_every_word_is_gone_and_every_fact_stays() -> None:
    case, _voice = told()
    assert set(words_left()) == {"cases_voice", "cases_reply", "cases_rating", "cases_step", "cases_subjectrequest"}
    facts = list(case.steps.order_by("pk").values_list("verb", "day", "body", "outcome", "stars"))
    case = redact(case)
    assert words_left() == []
    assert (case.title, case.summary, case.spot, case.spot_key, case.is_public) == ("", "", "", "", False)
    assert not Person.objects.exists()
    assert list(case.steps.order_by("pk").values_list("verb", "day", "body", "outcome", "stars"))[:-1] == facts
    assert case.steps.latest("pk").reason == GROUND


def test_the_key_of_the_original_is_destroyed_with_it() -> None:
    case, voice = told()
    name = voice.raw.key_name
    redact(case)
    with pytest.raises(keystore.KeyDestroyed):
        keystore.read("raw", name)
    assert RawIntake.objects.get(voice=voice).key_name == ""


def test_a_power_cut_before_the_key_was_destroyed_is_made_good_at_night(monkeypatch: pytest.MonkeyPatch) -> None:
    case, voice = told()
    name = voice.raw.key_name
    with monkeypatch.context() as cut:
        cut.setattr("langnghe.cases.actions.redacting.destroy_redacted_keys", lambda: None)
        redact(case)
    assert keystore.read("raw", name)
    actions.purge_keys(moment(11))
    with pytest.raises(keystore.KeyDestroyed):
        keystore.read("raw", name)


def test_the_log_and_the_counts_hold_afterwards() -> None:
    case, _voice = told()
    sequencer.run()
    redact(case)
    sequencer.run()
    counts = conservation.problems(conservation.totals(), of_log=True)
    assert [*log_differences(), *counts, *found()] == []


def test_the_receipt_of_a_redacted_voice_still_proves_that_it_came(tmp_path: Path) -> None:
    case, voice = told()
    for name in ("old", "new"):
        sequencer.run()
        (tmp_path / name).write_text(receipt_file(Voice.objects.get(pk=voice.pk)) or "", "utf-8")
        if name == "old":
            redact(case)
    assert [main(["verify", str(tmp_path / name)]) for name in ("old", "new")] == [0, 0]
    assert "salt" not in (tmp_path / "new").read_text("utf-8")


def test_a_step_that_is_emptied_without_the_log_is_found() -> None:
    redacted, _voice = told()
    by = redact(redacted).steps.get(verb="redact")
    case = Case.objects.get(pk=send(arrival("Chuyện khác")).case_id)
    sql("UPDATE cases_step SET digest = %s, salt = %s WHERE case_id = %s", b"", b"", case.pk)
    assert [line for line in found() if case.code in line]
    seal = bytes(LogEntry.objects.get(subject=case.code).seal)
    Redaction.objects.create(step=case.steps.get(), by=by, seal=seal)
    assert [line for line in found() if redacted.code in line and "mà nhật ký không ghi" in line]


def test_an_original_that_is_emptied_without_a_redaction_is_found() -> None:
    send(sent())
    sql("UPDATE cases_rawintake SET payload = %s, digest = %s", b"", b"")
    assert [line for line in found() if "Nội dung gốc" in line]


def test_words_put_back_into_a_redacted_answer_are_found() -> None:
    case, _voice = told()
    redact(case)
    assert [line for line in found() if "câu trả lời" in line] == []
    sql("UPDATE cases_reply SET text = %s", "Chưa từng nói thế.")
    assert [line for line in found() if "câu trả lời" in line]


def test_the_same_words_sent_again_are_a_repeat_and_stay_gone() -> None:
    case, _voice = told()
    redact(case)
    again = send(sent())
    assert (again.is_repeat, again.case_id) == (True, case.pk)
    assert words_left() == []
    assert sorted(RawIntake.objects.values_list("outcome", flat=True)) == ["repeat", "voice"]
    assert {bytes(row.digest) for row in RawIntake.objects.all()} == {b""}


def test_other_words_under_the_key_of_a_redacted_voice_are_kept_apart() -> None:
    case, _voice = told()
    redact(case)
    with pytest.raises(actions.KeyConflict):
        send(sent("Việc khác hẳn"))
    assert RawIntake.objects.filter(outcome="quarantined").count() == 1


def test_what_else_came_under_the_same_key_is_forgotten_too() -> None:
    case, _voice = told()
    with pytest.raises(actions.KeyConflict):
        send(sent(f"{CANARY} nữa"))
    names = list(RawIntake.objects.values_list("key_name", flat=True))
    redact(case)
    for name in names:
        with pytest.raises(keystore.KeyDestroyed):
            keystore.read("raw", name)


def test_it_takes_a_leader_and_a_ground() -> None:
    case, _voice = told()
    with pytest.raises(Refused, match="quyền"):
        actions.redact(case, reason=GROUND, actor=staff(case, OFFICER), at=moment(10))
    with pytest.raises(Refused, match="lý do"):
        actions.redact(case, reason=" ", actor=staff(case, LEADER), at=moment(10))
    assert not Redaction.objects.exists()


ON_POSTGRESQL = settings.DATABASES["default"]["ENGINE"].endswith("postgresql")


@pytest.mark.skipif(
    "postgres" in settings.DATABASES["default"]["ENGINE"], reason="PostgreSQL overwrites in its own time"
)
def test_no_byte_of_it_is_left_in_the_files_of_the_database() -> None:
    case, _voice = told()
    assert files_with_canary()
    redact(case)
    actions.purge_keys(moment(11))
    assert files_with_canary() == []


def files_with_canary() -> list[str]:
    name = Path(str(connection.settings_dict["NAME"]))
    beside = {*name.parent.glob(f"{name.name}*"), *installation.home().rglob("*")}
    return [path.name for path in beside if path.is_file() and CANARY.encode() in path.read_bytes()]
