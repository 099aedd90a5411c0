"""Log entries without personal words, and jobs whose effects leave the database."""

from django.db import models


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


class OutboxJob(models.Model):
    """A job that must still run; `name` is a dotted path registered in a room's jobs.py."""

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

    class Meta:
        indexes = [models.Index(fields=["state", "not_before"])]

    def __str__(self) -> str:
        return f"{self.name} #{self.pk} {self.state}"
