"""What the sealed lane keeps: keys, closed records, who may open them, and what was done; no word of it in clear."""

import json
import secrets
from datetime import date
from typing import Self, TypeVar

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from langnghe.cases.sealed.boxes import Wrapped
from langnghe.cases.sealing import unseal
from langnghe.cases.subject_request import SubjectRequest
from langnghe.registry.models import Account, Body, Member

M = TypeVar("M", bound=models.Model)


class Closed(models.Manager[M]):
    """Rows without what lies sealed in them, up to 64 MB each; it is read when it is asked for."""

    def get_queryset(self) -> models.QuerySet[M]:
        sealed = [field.name for field in self.model._meta.fields if field.name in SEALED]
        return super().get_queryset().defer(*sealed)


SEALED = {"ciphertext", "words", "answer"}


def new_id() -> str:
    """Return 128 random bits in hexadecimal: a number that was counted up would tell how many came before."""
    return secrets.token_hex(16)


class LaneKeyQuerySet(models.QuerySet["LaneKey"]):
    """Lane keys, by who may use them."""

    def in_force(self, on: date) -> Self:
        """Return the keys not retired whose holder is active and leads the key's body or was named there, lastingly.

        Who stands in as a leader for some days is none by that. The recovery key is in force too.
        """
        here = Member.objects.on(on).filter(account=OuterRef("account"), body=OuterRef("body"), stands_in=None)
        named = LaneNaming.objects.filter(account=OuterRef("account"), body=OuterRef("body"))
        own = Q(Exists(here.filter(role=Member.Role.LEADER))) | Q(Exists(here)) & Q(Exists(named))
        own &= Q(account__is_active=True)
        return self.filter(Q(kind=LaneKey.Kind.RECOVERY) | own, retired_at=None)

    def is_last(self, account: Account, body: Body, on: date) -> bool:
        """Return whether this account is the only one whose key opens what comes to the body."""
        keys = self.in_force(on).filter(kind=LaneKey.Kind.MEMBER, body=body)
        return {account.pk} == set(keys.values_list("account", flat=True))


class LaneKey(models.Model):
    """A recipient's public key, the private one wrapped under a passphrase; or the recovery key, held in shares.

    A retired key has lost its wrapped half: what was sealed to it alone only the recovery key opens.
    """

    class Kind(models.TextChoices):
        MEMBER = "member"
        RECOVERY = "recovery"

    kind = models.CharField(max_length=8, choices=Kind)
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True)
    public = models.BinaryField(max_length=32)
    wrapped = models.BinaryField(default=b"")
    salt = models.BinaryField(max_length=16, default=b"")
    operations = models.PositiveSmallIntegerField(default=0)
    memory = models.PositiveIntegerField(default=0)
    made_at = models.DateTimeField()
    retired_at = models.DateTimeField(null=True)

    objects = LaneKeyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "body"], condition=Q(kind="member", retired_at=None), name="lane_key_once"
            ),
            models.UniqueConstraint(
                fields=["kind"], condition=Q(kind="recovery", retired_at=None), name="recovery_key_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} #{self.pk}"

    @property
    def wrapping(self) -> Wrapped:
        return Wrapped(bytes(self.wrapped), bytes(self.salt), self.operations, self.memory)


class LaneNaming(models.Model):
    """A leader who can open what comes to a body named a colleague to receive it too; the key is theirs to make.

    `by` is the account itself where its key was made on the server.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+")
    body = models.ForeignKey(Body, models.PROTECT, related_name="+")
    by = models.ForeignKey(Account, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["account", "body"], name="lane_naming_once")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.body_id}"


class SealedRecord(models.Model):
    """A complaint or denunciation, closed; of the resident's words only the size class can be seen.

    `public` is the public half of its own pair: what is said of it later is sealed to that. Empty for a record from
    before there were pairs, until it is opened next.
    """

    id = models.CharField(max_length=32, primary_key=True, default=new_id)
    kind = models.CharField(max_length=16)
    body = models.ForeignKey(Body, models.PROTECT)
    channel = models.CharField(max_length=12)
    day = models.DateField()
    receipt_hash = models.BinaryField(max_length=32, unique=True)
    ciphertext = models.BinaryField()
    public = models.BinaryField(max_length=32, default=b"")
    purge_after = models.DateField(db_index=True)

    objects = Closed["SealedRecord"]()

    def __str__(self) -> str:
        return self.id

    @property
    def is_erased(self) -> bool:
        """Return whether its words were destroyed by law; nothing else takes the last key, the recovery key's."""
        return not self.keys.exists()


class SealedKey(models.Model):
    """The data key of a record as one recipient can read it."""

    record = models.ForeignKey(SealedRecord, models.PROTECT, related_name="keys")
    lane_key = models.ForeignKey(LaneKey, models.PROTECT, related_name="boxes")
    box = models.BinaryField(max_length=80)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["record", "lane_key"], name="sealed_key_once")]

    def __str__(self) -> str:
        return f"{self.record_id} {self.lane_key_id}"


