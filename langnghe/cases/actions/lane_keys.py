"""The keys of the sealed lane: a recipient's own, the recovery key in three shares, and what is noted of them."""

import hashlib
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from langnghe.cases.lifecycle import SYSTEM, Actor
from langnghe.cases.sealed import boxes
from langnghe.cases.sealed.models import LaneKey, LaneNaming, SealedEvent, SealedKey
from langnghe.core import shares
from langnghe.core.refusal import Refused
from langnghe.registry.models import Account, Body, Member
from langnghe.registry.passwords import HardToGuess

PASSPHRASE_LEAST = 15  # characters


class WrongPassphrase(Refused):
    """The passphrase opens not this key."""


def note(verb: str, actor: Actor, at: datetime, **facts: Any) -> None:
    """Write an event of the sealed lane, in the transaction that is open; of what a resident does the day is enough."""
    by_resident = verb in (SealedEvent.Verb.KEEP, SealedEvent.Verb.ASK)
    facts |= {"day": localdate(at), "at": None if by_resident else at, "account": actor.account}
    SealedEvent.objects.create(verb=verb, salt=secrets.token_bytes(16), **facts)


def make_lane_key(account: Account, body: Body, passphrase: str, *, actor: Actor, at: datetime) -> LaneKey:
    """Make the account a recipient of what comes to the body from now on; Refused for a weak or known passphrase."""
    _own_or_system(account, actor)
    if not Member.objects.on(localdate(at)).filter(account=account, body=body).exists():
        raise Refused(_("%(account)s không có vai trò tại %(body)s.") % {"account": account, "body": body})
    if actor.role != SYSTEM and not may_enrol(account, body, localdate(at)):
        raise Refused(_("Lãnh đạo có khóa của cơ quan phải chỉ định trước, rồi cán bộ mới tự tạo khóa."))
    _check(passphrase, account)
    private = boxes.new_key()
    wrapped = _columns(boxes.wrap(private, passphrase))
    with transaction.atomic():
        if LaneKey.objects.filter(account=account, body=body, retired_at=None).exists():
            raise Refused(_("%(account)s đã có khóa kênh bảo mật tại %(body)s.") % {"account": account, "body": body})
        public = bytes(private.public_key)
        own = {"account": account, "body": body, "public": public, "made_at": at}
        made = LaneKey.objects.create(kind=LaneKey.Kind.MEMBER, **own, **wrapped)
        if not may_enrol(account, body, localdate(at)):  # by the server: no leader had to have a key before
            _name(account, body, account, actor, at)
        note(SealedEvent.Verb.ENROL, actor, at, lane_key=made)
    return made


def may_enrol(account: Account, body: Body, on: date) -> bool:
    """Return whether the account may make its own key: as a leader of the body, or named; not by standing in."""
    here = Member.objects.on(on).filter(account=account, body=body, stands_in=None)
    named = LaneNaming.objects.filter(account=account, body=body)
    return here.filter(role=Member.Role.LEADER).exists() or (here.exists() and named.exists())


def name_recipient(member: Member, *, actor: Actor, at: datetime) -> LaneNaming:
    """Let a colleague make a key of their own, by a leader of the body who holds one; noted for oversight."""
    by = _namer(actor, member.body, localdate(at))
    if member.stands_in_id is not None:
        raise Refused(_("Người chỉ làm thay trong những ngày nghỉ không được chỉ định nhận đơn."))
    with transaction.atomic():
        return _name(member.account, member.body, by, actor, at)


def take_back_naming(naming: LaneNaming, *, actor: Actor, at: datetime) -> None:
    """Let somebody named receive nothing more from now on.

    A key of theirs stays and opens nothing while they are not named.
    By a leader of the body who holds a key; noted for oversight as the end of that key's use.
    """
    _namer(actor, naming.body, localdate(at))
    _forget(naming, actor, at)


def end_naming(account: Account, body: Body, *, actor: Actor, at: datetime) -> None:
    """Forget the naming of somebody who has left the body, so that coming back does not name them again."""
    here = Member.objects.on(localdate(at)).filter(account=account, body=body, stands_in=None)
    naming = LaneNaming.objects.filter(account=account, body=body)
    if not here.exists() and naming.exists():
        _forget(naming.get(), actor, at)


def _forget(naming: LaneNaming, actor: Actor, at: datetime) -> None:
    key = LaneKey.objects.filter(account=naming.account, body=naming.body, retired_at=None).first()
    with transaction.atomic():
        if LaneNaming.objects.filter(pk=naming.pk).delete()[0]:
            note(SealedEvent.Verb.RETIRE, actor, at, lane_key=key, digest=whom(naming.account, naming.body))


def _namer(actor: Actor, body: Body, on: date) -> Account:
    """Return who names recipients at the body: a leader with a key, who does not only stand in; else Refused."""
    keys = LaneKey.objects.in_force(on).filter(account=actor.account, body=body)
    leads = Member.objects.on(on).filter(account=actor.account, body=body, role=Member.Role.LEADER, stands_in=None)
    is_one = actor.role == Member.Role.LEADER and actor.body == body and leads.exists() and keys.exists()
    if actor.account is None or not is_one:
        raise Refused(_("Chỉ lãnh đạo đang giữ khóa của cơ quan chỉ định được người nhận."))
    return actor.account


