"""Keys of the sealed lane: made for members, opened by passphrase, ended for good, recovered by two of three."""

import unicodedata
from itertools import combinations
from typing import Any

import pytest
from nacl.pwhash import argon2id

from langnghe.cases import actions
from langnghe.cases.lifecycle import SYSTEM_ACTOR, acting
from langnghe.cases.sealed import boxes
from langnghe.cases.sealed.models import LaneKey, SealedEvent
from langnghe.core import shares
from langnghe.core.refusal import Refused
from tests.cases.sealed.doing import CANARY, PASSPHRASE, denunciation, done, keep, kept, read, recipient, recovery
from tests.cast import PASSWORD, Cast, moment

pytestmark = pytest.mark.django_db
NEW = "bèo dạt mây trôi chốn xa xôi"


def make(passphrase: str, **changes: Any) -> LaneKey:
    leader = Cast().leader
    account, body = changes.get("account", leader.account), changes.get("body", leader.body)
    return actions.make_lane_key(account, body, passphrase, actor=changes.get("actor", acting(leader)), at=moment())


def test_a_member_makes_their_own_key_once() -> None:
    assert make(PASSPHRASE).account == Cast().leader.account
    with pytest.raises(Refused, match="đã có khóa"):
        make(NEW)


def test_a_short_passphrase_is_refused() -> None:
    with pytest.raises(Refused, match="15"):
        make("mười bốn chữ")


def test_the_password_of_the_login_does_not_open_it_too() -> None:
    with pytest.raises(Refused, match="khác mật khẩu đăng nhập"):
        make(PASSWORD)


def test_nobody_makes_a_key_for_another_or_for_a_body_they_are_not_at() -> None:
    with pytest.raises(Refused, match="người giữ khóa"):
        make(PASSPHRASE, actor=acting(Cast().officer))
    with pytest.raises(Refused, match="không có vai trò"):
        make(PASSPHRASE, body=Cast().other_officer.body)


def test_a_passphrase_costs_a_thief_dear(monkeypatch: Any) -> None:
    monkeypatch.undo()
    wrapped = boxes.wrap(boxes.new_key(), PASSPHRASE)
    assert wrapped.operations > argon2id.OPSLIMIT_INTERACTIVE
    assert wrapped.memory > argon2id.MEMLIMIT_INTERACTIVE


def test_a_key_made_at_another_cost_still_opens(monkeypatch: Any) -> None:
    record = kept()
    monkeypatch.setattr(boxes, "OPERATIONS", boxes.OPERATIONS + 1)
    assert read(record)["text"] == CANARY


def test_a_passphrase_holds_however_the_keyboard_writes_its_accents() -> None:
    record = kept()
    assert read(record, passphrase=unicodedata.normalize("NFD", PASSPHRASE))["text"] == CANARY


def test_a_changed_passphrase_opens_what_was_there_and_the_old_one_does_not() -> None:
    record, key = kept(), LaneKey.objects.get(kind="member")
    actions.change_passphrase(key, PASSPHRASE, NEW, actor=acting(Cast().leader), at=moment())
    assert read(record, passphrase=NEW)["text"] == CANARY
    with pytest.raises(Refused, match="chưa đúng"):
        read(record)


def test_only_the_holder_who_knows_the_old_passphrase_changes_it() -> None:
    key = recipient()
    with pytest.raises(Refused, match="người giữ khóa"):
        actions.change_passphrase(key, PASSPHRASE, NEW, actor=SYSTEM_ACTOR, at=moment())
    with pytest.raises(Refused, match="chưa đúng"):
        actions.change_passphrase(key, NEW, NEW, actor=acting(Cast().leader), at=moment())
    with pytest.raises(Refused, match="15"):
        actions.change_passphrase(key, PASSPHRASE, "ngắn", actor=acting(Cast().leader), at=moment())


def test_a_retired_key_opens_nothing_and_forgets_its_private_half() -> None:
    record, key = kept(), LaneKey.objects.get(kind="member")
    actions.retire_lane_key(key, actor=acting(Cast().leader), at=moment())
    key.refresh_from_db()
    assert (bytes(key.wrapped), key.retired_at, key.boxes.count()) == (b"", moment(), 0)
    with pytest.raises(Refused, match="không có khóa"):
        read(record)


def test_a_key_is_retired_once_and_by_nobody_else() -> None:
    key = recipient()
    with pytest.raises(Refused, match="người giữ khóa"):
        actions.retire_lane_key(key, actor=acting(Cast().officer), at=moment())
    actions.retire_lane_key(key, actor=SYSTEM_ACTOR, at=moment())
    with pytest.raises(Refused, match="rồi"):
        actions.retire_lane_key(key, actor=SYSTEM_ACTOR, at=moment())
    assert make(NEW).pk != key.pk


