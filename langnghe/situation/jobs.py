"""Background jobs of this room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage

from langnghe.cases import notices, sealing
from langnghe.ledger.worker import job
from langnghe.registry.models import Member
from langnghe.situation import digest, following
from langnghe.situation.models import Follow


@job("situation.digest")
def send_digest(at: datetime, arguments: Mapping[str, Any]) -> None:
    """Send the weekly letter to one member; the same Message-ID at every try, so that mailboxes keep one."""
    member = Member.objects.select_related("account", "body__place").get(pk=arguments["member"])
    subject, text = digest.letter(member, datetime.fromisoformat(arguments["for"]))
    headers = {"Message-ID": f"<{arguments['key']}@langnghe>"}
    EmailMessage(subject, text, to=[member.account.email], headers=headers).send()


@job("situation.ask_follower")
def ask_follower(_at: datetime, arguments: Mapping[str, Any]) -> None:
    """Ask the holder of an address whether they wish for letters; nothing once the wish is gone."""
    wish = Follow.objects.filter(pk=arguments["follow"], is_confirmed=False).first()
    what = following.subject(wish.about) if wish else None
    if wish and what:
        _send(wish, following.question(wish, what), arguments["key"])


@job("situation.tell_follower")
def tell_follower(_at: datetime, arguments: Mapping[str, Any]) -> None:
    """Send a follower the news; nothing once they ended it, or none of it is public any more."""
    wish = Follow.objects.filter(pk=arguments["follow"], is_confirmed=True).first()
    what = following.subject(wish.about) if wish else None
    if wish and what:
        _send(wish, following.letter(wish, what, arguments["after"], arguments["until"]), arguments["key"])


def _send(wish: Follow, letter: following.Letter | None, key: str) -> None:
    if letter is None:
        return
    headers = {
        "Message-ID": f"<{key}@{notices.host()}>",
        "Auto-Submitted": "auto-generated",
        "List-Unsubscribe": f"<{following.address(wish)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    EmailMessage(*letter, to=[sealing.unseal_contact(bytes(wish.sealed))["email"]], headers=headers).send()
