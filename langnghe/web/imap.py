"""Fetches letters from a mailbox (RFC 3501): each is received before it is moved, so that a crash loses none."""

import imaplib
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import unquote, urlsplit

from django.utils.translation import gettext as _

from langnghe.core.refusal import Refused
from langnghe.web import mail

DONE = "Langnghe"  # the folder for letters that were received
TIMEOUT = 30  # seconds
MOST = 200  # letters in one turn


def fetch(url: str, at: datetime, progress: Callable[[int, int], None] = lambda done, total: None) -> dict[str, int]:
    """Receive the letters that are not seen yet, and return how many came to what.

    Received ones are moved to the folder DONE; those with a lawful procedure of their own, and those too large, stay,
    flagged, for whoever minds the mailbox. Refused when the mailbox cannot be opened.
    """
    counts: dict[str, int] = {}
    with _opened(url) as box:
        numbers = _data(box.uid("SEARCH", "UNSEEN"))[0].split()[:MOST]
        for done, number in enumerate(numbers, 1):
            name = number.decode("ascii")
            outcome = _one(box, name, at)
            counts[outcome] = counts.get(outcome, 0) + 1
            progress(done, len(numbers))
        box.expunge()
    return counts


def _one(box: imaplib.IMAP4, number: str, at: datetime) -> str:
    answer = _data(box.uid("FETCH", number, "(BODY.PEEK[])"))
    raw = next((part[1] for part in answer if isinstance(part, tuple)), b"")
    try:
        outcome = mail.receive(raw, at)
    except mail.TooLarge:
        box.uid("STORE", number, "+FLAGS", "(\\Seen \\Flagged)")
        return "too_large"
    if outcome is mail.Outcome.PROCEDURE:
        box.uid("STORE", number, "+FLAGS", "(\\Seen \\Flagged)")
    else:
        _data(box.uid("COPY", number, DONE))
        box.uid("STORE", number, "+FLAGS", "(\\Seen \\Deleted)")
    return outcome.value


@contextmanager
def _opened(url: str) -> Iterator[imaplib.IMAP4]:
    """Open imaps://user:password@host/FOLDER; imap:// is for a mail server on this machine only."""
    parts = urlsplit(url)
    here = parts.hostname in {"localhost", "127.0.0.1", "::1"}
    if parts.scheme not in {"imaps", "imap"} or (parts.scheme == "imap" and not here) or not parts.hostname:
        raise Refused(_("LANGNGHE_IMAP phải có dạng imaps://ten:matkhau@may-chu/INBOX."))
    try:
        box = _connected(parts.hostname, parts.port, parts.scheme == "imaps")
    except (OSError, imaplib.IMAP4.error) as error:
        raise Refused(_("Không mở được hộp thư: %(why)s.") % {"why": type(error).__name__}) from None
    try:
        box.login(unquote(parts.username or ""), unquote(parts.password or ""))
        box.xatom("CREATE", DONE)
        _data(box.select(parts.path.strip("/") or "INBOX"))
        yield box
    except imaplib.IMAP4.error:
        raise Refused(_("Hộp thư từ chối: kiểm tra tên, mật khẩu và thư mục trong LANGNGHE_IMAP.")) from None
    finally:
        box.logout()


def _connected(host: str, port: int | None, is_safe: bool) -> imaplib.IMAP4:
    if is_safe:
        return imaplib.IMAP4_SSL(host, port or 993, ssl_context=ssl.create_default_context(), timeout=TIMEOUT)
    return imaplib.IMAP4(host, port or 143, timeout=TIMEOUT)


def _data(answer: tuple[str, list[Any]]) -> list[Any]:
    status, data = answer
    if status != "OK":
        raise imaplib.IMAP4.error(status)
    return data
