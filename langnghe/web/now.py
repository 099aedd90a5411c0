"""The clock of the doors: real time, or the time at which a demo stands still."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone


def now() -> datetime:
    return settings.CLOCK or timezone.now()


def today() -> date:
    return timezone.localdate(now())
