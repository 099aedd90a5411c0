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
from langnghe.registry.models import Account

FREE_TRIES = 5
REMEMBERED = timedelta(minutes=15)
LONGEST_WAIT = 60  # seconds


def hashed(tries: str) -> str:
    """Return the words under a key: who typed a password for a name by mistake does not leave it in the database."""
    return salted_hmac("langnghe.tries", tries, algorithm="sha256").hexdigest()


def begin(tries: str) -> str:
    """Count one more try as failed, to be forgotten when it proves right; or return what to say to who must wait.

    By the real clock, also where the installation's own stands still.
    """
    left = ceil(actions.begin_try(tries, REMEMBERED, _wait_after, timezone.now()))
    return _("Sai nhiều lần liên tiếp. Hãy đợi %(wait)s giây rồi thử lại.") % {"wait": left} if left > 0 else ""


def _wait_after(failures: int) -> float:
    """Return how long to wait after so many: from FREE_TRIES on 4 seconds, then doubled each time, a minute at most."""
    return 0 if failures < FREE_TRIES else min(LONGEST_WAIT, 2.0 ** (min(failures, 2 * FREE_TRIES) - FREE_TRIES + 2))


@contextmanager
def with_passphrase(account: Account) -> Iterator[None]:
    """Let the account try its passphrase once; Refused while it has to wait."""
    tries = hashed(f"passphrase:{account.pk}")
    if words := begin(tries):
        raise Refused(words)
    try:
        yield
    except WrongPassphrase:
        raise
    except Refused:  # for another reason, which says nothing of the passphrase
        actions.take_back_try(tries)
        raise
    actions.forget_failures(tries)
