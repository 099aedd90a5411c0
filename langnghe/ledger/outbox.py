"""What waits in the outbox, for those who look after it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Min, Q

from langnghe.ledger.models import OutboxJob

TOO_LONG = timedelta(minutes=10)


@dataclass(frozen=True)
class Standing:
    """Jobs per state, and since when the oldest that is due has been waiting for a worker."""

    waiting: int
    dead: int
    done: int
    oldest: timedelta | None

    @property
    def is_stuck(self) -> bool:
        return self.oldest is not None and self.oldest > TOO_LONG


def standing(now: datetime) -> Standing:
    counts = dict(OutboxJob.objects.order_by().values_list("state").annotate(count=Count("pk")))
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = OutboxJob.objects.filter(free, state=OutboxJob.State.WAITING, not_before__lte=now)
    first = due.aggregate(first=Min("not_before"))["first"]
    return Standing(
        waiting=counts.get(OutboxJob.State.WAITING, 0),
        dead=counts.get(OutboxJob.State.DEAD, 0),
        done=counts.get(OutboxJob.State.DONE, 0),
        oldest=now - first if first else None,
    )
