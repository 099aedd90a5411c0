"""Background jobs of this room."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from langnghe.cases import actions, gateways, sealing
from langnghe.cases.actions.messages import KEY
from langnghe.cases.models import MessageReply
from langnghe.ledger.worker import job


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
