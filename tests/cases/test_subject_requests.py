"""Requests of data subjects: the clock of the law, who decides, what a decision does, and what it leaves in the log."""

from datetime import date
from typing import Any

import pytest

from langnghe.cases import actions, sealing
from langnghe.cases.actions import Decision
from langnghe.cases.history import changed_words, entries
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case, Person, PublishedPhoto, RawIntake, Step, Voice
from langnghe.cases.subject_request import Content, SubjectRequest, due, term
from langnghe.core.refusal import Refused
from langnghe.ledger.models import LogEntry
from langnghe.ledger.verify import differences
from tests.cases.test_photos import show, with_photo
from tests.cast import moment, received, resident, staff

pytestmark = pytest.mark.django_db
PHONE = {"phone": "0912345678"}
NOTHING = Content()
GROUND = "Luật 91/2025/QH15"


def ask(answer: Any, kind: str, about: str, content: Content = NOTHING, at: Any = None) -> SubjectRequest:
    who = resident(answer)
    assert who.voice is not None
    return actions.request_data(who.voice, kind, about, content, channel="web", actor=who, at=at or moment(9))


def decide(row: SubjectRequest, state: str = "granted", role: str = "leader", **words: str) -> SubjectRequest:
    actor = staff(row.voice.case, role)
    words = {"ground": GROUND} | words
    return actions.decide_request(row, Decision(state, **words), actor=actor, at=moment(10))


def altered() -> list[str]:
    """Return what is not as logged."""
    return [*changed_words(), *map(str, differences(entries()))]


def spoken(**changes: Any) -> tuple[Case, Any, Voice]:
    case, answer = received(**({"contact": PHONE} | changes))
    return case, answer, case.voices.latest("pk")


@pytest.mark.parametrize(
    ("received_on", "last"),
    [
        ("2026-06-08", "2026-06-10"),  # Monday: Tuesday, Wednesday
        ("2026-06-12", "2026-06-16"),  # Friday: Monday, Tuesday
        ("2026-06-13", "2026-06-16"),  # Saturday
        ("2026-02-13", "2026-02-24"),  # the Friday before Tết (14 to 22/02 off): Monday 23, Tuesday 24
        ("2026-04-29", "2026-05-05"),  # 30/4 and 1/5 off, then a weekend: Monday 4, Tuesday 5
        ("2026-08-21", "2026-08-24"),  # Saturday 22/08 is worked instead of 31/08: Saturday, Monday
        ("2026-08-28", "2026-09-04"),  # 31/8, 1/9 and 2/9 off: Thursday 3, Friday 4
        ("2025-12-29", "2026-01-05"),  # the decree of 2023, three days by the calendar: 01/01, a day off, and 02/01
        ("2025-12-16", "2025-12-19"),
    ],
)
def test_the_last_day_by_hand(received_on: str, last: str) -> None:
    assert due(date.fromisoformat(received_on)) == date.fromisoformat(last)


def test_the_row_of_law_changes_on_new_years_day_2026_and_there_was_none_before_july_2023() -> None:
    before, after = term(date(2025, 12, 31)), term(date(2026, 1, 1))
    assert before and (before.days, before.unit, before.confidence) == (3, "calendar", "M")
    assert after and (after.days, after.unit, after.confidence) == (2, "working", "S")
    assert (term(date(2023, 6, 30)), due(date(2023, 6, 30))) == (None, None)


def test_seeing_is_granted_at_once_and_recorded_once_a_day() -> None:
    case, answer, _voice = spoken()
    first = ask(answer, "see", "all")
    assert (first.state, first.decided) == ("granted", date(2026, 6, 9))
    assert ask(answer, "see", "all") == first
    assert ask(answer, "see", "all", at=moment(10)) != first
    assert case.steps.filter(verb="request_data", cause="see").count() == 2


def test_a_request_and_its_answer_are_steps_of_the_case_and_entries_of_the_log() -> None:
    case, answer, _voice = spoken()
    row = ask(answer, "correct", "words", Content("Là thôn 4."))
    assert (row.state, row.due) == ("asked", date(2026, 6, 11))
    row = decide(row, role="officer", correction="Là thôn 4.")
    assert (row.state, row.decided, row.correction) == ("granted", date(2026, 6, 10), "Là thôn 4.")
    assert [step.verb for step in case.steps.order_by("pk")][1:] == ["request_data", "decide_request"]
    assert LogEntry.objects.filter(subject=case.code, event__in=("request_data", "decide_request")).count() == 2
    assert altered() == []


def test_what_was_asked_lies_sealed_and_a_changed_row_is_found() -> None:
    _case, answer, _voice = spoken()
    row = ask(answer, "correct", "contact", Content("Số mới", phone="0987654321"))
    assert b"0987654321" not in bytes(row.sealed) and row.content.phone == "0987654321"
    decide(row)
    for change in ({"reason": "Khác"}, {"state": "refused"}, {"sealed": b"x" * 40}, {"correction": "Khác"}):
        before = SubjectRequest.objects.filter(pk=row.pk).values(*change).get()
        SubjectRequest.objects.filter(pk=row.pk).update(**change)
        assert len([line for line in changed_words() if "yêu cầu về dữ liệu" in line]) == 1
        SubjectRequest.objects.filter(pk=row.pk).update(**before)


