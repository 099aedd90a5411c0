"""Gateways of messages: how each proves who sent a message, what it holds, and how an answer goes back.

A gateway to another service (a chatbot, a messenger) is one more class with the three methods of `Gateway`.
"""

import hmac
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Protocol

from django.conf import settings
from pydantic import BaseModel, ConfigDict, Field

from langnghe import installation
from langnghe.core import outward

WINDOW = 300  # seconds by which a signature may be older or newer than this moment
SHORTEST_SECRET = 32
PATIENCE = 5  # seconds; on SQLite the job holds the one writer meanwhile
TAKEN = range(200, 300)
NAME_PATTERN = r"^[!-~]+$"


class Image(BaseModel):
    """A picture inside the message itself; an address of one is never fetched."""

    model_config = ConfigDict(extra="forbid")
    name: str = Field("", max_length=250)
    data: str = Field(min_length=4, description="base64")


class Message(BaseModel):
    """One message of one sender; `id` is the gateway's own and never used twice."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    id: str = Field(min_length=1, max_length=120, pattern=NAME_PATTERN)
    sender: str = Field(alias="from", min_length=1, max_length=64, pattern=NAME_PATTERN)
    text: str = Field("", max_length=20_000)
    images: list[Image] = Field(default_factory=list, max_length=5)


class Gateway(Protocol):
    """What the door and the outbox ask of a gateway; `channel` is that of its voices, `contact` the sender's kind."""

    @property
    def channel(self) -> str: ...

    @property
    def contact(self) -> str: ...

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool: ...

    def read(self, body: bytes) -> Message: ...

    def send(self, to: str, text: str, reply_to: str, key: str) -> None: ...


class NotSent(Exception):
    """The gateway did not take the answer; the message says nothing of what it held."""


@dataclass(frozen=True)
class Signed:
    """The reference gateway: plain JSON in both directions, signed with HMAC-SHA256 over moment and body."""

    channel: str
    contact: str
    secret: str
    address: str

    def is_signed(self, headers: Mapping[str, str], body: bytes) -> bool:
        """Return whether the body was signed with the secret, not long ago."""
        moment, given = headers.get("X-Langnghe-Timestamp", ""), headers.get("X-Langnghe-Signature", "")
        if not (moment.isascii() and moment.isdigit() and len(moment) <= len("9999999999")):
            return False
        fresh = abs(time.time() - int(moment)) <= WINDOW
        return fresh and hmac.compare_digest(self.signature(moment, body).encode(), given.encode())

    def signature(self, moment: str, body: bytes) -> str:
        return signature(self.secret, moment, body)

    def read(self, body: bytes) -> Message:
        """Return the message; ValueError (of pydantic) when it is none."""
        return Message.model_validate_json(body)

    def send(self, to: str, text: str, reply_to: str, key: str) -> None:
        """Hand the answer over; NotSent unless it was taken (2xx). The same key at every try."""
        body = json.dumps({"to": to, "text": text, "reply_to": reply_to}, ensure_ascii=False).encode()
        post(self.address, self.secret, body, key)


def signature(secret: str, moment: str, body: bytes) -> str:
    return "sha256=" + hmac.digest(secret.encode(), moment.encode() + b"." + body, "sha256").hex()


def post(address: str, secret: str, body: bytes, key: str) -> None:
    """Hand signed JSON to an address of the operator's; NotSent unless it was taken (2xx). Follows no redirect."""
    if not is_safe(address):
        raise NotSent("the address is neither https nor this machine")
    moment = str(int(time.time()))
    headers = {
        "Content-Type": "application/json",
        "Idempotency-Key": key,
        "X-Langnghe-Timestamp": moment,
        "X-Langnghe-Signature": signature(secret, moment, body),
    }
    try:
        status, _said = outward.post(address, body, headers, PATIENCE)
    except (OSError, HTTPException, ValueError) as error:
        raise NotSent(type(error).__name__) from None
    if status not in TAKEN:
        raise NotSent(f"HTTPError {status}")


def is_safe(address: str) -> bool:
    """Return whether words may be posted there: https with no password in it, or this machine itself.

    A machine that is named by its number must be one that the server goes to; what a name leads to is looked up
    anew, and held against the same rule, each time something is sent.
    """
    where = outward.parts(address)
    if where is None or where.hostname is None or not outward.is_secret(address):
        return False
    machine = outward.by_number(where.hostname)
    return machine is None or outward.is_open(machine, where.hostname)


def gateway(name: str) -> Gateway | None:
    """Return the gateway of this name, or None when the settings open none, or name a secret or address that is bad."""
    return None if name not in settings.MESSAGES or fault(name) else _made(name)


def _made(name: str) -> Gateway | None:
    secret, at, address = settings.MESSAGES[name].partition("@")
    return Signed(channel=name, contact="phone", secret=secret, address=address) if at else None


def fault(name: str) -> str:
    """Return what is wrong with the setting of the gateway, in words for the operator; "" for nothing or no setting."""
    secret, _at, address = settings.MESSAGES[name].partition("@")
    if not settings.MESSAGES[name] or (is_safe(address) and len(secret) >= SHORTEST_SECRET):
        return ""
    return f"LANGNGHE_MESSAGES_{name.upper()} phải có dạng bí-mật-ít-nhất-32-ký-tự@https://…"


def keyed(purpose: str, *parts: bytes) -> bytes:
    """Return a digest that only this installation can make: of a sender, a message's id, a message."""
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in (purpose.encode(), *parts))
    return hmac.digest(installation.key("outbox"), framed, "sha256")
