"""What this room has counted and learnt, and what officers said about it; nothing of it describes a person."""

from django.db import models
from django.db.models import Q

from langnghe.cases.models import Case
from langnghe.registry.models import Body


class GramCounts(models.Model):
    """In how many texts each gram occurred when it was counted last; compressed, four bytes a place of the hash."""

    counted_at = models.DateTimeField()
    texts = models.PositiveIntegerField()
    counts = models.BinaryField()

    class Meta:
        verbose_name_plural = "gram counts"

    def __str__(self) -> str:
        return f"{self.texts} {self.counted_at:%d/%m/%Y}"


class Comparison(models.Model):
    """Two cases that an officer compared: `same` is the verdict from which the weights of likeness are learnt.

    `first` is the older one. Merged cases need no row: that they were merged says it.
    """

    first = models.ForeignKey(Case, models.CASCADE, related_name="+")
    second = models.ForeignKey(Case, models.CASCADE, related_name="+")
    same = models.BooleanField()
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    day = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["first", "second"], name="compared_once"),
            models.CheckConstraint(condition=models.Q(first__lt=models.F("second")), name="compared_in_order"),
        ]

    def __str__(self) -> str:
        return f"{self.first_id} {'=' if self.same else '≠'} {self.second_id}"


class LikenessWeights(models.Model):
    """Weights of likeness learnt from what officers decided; the newest that is not retired is in force.

    `weights` are those of core.similarity.Weights, `card` says what they were learnt from and how well they do.
    """

    learnt_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)
    weights = models.JSONField()
    card = models.JSONField()

    class Meta:
        verbose_name_plural = "likeness weights"

    def __str__(self) -> str:
        return f"#{self.pk} {self.learnt_at:%d/%m/%Y}"


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
