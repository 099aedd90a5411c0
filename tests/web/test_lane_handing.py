"""A referral takes the record to the body that is competent, where somebody there has a key; else paper alone goes."""

from datetime import date
from typing import Any

import pytest
from django.urls import reverse

from langnghe.cases import actions
from langnghe.cases.actions import sealed
from langnghe.cases.lifecycle import acting
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import LaneKey, SealedRecord
from langnghe.core.refusal import Refused
from langnghe.registry.models import Body
from tests.cases.sealed.conftest import quick  # noqa: F401 a cheap passphrase here too
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, done, keep, recipient, recovery
from tests.cast import Cast, body, member, moment
from tests.web.test_desk import signed_in
from tests.web.test_lane import opened, page_of, watched

pytestmark = pytest.mark.django_db
THEIRS = "một cụm mật khẩu khác hẳn"


@pytest.fixture(autouse=True)
def keys(cast: Cast, settings: Any) -> None:
    settings.CLOCK = moment(10)
    recipient()
    recovery()


def transferred(cast: Cast, to: str) -> SealedRecord:
    record = keep(denunciation(content={"text": CANARY, "name": "Nhạn"}))
    said = {"verb": "transfer", "day": "2026-06-09", "document_no": "5/PC", "to": to}
    assert signed_in(cast.leader).post(page_of(record), said).status_code == 302
    return record


def hand(member: Any, record: SealedRecord, passphrase: str = PASSPHRASE) -> Any:
    return signed_in(member).post(page_of(record), {"verb": "hand", "passphrase": passphrase})


def elsewhere(cast: Cast) -> Body:
    return cast.other_officer.body


def test_the_record_goes_to_the_recipients_of_the_competent_body_and_leaves_the_old_ones(cast: Cast) -> None:
    recipient(cast.other_officer, passphrase=THEIRS)
    record = transferred(cast, elsewhere(cast).name)
    assert f"Giao hồ sơ cho {elsewhere(cast)}" in signed_in(cast.leader).get(page_of(record)).content.decode()
    assert hand(cast.leader, record)["Location"] == reverse("lane")
    assert CANARY in opened(cast.other_officer, record, passphrase=THEIRS).content.decode()
    assert opened(cast.leader, record).status_code == 404
    with pytest.raises(Refused, match="không có khóa"):
        actions.read_sealed(record, passphrase=PASSPHRASE, reason="handle", actor=acting(cast.leader), at=moment(10))
    kinds = LaneKey.objects.filter(boxes__record=record).values_list("kind", "body")
    assert set(kinds) == {("recovery", None), ("member", elsewhere(cast).pk)}


