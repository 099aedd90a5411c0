"""What a client of the intake does in a child process, noting each call and each answer in its history."""

import random
from datetime import datetime, timedelta

from django.db import Error, connection

from langnghe.cases import actions, sealing
from langnghe.cases.actions import receiving
from langnghe.cases.arrival import Arrival
from langnghe.cases.lifecycle import SYSTEM_ACTOR, acting
from langnghe.cases.models import Case
from langnghe.ledger import sequencer
from tests.cast import Cast, arrival, moment
from tests.faults.ground import Site
from tests.faults.history import ACCEPTED, FAIL, INVOKE, OK, UNKNOWN

LONGEST = 6000


def warm() -> None:
    """Ask what each voice asks of the law, so that the answers are in the caches."""
    from langnghe.registry import law

    sent = voice("warm")
    assert sent.receipt and receiving._case(sent) and acting(Cast().officer) and sequencer.signer() and law.gazetteer()
    sealing.seal(b"", "raw")
    sealing.seal_contact({})


def voice(words: str, seed: int = 0) -> Arrival:
    """Return a voice with these words first, and with a length, a contact and a spot that hang on the seed."""
    dice = random.Random(f"{words} {seed}")
    text = words + " " + "đèn đường cháy " * dice.randrange(LONGEST // 15) if dice.random() < 0.5 else words
    contact = {"phone": "0900000000"} if dice.random() < 0.3 else {}
    spot = f"ngõ {dice.randrange(9)}" if dice.random() < 0.3 else ""
    return arrival(text.strip(), key=f"key of {words}", contact=contact, spot=spot)


def send(site: Site, sent: Arrival, at: datetime | None = None) -> bool:
    """Hand in one voice and note what the client knows afterwards; True when it was acknowledged."""
    site.history.note(INVOKE, sent.text)
    try:
        answer = actions.receive(sent, actor=SYSTEM_ACTOR, at=at or moment())
    except (Error, OSError):
        site.history.note(UNKNOWN if connection.vendor == "postgresql" else FAIL, sent.text)
        return False
    site.history.note(OK, sent.text, answer.receipt)
    return True


def accept(site: Site, sent: Arrival, at: datetime | None = None) -> None:
    """Let the desk accept the case of a voice that was just received."""
    actions.accept(Case.objects.get(voices__text=sent.text), actor=acting(Cast().officer), at=at or moment())
    site.history.note(ACCEPTED, sent.text)


def day(site: Site, name: str, voices: int, numbered: bool = True) -> None:
    """Receive voices, accept every third, and number and sign the log in between and at the end."""
    for number in range(voices):
        sent = voice(f"{name}-{number}")
        if send(site, sent, moment() + timedelta(seconds=number)) and number % 3 == 1:
            accept(site, sent)
        if numbered and number % 4 == 3:
            sequencer.run()
    if numbered:
        sequencer.run()