def test_a_corrected_contact_takes_the_place_of_the_old_one_and_the_original_stays() -> None:
    _case, answer, voice = spoken()
    raw = RawIntake.objects.get(voice=voice)
    decide(ask(answer, "correct", "contact", Content(email="a@vidu.vn")), role="officer")
    voice.refresh_from_db()
    assert voice.person and voice.reach == "email"
    assert sealing.unseal_contact(bytes(voice.person.sealed)) == PHONE | {"email": "a@vidu.vn"}
    assert RawIntake.objects.get(pk=raw.pk).payload == raw.payload
    assert not Step.objects.filter(verb="open_contact").exists()


def test_who_left_no_contact_may_give_one() -> None:
    _case, answer, voice = spoken(contact={})
    decide(ask(answer, "correct", "contact", Content(phone="0912345678")), role="officer")
    voice.refresh_from_db()
    assert (voice.reach, voice.notices) == ("call", "all") and voice.person


def test_a_wrong_name_or_address_is_corrected_and_what_is_left_empty_stays() -> None:
    _case, answer, voice = spoken(contact=PHONE | {"name": "Nguyễn Vân", "address": "Thôn 3"})
    row = ask(answer, "correct", "contact", Content(name="Nguyễn Văn Vẫn", address="Thôn 4"))
    assert "Nguyễn Văn Vẫn".encode() not in bytes(row.sealed)
    decide(row, role="officer")
    voice.refresh_from_db()
    wanted = PHONE | {"name": "Nguyễn Văn Vẫn", "address": "Thôn 4"}
    assert voice.person and sealing.unseal_contact(bytes(voice.person.sealed)) == wanted


def test_who_gives_a_name_alone_asked_for_no_notices() -> None:
    _case, answer, voice = spoken(contact={})
    decide(ask(answer, "correct", "contact", Content(name="Nguyễn Văn Vẫn")), role="officer")
    voice.refresh_from_db()
    assert (voice.reach, voice.notices) == ("none", "none") and voice.person


def test_corrected_words_are_added_and_shown_only_after_somebody_published_them_again() -> None:
    case, answer, voice = spoken(shows_text=True)
    actions.publish(case, title="Đèn tắt", summary="", actor=staff(case), at=moment(9))
    decide(ask(answer, "correct", "words", Content("Là thôn 4.")), role="officer", correction="Là thôn 4.")
    voice.refresh_from_db()
    assert voice.text.startswith("Đèn đường") and not voice.is_shown
    actions.publish(case, title="Đèn tắt", summary="", actor=staff(case), at=moment(10))
    assert Voice.objects.get(pk=voice.pk).is_shown


def test_an_erased_contact_is_gone_wherever_it_was_and_the_words_stay() -> None:
    case, answer, voice = spoken()
    decide(ask(answer, "correct", "contact", Content(phone="0987654321")), role="officer")
    decide(ask(answer, "erase", "contact", Content("Xóa số của tôi")))
    voice.refresh_from_db()
    assert (voice.text[:4], voice.person, voice.reach, voice.may_call_back) == ("Đèn ", None, "none", False)
    assert not Person.objects.exists()
    assert {bytes(raw.payload) for raw in RawIntake.objects.all()} == {b""}
    assert {bytes(row.sealed) for row in SubjectRequest.objects.all()} == {b""}
    assert case.steps.get(verb="redact").reason == GROUND
    assert altered() == []


def test_erasing_all_takes_the_words_of_one_and_leaves_those_of_the_others() -> None:
    case, answer, voice = spoken(text="Lời của tôi.")
    other, _answer, second = spoken(joins=case, key="k-2", text="Lời người khác.", contact={"phone": "0900000000"})
    ask(answer, "correct", "words", Content("Lời thêm."))
    row = decide(ask(answer, "erase", "all"), reason="Theo yêu cầu")
    assert [v.text for v in (Voice.objects.get(pk=voice.pk), Voice.objects.get(pk=second.pk))] == [
        "",
        "Lời người khác.",
    ]
    assert Person.objects.get().voice_set.get() == second
    assert bytes(RawIntake.objects.get(voice=second).payload) and not bytes(RawIntake.objects.get(voice=voice).payload)
    assert (row.state, row.reason, row.ground) == ("granted", "Theo yêu cầu", GROUND)
    assert altered() == []


def test_another_original_that_was_emptied_beside_a_redacted_one_is_found() -> None:
    case, answer, _voice = spoken()
    _case, _answer, second = spoken(joins=case, key="k-2", text="Lời người khác.")
    decide(ask(answer, "erase", "all"))
    RawIntake.objects.filter(voice=second).update(payload=b"", digest=b"")
    assert len([line for line in changed_words() if "Nội dung gốc" in line]) == 1


