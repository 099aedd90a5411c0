"""Opening the reception book, and the names of those who came, is logged, for the body's own people only."""

import secrets
from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate

from langnghe.cases import actions as cases
from langnghe.cases.lifecycle import Actor
from langnghe.core.refusal import Refused
from langnghe.engagements.actions.planning import require_own
from langnghe.engagements.book import Guest
from langnghe.engagements.history import opened
from langnghe.engagements.models import BookOpening
from langnghe.engagements.receptions import who
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


def open_names(found: Iterable[Guest], *, actor: Actor, at: datetime) -> dict[str, dict[str, str]]:
    """Return who came by guest; each case whose contact is read gets its step, as when it is opened alone.

    Of a case that another body holds only what its ticket says; a guest of whom nothing may be read is left out.
    """
    names: dict[str, dict[str, str]] = {}
    for guest in found:
        if guest.voice is None and guest.ticket is None:
            continue
        voice, known = guest.voice, who(guest.ticket) if guest.ticket else {}
        if voice is not None and voice.person_id is not None:
            with suppress(Refused):  # it was handed on or sealed a moment ago
                if voice.case.holder == actor.body:
                    known = cases.open_contact(voice, actor=actor, at=at)
        if known or voice is None or voice.person_id is None:
            names[f"v{voice.pk}" if voice else f"t{guest.ticket.pk if guest.ticket else 0}"] = known
    return names
