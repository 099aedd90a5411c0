"""What only the desk keeps about cases: words to search, saved filters, samples, flags, covers, parts of joint work."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from langnghe.registry.models import Account, Body


class VoiceWords(models.Model):
    """The words of a voice by which the desk finds it, folded; made soon after it, gone with its words.

    Each database keeps an index of its own over them (see the migration that made this, and cases.searching).
    """

    voice = models.OneToOneField("cases.Voice", models.CASCADE, primary_key=True, related_name="+")
    words = models.TextField()

    class Meta:
        app_label = "cases"
        verbose_name_plural = "voice words"

    def __str__(self) -> str:
        return f"#{self.voice_id}"


class SavedFilter(models.Model):
    """A filter of the queue that somebody wishes to find again; `query` as it stands in the address."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="filters")
    name = models.CharField(max_length=60)
    query = models.CharField(max_length=300)

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["account", "name"], name="filter_once")]

    def __str__(self) -> str:
        return self.name


class Sample(models.Model):
    """Answered cases that a supervising body drew by chance; by `seed` and `population` anyone can draw them again."""

    body = models.ForeignKey(Body, models.PROTECT, related_name="samples")
    account = models.ForeignKey(Account, models.PROTECT)
    since = models.DateField()
    until = models.DateField()
    population = models.PositiveIntegerField()
    seed = models.CharField(max_length=32)
    drawn_at = models.DateTimeField()

    class Meta:
        app_label = "cases"

    def __str__(self) -> str:
        return f"{self.body} {self.since:%d/%m/%Y}–{self.until:%d/%m/%Y}"


class SampleItem(models.Model):
    """One case of a sample, in the order drawn; `step` is the verdict once there is one."""

    sample = models.ForeignKey(Sample, models.CASCADE, related_name="items")
    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="+")
    step = models.ForeignKey("cases.Step", models.PROTECT, null=True, related_name="+")

    class Meta:
        app_label = "cases"
        constraints = [models.UniqueConstraint(fields=["sample", "case"], name="sampled_once")]

    def __str__(self) -> str:
        return f"{self.sample_id} {self.case_id}"


class Flag(models.Model):
    """A reader's word that something published should not be; nothing of the reader, and a person decides."""

    class Reason(models.TextChoices):
        PERSON = "person", _("Nêu tên hoặc lộ một người")
        ABUSE = "abuse", _("Xúc phạm, bịa đặt")
        PLACE = "place", _("Không phải việc ở nơi này")
        OTHER = "other", _("Lý do khác")

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="flags")
    reason = models.CharField(max_length=8, choices=Reason)
    words = models.CharField(max_length=300, blank=True)
    day = models.DateField()
    is_open = models.BooleanField(default=True)

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["case"], condition=models.Q(is_open=True), name="flag_open")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.reason}"


class Cover(models.Model):
    """A passage of what residents said of a case that everyone else reads as a gap; the desk reads the original."""

    case = models.ForeignKey("cases.Case", models.CASCADE, related_name="covers")
    passage = models.TextField()

    class Meta:
        app_label = "cases"

    def __str__(self) -> str:
        return f"#{self.pk}"


class Part(models.Model):
    """What another body is asked to give to a case by a day; the holder alone answers the resident.

    `text` is what it gave, or why it declined; read on the desk alone, and gone when the case is redacted.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("Chờ ý kiến")
        GIVEN = "given", _("Đã cho ý kiến")
        DECLINED = "declined", _("Từ chối")
        WITHDRAWN = "withdrawn", _("Đã rút lời mời")

    case = models.ForeignKey("cases.Case", models.PROTECT, related_name="joint_parts")
    body = models.ForeignKey(Body, models.PROTECT, related_name="joint_parts")
    asked = models.TextField()
    due = models.DateField()
    state = models.CharField(max_length=9, choices=State, default=State.ASKED)
    text = models.TextField(blank=True)
    asked_by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    done_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")
    done_at = models.DateTimeField(null=True)

    class Meta:
        app_label = "cases"
        constraints = [
            models.UniqueConstraint(fields=["case", "body"], condition=models.Q(state="asked"), name="asked_once")
        ]
        indexes = [models.Index(fields=["body", "state", "due", "id"], name="part_desk")]

    def __str__(self) -> str:
        return f"{self.case_id} {self.body_id} {self.state}"
