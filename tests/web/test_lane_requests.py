"""Requests about the data in a sealed record: made by receipt, answered by its recipients, read by receipt."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.exceptions import ObjectDoesNotExist
from django.test import Client
from django.urls import reverse

from langnghe.cases import actions, history
from langnghe.cases.actions import Decision
from langnghe.cases.lifecycle import acting
from langnghe.cases.sealed.models import SealedRecord, SealedRequest
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Term
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, denunciation, done, keep, recipient, recovery
from tests.cast import Cast, moment
from tests.web.test_desk import signed_in
from tests.web.test_lane import everywhere, opened, page_of

pytestmark = pytest.mark.django_db
WISH = "Tên tôi là Nhạn, không phải Nhàn"
ANSWER = "Đã ghi đính chính cạnh đơn."


@pytest.fixture(autouse=True)
def keys(cast: Cast, settings: Any) -> Iterator[None]:
    settings.CLOCK = moment(10)
    recipient()
    recovery()
    yield
    law.forget()


def with_receipt(record: SealedRecord) -> Client:
    client = Client()
    session = client.session
    session["sealed"] = record.pk
    session.save()
    return client


def ask(record: SealedRecord, wish: str = "correct", words: str = WISH) -> Any:
    return with_receipt(record).post(reverse("mine_sealed"), {"wish": wish, "words": words})


def answer(member: Any, row: SealedRequest, state: str = "granted", **said: str) -> Any:
    facts = {"verb": "answer", "request": row.pk, "state": state, "reason": ANSWER, **said}
    return signed_in(member).post(page_of(row.record), facts)


def asked(wish: str = "correct") -> SealedRequest:
    ask(keep(), wish)
    return SealedRequest.objects.get()


def test_who_holds_the_receipt_asks_and_only_the_recipients_read_what(cast: Cast) -> None:
    record = keep()
    assert ask(record).status_code == 302
    row = SealedRequest.objects.get()
    assert (f"{row.received:%d/%m/%Y}", f"{row.due:%d/%m/%Y}") == ("10/06/2026", "12/06/2026")  # two working days on
    assert WISH not in everywhere()
    leader = signed_in(cast.leader)
    assert "Đính chính lời, tên hoặc liên hệ" in leader.get(reverse("lane")).content.decode()
    assert WISH not in leader.get(page_of(record)).content.decode()
    assert WISH in opened(cast.leader, record).content.decode()


def test_the_ordinary_desk_and_who_has_no_key_see_nothing_of_it(cast: Cast) -> None:
    row = asked()
    for member in (cast.officer, cast.leader):
        assert row.name not in signed_in(member).get(reverse("subject_requests")).content.decode()
    assert row.name not in signed_in(cast.officer).get(reverse("lane")).content.decode()
    assert answer(cast.officer, row).status_code == 404
    assert "đang chờ trả lời: 1" in signed_in(cast.supervisor).get(reverse("oversight")).content.decode()


def test_the_answer_is_read_by_receipt_and_lies_nowhere_in_clear(cast: Cast) -> None:
    row = asked()
    assert answer(cast.leader, row).status_code == 302
    page = with_receipt(row.record).get(reverse("mine_sealed")).content.decode()
    assert ANSWER in page and "Đã làm theo yêu cầu" in page and WISH not in page
    assert ANSWER not in everywhere()
    again = answer(cast.leader, row, reason="Lần hai")
    assert again.status_code == 409 and "Lần hai" in again.content.decode()
    assert done(row.record) == ["keep", "ask", "decide"]


@pytest.mark.parametrize("wish", ["see", "correct", "object", "erase"])
def test_each_wish_may_be_refused_with_a_reason_and_its_ground(cast: Cast, wish: str) -> None:
    row = asked(wish)
    assert answer(cast.leader, row, "refused").status_code == 422  # without the ground
    assert answer(cast.leader, row, "refused", ground="Điều 9").status_code == 302
    page = with_receipt(row.record).get(reverse("mine_sealed")).content.decode()
    assert "Từ chối" in page and "Điều 9" in page


@pytest.mark.parametrize(("wish", "words"), [("", WISH), ("khác", WISH), ("correct", " "), ("object", "")])
def test_a_request_that_says_too_little_is_not_taken(wish: str, words: str) -> None:
    page = ask(keep(), wish, words)
    assert page.status_code == 422 and not SealedRequest.objects.exists()
    assert words.strip() in page.content.decode()


def test_the_same_request_waits_once() -> None:
    row = asked()
    again = ask(row.record)
    assert again.status_code == 422 and "đang chờ trả lời" in again.content.decode()


def test_a_named_officer_grants_and_leaves_refusing_to_the_leader(cast: Cast) -> None:
    recipient(cast.officer, passphrase="một cụm mật khẩu khác hẳn")
    row = asked()
    refusal = Decision("refused", "Không có căn cứ", "Điều 9")
    with pytest.raises(Refused, match="lãnh đạo"):
        actions.decide_sealed(row, refusal, actor=acting(cast.officer), at=moment(10))
    assert answer(cast.officer, row).status_code == 302


def test_while_the_law_keeps_the_record_nothing_is_erased(cast: Cast) -> None:
    row = asked("erase")
    assert "08/06/2041" in signed_in(cast.leader).get(page_of(row.record)).content.decode()
    assert answer(cast.leader, row, ground="Điều 9").status_code == 422
    with pytest.raises(Refused, match="Luật còn buộc giữ"):
        actions.decide_sealed(row, Decision("granted", "Xóa", "Điều 9"), actor=acting(cast.leader), at=moment(10))
    assert CANARY in opened(cast.leader, row.record).content.decode()


def test_when_the_law_lets_it_the_words_and_all_keys_to_them_are_destroyed(cast: Cast) -> None:
    row = asked("erase")
    Term.objects.create(code="tinh", stage="retain", kind="denunciation", condition="normal", days=1, unit="calendar",
                        starts="received", origin="operator")  # fmt: skip
    law.forget()
    assert answer(cast.leader, row, ground="Điều 9")["Location"] == reverse("lane")
    record = SealedRecord.objects.get()
    assert not record.ciphertext and not record.keys.exists() and done(record)[-2:] == ["erase", "decide"]
    assert list(history.changed_words()) == []
    page = with_receipt(record).get(reverse("mine_sealed")).content.decode()
    assert "Nội dung đơn đã xóa" in page and "Đã làm theo yêu cầu" in page
    SealedRecord.objects.update(ciphertext=b"another")
    assert list(history.changed_words())  # nothing else is taken for it


def test_a_number_that_is_no_request_of_the_record_is_not_found(cast: Cast) -> None:
    row, other = asked(), keep(denunciation(key="khác"))
    for number in (str(row.pk), "x", "9" * 40):
        page = signed_in(cast.leader).post(page_of(other), {"verb": "answer", "request": number, "state": "granted"})
        assert page.status_code == 404
    with pytest.raises(ObjectDoesNotExist):
        other.requests.get()
