"""What officers decided about hot spots, as the log should know it."""

from collections.abc import Iterator

from django.utils.timezone import localdate

from langnghe.ledger.actions import Entry
from langnghe.situation.models import HotSpot


def entry(spot: HotSpot) -> Entry:
    assert spot.decided_at is not None and spot.decided_by is not None  # noqa: S101 only what was decided is logged
    private: dict[str, object] = {
        "reason": spot.reason,
        "account": spot.account_id,
        "commitment": spot.commitment and spot.commitment.code,
    }
    verb = "confirm_hotspot" if spot.state == HotSpot.State.CONFIRMED else "dismiss_hotspot"
    return Entry(verb, spot.code, spot.decided_by.code, localdate(spot.decided_at), bytes(spot.salt), private)


def entries() -> Iterator[Entry]:
    decided = HotSpot.objects.exclude(decided_at=None).select_related("decided_by", "commitment")
    for spot in decided.order_by("pk").iterator(2000):
        yield entry(spot)