def test_each_change_of_a_key_is_noted() -> None:
    key = recipient()
    actions.change_passphrase(key, PASSPHRASE, NEW, actor=acting(Cast().leader), at=moment())
    actions.retire_lane_key(key, actor=SYSTEM_ACTOR, at=moment())
    assert list(key.events.order_by("pk").values_list("verb", flat=True)) == ["enrol", "rewrap", "retire"]


def test_there_is_one_recovery_key_and_the_server_makes_it() -> None:
    with pytest.raises(Refused, match="máy chủ"):
        actions.make_recovery_key(actor=acting(Cast().supervisor), at=moment())
    recovery()
    with pytest.raises(Refused, match="đang dùng"):
        recovery()


def test_only_the_server_retires_the_recovery_key() -> None:
    recovery()
    with pytest.raises(Refused, match="máy chủ"):
        actions.retire_lane_key(LaneKey.objects.get(), actor=acting(Cast().leader), at=moment())


def test_the_shares_are_kept_nowhere() -> None:
    parts = recovery()
    key = LaneKey.objects.get(kind="recovery")
    secret = shares.join([shares.from_text(part) for part in parts[:2]])
    assert bytes(boxes.private_key(secret).public_key) == bytes(key.public)
    assert bytes(key.wrapped) == b"" and secret not in bytes(key.public)


@pytest.mark.parametrize("pair", list(combinations(range(3), 2)))
def test_two_of_three_shares_give_a_new_recipient_what_the_body_had(pair: tuple[int, int]) -> None:
    recipient()
    parts = recovery()
    record, to = keep(), recipient(Cast().officer)
    supervisor = acting(Cast().supervisor)
    assert actions.recover_sealed([parts[place] for place in pair], to=to, actor=supervisor, at=moment()) == 1
    assert read(record, Cast().officer)["text"] == CANARY
    assert done(record) == ["keep", "recover", "read"]
    assert SealedEvent.objects.get(verb="recover").account == Cast().supervisor.account


def test_recovery_is_for_the_records_of_the_recipients_body_and_done_once() -> None:
    recipient()
    recipient(Cast().other_officer)
    parts = recovery()
    keep(denunciation(body=Cast().other_officer.body))
    keep()
    to = recipient(Cast().officer)
    assert [actions.recover_sealed(parts[1:], to=to, actor=SYSTEM_ACTOR, at=moment()) for _time in range(2)] == [1, 0]


def test_a_new_recovery_key_takes_over_from_the_old_shares() -> None:
    recipient()
    old = recovery()
    record = keep()
    actions.retire_lane_key(LaneKey.objects.get(kind="recovery"), actor=SYSTEM_ACTOR, at=moment())
    new = recovery()
    renewed = LaneKey.objects.get(kind="recovery", retired_at=None)
    assert actions.recover_sealed(old[:2], to=renewed, actor=SYSTEM_ACTOR, at=moment()) == 1
    to = recipient(Cast().officer)
    assert [actions.recover_sealed(parts[:2], to=to, actor=SYSTEM_ACTOR, at=moment()) for parts in (old, new)] == [0, 1]
    assert read(record, Cast().officer)["text"] == CANARY


def test_one_share_or_shares_of_another_place_open_nothing() -> None:
    kept()
    foreign = [shares.to_text(share) for share in shares.split(bytes(boxes.new_key()), lambda size: bytes(size))]
    to = recipient(Cast().officer)
    for given in (foreign[:2], foreign[:1]):
        with pytest.raises(Refused, match="khôi phục"):
            actions.recover_sealed(given, to=to, actor=SYSTEM_ACTOR, at=moment())


def test_a_slip_in_a_share_is_told_by_its_number() -> None:
    recipient()
    one, two, _three = recovery()
    slipped = two[:-1] + ("A" if two[-1] != "A" else "B")
    with pytest.raises(Refused, match="số 2"):
        actions.recover_sealed([one, slipped], to=recipient(Cast().officer), actor=SYSTEM_ACTOR, at=moment())


def test_nothing_is_recovered_for_a_key_that_has_ended() -> None:
    recipient()
    parts = recovery()
    to = recipient(Cast().officer)
    actions.retire_lane_key(to, actor=SYSTEM_ACTOR, at=moment())
    with pytest.raises(Refused, match="đang dùng"):
        actions.recover_sealed(parts[:2], to=to, actor=SYSTEM_ACTOR, at=moment())


@pytest.mark.parametrize(
    "weak", ["aaaaaaaaaaaaaaaaaaaa", "12345678901234567890", "mật khẩu mật khẩu mật khẩu", "uỷ ban nhân dân xã Thư Vũ"]
)
def test_a_passphrase_that_is_quickly_guessed_from_a_stolen_copy_is_refused(weak: str) -> None:
    with pytest.raises(Refused, match="dễ đoán"):
        recipient(passphrase=weak)
    own, leader = recipient(), acting(Cast().leader)
    with pytest.raises(Refused, match="dễ đoán"):
        actions.change_passphrase(own, PASSPHRASE, weak, actor=leader, at=moment())
