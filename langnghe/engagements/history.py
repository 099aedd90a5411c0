"""Planned and held occasions as the log should know them."""

from collections.abc import Iterator

from langnghe.engagements.models import Engagement
from langnghe.ledger.actions import Entry


def entry(verb: str, engagement: Engagement) -> Entry:
    private: dict[str, object] = {"chair": engagement.chair}
    if verb == "hold":
        private |= {"held": engagement.held, "people": engagement.people}
    return Entry(verb, engagement.code, engagement.body.code, engagement.day, bytes(engagement.salt), private)


def entries() -> Iterator[Entry]:
    for engagement in Engagement.objects.select_related("body").order_by("pk").iterator(2000):
        yield entry("plan", engagement)
        if engagement.held_at is not None:
            yield entry("hold", engagement)
