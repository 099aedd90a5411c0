"""Slows whoever tries many receipt codes, without knowing or blocking anybody: many share one address.

While many codes failed of late, whoever they came from, each code needs either a proof of work by the browser or a
wait of some seconds. The ticket is bound to the code, so that one wait is good for one try; nothing is stored.
"""

import hashlib
import hmac
import time

from django.core import signing
from django.core.cache import cache

from langnghe import installation

FAILED = "look-up:failed"
WINDOW = 60  # seconds in which failures are counted
MOST = 20  # failures in the window from which on a try costs something
BITS = 18  # of zeros at the head of the proof's hash: about a quarter million hashes
WAIT = 8  # seconds that stand in for the proof where no script runs
LIFE = 600  # seconds after which a ticket is worth nothing
SALT = "langnghe.look-up"


def failed() -> None:
    """Note one code that nobody holds."""
    cache.add(FAILED, 0, WINDOW)
    try:
        cache.incr(FAILED)
    except ValueError:  # the window closed in between
        cache.add(FAILED, 1, WINDOW)


def is_needed() -> bool:
    return int(cache.get(FAILED, 0)) >= MOST


def ticket(code: str) -> str:
    """Return what a try with this code must bring back, with a proof or after the wait."""
    return signing.TimestampSigner(salt=SALT).sign(_bound(code))


def is_paid(code: str, ticket: str, proof: str) -> bool:
    """Return whether the ticket is for this code and was paid for by work or by waiting."""
    signer = signing.TimestampSigner(salt=SALT)
    try:
        bound = signer.unsign(ticket, max_age=LIFE)
        made = signing.b62_decode(ticket.rsplit(":", 2)[1])
    except (signing.BadSignature, ValueError, IndexError):
        return False
    if not hmac.compare_digest(bound, _bound(code)):
        return False
    return time.time() - made >= WAIT or _works(ticket, proof)


def _works(ticket: str, proof: str) -> bool:
    if not (proof.isascii() and proof.isdecimal() and len(proof) <= BITS):
        return False
    hashed = hashlib.sha256(f"{ticket}.{proof}".encode()).digest()
    return int.from_bytes(hashed[:4], "big") >> (32 - BITS) == 0


def _bound(code: str) -> str:
    """Return a name of the code that says nothing of it."""
    return hmac.new(installation.key("django"), code.encode(), hashlib.sha256).hexdigest()[:32]
