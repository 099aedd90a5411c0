"""A review freezes figures over a place and a period and states findings; a fact is what figures count."""

from django.db import models

from langnghe.registry.models import Account, Body, Member, Place


class Fact(models.Model):
    """One row of the flat fact view over steps, commitments and engagements (migration 0002); read only."""

    fact = models.CharField(primary_key=True, max_length=24)
    source = models.CharField(max_length=12)
    record = models.BigIntegerField()
    what = models.CharField(max_length=16)
    day = models.DateField()
    written_at = models.DateTimeField()
    place = models.ForeignKey(Place, models.DO_NOTHING, related_name="+")
    body = models.ForeignKey(Body, models.DO_NOTHING, related_name="+")
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=12)
    topic = models.CharField(max_length=40)
    level = models.CharField(max_length=12)
    on_time = models.SmallIntegerField()
    outcome = models.CharField(max_length=16)
    cause = models.CharField(max_length=16)
    stars = models.SmallIntegerField()
    people = models.IntegerField()

    class Meta:
        managed = False
        db_table = "reviews_fact"

    def __str__(self) -> str:
        return f"{self.fact} {self.what}"


class Review(models.Model):
    """A half-year of a place as one body issues it; its figures never change after `frozen_at`."""

    class Form(models.TextChoices):
        STATE = "state"
        PARTY = "party"

    place = models.ForeignKey(Place, models.PROTECT)
    period = models.CharField(max_length=32)
    since = models.DateField()
    until = models.DateField()
    form = models.CharField(max_length=8, choices=Form)
    issuer = models.ForeignKey(Body, models.PROTECT)
    frozen_at = models.DateTimeField()
    is_public = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["place", "-until"])]

    def __str__(self) -> str:
        return f"{self.place} {self.since:%d/%m/%Y}–{self.until:%d/%m/%Y}"

    @property
    def code(self) -> str:
        return f"SK-{self.pk:06d}"

    def edited_by(self, member: Member) -> bool:
        """Return whether the member writes in the issuer's name: its own leader, or the commission of its place."""
        roles, body = Member.Role, member.body
        if member.role == roles.COMMISSION:
            return body.place_id == self.issuer.place_id
        return member.role == roles.LEADER and body == self.issuer


class Figure(models.Model):
    """One frozen number: `value` records out of `base` (null for a plain count), and the same a year before."""

    review = models.ForeignKey(Review, models.CASCADE, related_name="figures")
    key = models.CharField(max_length=64)
    place = models.ForeignKey(Place, models.PROTECT, null=True)
    number = models.PositiveIntegerField()
    value = models.BigIntegerField()
    base = models.BigIntegerField(null=True)
    previous = models.BigIntegerField(null=True)
    previous_base = models.BigIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["review", "place", "key"])]
        constraints = [models.UniqueConstraint(fields=["review", "number"], name="figure_number_once")]

    def __str__(self) -> str:
        return f"[{self.number}] {self.key} = {self.value}"


class Finding(models.Model):
    """A sentence of the review, proposed by a rule from figures, edited by a person."""

    class Kind(models.TextChoices):
        RESULT = "result"
        SHORTCOMING = "shortcoming"
        NEXT_TASK = "next_task"

    review = models.ForeignKey(Review, models.CASCADE, related_name="findings")
    kind = models.CharField(max_length=12, choices=Kind)
    position = models.PositiveSmallIntegerField()
    text = models.TextField()
    rule = models.CharField(max_length=48, blank=True)
    figures = models.ManyToManyField(Figure, blank=True)
    is_edited = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"{self.kind} {self.position}"


class Revision(models.Model):
    """One change that a person made to a review: a finding added, edited or removed, or its publication."""

    review = models.ForeignKey(Review, models.PROTECT, related_name="revisions")
    verb = models.CharField(max_length=16)
    at = models.DateTimeField()
    day = models.DateField()
    finding = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, blank=True)
    text = models.TextField(blank=True)
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"{self.review} {self.verb}"
