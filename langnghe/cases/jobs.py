"""Background jobs of this room: letters and messages to residents."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.core.mail import EmailMessage

from langnghe.cases import actions, gateways, hooks, notices, sealing
from langnghe.cases.actions.messages import KEY
from langnghe.cases.message_models import MessageReply
from langnghe.cases.models import Step, Voice
from langnghe.commitments.models import Progress
from langnghe.ledger.worker import job


@job("cases.notify")
def notify(_at: datetime, arguments: Mapping[str, Any]) -> None:
    """Send the letter about one step to one resident, unless they stopped them or its words were destroyed since."""
    step = Step.objects.select_related("case", "body", "to_body").get(pk=arguments["step"])
    voice = _voice(arguments)
    if not notices.wanted_by(voice, step.verb):
        return
    if voice.reach == Voice.Reach.MESSAGE:
        _message(notices.message(step, voice), voice, arguments["key"])
    else:
        _send(notices.letter(step, voice), voice, arguments["key"])


@job("cases.notify_client")
def notify_client(_at: datetime, arguments: Mapping[str, Any]) -> None:
    """Tell the system that handed the voice in about one step; nothing when its words or its address are gone."""
    step = Step.objects.select_related("case", "body", "to_body").get(pk=arguments["step"])
    voice = _voice(arguments)
    news = hooks.news(step, voice)
    if news and voice.client and voice.client.webhook and voice.client.is_active:
        gateways.post(voice.client.webhook, hooks.secret(voice.client), news, arguments["key"])


@job("cases.notify_promise")
def notify_promise(_at: datetime, arguments: Mapping[str, Any]) -> None:
    """Send the letter about a commitment that changed."""
    progress = Progress.objects.select_related("commitment").get(pk=arguments["progress"])
    voice = _voice(arguments)
    if not notices.wanted_by(voice, progress.verb):
        return
    if voice.reach == Voice.Reach.MESSAGE:
        _message(notices.promise_message(progress, voice), voice, arguments["key"])
    else:
        _send(notices.promise_letter(progress, voice), voice, arguments["key"])


def _voice(arguments: Mapping[str, Any]) -> Voice:
    return Voice.objects.select_related("case__holder", "case__place", "person", "raw", "client").get(
        pk=arguments["voice"]
    )


def _send(letter: tuple[str, str] | None, voice: Voice, key: str) -> None:
    """Send it with the same Message-ID at every try, so that mailboxes keep one; marked as automatic (RFC 3834)."""
    address = sealing.unseal_contact(bytes(voice.person.sealed)).get("email", "") if voice.person else ""
    if letter is None or not address:
        return
    headers = {
        "Message-ID": notices.message_id(voice, key),
        "Auto-Submitted": "auto-generated",
        **({"In-Reply-To": first, "References": first} if (first := notices.first_letter(voice)) else {}),
        "List-Unsubscribe": f"<{notices.stop_address(voice)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    EmailMessage(*letter, to=[address], headers=headers).send()


def _message(text: str | None, voice: Voice, key: str) -> None:
    """Hand the news to the gateway through which the voice came; NotSent when the settings have none any more."""
    to = sealing.unseal_contact(bytes(voice.person.sealed)).get("phone", "") if voice.person else ""
    if not text or not to:
        return
    gateway = gateways.gateway(voice.channel)
    if gateway is None:
        raise gateways.NotSent("no such gateway in the settings")
    gateway.send(to, text, "", key)


@job("cases.send_message")
def send_message(at: datetime, arguments: Mapping[str, Any]) -> None:
    """Hand one answer to its gateway, with the same key at every try, and empty it; nothing when it is gone."""
    reply = MessageReply.objects.filter(pk=arguments["reply"]).first()
    if reply is None or not reply.sealed:
        return
    gateway = gateways.gateway(reply.gateway)
    if gateway is None:
        raise gateways.NotSent("no such gateway in the settings")
    words = json.loads(sealing.unseal(bytes(reply.sealed), KEY))
    gateway.send(words["to"], words["text"], words["reply_to"], arguments["key"])
    actions.forget_reply(reply)


@job("cases.recount_due")
def recount_due(at: datetime, arguments: Mapping[str, Any]) -> None:
    """Count the due days of open cases anew after a change of the registers, a batch a run."""
    actions.recount_due(arguments["change"], arguments["behind"], others=arguments.get("others", 0), at=at)


@job("cases.move_on")
def move_on(at: datetime, arguments: Mapping[str, Any]) -> None:
    """Move the next cases and commitments of a reorganisation, a batch a run."""
    actions.move_on(arguments["plan"], at=at)
