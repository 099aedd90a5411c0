"""The sealed lane with its people: a recipient with a passphrase, three holders of shares, a denunciation."""

from datetime import date, datetime
from typing import Any

from langnghe.cases import actions
from langnghe.cases.lifecycle import SYSTEM_ACTOR, acting
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import LaneKey, SealedEvent, SealedRecord
from langnghe.registry.models import Member
from tests.cast import Cast, moment, numbers

PASSPHRASE = "cá rô đồng bơi ngược dòng"
CANARY = "Ông Hoàng Văn Canary nhận tiền ở thôn Đoài"


def recipient(member: Member | None = None, passphrase: str = PASSPHRASE, at: datetime | None = None) -> LaneKey:
    """Return the key of a member (else the leader), made by the server."""
    who = member or Cast().leader
    return actions.make_lane_key(who.account, who.body, passphrase, actor=SYSTEM_ACTOR, at=at or moment())


def recovery(at: datetime | None = None) -> list[str]:
    return actions.make_recovery_key(actor=SYSTEM_ACTOR, at=at or moment())


def denunciation(**changes: Any) -> SealedArrival:
    fields: dict[str, Any] = {
        "content": {"text": CANARY, "contact": {"phone": "0912345678"}},
        "kind": "denunciation",
        "body": Cast().committee,
        "day": date(2026, 6, 8),
        "channel": "reception",
        "key": f"a-key-nobody-guesses-{next(numbers)}",
    }
    return SealedArrival(**(fields | changes))


def keep(arrival: SealedArrival | None = None, at: datetime | None = None) -> SealedRecord:
    return actions.keep_sealed(arrival or denunciation(), actor=SYSTEM_ACTOR, at=at or moment())


def kept() -> SealedRecord:
    """Return a denunciation that the leader may open."""
    recipient()
    recovery()
    return keep()


def read(record: SealedRecord, member: Member | None = None, passphrase: str = PASSPHRASE) -> dict[str, Any]:
    who = acting(member or Cast().leader)
    return actions.read_sealed(record, passphrase=passphrase, reason="handle", actor=who, at=moment(9))


def done(record: SealedRecord) -> list[str]:
    """Return the verbs noted of the record, in order."""
    return list(SealedEvent.objects.filter(record=record.pk).order_by("pk").values_list("verb", flat=True))
