"""Complaints and denunciations: kept closed, opened by their recipients, recovered by oversight, deleted in time."""

import hashlib
import secrets
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from nacl.public import PrivateKey

from langnghe.cases.actions.lane_keys import note, unlocked
from langnghe.cases.lifecycle import SYSTEM_ACTOR, Actor
from langnghe.cases.sealed import boxes, history
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import LaneKey, LaneNaming, SealedBatch, SealedEvent, SealedKey, SealedRecord, new_id
from langnghe.cases.sealed.procedure import TAKE_IN
from langnghe.core import shares as core_shares
from langnghe.core.refusal import Refused
from langnghe.ledger.actions import append
from langnghe.ledger.insertion import put
from langnghe.registry import law
from langnghe.registry.models import Body, Member

BATCH = 500
DAY = timedelta(days=1)
Verb = SealedEvent.Verb


@transaction.atomic
def keep_sealed(arrival: SealedArrival, *, actor: Actor, at: datetime) -> SealedRecord:
    """Keep the words, closed for the body's recipients and the recovery key; the same key and words give one record.

    The same key with other words gives a record of its own: nothing that was handed in is turned away or lost.
    Refused, and nothing kept, while the body has nobody to open it or there is no recovery key.
    """
    known = SealedRecord.objects.filter(receipt_hash=arrival.receipt_hash)
    if found := known.first():
        return found
    if not law.kinds()[arrival.kind].is_sealed:
        raise Refused(_("Chỉ khiếu nại, tố cáo đi kênh bảo mật."))
    recipients = _recipients(arrival.body, localdate(at))
    data_key, ciphertext = boxes.close(arrival.content)
    columns = _columns(arrival, ciphertext) | {"public": boxes.public_half(data_key)}
    if put(SealedRecord, [columns], once_by=("receipt_hash",)):
        put(SealedKey, [_box(known.get(), key, data_key) for key in recipients])
        digest = hashlib.sha256(ciphertext).digest()
        note(Verb.KEEP, actor, at, record=known.get().pk, digest=digest)
    return known.get()


def _recipients(body: Body, on: date) -> list[LaneKey]:
    """Return the keys in force at the body and the recovery key; Refused when one of the two kinds is missing."""
    keys = list(LaneKey.objects.in_force(on).filter(body=body))
    if not keys:
        words = _("%(body)s chưa có người nhận khiếu nại, tố cáo có khóa: chạy langnghe lane-key cho người ấy.")
        raise Refused(words % {"body": body})
    recovery = LaneKey.objects.filter(kind=LaneKey.Kind.RECOVERY, retired_at=None).first()
    if recovery is None:
        raise Refused(_("Chưa có khóa khôi phục: chạy langnghe recovery-key và giao ba phần cho ba người."))
    return [*keys, recovery]


def _columns(arrival: SealedArrival, ciphertext: bytes) -> dict[str, Any]:
    term = law.term("retain", arrival.kind, arrival.day)
    return {
        "id": new_id(),
        "kind": arrival.kind,
        "body_id": arrival.body.pk,
        "channel": arrival.channel,
        "day": arrival.day,
        "receipt_hash": arrival.receipt_hash,
        "ciphertext": ciphertext,
        "purge_after": arrival.day + timedelta(days=term.days),
    }


def _box(record: SealedRecord, lane_key: LaneKey, data_key: bytes) -> dict[str, Any]:
    box = boxes.box_for(bytes(lane_key.public), data_key)
    return {"record_id": record.pk, "lane_key_id": lane_key.pk, "box": box}


def read_sealed(record: SealedRecord, *, passphrase: str, reason: str, actor: Actor, at: datetime) -> dict[str, Any]:
    """Return the words to a recipient; the reading is noted, for good, before they are seen.

    What was said later is with them: `withdrawn` parts by their stage, `asked` words by request about data.
    Refused for whoever has no key to it, a wrong passphrase (noted too) or a reason that is not on the list.
    """
    if reason not in SealedEvent.Reason.values:
        raise Refused(_("Hãy chọn lý do mở hồ sơ: giải quyết, chuyển cơ quan khác, hay thanh tra."))
    data_key = _data_key(record, passphrase, actor, at)
    with transaction.atomic(durable=True):
        note(Verb.READ, actor, at, record=record.pk, reason=reason)
    public = boxes.public_half(data_key)
    found = SealedRecord.objects.filter(pk=record.pk).values_list("ciphertext", "public").first()
    if found is None or not found[0]:
        raise Refused(_("Hồ sơ này vừa được xóa theo luật."))
    SealedRecord.objects.filter(pk=record.pk, public=b"").update(public=public)
    try:
        words = boxes.open_record(bytes(found[0]), data_key)
        if bytes(found[1]) not in (b"", public):
            raise boxes.Closed
        return words | _added(record, data_key)
    except boxes.Closed:
        raise Refused(_("Hồ sơ này không còn nguyên như lúc tiếp nhận, nên không mở được.")) from None


