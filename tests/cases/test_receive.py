"""A voice is received exactly once, with its receipt, its case, its body and its due date."""

from datetime import date

import pytest
from django.db import OperationalError

from langnghe.cases import actions
from langnghe.cases.actions import receiving
from langnghe.cases.lifecycle import SYSTEM_ACTOR
from langnghe.cases.models import Case, RawIntake, Step, Voice
from langnghe.cases.sealing import unseal_apart
from langnghe.core.refusal import Refused
from langnghe.ledger.models import LogEntry
from langnghe.registry import law
from tests.cast import OTHER_COMMUNE, arrival, body, ensure_world, moment, received

pytestmark = pytest.mark.django_db


def test_a_voice_gets_a_receipt_a_case_and_a_due_date() -> None:
    case, answer = received()
    assert (len(answer.receipt), answer.receipt.count("-")) == (29, 5)
    assert case.holder == body("committee_commune")
    # 7 working days from Monday 08/06/2026: Tue 9, Wed 10, Thu 11, Fri 12, Mon 15, Tue 16, Wed 17.
    assert case.due == date(2026, 6, 17)
    assert not case.is_public


def test_the_same_key_and_words_give_the_same_receipt_and_one_voice() -> None:
    sent = arrival()
    first = actions.receive(sent, actor=SYSTEM_ACTOR, at=moment())
    again = actions.receive(sent, actor=SYSTEM_ACTOR, at=moment(9))
    assert (again.receipt, again.case_id, again.is_repeat) == (first.receipt, first.case_id, True)
    assert Voice.objects.count() == Case.objects.count() == 1


def test_the_same_key_with_other_words_is_a_conflict_and_both_are_kept() -> None:
    first = arrival(key="one-key-for-two-voices")
    actions.receive(first, actor=SYSTEM_ACTOR, at=moment())
    with pytest.raises(actions.KeyConflict):
        actions.receive(arrival("Khác hẳn", key="one-key-for-two-voices"), actor=SYSTEM_ACTOR, at=moment())
    kept = {unseal_apart(raw.payload, "raw", raw.key_name).decode() for raw in RawIntake.objects.all()}
    assert kept == {first.text, "Khác hẳn"}


def test_the_payload_is_not_readable_in_the_database() -> None:
    received(text="Chuyện riêng của tôi")
    assert "riêng".encode() not in bytes(RawIntake.objects.get().payload)


def test_every_receipt_leaves_a_step_and_a_log_entry_without_words() -> None:
    case, _answer = received(text="Chuyện riêng của tôi")
    assert Step.objects.get().verb == LogEntry.objects.get().event == "receive"
    assert LogEntry.objects.get().subject == case.code


def test_a_voice_about_a_body_goes_to_its_superior() -> None:
    case, _answer = received(concerns=body("committee_commune"))
    assert case.holder == body("committee_province", "n33")


def test_a_voice_handed_in_above_the_competent_body_is_known_as_never_sent_locally() -> None:
    received(entered_at=body("committee_province", "n33"))
    assert Step.objects.get(verb="receive").cause == "never_local"


def test_a_second_voice_at_the_same_spot_soon_after_a_settled_one_is_a_recurrence() -> None:
    first, _answer = received(spot="Cổng trường")
    Case.objects.filter(pk=first.pk).update(settled=date(2026, 6, 10))
    again, _answer = received(moment(20), spot="cong truong")
    assert again.recurs == first
    assert Step.objects.filter(case=again, verb="recur").exists()


def test_another_commune_is_no_recurrence() -> None:
    first, _answer = received(spot="Cổng trường")
    Case.objects.filter(pk=first.pk).update(settled=date(2026, 6, 10))
    again, _answer = received(moment(20), spot="Cổng trường", place=law.place(OTHER_COMMUNE))
    assert again.recurs is None


def test_intake_takes_few_statements(django_assert_max_num_queries) -> None:  # type: ignore[no-untyped-def]
    received()
    sent = arrival()
    with django_assert_max_num_queries(9):
        actions.receive(sent, actor=SYSTEM_ACTOR, at=moment())


@pytest.mark.parametrize("kind", ["complaint", "denunciation"])
def test_a_sealed_kind_is_never_kept_in_the_public_lane(kind: str) -> None:
    with pytest.raises(Refused):
        received(kind=kind)
    assert RawIntake.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_what_failed_after_all_rows_were_written_is_received_at_the_second_try(monkeypatch: pytest.MonkeyPatch) -> None:
    ensure_world()
    failures = [OperationalError("disk I/O error")]

    def fail_once(*_arguments: object) -> None:
        if failures:
            raise failures.pop()

    monkeypatch.setattr(receiving, "tell_received", fail_once)
    case, _answer = received()
    assert not failures
    assert Voice.objects.get().case == case
