"""Residents who left an address hear by letter what happens to their case, over real SMTP, and can stop it."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases import jobs as _jobs  # noqa: F401 registers its jobs
from langnghe.cases.actions import Decision, Draft
from langnghe.cases.lifecycle import acting
from langnghe.cases.models import Case, Voice
from langnghe.cases.subject_request import Content, SubjectRequest
from langnghe.commitments import actions as commitments
from langnghe.ledger.models import OutboxJob
from tests.cases.doing import promise
from tests.cast import Cast, answered, assigned, moment, received, resident, run_next_job, staff
from tests.situation.test_digest import Box, box  # noqa: F401 a fixture

pytestmark = pytest.mark.django_db
HERE = {"email": "ba.lan@vidu.vn", "phone": "0912345678"}
SECRET = "Nhà ông Bảy đổ rác ra mương"


def deliver(at: Any = None) -> None:
    while run_next_job(at or moment(28)):
        pass


def texts(box: Box) -> list[str]:  # noqa: F811
    return [str(letter.get_content()) for letter in box.letters]


def test_each_thing_that_happens_is_told_once_in_plain_words(box: Box, cast: Cast) -> None:  # noqa: F811
    case, answer, officer, leader = assigned(contact=HERE, text=SECRET)
    actions.extend(case, days=3, document_no="12/TB", reason="Chờ vật tư", actor=officer, at=moment(9))
    actions.draft(case, Draft("Đã thay bóng.", "done", "Ảnh ngày 09/06"), actor=officer, at=moment(10))
    actions.approve(case, actor=leader, at=moment(10))
    case = actions.reply(case, actor=officer, at=moment(10))
    actions.reopen(case, reason="Lại tắt", actor=resident(answer), at=moment(11))
    actions.escalate(case, reason="Không ai đến", actor=resident(answer), at=moment(12))
    deliver()
    deliver()
    told = texts(box)
    assert len(told) == 6
    assert "Đã nhận phản ánh" in told[0] and "hạn" in told[0].lower()
    assert "đã thụ lý" in told[1] and "Hạn trả lời: ngày" in told[1]
    assert "thêm 3 ngày" in told[2] and "12/TB" in told[2] and "Chờ vật tư" in told[2]
    assert "Đã thay bóng." in told[3] and "làm xong" in told[3]
    assert "mở lại" in told[4] and "gửi lên" in told[5]
    for letter, text in zip(box.letters, told, strict=True):
        assert letter["To"] == HERE["email"] and letter["Auto-Submitted"] == "auto-generated"
        assert str(letter["Subject"]).strip() == f"Vụ việc {case.code}: có thông tin mới"
        assert "ông Bảy" not in text and answer.receipt not in text and HERE["phone"] not in text
        assert "/tra-cuu" in text
    assert len({letter["Message-ID"] for letter in box.letters}) == 6


def test_who_left_no_address_costs_no_job(box: Box, cast: Cast) -> None:  # noqa: F811
    answered()
    received(contact={"phone": "0912345678"})
    assert not OutboxJob.objects.exists()


def test_nothing_is_asked_for_without_a_mail_server(cast: Cast) -> None:
    assigned(contact=HERE)
    assert not OutboxJob.objects.exists()


def test_a_merged_case_hears_of_the_one_that_carries_it(box: Box, cast: Cast) -> None:  # noqa: F811
    case, _answer, officer, leader = assigned()
    other, *_ = received(contact=HERE, key="k-2")
    actions.merge(other, into=case, actor=officer, at=moment(9))
    actions.draft(case, Draft("Đã thay bóng.", "done", "Ảnh ngày 09/06"), actor=officer, at=moment(10))
    actions.approve(case, actor=leader, at=moment(10))
    actions.reply(case, actor=officer, at=moment(10))
    deliver()
    assert "Đã thay bóng." in texts(box)[-1]


def test_a_destroyed_or_sealed_word_is_not_sent(box: Box, cast: Cast) -> None:  # noqa: F811
    case, _answer, officer, _leader = assigned(contact=HERE)
    actions.refer(case, to=cast.province_officer.body, reason=SECRET, actor=officer, at=moment(9))
    Case.objects.filter(pk=case.pk).update(state=Case.State.SEALED)
    deliver()
    assert texts(box) and not [text for text in texts(box) if "ông Bảy" in text]


def test_a_commitment_that_changes_is_told_once(box: Box, cast: Cast) -> None:  # noqa: F811
    case, _answer, officer, leader = assigned(contact=HERE)
    draft = Draft("Đồng ý, chờ kinh phí.", "no_money", "", promise())
    actions.draft(case, draft, actor=officer, at=moment(10))
    actions.approve(case, actor=leader, at=moment(10))
    case = actions.reply(case, actor=officer, at=moment(10))
    commitment = case.replies.get().commitment
    assert commitment
    commitments.keep(commitment, account=None, at=moment(12), evidence="Biên bản 5")
    assert [actions.tell_promises(moment(12, hour=hour)) for hour in (11, 12)] == [1, 0]
    deliver()
    assert f"Cam kết {commitment.code} đã được thực hiện" in texts(box)[-1]


def stop_path(text: str) -> str:
    found = re.search(r"(/thong-bao/\S+)", text)
    assert found
    return found[1]


def test_a_link_in_the_letter_stops_them_without_the_receipt(box: Box, cast: Cast, client: Client) -> None:  # noqa: F811
    case, *_ = assigned(contact=HERE)
    deliver()
    path = stop_path(texts(box)[0])
    page = client.get(path)
    assert case.code in page.content.decode() and page["Referrer-Policy"] == "no-referrer"
    assert HERE["email"] not in page.content.decode() and "no-store" in page["Cache-Control"]
    told = html.unescape(client.post(path, {"wish": "answer"}).content.decode())
    assert "Đã ghi: Chỉ câu trả lời" in told
    count = len(box.letters)
    actions.pause(case, document_no="13/TB", reason="Chờ", actor=acting(cast.officer), at=moment(12))
    deliver()
    assert len(box.letters) == count
    assert (
        "Chọn một" in html.unescape(client.post(path, {"wish": "gì đó"}).content.decode())
        or Voice.objects.get().notices == "answer"
    )


def test_one_click_of_a_mailbox_stops_them(box: Box, cast: Cast) -> None:  # noqa: F811
    assigned(contact=HERE)
    deliver()
    strict = Client(enforce_csrf_checks=True)
    header = str(box.letters[0]["List-Unsubscribe"]).strip("<>")
    assert strict.post(stop_path(header), {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert Voice.objects.get().notices == "none"


def test_a_letter_that_waits_is_not_sent_to_who_stopped(box: Box, cast: Cast) -> None:  # noqa: F811
    assigned(contact=HERE)
    actions.choose_notices(Voice.objects.get(), "none")
    deliver()
    assert box.letters == []


@pytest.mark.parametrize("token", ["1", "1:x", "abc", "1:" + "a" * 43, "%00"])
def test_a_forged_link_opens_nothing(client: Client, cast: Cast, token: str) -> None:
    assigned(contact=HERE)
    assert client.get(f"/thong-bao/{token}").status_code == 404


def test_the_holder_of_the_receipt_chooses_on_their_page(client: Client, cast: Cast) -> None:
    _case, answer, *_ = assigned(contact=HERE)
    assert client.get(reverse("notices"))["Location"] == reverse("look_up")
    client.post(reverse("look_up"), {"code": answer.receipt})
    assert reverse("notices") in client.get(reverse("mine")).content.decode()
    client.post(reverse("notices"), {"wish": "none"})
    assert Voice.objects.get().notices == "none"


def test_a_server_that_refuses_is_tried_again_with_the_same_id(box: Box, cast: Cast) -> None:  # noqa: F811
    received(contact=HERE)
    box.refuses = True
    deliver()
    box.refuses = False
    deliver(moment(28) + timedelta(hours=1))
    assert len(box.letters) == 1
    assert str(OutboxJob.objects.get().key) in str(box.letters[0]["Message-ID"])


def asked(answer: Any, kind: str = "correct", about: str = "words") -> SubjectRequest:
    who = resident(answer)
    assert who.voice is not None
    return actions.request_data(who.voice, kind, about, Content(SECRET), channel="web", actor=who, at=moment(9))


DECISIONS = [
    ("correct", "words", Decision("granted", correction=SECRET)),
    ("object", "public", Decision("partly", SECRET, "Luật 91/2025/QH15")),
    ("erase", "all", Decision("refused", SECRET, "Luật 91/2025/QH15")),
]


@pytest.mark.parametrize(("kind", "about", "decision"), DECISIONS)
def test_a_decision_on_personal_data_is_told_to_who_asked_alone(
    box: Box,  # noqa: F811
    cast: Cast,
    kind: str,
    about: str,
    decision: Decision,
) -> None:
    case, answer, _officer, leader = assigned(contact=HERE, text=SECRET)
    received(joins=case, key="k-2", contact={"email": "ong.hai@vidu.vn"})
    deliver()
    box.letters.clear()
    actions.decide_request(asked(answer, kind, about), decision, actor=leader, at=moment(10))
    deliver()
    (letter,) = box.letters
    text = str(letter.get_content())
    assert letter["To"] == HERE["email"] and "đã trả lời yêu cầu của ông/bà về dữ liệu cá nhân" in text
    assert "/tra-cuu" in text and "ông Bảy" not in str(letter) + text and "Hạn trả lời" not in text


def test_who_wants_no_letters_or_left_no_address_any_more_gets_none_about_a_decision(box: Box, cast: Cast) -> None:  # noqa: F811
    for contact, wish, kind, about in ((HERE, "none", "correct", "words"), (HERE, "all", "erase", "contact")):
        case, answer = received(contact=contact, text=SECRET)
        actions.choose_notices(case.voices.get(), wish)
        deliver()
        box.letters.clear()
        decision = Decision("granted", ground="Luật 91/2025/QH15", correction="Khác")
        actions.decide_request(asked(answer, kind, about), decision, actor=staff(case, "leader"), at=moment(10))
        deliver()
        assert box.letters == []
