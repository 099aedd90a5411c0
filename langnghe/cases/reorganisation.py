"""A reorganisation of units, planned and applied: which unit goes to which, and each case and commitment that moves."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, timedelta

from django.db import models
from django.utils.translation import gettext as _

from langnghe.commitments.models import Commitment
from langnghe.core.text import fold
from langnghe.registry import law
from langnghe.registry.find import short_name
from langnghe.registry.models import Account, Body, Place

Heirs = Mapping[int, Sequence[Place]]


class Reorganisation(models.Model):
    """A plan: units that merge, split or are renamed on a day, by a document; only a draft can be changed or undone."""

    class State(models.TextChoices):
        DRAFT = "draft"
        APPLYING = "applying"
        APPLIED = "applied"

    title = models.CharField(max_length=200)
    document_no = models.CharField(max_length=80)
    day = models.DateField()
    state = models.CharField(max_length=8, choices=State, default=State.DRAFT)
    account = models.ForeignKey(Account, models.PROTECT)
    body = models.ForeignKey(Body, models.PROTECT)
    applied = models.DateField(null=True)
    open_before = models.PositiveIntegerField(default=0)
    open_after = models.PositiveIntegerField(default=0)
    salt = models.BinaryField(max_length=16)

    def __str__(self) -> str:
        return self.title

    @property
    def code(self) -> str:
        return f"SX-{self.pk:06d}"

    @property
    def source(self) -> str:
        """Return what is cited for all that follows from the plan."""
        return f"{self.document_no} {self.title}"

    def heirs(self) -> dict[int, list[Place]]:
        """Return the units that take each old one over; those still to be made are left out."""
        found: dict[int, list[Place]] = {}
        for move in self.moves.select_related("new__parent__parent").order_by("pk"):
            found.setdefault(move.old_id, []).extend([move.new] if move.new else [])
        return found


class UnitMove(models.Model):
    """One old unit and one that takes it over: one there is already, or one to be made with this name and code."""

    plan = models.ForeignKey(Reorganisation, models.CASCADE, related_name="moves")
    old = models.ForeignKey(Place, models.PROTECT, related_name="+")
    new = models.ForeignKey(Place, models.PROTECT, null=True, related_name="+")
    new_name = models.CharField(max_length=120, blank=True)
    new_code = models.CharField(max_length=8, blank=True)

    def __str__(self) -> str:
        return f"{self.old} → {self.heir_name}"

    @property
    def heir_name(self) -> str:
        return f"{self.new} ({self.new.key})" if self.new else f"{self.new_name} ({self.new_code})"


class Transfer(models.Model):
    """An open case, or an open commitment, on a desk that ends: waiting for its turn, moved, left, or asked about."""

    class State(models.TextChoices):
        WAITING = "waiting"
        MOVED = "moved"
        ASKED = "asked"
        LEFT = "left"

    plan = models.ForeignKey(Reorganisation, models.PROTECT, related_name="transfers")
    case = models.ForeignKey("cases.Case", models.PROTECT, null=True, related_name="+")
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True, related_name="+")
    from_body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    to_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)

    class Meta:
        indexes = [models.Index(fields=["plan", "state", "id"], name="transfer_turn")]
        constraints = [
            models.UniqueConstraint(fields=["plan", "case"], name="case_transferred_once"),
            models.UniqueConstraint(fields=["plan", "commitment"], name="commitment_transferred_once"),
        ]

    def __str__(self) -> str:
        return f"{self.plan_id} {self.case_id or self.commitment_id}"


def fault_of(old: Place, heir: Place | None, day: date, ending: Collection[int]) -> str:
    """Return why the old unit cannot go to the heir (None: one yet to be made) on the day; empty when it can.

    `ending` are the ids of all old units of the plan.
    """
    last = day - timedelta(1)
    if not in_force(old, last):
        words = _("“%(unit)s” chưa có hoặc đã kết thúc trước ngày %(day)s; hãy sửa ngày, hoặc ghi mã đơn vị đúng.")
        return words % {"unit": f"{old} ({old.key})", "day": f"{day:%d/%m/%Y}"}
    if old.valid_to is not None and old.valid_to != last:
        words = _("“%(unit)s” kết thúc ngày %(last)s theo danh mục; hãy ghi ngày có hiệu lực là hôm sau ngày ấy.")
        return words % {"unit": f"{old} ({old.key})", "last": f"{old.valid_to:%d/%m/%Y}"}
    if heir is None:
        return ""
    unit = f"{heir} ({heir.key})"
    if heir.pk in ending:
        words = _(
            "nơi nhận “%(unit)s” cũng được ghi là đơn vị cũ trong bản này. Nếu nó còn tiếp tục thì bỏ dòng của nó; "
            "nếu nó cũng kết thúc thì ghi thẳng đơn vị nhận cuối cùng."
        )
        return words % {"unit": unit}
    if not in_force(heir, day):
        words = _("nơi nhận “%(unit)s” không có hiệu lực vào ngày %(day)s; hãy ghi đơn vị đang có vào ngày ấy.")
        return words % {"unit": unit, "day": f"{day:%d/%m/%Y}"}
    return ""


def in_force(place: Place, on: date) -> bool:
    return (place.valid_from or on) <= on <= (place.valid_to or on)


def heir_of(place: Place, spot: str, heirs: Heirs, day: date) -> Place | None:
    """Return the one unit a matter at the place belongs to now; None when a person has to say.

    Of several heirs it is the one whose name the spot holds.
    """
    if place.pk not in heirs:
        return place if place.valid_to is None or place.valid_to >= day else law.heir(place, day)
    found = heirs[place.pk]
    if len(found) > 1:
        words = f" {fold(spot)} "
        found = [heir for heir in found if f" {fold(short_name(heir))} " in words]
    return found[0] if len(found) == 1 else None