def _added(record: SealedRecord, data_key: bytes) -> dict[str, dict[int, str]]:
    """Return what was said of the record after it came, by the stage or request with which it was said."""
    steps = record.steps.exclude(words=b"").values_list("pk", "words")
    requests = record.requests.exclude(words=b"").values_list("pk", "words")
    found = {"withdrawn": dict(steps), "asked": dict(requests)}
    return {
        name: {pk: boxes.open_added(bytes(words), data_key)["words"] for pk, words in rows.items()}
        for name, rows in found.items()
        if rows
    }


def add_words(record: SealedRecord, words: str) -> bytes:
    """Return words as they lie with the record: only who can open it reads them. Refused for one not opened since."""
    if not words:
        return b""
    if not record.public:
        raise Refused(_("Hồ sơ này có từ trước: người giữ khóa phải mở đọc một lần, rồi mới ghi thêm lời kín được."))
    return boxes.add_to(bytes(record.public), {"words": words})


def _data_key(record: SealedRecord, passphrase: str, actor: Actor, at: datetime) -> bytes:
    """Return the record's key by the actor's own; Refused when they have none in force or it does not open."""
    mine = LaneKey.objects.in_force(localdate(at)).filter(account=actor.account, kind=LaneKey.Kind.MEMBER)
    own = record.keys.filter(lane_key__in=mine).select_related("lane_key").first()
    if own is None:
        raise Refused(_("Bạn không có khóa mở hồ sơ này."))
    private = unlocked(own.lane_key, passphrase, actor=actor, at=at, record=record.pk)
    return _unboxed(own, private)


def _unboxed(own: SealedKey, private: PrivateKey) -> bytes:
    try:
        return boxes.unbox(bytes(own.box), private)
    except boxes.Closed:
        raise Refused(_("Khóa của hồ sơ %(record)s đã bị đổi.") % {"record": own.record_id}) from None


def share_sealed(record: SealedRecord, *, to: LaneKey, passphrase: str, actor: Actor, at: datetime) -> None:
    """Let another recipient open the record too, by who can open it: a colleague, or the body that is competent."""
    if not LaneKey.objects.in_force(localdate(at)).filter(pk=to.pk).exists():
        raise Refused(_("Người nhận này không có khóa đang dùng."))
    data_key = _data_key(record, passphrase, actor, at)
    with transaction.atomic():
        SealedRecord.objects.select_for_update().get(pk=record.pk)
        if not record.keys.filter(lane_key__account=actor.account, lane_key__kind=LaneKey.Kind.MEMBER).exists():
            raise Refused(_("Hồ sơ này vừa được giao đi rồi."))
        if put(SealedKey, [_box(record, to, data_key)], once_by=("record_id", "lane_key_id")):
            note(Verb.SHARE, actor, at, record=record.pk, lane_key=to)


def hand_sealed(record: SealedRecord, *, passphrase: str, actor: Actor, at: datetime) -> None:
    """Give a transferred record to the body its transfer names; from now on its recipients alone open it.

    Refused while nobody there has a key: then only the paper goes. The recovery key goes on opening it.
    """
    last = record.steps.select_related("to").order_by("-pk").first()
    to = last.to if last is not None and last.verb == "transfer" else None
    if to is None:
        raise Refused(_("Chỉ giao được hồ sơ vừa ghi bước chuyển tới một cơ quan trong hệ thống."))
    keys = list(LaneKey.objects.in_force(localdate(at)).filter(kind=LaneKey.Kind.MEMBER, body=to))
    if not keys:
        raise Refused(_("%(to)s chưa có ai giữ khóa: chỉ gửi được phiếu chuyển và đơn trên giấy.") % {"to": to})
    data_key = _data_key(record, passphrase, actor, at)
    with transaction.atomic():
        if not SealedRecord.objects.filter(pk=record.pk, body=record.body).update(body=to):
            raise Refused(_("Hồ sơ này vừa được giao đi rồi."))
        record.steps.filter(body=None).update(body=record.body)  # of before steps said who acted
        record.keys.filter(lane_key__kind=LaneKey.Kind.MEMBER).delete()
        put(SealedKey, [_box(record, key, data_key) for key in keys])
        record.steps.create(verb=TAKE_IN, day=localdate(at), body=to, account=actor.account, at=at)
        for key in keys:
            note(Verb.HAND, actor, at, record=record.pk, lane_key=key)


