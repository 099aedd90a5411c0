"""Receives what waited in the spool, in its order, as the doors would have: the same keys, the same receipts."""

import base64
import logging
from datetime import date, datetime
from typing import Any

from cryptography.exceptions import InvalidTag
from django.utils.timezone import localdate

from langnghe.cases import actions, spool
from langnghe.cases.arrival import Arrival
from langnghe.cases.lifecycle import CLIENT, RESIDENT, Actor
from langnghe.cases.models import Voice
from langnghe.ledger.durability import is_down
from langnghe.web.api import voices
from langnghe.web.public import speaking
from langnghe.web.public.forms import Speak
from langnghe.web.public.payload import payload

logger = logging.getLogger(__name__)
ROLES = {Voice.Channel.WEB: RESIDENT, Voice.Channel.API: CLIENT}


def replay(at: datetime) -> int:
    """Receive each spooled voice once and then remove its file; return how many are left.

    Killed in between, the next call finds the voice by its key. While the database is down nothing is touched; a file
    that fails otherwise stays, is told, and does not hold up the others.
    """
    for path in spool.waiting():
        try:
            _take(path.stem, spool.read(path), at)
        except Exception as error:
            if is_down(error):
                break
            logger.exception("spooled voice %s could not be received", path.name)
            continue
        spool.remove(path)
    return len(spool.waiting())


def _take(name: str, content: bytes, at: datetime) -> None:
    try:
        item = spool.opened(content)
        door, came = Voice.Channel(item["door"]), datetime.fromisoformat(item["at"])
        key, sent = _sent(item)
    except (InvalidTag, ValueError, KeyError, TypeError):
        actions.quarantine(Voice.Channel.WEB, name, content, at=at)
        return
    arrival = _arrival(item, key, sent, localdate(came))
    if arrival is None:
        actions.quarantine(door, key, sent, at=came)
        return
    try:
        actions.receive(arrival, actor=Actor(ROLES[door]), at=came)
    except actions.KeyConflict:
        logger.warning("a spooled voice had the key of another; it is kept, quarantined")


def _sent(item: dict[str, Any]) -> tuple[str, bytes]:
    """Return the key and the payload."""
    if item["door"] == Voice.Channel.API:
        return item["key"], base64.b64decode(item["body"])
    return item["sent"]["key"], payload(item["sent"])


def _arrival(item: dict[str, Any], key: str, sent: bytes, day: date) -> Arrival | None:
    """Return what was meant, or None when it cannot be understood."""
    if item["door"] == Voice.Channel.API:
        return voices.reread(sent, key, day, item.get("client"))
    form = Speak({"letters": "converted"} | item["sent"], today=day)  # nobody is there to be asked
    return speaking.arrival(form, item["sent"]) if form.is_valid() else None
