"""A commitment has one accountable body, a due date, progress with evidence, and an end."""

from datetime import date

from django.db import models
from django.utils.translation import gettext as _

from langnghe.registry.models import Account, Body, Place


class Commitment(models.Model):
    """What one body promised by a day; `origin` names the record it was made in (a case code, a session)."""

    class State(models.TextChoices):
        OPEN = "open"
        KEPT = "kept"
        DROPPED = "dropped"

    body = models.ForeignKey(Body, models.PROTECT, related_name="commitments")
    place = models.ForeignKey(Place, models.PROTECT)
    origin = models.CharField(max_length=24)
    text = models.TextField()
    made = models.DateField()
    due = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    ended = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["body", "state", "due"])]
        constraints = [
            models.CheckConstraint(condition=models.Q(due__gte=models.F("made")), name="commitment_due_after_made")
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.body}"

    @staticmethod
    def problem(text: str, due: date, today: date) -> str:
        """Return why such a promise cannot be made today, or an empty string."""
        if not text.strip():
            return _("Hãy ghi rõ cam kết làm gì.")
        return _("Hạn của cam kết phải từ hôm nay trở đi.") if due < today else ""

    @property
    def code(self) -> str:
        return f"CK-{self.pk:06d}"


class Progress(models.Model):
    """One step of a commitment: made, progress, kept, late, dropped, inherit; never changed afterwards.

    `body` is the accountable body of that day, where the commitment went to another since.
    """

    commitment = models.ForeignKey(Commitment, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=16)
    at = models.DateTimeField()
    day = models.DateField()
    due = models.DateField()
    text = models.TextField(blank=True)
    evidence = models.TextField(blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    salt = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["verb", "day"])]
        verbose_name_plural = "progress"

    def __str__(self) -> str:
        return f"{self.commitment} {self.verb}"
