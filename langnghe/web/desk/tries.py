"""Wrong passwords, codes and passphrases: after some each waits longer, but nobody is locked out for good.

Failures are kept in the database, for a quarter of an hour: who tries at another server process waits as well.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from math import ceil

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from langnghe.cases.actions import WrongPassphrase
from langnghe.core.refusal import Refused
from langnghe.registry import actions
from langnghe.registry.models import Account, SignInFailure

FREE_TRIES = 5
REMEMBERED = timedelta(minutes=15)
LONGEST_WAIT = 60  # seconds


def hashed(tries: str) -> str:
    """Return the words under a key: who typed a password for a name by mistake does not leave it in the database."""
    return salted_hmac("langnghe.tries", tries, algorithm="sha256").hexdigest()


def wait(tries: str) -> str:
    """Return what to say to who must wait before the next try: from FREE_TRIES failures on 4 seconds, then doubled.

    By the real clock, also where the installation's own stands still; "" for who need not wait.
    """
    row = SignInFailure.objects.filter(key=tries, count__gte=FREE_TRIES).first()
    if row is None:
        return ""
    whole: int = min(LONGEST_WAIT, 2 ** (min(row.count, 2 * FREE_TRIES) - FREE_TRIES + 2))
    left = ceil(whole - (timezone.now() - row.last).total_seconds())
    return _("Sai nhiều lần liên tiếp. Hãy đợi %(wait)s giây rồi thử lại.") % {"wait": left} if left > 0 else ""


def count(tries: str) -> None:
    actions.count_failure(tries, REMEMBERED, timezone.now())


@contextmanager
def with_passphrase(account: Account) -> Iterator[None]:
    """Let the account try its passphrase once; Refused while it has to wait."""
    tries = hashed(f"passphrase:{account.pk}")
    if words := wait(tries):
        raise Refused(words)
    try:
        yield
    except WrongPassphrase:
        count(tries)
        raise
    actions.forget_failures(tries)
