"""Log entries without personal words, their places in the public log, and jobs whose effects leave the database."""

import hashlib
import hmac
import json

from django.db import models
from django.db.models.functions import Now

from langnghe import installation
from langnghe.core.merkle import Frontier


class LogEntry(models.Model):
    """One thing that happened: public facts, and a commitment to the private ones.

    `seal` is HMAC-SHA256 of the canonical private content under the salt that lies beside that content.
    """

    event = models.CharField(max_length=24)
    subject = models.CharField(max_length=24, db_index=True)
    body = models.CharField(max_length=64, blank=True)
    day = models.DateField()
    due = models.DateField(null=True)
    seal = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"{self.subject} {self.event} {self.day:%d/%m/%Y}"


class Unnumbered(models.Model):
    """An entry that has no place in the public log yet; the row goes when the sequencer gives it one."""

    entry = models.OneToOneField(LogEntry, models.PROTECT, primary_key=True, related_name="+")
    since = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "unnumbered"

    def __str__(self) -> str:
        return f"#{self.pk}"


class Leaf(models.Model):
    """The place of an entry in the public log: leaf `index` of the Merkle tree, counted from 0 without gaps."""

    index = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(LogEntry, models.PROTECT)

    class Meta:
        verbose_name_plural = "leaves"

    def __str__(self) -> str:
        return f"{self.index}"


class LogHead(models.Model):
    """The one row that the sequencer locks: how many leaves there are, and the right edge of the tree over them."""

    size = models.BigIntegerField(default=0)
    hashes = models.BinaryField(default=b"")

    def __str__(self) -> str:
        return f"{self.size}"

    @property
    def edge(self) -> Frontier:
        return Frontier.from_bytes(self.size, bytes(self.hashes))


class Checkpoint(models.Model):
    """A signed note over the first `size` leaves; once given away, no tree that contradicts it may be signed."""

    size = models.BigIntegerField(primary_key=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    signed_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return f"{self.size}"


class Cosignature(models.Model):
    """A witness's word that this checkpoint continues all the ones it saw before."""

    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="cosignatures")
    witness = models.CharField(max_length=200)
    line = models.CharField(max_length=500)
    signed_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once")]

    def __str__(self) -> str:
        return f"{self.checkpoint_id} {self.witness}"


class OutboxJob(models.Model):
    """A job that must still run; `name` is a dotted path registered in a room's jobs.py.

    `error` is what the last try ended in, `not_before` the next try's time, `retried_by` who revived a dead letter.
    """

    class State(models.TextChoices):
        WAITING = "waiting"
        DONE = "done"
        DEAD = "dead"

    name = models.CharField(max_length=100)
    arguments = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    error = models.TextField(blank=True)
    retried_by = models.CharField(max_length=150, blank=True)
    retried_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} {self.state}"

    @property
    def key(self) -> str:
        """Return what marks this job's effects outside, as Message-ID or Idempotency-Key: the same at every try.

        The arguments enter it too, since a restored database gives the numbers it lost to other jobs.
        """
        content = json.dumps([self.pk, self.name, self.arguments], sort_keys=True)
        return hmac.new(installation.key("outbox"), content.encode(), hashlib.sha256).hexdigest()[:32]
