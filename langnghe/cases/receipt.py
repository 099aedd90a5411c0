"""The receipt file: the proof that a voice stands in the public log, with what opens the seal of its entry."""

import json

from langnghe.cases.history import entry, receiving
from langnghe.cases.models import Voice
from langnghe.ledger import proof
from langnghe.ledger.entries import canonical
from langnghe.ledger.models import LogEntry


def receipt_file(voice: Voice) -> str | None:
    """Return the text of the resident's `.tlog-proof`; None while the entry waits for its place, or its step is lost.

    Its extra line is JSON: `entry` (the bytes that are the leaf), and `salt` and `private`, which give the
    entry's seal. Nothing in it is the receipt code or the resident's words: only the SHA-256 of these. After a
    redaction it is the entry alone, which still stands in the log.
    """
    step = receiving(voice)
    if step is None:
        return None
    wanted = entry(step)
    rows = LogEntry.objects.filter(subject=wanted.subject, event="receive", seal=wanted.seal)
    logged = rows.select_related("leaf").first()
    leaf = getattr(logged, "leaf", None)
    checkpoint = leaf and proof.covering(leaf)
    if logged is None or leaf is None or checkpoint is None:
        return None
    if wanted.kept:
        return proof.prove(leaf, checkpoint, canonical(logged))
    opening = {"entry": canonical(logged).decode(), "salt": wanted.salt.hex(), "private": wanted.private}
    extra = json.dumps(opening, ensure_ascii=False, separators=(",", ":"), default=str)
    return proof.prove(leaf, checkpoint, extra.encode())