def test_a_colleague_with_a_shared_key_loses_it_and_what_is_shared_too_late_is_refused(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    recipient(cast.other_officer, passphrase=THEIRS)
    mate = recipient(cast.officer)
    record = transferred(cast, elsewhere(cast).code)
    share = {"to": mate, "passphrase": PASSPHRASE, "actor": acting(cast.leader), "at": moment(10)}
    actions.share_sealed(record, **share)
    held = sealed._data_key(record, PASSPHRASE, acting(cast.leader), moment(10))
    hand(cast.leader, record)
    assert opened(cast.officer, record).status_code == 404
    monkeypatch.setattr(sealed, "_data_key", lambda *_said: held)  # taken the moment before the record went
    with pytest.raises(Refused, match="vừa được giao đi"):
        actions.share_sealed(record, **share)
    assert not LaneKey.objects.filter(boxes__record=record, body=cast.committee).exists()


def test_the_new_body_has_the_term_of_a_record_that_came_on_that_day(cast: Cast) -> None:
    recipient(cast.other_officer, passphrase=THEIRS)
    record = transferred(cast, elsewhere(cast).code)
    hand(cast.leader, record)
    record = SealedRecord.objects.get()
    found = procedure.standing(record, list(record.steps.order_by("pk")))
    assert (found.state, found.due) == ("received", date(2026, 6, 19))  # seven working days after the 10th
    assert list(procedure.running(elsewhere(cast))) == [record] and not procedure.running(cast.committee).exists()


def test_the_old_body_keeps_the_fact_alone_and_oversight_sees_to_whom(cast: Cast) -> None:
    made = recipient(cast.other_officer, passphrase=THEIRS)
    record = transferred(cast, elsewhere(cast).name)
    hand(cast.leader, record)
    number, lane = record.pk[:8].upper(), reverse("lane")
    assert number not in signed_in(cast.leader).get(lane).content.decode()
    kept = signed_in(cast.leader).get(lane, {"xem": "giao"}).content.decode()
    assert number in kept and str(elsewhere(cast)) in kept and page_of(record) not in kept
    assert number not in signed_in(cast.officer).get(lane, {"xem": "giao"}).content.decode()
    told = f"giao cơ quan có thẩm quyền {cast.leader.account.username} {made.account}, {made.body}"
    assert told in watched(cast.commission)
    assert done(record) == ["keep", "step", "hand"]


def test_a_wrong_passphrase_hands_nothing_over_and_is_noted(cast: Cast) -> None:
    recipient(cast.other_officer, passphrase=THEIRS)
    record = transferred(cast, elsewhere(cast).name)
    assert hand(cast.leader, record, "sai rồi sai nữa sai mãi").status_code == 409
    assert SealedRecord.objects.get().body == cast.committee and done(record)[-1] == "fail"


def test_without_a_key_there_the_page_says_that_only_paper_goes(cast: Cast) -> None:
    record = transferred(cast, elsewhere(cast).name)
    page = signed_in(cast.leader).get(page_of(record)).content.decode()
    assert "Chỉ chuyển bằng giấy" in page and f"{elsewhere(cast)} chưa có ai giữ khóa" in page
    assert "chưa có ai giữ khóa" in hand(cast.leader, record).content.decode()
    assert SealedRecord.objects.get().body == cast.committee
    paper = opened(cast.leader, record, paper="transfer").content.decode()
    assert f"Kính gửi: {elsewhere(cast)}" in paper and cast.committee.name.upper() in paper


def test_out_of_the_system_only_paper_goes(cast: Cast) -> None:
    record = transferred(cast, "")
    assert "Chỉ chuyển bằng giấy" in signed_in(cast.leader).get(page_of(record)).content.decode()
    assert "Viện" in opened(cast.leader, record, paper="transfer", remark="Viện kiểm sát").content.decode()


def test_what_a_body_handed_over_is_still_known_to_the_one_it_was_merged_into(cast: Cast) -> None:
    recipient(cast.other_officer, passphrase=THEIRS)
    record = transferred(cast, elsewhere(cast).name)
    hand(cast.leader, record)
    heir = member("heir", body("committee_commune", "n11953"), "leader")
    recipient(heir, passphrase=THEIRS)
    at, number = reverse("lane"), record.pk[:8].upper()
    assert number not in signed_in(heir).get(at, {"xem": "giao"}).content.decode()
    Body.objects.filter(pk=cast.committee.pk).update(valid_to=date(2026, 6, 9), successor=heir.body)
    assert number in signed_in(heir).get(at, {"xem": "giao"}).content.decode()


@pytest.mark.parametrize(("to", "said"), [("cơ quan không có", "Không có cơ quan nào"), ("nhân dân xã", "hãy ghi mã")])
def test_a_body_that_is_none_or_several_is_asked_for_again(cast: Cast, to: str, said: str) -> None:
    record = keep()
    facts = {"verb": "transfer", "day": "2026-06-09", "document_no": "5/PC", "to": to}
    page = signed_in(cast.leader).post(page_of(record), facts)
    assert page.status_code == 422 and said in page.content.decode() and to in page.content.decode()
    assert not record.steps.exists()


def test_nothing_is_handed_over_that_was_not_referred(cast: Cast) -> None:
    record = keep()
    assert hand(cast.leader, record).status_code == 409
    assert SealedRecord.objects.get().body == cast.committee
