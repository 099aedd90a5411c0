"""An engagement is an occasion planned at a body on a day, held or not; the first kind is citizen reception."""

from datetime import date
from functools import cached_property

from django.db import models
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from langnghe.cases.models import Case
from langnghe.registry.models import Account, Body

EXTRA = "extra"  # the origin of a day beyond those the law asks for


class Engagement(models.Model):
    """One occasion; `chair` is a title, never a name, and `people` counts those who came.

    `origin` names the record that asked for it (a hot spot), if one did; EXTRA on a day beyond those that its week or
    month owes. `cancelled` is the day on which it was called off, or found to be lacking.
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
    cancelled = models.DateField(null=True)
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

    @property
    def is_extra(self) -> bool:
        return self.origin == EXTRA

    @property
    def is_afterwards(self) -> bool:
        """Return whether it was put on the calendar only after its day, so that nobody could know of it before."""
        return localdate(self.planned_at) > self.day

    @property
    def was_lacking(self) -> bool:
        """Return whether the law asked for a day here and the calendar had none, found when its time was over."""
        return self.is_afterwards and self.cancelled is not None and not self.is_extra

    @cached_property
    def arrangement(self) -> "Arrangement | None":
        """Return where and when it takes place, as last arranged."""
        return max(self.arrangements.all(), key=lambda row: row.pk, default=None)

    @cached_property
    def changed(self) -> "list[DayChange]":
        """Return how its day or who receives was changed, and why, the first change first."""
        return sorted(self.changes.all(), key=lambda row: row.pk)

    @cached_property
    def conclusion(self) -> "Conclusion | None":
        """Return what was concluded of the whole of it, as last written."""
        return self.concluded.get(None)

    @cached_property
    def concluded(self) -> "dict[int | None, Conclusion]":
        """Return what was concluded, as last written, for each ticket (its pk) and of the whole (None)."""
        return {row.ticket_id: row for row in sorted(self.conclusions.all(), key=lambda row: row.pk)}


class Arrangement(models.Model):
    """Where and from when to when an occasion takes place; the newest one counts.

    `room` (a link, a room) is told only to those who booked.
    """

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="arrangements")
    place = models.CharField(max_length=200)
    starts = models.TimeField()
    ends = models.TimeField()
    is_online = models.BooleanField(default=False)
    room = models.CharField(max_length=250, blank=True)
    day = models.DateField()
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.place}"


class DayChange(models.Model):
    """An occasion was moved, given another who receives (a title), or cancelled, for a reason that everybody reads."""

    class Verb(models.TextChoices):
        CHANGE = "change_day"
        CANCEL = "cancel_day"

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="changes")
    verb = models.CharField(max_length=12, choices=Verb)
    day_before = models.DateField()
    day_after = models.DateField()
    chair_before = models.CharField(max_length=120)
    chair_after = models.CharField(max_length=120)
    reason = models.CharField(max_length=300)
    day = models.DateField()
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.verb}"

    @property
    def is_cancelled(self) -> bool:
        return self.verb == self.Verb.CANCEL

    @property
    def is_moved(self) -> bool:
        return self.day_before != self.day_after

    @property
    def is_handed(self) -> bool:
        return self.chair_before != self.chair_after


class Conclusion(models.Model):
    """The short minutes of an occasion, or what was said to the one with the `ticket`, which their notice carries.

    A mended one follows, none is overwritten; that of a ticket is emptied with what the ticket says of the person if
    their case is redacted or sealed, and `digest` still stands for it in the log.
    """

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="conclusions")
    ticket = models.ForeignKey("Ticket", models.PROTECT, null=True, related_name="conclusions")
    text = models.TextField()
    digest = models.CharField(max_length=64, blank=True)
    day = models.DateField()
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.day:%d/%m/%Y}"


class Ticket(models.Model):
    """One who booked a reception day or came to it, in the order of `number`; who it is lies in `sealed` alone.

    `case` is what became of what they said. `sealed` is emptied after the rule ticket_days; `lookup` stands for the
    code by which a booking is cancelled.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("đang chờ")
        RECEIVING = "receiving", _("đang được tiếp")
        DONE = "done", _("đã tiếp")
        MISSED = "missed", _("gọi không thấy")
        CANCELLED = "cancelled", _("đã hủy")

    LIVE = (State.WAITING, State.RECEIVING)
    SERVED = (State.RECEIVING, State.DONE)

    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="tickets")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    is_booked = models.BooleanField(default=False)
    lookup = models.BinaryField(max_length=32, null=True, unique=True)
    sealed = models.BinaryField(default=b"")
    case = models.ForeignKey(Case, models.PROTECT, null=True, related_name="tickets")
    taken = models.DateField()
    ended = models.DateField(null=True)
    salt = models.BinaryField(max_length=16)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["engagement", "number"], name="ticket_once")]

    def __str__(self) -> str:
        return f"{self.engagement_id} {self.number}"

    @property
    def day(self) -> date:
        return self.engagement.day

    @property
    def is_live(self) -> bool:
        return self.state in self.LIVE


class BookOpening(models.Model):
    """Somebody opened the reception book of a body, or took it away as a file, with or without names."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    since = models.DateField()
    until = models.DateField()
    form = models.CharField(max_length=8)
    with_names = models.BooleanField(default=False)
    day = models.DateField()
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return self.code

    @property
    def code(self) -> str:
        return f"SO-{self.pk:06d}"
