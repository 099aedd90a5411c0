"""Places, bodies, topics, competence, terms and members, each row with the days on which it is valid."""

from datetime import date
from typing import Self, TypeVar

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from langnghe.core import terms

M = TypeVar("M", bound=models.Model)


class DatedQuerySet(models.QuerySet[M]):
    """Rows with valid_from and valid_to; both ends belong to the validity."""

    def on(self, day: date) -> Self:
        return self.filter(Q(valid_from=None) | Q(valid_from__lte=day), Q(valid_to=None) | Q(valid_to__gte=day))


class Dated(models.Model):
    """A row with its validity, its source, and how sure we are: S(een), I(nferred), M(emory), ?."""

    valid_from = models.DateField(null=True)
    valid_to = models.DateField(null=True)
    citation = models.TextField(blank=True)
    confidence = models.CharField(max_length=1, blank=True)

    objects = DatedQuerySet.as_manager()

    class Meta:
        abstract = True


class Named(Dated):
    """A dated row with a name in Vietnamese and in English."""

    name_vi = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        return self.name_en if self.name_en and get_language() == "en" else self.name_vi


class Place(Dated):
    """An administrative unit in one era; `key` is "n" or "o" and the code of the statistics office."""

    class Level(models.TextChoices):
        PROVINCE = "province"
        DISTRICT = "district"
        COMMUNE = "commune"
        VILLAGE = "village"

    key = models.CharField(max_length=12, unique=True)
    code = models.CharField(max_length=8)
    level = models.CharField(max_length=8, choices=Level)
    type = models.CharField(max_length=24)
    name = models.CharField(max_length=120)
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="children")
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)

    def __str__(self) -> str:
        return self.name

    @property
    def province(self) -> "Place":
        return self.lineage()[-1]

    def lineage(self) -> list["Place"]:
        """Return this place and those above it, nearest first."""
        places = [self]
        while places[-1].parent is not None:
            places.append(places[-1].parent)
        return places


class Boundary(models.Model):
    """The outline of a place as imported, small enough to draw, and the ids of the places it borders."""

    place = models.OneToOneField(Place, models.CASCADE)
    outline = models.JSONField()
    borders = models.JSONField()
    source = models.CharField(max_length=200)

    class Meta:
        verbose_name_plural = "boundaries"

    def __str__(self) -> str:
        return str(self.place)


class Succession(models.Model):
    """An old unit and a unit that took it over; a divided unit has several rows."""

    old = models.ForeignKey(Place, models.CASCADE, related_name="heirs")
    new = models.ForeignKey(Place, models.CASCADE, related_name="origins")
    kind = models.CharField(max_length=12)
    source = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["old", "new"], name="succession_once")]

    def __str__(self) -> str:
        return f"{self.old} → {self.new}"


class Body(Dated):
    """An institution with a desk; `type` is a row of the table body_types."""

    class Kind(models.TextChoices):
        COMMITTEE = "committee"
        COUNCIL = "council"
        DEPARTMENT = "department"
        POLICE = "police"
        UTILITY = "utility"
        CENTRE = "centre"
        FRONT = "front"
        ORGANISATION = "organisation"
        PARTY = "party"
        DELEGATION = "delegation"
        HEALTH = "health"
        INSPECTORATE = "inspectorate"
        OFFICE = "office"

    code = models.CharField(max_length=64, unique=True)
    type = models.CharField(max_length=48)
    kind = models.CharField(max_length=16, choices=Kind)
    level = models.CharField(max_length=12)
    place = models.ForeignKey(Place, models.PROTECT)
    name = models.CharField(max_length=200)
    short_name = models.CharField(max_length=120)
    superior = models.ForeignKey("self", models.PROTECT, null=True, related_name="subordinates")
    successor = models.ForeignKey("self", models.PROTECT, null=True, related_name="predecessors")
    approves = models.BooleanField(db_default=True)  # a leader approves its answers before they are published

    class Meta:
        indexes = [models.Index(fields=["type", "place"])]
        verbose_name_plural = "bodies"

    def __str__(self) -> str:
        return self.name

    def superiors(self) -> list["Body"]:
        """Return the chain above this body, nearest first."""
        chain: list[Body] = []
        above = self.superior
        while above is not None:
            chain.append(above)
            above = above.superior
        return chain


class Origin(models.TextChoices):
    """Who wrote a law row: the release, or the operator (whose rows a new release never touches)."""

    RELEASE = "release"
    OPERATOR = "operator"


class Topic(Named):
    """What a voice is about."""

    code = models.CharField(max_length=40, unique=True)
    group = models.CharField(max_length=40, blank=True)
    keywords = models.TextField(blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)


class Competence(Dated):
    """Which type of body answers a topic at a kind of place; the lowest competent one."""

    code = models.CharField(max_length=80)
    topic = models.ForeignKey(Topic, models.CASCADE)
    place_level = models.CharField(max_length=12)
    place_type = models.CharField(max_length=24, default="*")
    scope = models.CharField(max_length=40, blank=True)
    body_type = models.CharField(max_length=48)
    why_vi = models.TextField(blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)

    def __str__(self) -> str:
        return self.code


