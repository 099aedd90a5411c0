"""Voices, the cases they belong to, the steps of a case, replies and ratings."""

from datetime import date, timedelta

from django.db import models
from django.db.models import Q
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from langnghe.cases import (  # noqa: F401 so that Django knows their models
    message_models,
    reorganisation,
    subject_request,
)
from langnghe.cases.desk_models import Part
from langnghe.cases.gathered import Gathered, carried
from langnghe.cases.sealed import models as sealed_models  # noqa: F401
from langnghe.commitments.models import Commitment
from langnghe.core import codes
from langnghe.registry import known
from langnghe.registry.models import Account, Body, Client, Place, Topic


class RawIntake(models.Model):
    """What came in, verbatim: compressed, checksummed and encrypted under a key of its own.

    A voice is unique by channel and key. Of a repeat (same key, same words) only the digest is kept.

    `key_name` names the key in the ring "raw" of the key store, which keeps it for a short time only.
    """

    class Outcome(models.TextChoices):
        VOICE = "voice"
        QUARANTINED = "quarantined"
        REPEAT = "repeat"

    channel = models.CharField(max_length=12)
    key = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32)
    payload = models.BinaryField()
    key_name = models.CharField(max_length=24, default="")
    received_at = models.DateTimeField()
    outcome = models.CharField(max_length=11, choices=Outcome, default=Outcome.VOICE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["channel", "key"], condition=Q(outcome="voice"), name="raw_once")
        ]
        indexes = [models.Index(fields=["received_at", "channel", "outcome"], name="raw_count")]

    def __str__(self) -> str:
        return f"{self.channel} #{self.pk}"


class Person(models.Model):
    """How to reach a resident who wished it; one encrypted value, opened only to answer them."""

    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"#{self.pk}"


