"""Who left a telephone alone is called: the list, what is read aloud, what a call leaves on the timeline."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.models import CallBack, Case, Step, Voice
from langnghe.ledger.models import OutboxJob
from tests.cases.doing import do
from tests.cast import OTHER_COMMUNE, Cast, assigned, body, moment, received, staff
from tests.web.test_public_cases import page

pytestmark = pytest.mark.django_db
PHONE = {"phone": "0912345678"}


@pytest.fixture(autouse=True)
def today(settings: Any) -> None:
    settings.CLOCK = moment(11)


@pytest.fixture
def desk(cast: Cast) -> Client:
    client = Client()
    client.force_login(cast.officer.account)
    return client


def answered_for(**changes: Any) -> tuple[Case, Voice, Step]:
    """Return a case that was just answered, its voice and the step of the answer."""
    case, answer, *_ = assigned(**({"contact": PHONE} | changes))
    for verb in ("draft", "approve", "reply"):
        case = do(verb, case, answer, moment(10))
    return case, case.voices.get(), Step.objects.filter(verb="reply").latest("pk")


def slip(step: Step, voice: Voice) -> str:
    return reverse("call", args=[step.pk, voice.pk])


@pytest.mark.parametrize(
    ("contact", "reach"),
    [({}, "none"), (PHONE, "call"), ({"email": "a@vidu.vn"}, "email"), (PHONE | {"email": "a@vidu.vn"}, "email")],
)
def test_how_news_reach_somebody_hangs_on_what_they_left(contact: dict[str, str], reach: str) -> None:
    received(contact=contact)
    voice = Voice.objects.get()
    assert (voice.reach, voice.notices) == (reach, "none" if reach == "none" else "all")


def test_an_answer_is_read_aloud_once(desk: Client) -> None:
    case, voice, step = answered_for()
    assert slip(step, voice) in page(desk.get(reverse("calls")))
    text = page(desk.get(slip(step, voice)))
    assert case.replies.get().text in text and case.code in text and PHONE["phone"] not in text
    assert PHONE["phone"] in page(desk.post(slip(step, voice), {"verb": "contact"}))
    assert Step.objects.latest("pk").verb == "open_contact"
    assert desk.post(slip(step, voice), {"verb": "reached"}).status_code == 302
    assert "Không có ai chờ gọi" in page(desk.get(reverse("calls")))
    assert "đã được gọi báo rồi" in page(desk.post(slip(step, voice), {"verb": "reached"}))
    assert CallBack.objects.count() == 1
    told = Step.objects.latest("pk")
    assert (told.verb, told.cause, told.case_id) == ("call_back", "reached", case.pk)


def test_who_was_not_reached_stays_with_the_number_of_tries(desk: Client) -> None:
    _case, voice, step = answered_for()
    for _time in range(2):
        desk.post(slip(step, voice), {"verb": "missed"})
    assert "đã gọi 2 lần" in page(desk.get(reverse("calls")))


def test_one_call_tells_all_that_happened_before(desk: Client, cast: Cast) -> None:
    case, *_ = assigned(contact=PHONE)
    actions.extend(case, days=3, document_no="1/TB", reason="Chờ vật tư", actor=staff(case), at=moment(9))
    for verb in ("draft", "approve", "reply"):
        case = do(verb, case, None, moment(10))
    assert len(desk.get(reverse("calls")).context["rows"]) == 2
    desk.post(slip(Step.objects.get(verb="reply"), case.voices.get()), {"verb": "reached"})
    assert desk.get(reverse("calls")).context["rows"] == []


def test_who_joined_or_was_merged_is_called_too(desk: Client, cast: Cast) -> None:
    case, _answer, officer, leader = assigned(contact={})
    received(moment(9), joins=case, key="k-2", text="Tôi cũng thế.", contact=PHONE)
    other, *_ = received(moment(9), key="k-3", text="Ngõ bên cũng thế.", contact=PHONE)
    actions.merge(other, into=case, actor=officer, at=moment(9))
    for verb in ("draft", "approve", "reply"):
        case = do(verb, case, None, moment(10))
    (row,) = desk.get(reverse("calls")).context["rows"]
    assert len(row["voices"]) == 2


def test_who_wants_no_news_or_whose_words_are_gone_is_not_called(desk: Client) -> None:
    case, voice, step = answered_for()
    actions.choose_notices(voice, "none")
    assert desk.get(reverse("calls")).context["rows"] == []
    actions.choose_notices(voice, "all")
    assert len(desk.get(reverse("calls")).context["rows"]) == 1
    actions.redact(case, reason="Luật", actor=staff(case, "leader"), at=moment(11))
    assert desk.get(reverse("calls")).context["rows"] == []


def test_after_a_hand_over_the_new_holder_calls(desk: Client, cast: Cast) -> None:
    case, *_ = received(contact=PHONE)
    actions.refer(
        case, to=body("committee_commune", OTHER_COMMUNE), reason="Thuộc xã bên", actor=staff(case), at=moment(9)
    )
    assert desk.get(reverse("calls")).context["rows"] == []
    there = Client()
    there.force_login(cast.other_officer.account)
    assert len(there.get(reverse("calls")).context["rows"]) == 1


def test_nobody_else_reads_a_slip(cast: Cast, desk: Client) -> None:
    _case, voice, step = answered_for()
    other = Client()
    other.force_login(cast.other_officer.account)
    assert other.get(slip(step, voice)).status_code == 404
    _other, stranger, _step = answered_for(key="k-9", text="Khác.")
    assert desk.get(slip(step, stranger)).status_code == 404


def test_many_calls_are_paged_with_few_questions(desk: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(30):
        case, *_ = received(contact=PHONE, key=f"k-{number}", text=f"Đèn {number}")
        actions.extend(do("accept", case, None), days=1, document_no="1", reason="Chờ", actor=staff(case), at=moment(9))
    with django_assert_max_num_queries(10):
        first = desk.get(reverse("calls"))
    second = desk.get(reverse("calls") + first.context["next_href"])
    assert (len(first.context["rows"]), len(second.context["rows"])) == (25, 5)


def test_a_sender_of_messages_hears_by_message(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from langnghe.cases import gateways
    from tests.cast import run_next_job

    settings.MESSAGES = {"sms": f"{'x' * 40}@https://vidu.vn/tin"}
    sent: list[tuple[str, ...]] = []
    monkeypatch.setattr(gateways.Signed, "send", lambda _self, *words: sent.append(words))
    case, voice, _step = answered_for(channel="sms")
    assert voice.reach == "message"
    while run_next_job(moment(28)):
        pass
    assert [to for to, *_rest in sent] == [PHONE["phone"]] * 2  # accepted, answered
    text = sent[-1][1]
    assert case.code in text and case.replies.get().text in text and "/thong-bao/" in text and len(text) < 600
    assert not OutboxJob.objects.exclude(state="done").exists()
    actions.choose_notices(voice, "none")
    actions.reopen(case, reason="Lại tắt", actor=actor_of(voice), at=moment(11))
    assert not OutboxJob.objects.exclude(state="done").exists()


def actor_of(voice: Voice) -> Any:
    from langnghe.cases.lifecycle import RESIDENT, Actor

    return Actor(RESIDENT, voice=voice)
