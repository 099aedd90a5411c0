"""What the door for messages of telephones keeps for a while: drafts asked back about, and answers."""

from django.db import models


class MessageDraft(models.Model):
    """What somebody began to say by message and the server asked back about; encrypted, and gone after a day.

    `sender` is a keyed digest of the telephone number or account; nothing else of it is outside `sealed`.
    """

    sender = models.BinaryField(max_length=32, unique=True)
    sealed = models.BinaryField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"#{self.pk}"


class MessageReply(models.Model):
    """The answer to one message, once: encrypted until it is sent, empty then, and gone after some days.

    `message` is a keyed digest of the gateway's id of the message, `digest` one of the whole message.
    """

    message = models.BinaryField(max_length=32, unique=True)
    digest = models.BinaryField(max_length=32)
    gateway = models.CharField(max_length=12)
    sealed = models.BinaryField()
    made_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "message replies"

    def __str__(self) -> str:
        return f"#{self.pk}"