def test_erasing_all_of_who_spoke_alone_empties_the_case() -> None:
    case, answer, voice = spoken()
    decide(ask(answer, "erase", "all"))
    assert Voice.objects.get(pk=voice.pk).text == "" and Case.objects.get(pk=case.pk).title == ""
    assert altered() == []


def test_erasing_in_part_takes_the_contact_alone() -> None:
    _case, answer, voice = spoken()
    decide(ask(answer, "erase", "all"), "partly", reason="Lời cần cho việc đang giải quyết")
    voice.refresh_from_db()
    assert voice.text and voice.person is None


@pytest.mark.parametrize(("state", "is_public", "is_private"), [("granted", False, True), ("partly", True, False)])
def test_who_objects_to_publishing_is_shown_no_more(state: str, is_public: bool, is_private: bool) -> None:
    case, photo = with_photo()
    show(case, photo)
    voice = case.voices.get()
    Voice.objects.filter(pk=voice.pk).update(shows_text=True, is_shown=True)
    row = actions.request_data(
        voice, "object", "public", Content(), channel="web", actor=Actor("resident", voice=voice), at=moment(9)
    )
    decide(row, state, reason="Theo luật")
    voice.refresh_from_db()
    assert Case.objects.get(pk=case.pk).is_public == is_public
    assert (voice.is_private, voice.shows_text, voice.is_shown) == (is_private, False, False)
    assert not PublishedPhoto.objects.exists()


def test_a_case_of_which_others_spoke_stays_public() -> None:
    case, answer, voice = spoken()
    spoken(joins=case, key="k-2", text="Tôi cũng thế.")
    actions.publish(case, title="Đèn tắt", summary="", actor=staff(case), at=moment(9))
    decide(ask(answer, "object", "public"), role="officer")
    assert Case.objects.get(pk=case.pk).is_public and Voice.objects.get(pk=voice.pk).is_private


def test_who_objects_to_calls_is_called_no_more_at_once() -> None:
    _case, answer, voice = spoken(may_call_back=True)
    row = ask(answer, "object", "calls")
    voice.refresh_from_db()
    assert (row.state, voice.notices, voice.may_call_back) == ("granted", "none", False)


@pytest.mark.parametrize(
    ("kind", "about", "state", "role", "words", "said"),
    [
        ("erase", "all", "granted", "officer", {}, "lãnh đạo"),
        ("erase", "contact", "granted", "officer", {}, "lãnh đạo"),
        ("object", "public", "refused", "officer", {"reason": "Không"}, "lãnh đạo"),
        ("object", "public", "partly", "officer", {"reason": "Không"}, "lãnh đạo"),
        ("object", "public", "refused", "leader", {"reason": " "}, "lý do"),
        ("object", "public", "refused", "leader", {"reason": "Không", "ground": ""}, "căn cứ"),
        ("erase", "all", "granted", "leader", {"ground": " "}, "căn cứ"),
        ("erase", "contact", "partly", "leader", {"reason": "Không"}, "cả hoặc từ chối"),
        ("object", "public", "asked", "leader", {}, "chọn một quyết định"),
    ],
)
def test_what_takes_a_leader_a_reason_a_ground(
    kind: str, about: str, state: str, role: str, words: dict[str, str], said: str
) -> None:
    _case, answer, voice = spoken()
    row = ask(answer, kind, about)
    with pytest.raises(Refused, match=said):
        decide(row, state, role, **words)
    row.refresh_from_db()
    assert row.is_open and Voice.objects.get(pk=voice.pk).text and not Step.objects.filter(verb="redact").exists()


def test_it_is_decided_once_and_asked_once_while_it_waits() -> None:
    _case, answer, _voice = spoken()
    row = ask(answer, "object", "public")
    with pytest.raises(Refused, match="đang chờ"):
        ask(answer, "object", "public")
    decide(row, "refused", reason="Không thuộc trường hợp")
    with pytest.raises(Refused, match="đã được trả lời"):
        decide(row)
    assert ask(answer, "object", "public").is_open


def test_nobody_asks_or_decides_for_another() -> None:
    case, answer, voice = spoken()
    _other, stranger = received(key="k-2", text="Khác")
    with pytest.raises(Refused, match="quyền"):
        actions.request_data(voice, "erase", "all", Content(), channel="web", actor=resident(stranger), at=moment(9))
    row = ask(answer, "object", "public")
    with pytest.raises(Refused, match="quyền"):
        actions.decide_request(row, Decision("granted"), actor=resident(answer), at=moment(10))
    assert case.steps.filter(verb="decide_request").count() == 0


@pytest.mark.parametrize(
    ("kind", "about"), [("correct", "contact"), ("correct", "words"), ("erase", "calls"), ("", "")]
)
def test_an_empty_or_unknown_request_is_refused_in_words(kind: str, about: str) -> None:
    _case, answer, _voice = spoken()
    with pytest.raises(Refused):
        ask(answer, kind, about)
    assert not SubjectRequest.objects.exists()
