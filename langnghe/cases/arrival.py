"""What arrives at the door before it is a voice, and what the door answers."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from langnghe import installation
from langnghe.cases.filing import Stored
from langnghe.cases.models import Case, RawIntake
from langnghe.core import codes
from langnghe.registry.models import Body, Place, Topic


@dataclass(frozen=True)
class Arrival:
    """One voice at a door: verbatim payload with its idempotency key, and what was understood of it.

    `day` is when the resident spoke, which for a paper book lies before the day of entry.
    `entered_at` is the body where the resident handed it in, if that is known. `joins` is the case it wishes to be part
    of; where that takes no more voices by then, it becomes a case of its own.
    """

    channel: str
    key: str
    payload: bytes
    text: str
    kind: str
    day: date
    place: Place
    topic: Topic
    said_at: datetime | None = None
    spot: str = ""
    scope: str = ""
    people: int = 1
    shows_text: bool = False
    is_private: bool = False
    may_call_back: bool = False
    sender: str = "self"
    place_words: str = ""
    contact: dict[str, str] = field(default_factory=dict)
    concerns: Body | None = None
    entered_at: Body | None = None
    files: tuple[Stored, ...] = ()
    joins: Case | None = None
    client: int | None = None  # the id of the system that hands it in

    @cached_property
    def digest(self) -> bytes:
        return hashlib.sha256(self.payload).digest()

    @cached_property
    def receipt(self) -> str:
        """Return the receipt code, the same each time for the same channel, key and payload."""
        return codes.receipt_code(installation.key("receipt"), self.channel, self.key, self.digest)

    @property
    def receipt_hash(self) -> bytes:
        return codes.own_lookup(installation.key("receipt"), self.receipt)


@dataclass(frozen=True)
class Received:
    """The door's answer: the receipt, the case (itself only if this call made it), and whether it was there already."""

    receipt: str
    case_id: int
    is_repeat: bool = False
    case: Case | None = field(default=None, compare=False, repr=False)


def receipt(channel: str, key: str, payload: bytes) -> str:
    """Return the receipt code, which needs no database: a spooled voice has it before it is received."""
    return codes.receipt_code(installation.key("receipt"), channel, key, hashlib.sha256(payload).digest())


def receipt_hash(code: str) -> bytes:
    """Return what the database keeps of a receipt code."""
    return codes.receipt_lookup(installation.key("receipt"), code)


def first_with(arrivals: Sequence[Arrival]) -> dict[tuple[str, str], tuple[bytes, int]]:
    """Return digest and case of the voices that have the arrivals' channels and keys already."""
    if not arrivals:
        return {}
    keys = {arrival.key for arrival in arrivals}
    channels = {arrival.channel for arrival in arrivals}
    rows = RawIntake.objects.filter(channel__in=channels, key__in=keys, outcome=RawIntake.Outcome.VOICE)
    return {(c, k): (bytes(d), case) for c, k, d, case in rows.values_list("channel", "key", "digest", "voice__case")}
