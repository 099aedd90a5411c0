"""The bytes of an entry as the public log has them."""

import json
from base64 import b64encode

from langnghe.ledger.models import LogEntry


def canonical(entry: LogEntry) -> bytes:
    """Return the entry as JSON in UTF-8, names in order, no spaces; these bytes are the leaf (RFC 6962 section 2.1)."""
    facts = {
        "body": entry.body,
        "day": entry.day.isoformat(),
        "due": entry.due and entry.due.isoformat(),
        "event": entry.event,
        "seal": b64encode(bytes(entry.seal)).decode(),
        "subject": entry.subject,
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