class Term(Dated):
    """A number of days that a law or a regulation gives for a stage of a kind of voice."""

    code = models.CharField(max_length=80)
    stage = models.CharField(max_length=32)
    kind = models.CharField(max_length=24)
    condition = models.CharField(max_length=32, blank=True)
    days = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=8)
    starts = models.CharField(max_length=12)
    extension_days = models.PositiveSmallIntegerField(default=0)
    extensions_max = models.PositiveSmallIntegerField(default=0)
    note_vi = models.TextField(blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)

    def __str__(self) -> str:
        return self.code

    def pure(self) -> terms.Term:
        """Return the row as the plain value that core counts with."""
        return terms.Term(
            code=self.code,
            stage=self.stage,
            kind=self.kind,
            days=self.days,
            unit="working" if self.unit == "working" else "calendar",
            starts="accepted" if self.starts == "accepted" else "received",
            extension_days=self.extension_days,
            extensions_max=self.extensions_max,
            valid_from=self.valid_from,
            valid_to=self.valid_to,
            citation=self.citation,
            confidence=self.confidence,
            condition=self.condition,
        )


class Holiday(Named):
    """A weekday that is free, or a weekend day that is worked instead."""

    date = models.DateField()
    kind = models.CharField(max_length=8)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)


class Population(Dated):
    """How many people live at a place, as its source says it; rates are counted for places that have one alone."""

    code = models.CharField(max_length=80)
    place = models.ForeignKey(Place, models.CASCADE, related_name="populations")
    people = models.PositiveIntegerField()
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)

    def __str__(self) -> str:
        return self.code


class ReplyTemplate(Named):
    """Words to begin an answer of one outcome with; without a topic it fits all."""

    code = models.CharField(max_length=80)
    outcome = models.CharField(max_length=24)
    topic = models.ForeignKey(Topic, models.CASCADE, null=True)
    text_vi = models.TextField()
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)

    @property
    def fits_all(self) -> bool:
        return self.topic_id is None


class Rule(Dated):
    """A number of the house's own regulation, which the province may set; in force as soon as it is written."""

    code = models.CharField(max_length=40, unique=True)
    value = models.PositiveSmallIntegerField()
    unit = models.CharField(max_length=16)
    note_vi = models.TextField()
    note_en = models.TextField(blank=True)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)

    def __str__(self) -> str:
        return self.code


class VaguePhrase(Dated):
    """Words that say nothing of what is done or when, pointed out to who checks an answer."""

    code = models.CharField(max_length=80)
    phrase_vi = models.CharField(max_length=120)
    origin = models.CharField(max_length=8, choices=Origin, default=Origin.RELEASE)

    def __str__(self) -> str:
        return self.phrase_vi


class Account(AbstractUser):
    """Someone who signs in; what they may do follows from their memberships."""


class Member(Dated):
    """An account in a role at a body; for some days only, in the place of the member it `stands_in` for."""

    class Role(models.TextChoices):
        OFFICER = "officer", _("Cán bộ")
        LEADER = "leader", _("Lãnh đạo")
        COMMISSION = "commission", _("Ban tham mưu công tác dân vận")
        SUPERVISOR = "supervisor", _("Mặt trận giám sát")

    account = models.ForeignKey(Account, models.CASCADE, related_name="memberships")
    body = models.ForeignKey(Body, models.PROTECT, related_name="members")
    role = models.CharField(max_length=12, choices=Role)
    stands_in = models.ForeignKey("self", models.CASCADE, null=True, related_name="stand_ins")

    def __str__(self) -> str:
        return f"{self.account} · {self.get_role_display()} · {self.body}"


class Invitation(models.Model):
    """A code by which somebody makes an account and enters a body, once, for some days; only its hash is kept."""

    code_hash = models.BinaryField(max_length=32, unique=True)
    username = models.CharField(max_length=150)
    body = models.ForeignKey(Body, models.PROTECT)
    role = models.CharField(max_length=12, choices=Member.Role)
    by = models.ForeignKey(Account, models.PROTECT, related_name="invitations")
    until = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.username} → {self.body}"


class StaffSession(models.Model):
    """A session of somebody who signed in: since when, nothing of where; `key` is that of the session itself."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="sessions")
    key = models.CharField(max_length=40, unique=True)
    since = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.account} {self.since:%d/%m/%Y}"


class SignInFailure(models.Model):
    """How often a sign-in failed lately, for all server processes; `key` is a keyed hash of what was tried."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=1)
    last = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.count}"


class Client(models.Model):
    """Another system that may hand in voices; only a hash of its key is kept.

    `webhook` is where it wishes to hear what happens to them; empty: nowhere.
    """

    name = models.CharField(max_length=120, unique=True)
    key_hash = models.BinaryField(max_length=32, unique=True)
    is_active = models.BooleanField(default=True)
    webhook = models.CharField(max_length=250, blank=True)

    def __str__(self) -> str:
        return self.name


class RegisterChange(models.Model):
    """One edit of a register on screen: the row as texts before and after, who made it; never changed afterwards."""

    register = models.CharField(max_length=16)
    row = models.CharField(max_length=100)
    before = models.JSONField()
    after = models.JSONField()
    at = models.DateTimeField()
    day = models.DateField()
    account = models.ForeignKey(Account, models.PROTECT)
    body = models.ForeignKey(Body, models.PROTECT)
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"{self.code} {self.register} {self.row}"

    @property
    def code(self) -> str:
        return f"SD-{self.pk:06d}"
