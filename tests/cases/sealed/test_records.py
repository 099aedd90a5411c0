"""Sealed records: kept whole or not at all, opened by whom they are for, each reading noted before it is seen."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from langnghe.cases import actions
from langnghe.cases.lifecycle import SYSTEM_ACTOR, acting
from langnghe.cases.sealed import boxes
from langnghe.cases.sealed.models import LaneKey, SealedEvent, SealedKey, SealedRecord
from langnghe.core.refusal import Refused
from tests.cases.sealed.doing import CANARY, denunciation, done, keep, kept, read, recipient, recovery
from tests.cast import Cast, moment

pytestmark = pytest.mark.django_db


def test_a_recipient_reads_what_was_handed_in() -> None:
    record = kept()
    assert read(record) == {"text": CANARY, "contact": {"phone": "0912345678"}}
    assert done(record) == ["keep", "read"]


def test_a_reading_says_who_when_and_why() -> None:
    read(record := kept())
    noted = SealedEvent.objects.get(record=record.pk, verb="read")
    assert (noted.account, noted.at, noted.reason) == (Cast().leader.account, moment(9), "handle")


def test_of_an_arrival_only_the_day_is_noted() -> None:
    noted = SealedEvent.objects.get(record=kept().pk, verb="keep")
    assert (noted.day, noted.at, noted.account) == (date(2026, 6, 8), None, None)


def test_a_reading_is_noted_even_when_the_record_turns_out_damaged() -> None:
    record = kept()
    SealedRecord.objects.update(ciphertext=bytes(record.ciphertext)[:-1] + b"\0")
    with pytest.raises(Refused, match="nguyên"):
        read(record)
    assert done(record)[-1] == "read"


def test_who_has_no_key_is_refused() -> None:
    record, cast = kept(), Cast()
    recipient(cast.other_officer)
    for stranger in (cast.officer, cast.other_officer):
        with pytest.raises(Refused, match="không có khóa"):
            read(record, stranger)
    assert done(record) == ["keep"]


def test_a_wrong_passphrase_is_refused_and_noted() -> None:
    record = kept()
    with pytest.raises(Refused, match="chưa đúng"):
        read(record, passphrase="một cụm mật khẩu khác")
    assert done(record) == ["keep", "fail"]


def test_a_reason_must_be_on_the_list() -> None:
    with pytest.raises(Refused, match="lý do"):
        actions.read_sealed(kept(), passphrase="", reason="tò mò", actor=acting(Cast().leader), at=moment())


def test_who_left_the_body_reads_no_more() -> None:
    record, leader = kept(), Cast().leader
    leader.valid_to = date(2026, 6, 8)
    leader.save()
    with pytest.raises(Refused, match="không có khóa"):
        read(record)


def test_whose_account_was_closed_reads_no_more() -> None:
    record, account = kept(), Cast().leader.account
    account.is_active = False
    account.save()
    with pytest.raises(Refused, match="không có khóa"):
        read(record)
    with pytest.raises(Refused, match="lane-key"):
        keep()


def test_who_came_later_reads_only_what_comes_later() -> None:
    record = kept()
    recipient(Cast().officer)
    with pytest.raises(Refused, match="không có khóa"):
        read(record, Cast().officer)
    assert read(keep(), Cast().officer)["text"] == CANARY


def test_without_a_recipient_nothing_is_kept() -> None:
    recovery()
    with pytest.raises(Refused, match="lane-key"):
        keep()
    assert not SealedRecord.objects.exists()


def test_without_a_recovery_key_nothing_is_kept() -> None:
    recipient()
    with pytest.raises(Refused, match="recovery-key"):
        keep()
    assert not SealedRecord.objects.exists()


def test_a_voice_of_a_public_kind_is_refused() -> None:
    kept()
    with pytest.raises(Refused, match="kênh bảo mật"):
        keep(denunciation(kind="feedback"))


def test_when_a_key_cannot_be_written_nothing_stays(monkeypatch: Any) -> None:
    def failing(*_: object) -> bytes:
        raise OSError("cut")

    recipient()
    recovery()
    monkeypatch.setattr(boxes, "box_for", failing)
    with pytest.raises(OSError, match="cut"):
        keep()
    assert not SealedRecord.objects.exists() and not SealedEvent.objects.filter(verb="keep").exists()


def test_the_same_key_and_words_give_one_record_and_one_receipt() -> None:
    kept()
    one = denunciation()
    assert keep(one) == keep(denunciation(key=one.key))
    assert denunciation(key=one.key).receipt == one.receipt
    assert SealedRecord.objects.count() == 2


def test_a_repeat_is_answered_after_the_last_recipient_left() -> None:
    record, again = kept(), denunciation()
    first = keep(again)
    actions.retire_lane_key(LaneKey.objects.get(kind="member"), actor=SYSTEM_ACTOR, at=moment())
    assert keep(again) == first != record


def test_the_same_key_with_other_words_is_kept_too() -> None:
    kept()
    one = denunciation()
    other = denunciation(key=one.key, content={"text": "Tôi nói lại cho rõ."})
    assert keep(one) != keep(other)
    assert one.receipt != other.receipt


def test_words_from_the_other_lane_keep_the_receipt_they_had() -> None:
    kept()
    assert bytes(keep(denunciation(known_receipt=b"r" * 32)).receipt_hash) == b"r" * 32


def test_a_recipient_shares_a_record_with_the_body_that_is_competent() -> None:
    record, cast = kept(), Cast()
    to = recipient(cast.province_officer)
    for _time in range(2):
        actions.share_sealed(
            record, to=to, passphrase="cá rô đồng bơi ngược dòng", actor=acting(cast.leader), at=moment()
        )
    assert read(record, cast.province_officer)["text"] == CANARY
    assert done(record) == ["keep", "share", "read"]


def test_nobody_shares_what_they_cannot_open_or_with_a_key_that_has_ended() -> None:
    record, cast = kept(), Cast()
    to = recipient(cast.officer)
    with pytest.raises(Refused, match="không có khóa mở"):
        actions.share_sealed(record, to=to, passphrase="", actor=acting(cast.officer), at=moment())
    actions.retire_lane_key(to, actor=SYSTEM_ACTOR, at=moment())
    with pytest.raises(Refused, match="đang dùng"):
        actions.share_sealed(record, to=to, passphrase="", actor=acting(cast.leader), at=moment())


def test_a_box_that_was_swapped_opens_nothing() -> None:
    record = kept()
    SealedKey.objects.filter(record=record).update(box=boxes.box_for(bytes(boxes.new_key().public_key), bytes(32)))
    with pytest.raises(Refused, match="bị đổi"):
        read(record)


@given(st.text(max_size=20_000))
def test_the_size_tells_only_its_class(text: str) -> None:
    key, ciphertext = boxes.close({"text": text})
    assert len(ciphertext) - 40 in {4 << 10, 16 << 10, 64 << 10, 256 << 10}
    assert boxes.open_record(ciphertext, key) == {"text": text}


def test_a_word_and_a_page_look_alike() -> None:
    assert len({len(boxes.close({"text": "ă" * size})[1]) for size in (0, 1, 1000, 2000)}) == 1
