"""An engagement is an occasion planned at a body on a day, held or not; the first kind is citizen reception."""

from django.db import models

from langnghe.registry.models import Body


class Engagement(models.Model):
    """One occasion; `chair` is a title, never a name, and `people` counts those who came.

    `origin` names the record that asked for it (a hot spot), if one did.
    """

    class Kind(models.TextChoices):
        RECEPTION = "reception"
        DIALOGUE = "dialogue"

    kind = models.CharField(max_length=16, choices=Kind)
    body = models.ForeignKey(Body, models.PROTECT, related_name="engagements")
    day = models.DateField()
    planned_at = models.DateTimeField()
    chair = models.CharField(max_length=120)
    held = models.DateField(null=True)
    held_at = models.DateTimeField(null=True)
    people = models.PositiveIntegerField(default=0)
    origin = models.CharField(max_length=24, blank=True)
    salt = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["kind", "day"]), models.Index(fields=["body", "day"])]
        constraints = [models.UniqueConstraint(fields=["kind", "body", "day"], name="engagement_once_a_day")]

    def __str__(self) -> str:
        return f"{self.code} {self.body}"

    @property
    def code(self) -> str:
        return f"TD-{self.pk:06d}"
