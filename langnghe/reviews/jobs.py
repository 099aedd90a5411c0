"""Background jobs of this room."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from langnghe.ledger.worker import job
from langnghe.registry.models import Body, Place
from langnghe.reviews import actions


@job("reviews.write")
def write(at: datetime, arguments: Mapping[str, Any]) -> None:
    """Write a review that somebody asked for on its page."""
    plan = actions.Plan(
        place=Place.objects.get(key=arguments["place"]),
        period=arguments["period"],
        since=date.fromisoformat(arguments["since"]),
        until=date.fromisoformat(arguments["until"]),
        form=arguments["form"],
        issuer=Body.objects.get(code=arguments["issuer"]),
    )
    actions.write(plan, at=at)
