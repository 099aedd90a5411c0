"""Opening the reception book is logged, for the body's own people only."""

import secrets
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from langnghe.cases.lifecycle import Actor
from langnghe.engagements.actions.planning import require_own
from langnghe.engagements.history import opened
from langnghe.engagements.models import BookOpening
from langnghe.ledger.actions import append
from langnghe.registry.models import Body


@transaction.atomic
def open_book(
    body: Body, *, since: date, until: date, form: str, with_names: bool, actor: Actor, at: datetime
) -> BookOpening:
    """Log that the book of these days was printed or taken away as a file (`form`: page, xlsx, docx)."""
    require_own(actor, body)
    assert actor.account is not None  # noqa: S101 whoever has a body has an account
    row = BookOpening.objects.create(
        body=body,
        account=actor.account,
        since=since,
        until=until,
        form=form,
        with_names=with_names,
        day=localdate(at),
        salt=secrets.token_bytes(16),
    )
    append([opened(row)])
    return row