class Case(models.Model):
    """One matter at one place about one topic, on exactly one body's desk."""

    class State(models.TextChoices):
        RECEIVED = "received"
        ACCEPTED = "accepted"
        ASSIGNED = "assigned"
        DRAFTED = "drafted"
        APPROVED = "approved"
        ANSWERED = "answered"
        CLOSED = "closed"
        WITHDRAWN = "withdrawn"
        MERGED = "merged"
        SEALED = "sealed"

    OPEN = (State.RECEIVED, State.ACCEPTED, State.ASSIGNED, State.DRAFTED, State.APPROVED)

    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State, default=State.RECEIVED)
    place = models.ForeignKey(Place, models.PROTECT, related_name="cases")
    spot = models.CharField(max_length=120, blank=True)
    spot_key = models.CharField(max_length=120, blank=True)
    topic = models.ForeignKey(Topic, models.PROTECT)
    scope = models.CharField(max_length=40, blank=True)
    holder = models.ForeignKey(Body, models.PROTECT, related_name="desk")
    concerns = models.ForeignKey(Body, models.PROTECT, null=True, related_name="voices_about")
    officer = models.ForeignKey(Account, models.PROTECT, null=True)
    title = models.CharField(max_length=200, blank=True)
    summary = models.TextField(blank=True)
    is_public = models.BooleanField(default=False)
    received = models.DateField()
    accepted = models.DateField(null=True)
    due = models.DateField(null=True)
    term_code = models.CharField(max_length=80, blank=True)
    condition = models.CharField(max_length=32, default="normal")
    paused = models.DateField(null=True)
    overdue_noted = models.BooleanField(default=False)
    settled = models.DateField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    handovers = models.PositiveSmallIntegerField(default=0)
    reopened = models.PositiveSmallIntegerField(default=0)
    people = models.PositiveIntegerField(default=1)
    recurs = models.ForeignKey("self", models.PROTECT, null=True, related_name="recurrences")
    merged_into = models.ForeignKey("self", models.PROTECT, null=True, related_name="parts")

    class Meta:
        indexes = [
            models.Index(fields=["holder", "state", "due", "id"], name="case_queue"),
            models.Index(fields=["is_public", "-id"], name="case_public"),
            models.Index(fields=["place", "topic", "settled", "state", "holder"], name="case_spot"),
            models.Index(fields=["holder", "topic", "state"], name="case_topic"),
            models.Index(fields=["due", "id"], condition=Q(settled=None), name="case_unsettled"),
            models.Index(  # with all that queue and overview count, so that they read no case
                fields=["holder", "due", "id", "state", "paused", "officer", "settled", "place", "handovers"],
                condition=Q(settled=None),
                name="case_desk",
            ),
            models.Index(
                fields=["place", "holder", "state", "handovers", "paused", "due", "settled"],
                condition=Q(settled=None),
                name="case_standing",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.title}"

    @property
    def code(self) -> str:
        return codes.case_code(self.pk)

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    def reopens_until(self, days: int) -> date | None:
        """Return the last day on which its residents may reopen it; None: unanswered, or nobody stands above to ask."""
        return None if self.settled is None or self.holder.superior_id is None else self.settled + timedelta(days)

    @cached_property
    def answers(self) -> "list[Reply]":
        """Return the replies in every state, oldest first."""
        own = models.OuterRef("pk")
        proofs = {
            "proof_photos": Gathered(ProofPhoto.objects.filter(reply=own), "place", "width", "height", "taken_down_id"),
            "proof_papers": Gathered(ProofPaper.objects.filter(reply=own), "place", "name", "size", "taken_down_id"),
            "removals": Gathered(Step.objects.filter(case=self.pk, verb="take_down"), "day", "reason"),
        }
        rows = list(self.replies.select_related("commitment__body").annotate(**proofs))
        known.join(rows, "body", "promise_body")
        return sorted(rows, key=lambda reply: reply.pk)  # here, since ordering costs Django more than it costs us

    @cached_property
    def carried(self) -> list[int]:
        """Return the ids of the cases merged into this one, one into the next."""
        return carried(self.pk)

    @cached_property
    def joint(self) -> list[Part]:
        """Return the parts asked of other bodies for this case, or for one merged into it, oldest first."""
        rows = Part.objects.filter(case__in=[self.pk, *self.carried]).select_related("body")
        return sorted(rows, key=lambda part: part.pk)

    @property
    def invited(self) -> set[int]:
        """Return the ids of the bodies that owe a part of this case."""
        return {part.body_id for part in self.joint if part.case_id == self.pk and part.state == Part.State.ASKED}

    @property
    def joined(self) -> set[int]:
        """Return the ids of the bodies that may read the case because they were invited; none once it is sealed."""
        if self.state == self.State.SEALED:
            return set()
        parts = (part for part in self.joint if part.case_id == self.pk)
        return {part.body_id for part in parts if part.state != Part.State.WITHDRAWN}

    def overdue(self, today: date) -> bool:
        return self.is_open and self.due is not None and self.paused is None and self.due < today


class Voice(models.Model):
    """What one resident (or a group with one representative) said, as received."""

    class Kind(models.TextChoices):
        FEEDBACK = "feedback"
        PETITION = "petition"
        ASPIRATION = "aspiration"
        SUGGESTION = "suggestion"
        QUESTION = "question"
        PRAISE = "praise"
        COMPLAINT = "complaint"
        DENUNCIATION = "denunciation"

    class Channel(models.TextChoices):
        WEB = "web", _("trang web")
        API = "api", _("hệ thống kết nối")
        RECEPTION = "reception", _("tiếp công dân")
        PAPER = "paper", _("đơn thư")
        PHONE = "phone", _("điện thoại")
        SMS = "sms", _("tin nhắn SMS")
        ZALO = "zalo", _("Zalo")
        EMAIL = "email", _("thư điện tử")
        PORTAL = "portal", _("tệp từ hệ thống khác")
        MEETING = "meeting", _("tiếp xúc, đối thoại")

    class Sender(models.TextChoices):
        SELF = "self", _("Tôi tự gửi")
        FAMILY = "family", _("Người nhà gửi hộ")
        VILLAGE = "village", _("Trưởng thôn, tổ trưởng gửi hộ")
        FRONT = "front", _("Cán bộ Mặt trận, đoàn thể gửi hộ")
        OTHER = "other", _("Người khác gửi hộ")

    class Notices(models.TextChoices):
        ALL = "all", _("Mọi việc: thụ lý, chuyển, gia hạn, trả lời, cam kết")
        ANSWER = "answer", _("Chỉ câu trả lời")
        NONE = "none", _("Không báo gì")

    class Reach(models.TextChoices):
        """How news of the case reach who spoke: the desk calls those who left a telephone number alone."""

        NONE = "none"
        EMAIL = "email"
        MESSAGE = "message"
        CALL = "call"

    raw = models.OneToOneField(RawIntake, models.PROTECT)
    case = models.ForeignKey(Case, models.PROTECT, related_name="voices")
    kind = models.CharField(max_length=16, choices=Kind)
    channel = models.CharField(max_length=12, choices=Channel)
    text = models.TextField()
    shows_text = models.BooleanField(default=False)  # the resident's wish
    is_shown = models.BooleanField(default=False)  # it is theirs, and an officer has looked at the words
    is_private = models.BooleanField(default=False)  # by the resident's wish nothing of it is published
    may_call_back = models.BooleanField(default=False)  # a supervisor may ask whether it was settled
    sender = models.CharField(max_length=8, choices=Sender, default=Sender.SELF)
    received_at = models.DateTimeField()
    day = models.DateField()
    receipt_hash = models.BinaryField(max_length=32, unique=True)
    person = models.ForeignKey(Person, models.SET_NULL, null=True)
    people = models.PositiveIntegerField(default=1)
    place_words = models.CharField(max_length=250, blank=True)
    reach = models.CharField(max_length=7, choices=Reach, default=Reach.NONE)
    notices = models.CharField(max_length=6, choices=Notices, default=Notices.NONE)
    client = models.ForeignKey(Client, models.PROTECT, null=True, related_name="voices")  # the system that handed it in
    in_index = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["id"], condition=Q(in_index=False), name="voice_to_index")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind}"