class SealedStep(models.Model):
    """A stage that a record has reached: its day and document, in clear so that terms run; nothing that was said.

    `condition`, `is_second` belong to acceptance (which term runs), `days` (and `condition`, if it came to light then)
    to an extension, `ground` (of the table refusal_grounds) to a refusal, `finding` to a conclusion, `to` to a transfer
    inside the system. `words`, sealed to the record, are the part that a partial withdrawal withdraws. `body` acted:
    the record may be another's since.
    """

    class Finding(models.TextChoices):
        """What a decision or conclusion finds of what was claimed: of the claim, never of a person."""

        RIGHT = "right", _("Đúng toàn bộ")
        PARTLY = "partly", _("Đúng một phần")
        WRONG = "wrong", _("Sai toàn bộ")

    record = models.ForeignKey(SealedRecord, models.CASCADE, related_name="steps")
    verb = models.CharField(max_length=16)
    day = models.DateField()
    document_no = models.CharField(max_length=80, blank=True)
    condition = models.CharField(max_length=32, default="normal")
    is_second = models.BooleanField(default=False)
    days = models.PositiveSmallIntegerField(default=0)
    ground = models.CharField(max_length=40, blank=True)
    finding = models.CharField(max_length=8, choices=Finding, blank=True)
    body = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    to = models.ForeignKey(Body, models.PROTECT, null=True, related_name="+")
    words = models.BinaryField(default=b"")
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    at = models.DateTimeField()

    objects = Closed["SealedStep"]()

    def __str__(self) -> str:
        return f"{self.record_id} {self.verb} {self.day:%d/%m/%Y}"


class SealedRequest(models.Model):
    """What the writer asks about the data in a sealed record, by receipt or in person, and what was decided.

    `words` are sealed to the record; of who came without the receipt they say how that person was checked.
    `answer` (reason and ground) only the installation's key opens: the writer, who has no other, reads it by receipt.
    """

    record = models.ForeignKey(SealedRecord, models.CASCADE, related_name="requests")
    kind = models.CharField(max_length=8, choices=SubjectRequest.Kind)
    channel = models.CharField(max_length=12, default="web")
    words = models.BinaryField(default=b"")
    state = models.CharField(max_length=8, choices=SubjectRequest.State, default=SubjectRequest.State.ASKED)
    received = models.DateField()
    due = models.DateField(null=True)
    term_code = models.CharField(max_length=80, blank=True)
    decided = models.DateField(null=True)
    answer = models.BinaryField(default=b"")

    objects = Closed["SealedRequest"]()

    def __str__(self) -> str:
        return f"{self.record_id} {self.kind} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == SubjectRequest.State.ASKED

    @property
    def name(self) -> str:
        return str(WISHES[SubjectRequest.Kind(self.kind)])

    @property
    def answered(self) -> dict[str, str]:
        """Return the reason and the ground of the decision; nothing before there is one."""
        if self.is_open:
            return {}
        found: dict[str, str] = json.loads(unseal(bytes(self.answer), "person"))
        return found


WISHES = {
    SubjectRequest.Kind.SEE: _("Nhận bản sao dữ liệu đang giữ về tôi"),
    SubjectRequest.Kind.CORRECT: _("Đính chính lời, tên hoặc liên hệ đã ghi"),
    SubjectRequest.Kind.ERASE: _("Xóa mọi lời và liên hệ"),
    SubjectRequest.Kind.OBJECT: _("Phản đối việc dùng dữ liệu của tôi"),
}


class SealedBatch(models.Model):
    """One day's events of the sealed lane as the public log has them: a root over padded slots, itself committed."""

    day = models.DateField(unique=True)
    seed = models.BinaryField(max_length=32)
    salt = models.BinaryField(max_length=16)

    class Meta:
        verbose_name_plural = "sealed batches"

    def __str__(self) -> str:
        return f"{self.day:%d/%m/%Y}"


class SealedEvent(models.Model):
    """One thing done in the sealed lane, each reading among them. Never changed; it outlives its record.

    `at` is known only of what an account did to a record or a key: of what a resident did only the day is kept.
    `digest` is the SHA-256 of the ciphertext that was kept.
    """

    class Verb(models.TextChoices):
        KEEP = "keep", _("nhận và khóa")
        READ = "read", _("mở đọc")
        FAIL = "fail", _("gõ sai cụm mật khẩu")
        SHARE = "share", _("trao quyền mở")
        RECOVER = "recover", _("trao lại bằng khóa khôi phục")
        PURGE = "purge", _("xóa khi hết hạn giữ")
        ENROL = "enrol", _("tạo khóa")
        REWRAP = "rewrap", _("đổi cụm mật khẩu")
        RETIRE = "retire", _("thôi dùng khóa")
        STEP = "step", _("ghi một bước")
        NAME = "name", _("chỉ định người nhận")
        INHERIT = "inherit", _("chuyển theo sắp xếp")
        HAND = "hand", _("giao cơ quan có thẩm quyền")
        ASK = "ask", _("nhận yêu cầu về dữ liệu")
        DECIDE = "decide", _("trả lời yêu cầu về dữ liệu")
        ERASE = "erase", _("xóa theo yêu cầu")

    class Reason(models.TextChoices):
        """Why a record was read: a closed list, since free words here would lie open."""

        HANDLE = "handle", _("Giải quyết")
        TRANSFER = "transfer", _("Chuyển cơ quan khác")
        INSPECT = "inspect", _("Thanh tra, kiểm tra")

    verb = models.CharField(max_length=8, choices=Verb)
    record = models.CharField(max_length=32, blank=True, db_index=True)
    lane_key = models.ForeignKey(LaneKey, models.PROTECT, null=True, related_name="events")
    account = models.ForeignKey(Account, models.PROTECT, null=True)
    day = models.DateField()
    at = models.DateTimeField(null=True)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)
    digest = models.BinaryField(max_length=32, default=b"")
    salt = models.BinaryField(max_length=16)
    batch = models.ForeignKey(SealedBatch, models.PROTECT, null=True, related_name="events")

    def __str__(self) -> str:
        return f"{self.record} {self.verb} {self.day:%d/%m/%Y}"
