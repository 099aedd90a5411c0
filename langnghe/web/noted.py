"""Lines of the server's log about signing in and out: the account's number, never a name, an address or a browser."""

import logging

from langnghe.registry.models import Account

logger = logging.getLogger(__name__)
# Every line there is; docs/operate.md says what each means.
LINES = {
    *("signed in", "sign-in refused", "sign-in delayed", "signed out", "session idle", "sessions ended"),
    *("password changed", "second factor changed", "identity linked", "identity unlinked", "account opened"),
}


def note(line: str, account: Account | None, how: str = "") -> None:
    """Write one of LINES, with the account it concerns, if it is known, and the way by which it was tried."""
    if line not in LINES:
        raise ValueError(line)
    logger.info(line, extra={"account": account.pk if account else None, "how": how})
