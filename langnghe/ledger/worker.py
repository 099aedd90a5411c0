"""Runs the jobs of the outbox, one at a time, each in one transaction with its own completion."""

import logging
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from langnghe.ledger import actions

Job = Callable[[datetime, Mapping[str, Any]], None]
Clock = Callable[[], datetime]
jobs: dict[str, Job] = {}
logger = logging.getLogger(__name__)


def job(name: str) -> Callable[[Job], Job]:
    """Register a function of a room's jobs.py under its dotted name."""

    def register(function: Job) -> Job:
        jobs[name] = function
        return function

    return register


def run_one(clock: Clock) -> bool:
    """Run the next job; False when none is waiting."""
    now = clock()
    taken = actions.lease(now)
    if taken is None:
        return False
    try:
        with transaction.atomic():
            jobs[taken.name](now, taken.arguments)
            actions.finish(taken)
    except Exception as error:
        logger.exception("job %s #%s failed", taken.name, taken.pk)
        actions.fail(taken, f"{type(error).__name__}: {error}", clock())
    return True