def _name(account: Account, body: Body, by: Account, actor: Actor, at: datetime) -> LaneNaming:
    named, is_new = LaneNaming.objects.get_or_create(account=account, body=body, defaults={"by": by, "at": at})
    if is_new:
        note(SealedEvent.Verb.NAME, actor, at, digest=whom(account, body))
    return named


def whom(account: Account, body: Body) -> bytes:
    """Return by what an event names who was named: oversight, which knows the namings, finds them by it."""
    return hashlib.sha256(f"{account.pk} {body.pk}".encode()).digest()


def make_recovery_key(*, actor: Actor, at: datetime) -> list[str]:
    """Make the key that any two of three people open together; return the three shares, which are kept nowhere."""
    if actor.role != SYSTEM:
        raise Refused(_("Khóa khôi phục chỉ được tạo trên máy chủ."))
    private = boxes.new_key()
    with transaction.atomic():
        if LaneKey.objects.filter(kind=LaneKey.Kind.RECOVERY, retired_at=None).exists():
            raise Refused(_("Đã có khóa khôi phục đang dùng: thôi dùng khóa ấy trước khi tạo khóa mới."))
        made = LaneKey.objects.create(kind=LaneKey.Kind.RECOVERY, public=bytes(private.public_key), made_at=at)
        note(SealedEvent.Verb.ENROL, actor, at, lane_key=made)
    return [shares.to_text(share) for share in shares.split(bytes(private), secrets.token_bytes)]


def change_passphrase(lane_key: LaneKey, old: str, new: str, *, actor: Actor, at: datetime) -> LaneKey:
    """Wrap the holder's private key under a new passphrase; for the holder only, who knows the old one."""
    if lane_key.account is None or actor.account != lane_key.account:
        raise Refused(_("Chỉ người giữ khóa đổi được cụm mật khẩu của mình."))
    private = unlocked(lane_key, old, actor=actor, at=at)
    _check(new, lane_key.account)
    wrapped = _columns(boxes.wrap(private, new))
    with transaction.atomic():
        LaneKey.objects.filter(pk=lane_key.pk).update(**wrapped)
        note(SealedEvent.Verb.REWRAP, actor, at, lane_key=lane_key)
    return LaneKey.objects.get(pk=lane_key.pk)


def retire_lane_key(lane_key: LaneKey, *, actor: Actor, at: datetime) -> None:
    """End the key; a member's loses its private half and all it opened. Refused when it has ended already.

    What was sealed for a retired recovery key stays, for its shares to hand it on to the next one.
    """
    if lane_key.account is None:
        if actor.role != SYSTEM:
            raise Refused(_("Khóa khôi phục chỉ được thôi dùng trên máy chủ."))
    else:
        _own_or_system(lane_key.account, actor)
    with transaction.atomic():
        if not LaneKey.objects.filter(pk=lane_key.pk, retired_at=None).update(retired_at=at, wrapped=b""):
            raise Refused(_("Khóa này đã thôi dùng rồi."))
        SealedKey.objects.filter(lane_key=lane_key, lane_key__kind=LaneKey.Kind.MEMBER).delete()
        note(SealedEvent.Verb.RETIRE, actor, at, lane_key=lane_key)


def unlocked(lane_key: LaneKey, passphrase: str, *, actor: Actor, at: datetime, record: str = "") -> PrivateKey:
    """Return the private key; Refused, after the attempt is noted, when the passphrase is another."""
    try:
        return boxes.unwrap(lane_key.wrapping, passphrase)
    except boxes.Closed:
        with transaction.atomic(durable=True):
            note(SealedEvent.Verb.FAIL, actor, at, lane_key=lane_key, record=record)
        raise WrongPassphrase(_("Cụm mật khẩu chưa đúng. Lần thử này đã được ghi lại.")) from None


def _own_or_system(account: Account, actor: Actor) -> None:
    if actor.role != SYSTEM and actor.account != account:
        raise Refused(_("Chỉ người giữ khóa, hoặc máy chủ, làm được việc này."))


def _check(passphrase: str, account: Account) -> None:
    if len(passphrase) < PASSPHRASE_LEAST:
        least = {"least": PASSPHRASE_LEAST}
        raise Refused(_("Cụm mật khẩu cần ít nhất %(least)d ký tự, ví dụ bốn năm từ không liên quan nhau.") % least)
    if check_password(passphrase, account.password):
        raise Refused(_("Cụm mật khẩu này phải khác mật khẩu đăng nhập."))
    try:
        HardToGuess().validate(passphrase, account)
    except ValidationError:
        words = _("Cụm mật khẩu này dễ đoán: hay gặp, lặp lại, hoặc gồm tên mình, tên cơ quan. Hãy thêm vài từ khác.")
        raise Refused(words) from None


def _columns(wrapped: boxes.Wrapped) -> Mapping[str, Any]:
    return {
        "wrapped": wrapped.content,
        "salt": wrapped.salt,
        "operations": wrapped.operations,
        "memory": wrapped.memory,
    }
