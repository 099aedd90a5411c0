"""What the situation keeps: the models that were learnt, never anything about a person."""

from django.db import models
from django.db.models import Q


class TopicModel(models.Model):
    """A model that suggests topics, with its evaluation card; the one before stays, to go back to.

    `until` is the day of the newest voice among those of the `cases` it learnt from and was tested on.
    """

    trained_at = models.DateTimeField()
    until = models.DateField()
    cases = models.PositiveIntegerField()
    card = models.JSONField()
    content = models.BinaryField()
    is_active = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["is_active"], condition=Q(is_active=True), name="one_topic_model")
        ]

    def __str__(self) -> str:
        return f"#{self.pk} {self.until:%d/%m/%Y}"