class TextGrams(models.Model):
    """A voice as similar ones are sought: the grams of its text and of its spot, hashed; it dies with the words.

    Made by `index_voices` soon after the voice (see core.similarity for what the bytes hold).
    """

    voice = models.OneToOneField(Voice, models.CASCADE, primary_key=True, related_name="grams")
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)  # grams_block begins with it
    day = models.DateField()
    ids = models.BinaryField()
    counts = models.BinaryField()
    spot_ids = models.BinaryField()
    spot_counts = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["place", "day"], name="grams_block")]

    def __str__(self) -> str:
        return f"#{self.voice_id}"


class PublicWords(models.Model):
    """The words of a published case by which everyone may find it, folded; gone as soon as it is not published.

    Each database keeps an index of its own over them (see the migration that made this, and cases.searching).
    """

    case = models.OneToOneField(Case, models.CASCADE, primary_key=True, related_name="+")
    words = models.TextField()

    class Meta:
        verbose_name_plural = "public words"

    def __str__(self) -> str:
        return f"#{self.case_id}"


class Attachment(models.Model):
    """A photo, sound, film or PDF that came with a voice; the file lies encrypted at `place` (see cases.filing).

    `digest` is the SHA-256 of what was sent; `key_name` names its key in the ring "files" of the key store.
    """

    voice = models.ForeignKey(Voice, models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    media = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.BinaryField(max_length=32)
    place = models.CharField(max_length=64)
    key_name = models.CharField(max_length=24)

    def __str__(self) -> str:
        return f"#{self.pk} {self.media}"


class PublishedPhoto(models.Model):
    """A photo of a voice as everyone may see it: redrawn, blacked out by hand; the file lies open at `place`.

    `words` say what is on it, for who cannot see it; `place` is the SHA-256 of the file.
    """

    attachment = models.OneToOneField(Attachment, models.PROTECT, related_name="shown")
    case = models.ForeignKey(Case, models.PROTECT, related_name="photos")
    place = models.CharField(max_length=64, db_index=True)
    words = models.CharField(max_length=250)
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"#{self.pk}"


class Step(models.Model):
    """One move of a case: the row of the timeline, and the flat fact that figures count; changed by `redact` alone.

    `digest` is the SHA-256 of the words the move brought: the raw payload, a reply, a public summary.
    """

    case = models.ForeignKey(Case, models.PROTECT, related_name="steps")
    verb = models.CharField(max_length=16)
    at = models.DateTimeField()
    day = models.DateField()
    role = models.CharField(max_length=12)
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    body = models.ForeignKey(Body, models.PROTECT, related_name="steps")
    to_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=10)
    reason = models.TextField(blank=True)
    document_no = models.CharField(max_length=80, blank=True)
    days = models.SmallIntegerField(default=0)
    place = models.ForeignKey(Place, models.PROTECT, related_name="+", db_index=False)  # step_place begins with it
    topic = models.ForeignKey(Topic, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=16)
    channel = models.CharField(max_length=12)
    level = models.CharField(max_length=12)
    due = models.DateField(null=True)
    on_time = models.BooleanField(null=True)
    outcome = models.CharField(max_length=16, blank=True)
    cause = models.CharField(max_length=16, blank=True)
    stars = models.PositiveSmallIntegerField(null=True)
    people = models.PositiveIntegerField(default=1)
    digest = models.BinaryField(max_length=32, default=b"")
    salt = models.BinaryField(max_length=16)

    class Meta:
        indexes = [
            models.Index(fields=["verb", "day", "place", "topic", "kind"], name="step_fact"),
            models.Index(fields=["place", "verb", "day"], name="step_place"),
        ]

    def __str__(self) -> str:
        return f"{self.case_id} {self.verb} {self.day:%d/%m/%Y}"


