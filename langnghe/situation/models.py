"""What this room has counted and learnt, and what officers said about it; nothing of it describes a person."""

from django.db import models
from django.db.models import Q

from langnghe.cases.models import Case
from langnghe.commitments.models import Commitment
from langnghe.registry.models import Account, Body, Place, Topic


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


class SameMatter(models.Model):
    """Two open cases on one desk that a night's comparison took for the same matter; made anew each night."""

    first = models.ForeignKey(Case, models.CASCADE, related_name="+")
    second = models.ForeignKey(Case, models.CASCADE, related_name="+")
    likeness = models.FloatField()

    class Meta:
        verbose_name_plural = "same matters"
        constraints = [models.UniqueConstraint(fields=["first", "second"], name="same_once")]

    def __str__(self) -> str:
        return f"{self.first_id} ~ {self.second_id}"


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


class HotSpot(models.Model):
    """Places where more was heard of late than chance would bring, about one topic or (None) about all together.

    `since` to `last` are the days of the rise as the newest scan saw it; `first_seen` is the night that saw it first;
    `p` is its Monte Carlo probability among chance's own best. An officer confirms or dismisses it, with a reason; a
    confirmed one has an owner and a day by a commitment.
    """

    class State(models.TextChoices):
        OPEN = "open"
        CONFIRMED = "confirmed"
        DISMISSED = "dismissed"

    topic = models.ForeignKey(Topic, models.PROTECT, null=True)
    centre = models.ForeignKey(Place, models.PROTECT, related_name="+")
    places = models.ManyToManyField(Place, related_name="hot_spots")
    first_seen = models.DateField()
    since = models.DateField()
    last = models.DateField()
    observed = models.PositiveIntegerField()
    expected = models.FloatField()
    p = models.FloatField()
    state = models.CharField(max_length=9, choices=State, default=State.OPEN)
    reason = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True)
    salt = models.BinaryField(max_length=16)

    class Meta:
        indexes = [models.Index(fields=["state", "-last"], name="hotspot_list")]

    def __str__(self) -> str:
        return f"{self.code} {self.centre}"

    @property
    def code(self) -> str:
        return f"DN-{self.pk:06d}"

    @property
    def once_in(self) -> float:
        """Return the recurrence interval in nights: chance alone would show the like once in so many."""
        return 1 / self.p


class RisingWord(models.Model):
    """Two words that are said together in more voices of late than before; a name or a form of address never is.

    `now` counts the voices of two weeks, `expected` what the half-year before lets expect; `cases` are where it was
    said. Made anew each night.
    """

    words = models.CharField(max_length=60)
    last = models.DateField()
    now = models.PositiveIntegerField()
    expected = models.FloatField()
    p = models.FloatField()
    cases = models.ManyToManyField(Case, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["-last"], name="rising_list")]

    def __str__(self) -> str:
        return f"{self.words} {self.now}"


class Follow(models.Model):
    """Somebody's wish for letters about a place, a topic or a case; it ends as a whole, address and all.

    `about` says what (see situation.following). The address is encrypted, `follower` a keyed digest of it. No letter
    but the question goes there before its holder said yes; `told` is the last step that letters were asked for.
    """

    about = models.CharField(max_length=60)
    sealed = models.BinaryField()
    follower = models.BinaryField(max_length=32)
    asked_at = models.DateTimeField(db_index=True)
    is_confirmed = models.BooleanField(default=False)
    told = models.BigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["follower", "about"], name="followed_once")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Tally(models.Model):
    """How many steps of one verb a place and a body had on a day, or in the month that begins on it.

    Only a sum over the steps up to the one of TallyEnd, made for speed and made anew by `retally`. `good` counts those
    of them that were on time (verb reply) or satisfied (verb rate); `outcome` is that of answers.
    """

    class Span(models.TextChoices):
        DAY = "day"
        MONTH = "month"

    span = models.CharField(max_length=5, choices=Span)
    day = models.DateField()
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)
    body = models.ForeignKey(Body, models.PROTECT, related_name="+", db_index=False)
    verb = models.CharField(max_length=16)
    outcome = models.CharField(max_length=16, blank=True)
    count = models.PositiveIntegerField()
    good = models.PositiveIntegerField()

    class Meta:
        verbose_name_plural = "tallies"
        constraints = [
            models.UniqueConstraint(fields=["span", "day", "place", "body", "verb", "outcome"], name="tallied_once")
        ]
        indexes = [models.Index(fields=["place", "span", "day"], name="tally_place")]

    def __str__(self) -> str:
        return f"{self.span} {self.day:%d/%m/%Y} {self.verb} {self.count}"


class TallyEnd(models.Model):
    """The last step that the tallies hold; one row. `run` names the state of the tallies, another after each change."""

    step = models.BigIntegerField()
    run = models.CharField(max_length=16)

    def __str__(self) -> str:
        return f"#{self.step}"
