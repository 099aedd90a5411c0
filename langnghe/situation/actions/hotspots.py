"""Notes the rises that a night's scan found, and what officers decide about them."""

import secrets
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import Actor
from langnghe.commitments import actions as commitments
from langnghe.core.refusal import Refused
from langnghe.ledger.actions import append
from langnghe.registry.models import Body
from langnghe.situation import history
from langnghe.situation.hearing import communes, heard
from langnghe.situation.models import HotSpot

if TYPE_CHECKING:
    from langnghe.situation.scanning import Found

QUIET = timedelta(days=14)  # a rise not seen for so long is over; one seen again later is another
State = HotSpot.State


def find_hotspots(at: datetime) -> list[HotSpot]:
    """Scan up to the day before, and note each rise: a new hot spot, or what became of one already known.

    Returns those that are new. A dismissed one is not raised again while it lasts.
    """
    from langnghe.situation.scanning import found  # which brings a compiler, so that the site starts without it

    last = localdate(at) - timedelta(days=1)
    rises = list(found(last, communes(last), heard(last)))
    with transaction.atomic():
        noted = [_noted(rise, localdate(at)) for rise in rises]
    return [spot for spot in noted if spot is not None]


def _noted(rise: "Found", today: date) -> HotSpot | None:
    known = HotSpot.objects.filter(topic=rise.topic, last__gte=rise.last - QUIET, places__in=rise.places)
    spot = known.order_by("-last", "-pk").first()
    seen = {
        "since": rise.since,
        "last": rise.last,
        "observed": rise.cluster.observed,
        "expected": rise.cluster.expected,
        "p": rise.cluster.p,
    }
    if spot is None:
        salt = secrets.token_bytes(16)
        made = HotSpot.objects.create(
            topic_id=rise.topic, centre_id=rise.places[0], first_seen=today, salt=salt, **seen
        )
        made.places.set(rise.places)
        return made
    if spot.state == State.OPEN:
        HotSpot.objects.filter(pk=spot.pk).update(**seen, centre=rise.places[0])
        spot.places.set(rise.places)
    else:  # what was decided stays as it was when it was decided; only that it lasts is noted
        HotSpot.objects.filter(pk=spot.pk).update(last=rise.last)
    return None


@transaction.atomic
def confirm_hotspot(
    spot: HotSpot, *, owner: Body, task: str, due: date, reason: str, actor: Actor, at: datetime
) -> HotSpot:
    """Make a pressing matter of it: one owner, what they must do, and by when, as a commitment anyone can follow."""
    _decide(spot, State.CONFIRMED, reason, actor, at)
    spot.commitment = commitments.commit(
        body=owner, place=spot.centre, text=task, due=due, origin=spot.code, account=actor.account, at=at
    )
    return _written(spot)


@transaction.atomic
def dismiss_hotspot(spot: HotSpot, *, reason: str, actor: Actor, at: datetime) -> HotSpot:
    """Say why it is none; it stays in the list of those decided, with the reason."""
    _decide(spot, State.DISMISSED, reason, actor, at)
    return _written(spot)


def _decide(spot: HotSpot, state: State, reason: str, actor: Actor, at: datetime) -> None:
    spot.refresh_from_db(from_queryset=HotSpot.objects.select_for_update())
    if spot.state != State.OPEN:
        raise Refused(_("Điểm nóng này đã có người quyết định."))
    if actor.body is None:
        raise Refused(_("Chỉ cơ quan mới xác nhận hoặc bỏ qua được một điểm nóng."))
    if not reason.strip():
        raise Refused(_("Hãy ghi lý do."))
    spot.state, spot.reason, spot.decided_at = state, reason, at
    spot.decided_by, spot.account = actor.body, actor.account


def _written(spot: HotSpot) -> HotSpot:
    spot.save(update_fields=["state", "reason", "decided_at", "decided_by", "account", "commitment"])
    append([history.entry(spot)])
    return spot
