"""Stores what the conservation check counts, so that its pages need not count a million voices."""

import logging
from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate

from langnghe.cases import conservation
from langnghe.cases.models import DayCount
from langnghe.ledger.insertion import insert

logger = logging.getLogger(__name__)


def store_counts(at: datetime) -> list[str]:
    """Count all days before this one again, store them in place of the last run's, and return the differences."""
    counted = conservation.count(localdate(at))
    with transaction.atomic():
        DayCount.objects.all().delete()
        insert([DayCount(day=day, channel=channel, counts=counts) for (day, channel), counts in counted.items()])
    found = list(conservation.differences(counted))
    for line in found:
        logger.error("conservation: %s", line)
    return found
