"""Background jobs of this room."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage

from langnghe.ledger.worker import job
from langnghe.registry.models import Member
from langnghe.situation import digest


@job("situation.digest")
def send_digest(at: datetime, arguments: Mapping[str, Any]) -> None:
    """Send the weekly letter to one member; the same Message-ID at every try, so that mailboxes keep one."""
    member = Member.objects.select_related("account", "body__place").get(pk=arguments["member"])
    subject, text = digest.letter(member, datetime.fromisoformat(arguments["for"]))
    headers = {"Message-ID": f"<{arguments['key']}@langnghe>"}
    EmailMessage(subject, text, to=[member.account.email], headers=headers).send()
