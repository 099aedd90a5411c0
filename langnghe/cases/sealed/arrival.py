"""A complaint or denunciation before it is kept."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from langnghe.cases import arrival
from langnghe.registry.models import Body


@dataclass(frozen=True)
class SealedArrival:
    """Its words as plain JSON (text, place, how to reach the writer), and the little that has to stay in clear.

    `known_receipt` is the hash of the receipt that the resident has already, when the words came by another lane.
    """

    content: Mapping[str, Any]
    kind: str
    body: Body
    day: date
    channel: str
    key: str
    known_receipt: bytes = b""

    @cached_property
    def receipt(self) -> str:
        """Return the receipt code: the same key and words always give it, and nothing but it need be kept of both."""
        words = json.dumps(self.content, ensure_ascii=False, sort_keys=True).encode()
        return arrival.receipt(self.channel, self.key, words)

    @cached_property
    def receipt_hash(self) -> bytes:
        return self.known_receipt or arrival.receipt_hash(self.receipt)