def recover_sealed(shares: Sequence[str], *, to: LaneKey, actor: Actor, at: datetime) -> int:
    """Give a key all records of its body, by two shares of the recovery key; return how many, each of them noted.

    A new recovery key takes over all there are, and the old shares then open none of them. Refused when the shares
    have a slip or are no recovery key's.
    """
    if not LaneKey.objects.in_force(localdate(at)).filter(pk=to.pk).exists():
        raise Refused(_("Người nhận này không có khóa đang dùng."))
    private = _joined(shares)
    held = SealedKey.objects.filter(lane_key__public=bytes(private.public_key)).exclude(record__keys__lane_key=to)
    if to.kind == LaneKey.Kind.MEMBER:
        held = held.filter(record__body=to.body)
    count = 0
    while rows := list(held.select_related("record").defer("record__ciphertext").order_by("record")[:BATCH]):
        with transaction.atomic():  # one that is handed over meanwhile goes to nobody of this body
            locked = SealedRecord.objects.select_for_update().filter(pk__in=[row.record_id for row in rows])
            bodies = dict(locked.order_by("pk").values_list("pk", "body"))
            rows = [row for row in rows if bodies.get(row.record_id) == row.record.body_id]
            given = [_box(row.record, to, _unboxed(row, private)) for row in rows]
            put(SealedKey, given, once_by=("record_id", "lane_key_id"))
            if to.kind == LaneKey.Kind.RECOVERY:
                SealedKey.objects.filter(pk__in=[row.pk for row in rows]).delete()
            for row in rows:
                note(Verb.RECOVER, actor, at, record=row.record_id, lane_key=to)
        count += len(rows)
    return count


def _joined(shares: Sequence[str]) -> PrivateKey:
    try:
        private = boxes.private_key(core_shares.join([core_shares.from_text(share) for share in shares]))
    except core_shares.BadShare as bad:
        said = {
            "same": _("Hai phần cùng một số: cần các phần khác nhau."),
            "lengths": _("Các phần dài ngắn khác nhau: chúng không cùng một lần tạo."),
            "number": _("Mỗi phần bắt đầu bằng số của nó, ví dụ “2-ABCD-…”."),
            "slip": _("Phần số %(number)s có ký tự gõ nhầm hoặc thiếu. Hãy so lại từng nhóm 4 ký tự."),
        }
        raise Refused(said[bad.why] % {"number": bad.number}) from None
    recovery = LaneKey.objects.filter(kind=LaneKey.Kind.RECOVERY, public=bytes(private.public_key))
    if not recovery.exists():
        raise Refused(_("Các phần này không mở khóa khôi phục nào ở đây: cần hai phần của cùng một lần tạo."))
    return private


def inherit_sealed(body: Body, to: Body, *, actor: Actor, at: datetime) -> None:
    """Let the body that followed hold the records; the keys of those who go with them go on opening what they opened.

    Nothing is sealed anew. Who holds a key at the other body already keeps the older one where it is.
    """
    there = LaneKey.objects.filter(kind=LaneKey.Kind.MEMBER, body=to, retired_at=None).values_list("account", flat=True)
    own = LaneKey.objects.in_force(localdate(at)).filter(kind=LaneKey.Kind.MEMBER, body=body)
    keys = list(own.exclude(account__in=list(there)))
    records = list(SealedRecord.objects.filter(body=body).order_by("pk").values_list("pk", flat=True))
    LaneKey.objects.filter(pk__in=[key.pk for key in keys]).update(body=to)
    SealedRecord.objects.filter(body=body).update(body=to)
    here = Member.objects.on(localdate(at)).filter(body=body).values_list("account", flat=True)
    named = LaneNaming.objects.filter(body=to).values_list("account", flat=True)
    LaneNaming.objects.filter(body=body, account__in=list(here)).exclude(account__in=list(named)).update(body=to)
    digest = hashlib.sha256(f"{body.pk} {to.pk}".encode()).digest()
    for key in keys:
        note(Verb.INHERIT, actor, at, lane_key=key, digest=digest)
    for record in records:
        note(Verb.INHERIT, actor, at, record=record, digest=digest)


def purge_sealed(at: datetime) -> int:
    """Delete the records whose time is over, with their keys, and note each; return how many."""
    count = 0
    over = SealedRecord.objects.filter(purge_after__lt=localdate(at)).order_by("pk")
    while found := list(over.values_list("pk", flat=True)[:BATCH]):
        with transaction.atomic():
            SealedKey.objects.filter(record__in=found).delete()
            SealedRecord.objects.filter(pk__in=found).delete()
            for record in found:
                note(Verb.PURGE, SYSTEM_ACTOR, at, record=record)
        count += len(found)
    return count


@transaction.atomic
def batch_sealed(at: datetime) -> int:
    """Put one entry in the public log for each day before this one that has none yet, busy or not; return how many.

    What was written too late for its day goes with the next.
    """
    last = SealedBatch.objects.aggregate(last=Max("day"))["last"]
    today, made = localdate(at), 0
    day = last + DAY if last else today - DAY
    while day < today:
        batch = SealedBatch.objects.create(day=day, seed=secrets.token_bytes(32), salt=secrets.token_bytes(16))
        SealedEvent.objects.filter(batch=None, day__lte=day).update(batch=batch)
        append([history.entry(batch)])
        day, made = day + DAY, made + 1
    return made
