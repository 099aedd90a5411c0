"""The little that a conversation by message leaves behind: an unfinished voice, and answers on their way."""

import json
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from langnghe.cases import sealing
from langnghe.cases.message_models import MessageDraft, MessageReply
from langnghe.ledger.actions import enqueue

KEY = "person"
DRAFT_LIVES, REPLY_LIVES = timedelta(hours=24), timedelta(days=7)


@transaction.atomic
def answer_message(
    reply: MessageReply, words: dict[str, str], *, sender: bytes, draft: dict[str, Any] | None, at: datetime
) -> bool:
    """Keep the answer and put it into the outbox, and keep or drop the sender's unfinished voice, in one transaction.

    Returns False, and changes nothing, when this message was answered before.
    """
    reply.sealed, reply.made_at = _sealed(words), at
    MessageReply.objects.bulk_create([reply], ignore_conflicts=True)
    own = MessageReply.objects.get(message=reply.message)
    if bytes(own.sealed) != reply.sealed:
        return False
    if draft is None:
        MessageDraft.objects.filter(sender=sender).delete()
    else:
        kept = {"sealed": _sealed(draft), "expires_at": at + DRAFT_LIVES}
        MessageDraft.objects.update_or_create(sender=sender, defaults=kept)
    enqueue("cases.send_message", {"reply": own.pk}, at)
    return True


def forget_reply(reply: MessageReply) -> None:
    """Empty the answer after it was handed to its gateway; that there was one stays, against a second."""
    MessageReply.objects.filter(pk=reply.pk).update(sealed=b"")


def purge_messages(at: datetime) -> int:
    """Delete unfinished voices after a day and answers after a week; return how many."""
    drafts, _ = MessageDraft.objects.filter(expires_at__lte=at).delete()
    replies, _ = MessageReply.objects.filter(made_at__lte=at - REPLY_LIVES).delete()
    return drafts + replies


def _sealed(content: dict[str, Any]) -> bytes:
    return sealing.seal(json.dumps(content, ensure_ascii=False).encode(), KEY)
