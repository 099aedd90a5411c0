"""What a system that handed in a voice is told when something happens to its case: the public facts, signed."""

import hashlib
import json

from langnghe import installation
from langnghe.cases import notices
from langnghe.cases.gateways import keyed
from langnghe.cases.models import Case, Step, Voice
from langnghe.core import codes
from langnghe.registry.models import Client


def secret(client: Client) -> str:
    """Return what signs the news to this system; made anew each time, so that the database need not keep it."""
    return keyed("webhook", str(client.pk).encode(), bytes(client.key_hash)).hex()


def news(step: Step, voice: Voice) -> bytes:
    """Return the news as JSON; empty when the step's words or the voice's own were destroyed since.

    The voice is named by the SHA-256 of its receipt code, which the other system holds and nobody else can guess.
    """
    words = notices.plainly(step, voice)
    if not words or not voice.raw.digest:
        return b""
    raw, case = voice.raw, voice.case
    receipt = codes.receipt_code(installation.key("receipt"), raw.channel, raw.key, bytes(raw.digest))
    is_sealed = case.state == Case.State.SEALED
    told = {
        "receipt_sha256": hashlib.sha256(receipt.encode()).hexdigest(),
        "event": "seal" if is_sealed else step.verb,
        "at": step.at.isoformat(),
        "case": case.code,
        "body": "" if is_sealed else (step.to_body or step.body).name,
        "due": case.due.isoformat() if case.due and not is_sealed else None,
        "text": words,
    }
    return json.dumps(told, ensure_ascii=False).encode()