class Redaction(models.Model):
    """What is left of a step whose words and salt were destroyed: its seal, and the step that says so and why."""

    step = models.OneToOneField(Step, models.PROTECT)
    by = models.ForeignKey(Step, models.PROTECT, related_name="redactions")
    seal = models.BinaryField(max_length=32)

    def __str__(self) -> str:
        return f"#{self.step_id}"


class Reply(models.Model):
    """An answer of the holder: draft, approved, published; what it promises becomes a commitment when published."""

    proof_photos: "list[ProofPhoto]"  # of an answer from `Case.answers`
    proof_papers: "list[ProofPaper]"
    removals: "list[Step]"  # those by which proofs of the case were taken down

    class State(models.TextChoices):
        DRAFT = "draft"
        APPROVED = "approved"
        PUBLISHED = "published"
        RETURNED = "returned"

    case = models.ForeignKey(Case, models.PROTECT, related_name="replies")
    body = models.ForeignKey(Body, models.PROTECT)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    text = models.TextField()
    outcome = models.CharField(max_length=16)
    proof = models.TextField(blank=True)
    promise_body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    promise_text = models.TextField(blank=True)
    promise_due = models.DateField(null=True)
    commitment = models.ForeignKey(Commitment, models.PROTECT, null=True)
    drafted_at = models.DateTimeField()
    published = models.DateField(null=True)

    class Meta:
        verbose_name_plural = "replies"

    def __str__(self) -> str:
        return f"{self.case_id} {self.outcome} {self.state}"


class ProofPhoto(models.Model):
    """A photo by which an officer proves an answer: redrawn, open at `place` (its SHA-256) once it is published."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="photos")
    place = models.CharField(max_length=64, db_index=True)
    taken_down = models.ForeignKey(Step, models.PROTECT, null=True, related_name="+")
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()

    def __str__(self) -> str:
        return f"#{self.pk}"


class ProofPaper(models.Model):
    """A PDF by which an officer proves an answer, as it was given in: open at `place` once the answer is published."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="papers")
    place = models.CharField(max_length=64, db_index=True)
    taken_down = models.ForeignKey(Step, models.PROTECT, null=True, related_name="+")
    name = models.CharField(max_length=120)
    size = models.PositiveIntegerField()

    def __str__(self) -> str:
        return self.name


class Rating(models.Model):
    """How a resident judges an answer (never a person), 1 to 5, with an optional sentence."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="ratings")
    voice = models.ForeignKey(Voice, models.PROTECT, related_name="ratings")
    stars = models.PositiveSmallIntegerField()
    sentence = models.TextField(blank=True)
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "voice"], name="rated_once")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.stars}"


class Recheck(models.Model):
    """What a resident said some weeks after an answer (rule lasting_days): whether the matter came back."""

    reply = models.ForeignKey(Reply, models.PROTECT, related_name="rechecks")
    voice = models.ForeignKey(Voice, models.PROTECT, related_name="rechecks")
    came_back = models.BooleanField()
    day = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["reply", "voice"], name="rechecked_once")]

    def __str__(self) -> str:
        return f"{self.reply_id} {self.came_back}"


class CallBack(models.Model):
    """A call by which a body told who spoke of a step of their case, whether or not somebody answered it."""

    step = models.ForeignKey(Step, models.PROTECT, related_name="calls")
    voice = models.ForeignKey(Voice, models.PROTECT, related_name="calls")
    was_reached = models.BooleanField()
    day = models.DateField()

    def __str__(self) -> str:
        return f"{self.step_id} {self.was_reached}"


class DayCount(models.Model):
    """What the conservation check counted for one day and channel at its last run.

    `counts` holds raw, voice, quarantined, repeat (payloads that came that day), voices, steps (of receipt) and the
    states of the voices' cases; on the row without a channel, steps and log entries of the day on which was spoken.
    """

    day = models.DateField()
    channel = models.CharField(max_length=12, blank=True)
    counts = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "channel"], name="counted_once")]

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y} {self.channel}"
