"""Requests of data subjects: to see, correct, erase or object to what is kept about them, and the clock of the law."""

import json
from contextlib import suppress
from datetime import date
from typing import NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from langnghe.cases.sealing import unseal
from langnghe.core import terms
from langnghe.core.calendar import CalendarGap
from langnghe.registry import law


class SubjectRequest(models.Model):
    """What somebody who spoke asks about their own data, and what was decided; `asked` and `decision` are its steps.

    `sealed` holds what was asked, in words and new contact; `correction` what was added to the words of the voice.
    """

    class Kind(models.TextChoices):
        SEE = "see", _("Xem dữ liệu về mình")
        CORRECT = "correct", _("Sửa, đính chính")
        ERASE = "erase", _("Xóa")
        OBJECT = "object", _("Phản đối, thôi cho dùng")

    class About(models.TextChoices):
        ALL = "all", _("mọi lời và liên hệ")
        CONTACT = "contact", _("liên hệ")
        WORDS = "words", _("lời đã viết")
        PUBLIC = "public", _("việc công khai")
        CALLS = "calls", _("tin báo và gọi lại")

    class State(models.TextChoices):
        ASKED = "asked", _("Chờ trả lời")
        GRANTED = "granted", _("Đã làm theo yêu cầu")
        PARTLY = "partly", _("Làm theo một phần")
        REFUSED = "refused", _("Từ chối")

    voice = models.ForeignKey("cases.Voice", models.PROTECT, related_name="requests")
    kind = models.CharField(max_length=8, choices=Kind)
    about = models.CharField(max_length=8, choices=About)
    channel = models.CharField(max_length=12)
    sealed = models.BinaryField()
    state = models.CharField(max_length=8, choices=State, default=State.ASKED)
    received = models.DateField()
    due = models.DateField(null=True)
    term_code = models.CharField(max_length=80, blank=True)
    decided = models.DateField(null=True)
    reason = models.TextField(blank=True)
    ground = models.CharField(max_length=250, blank=True)
    correction = models.TextField(blank=True)
    asked = models.OneToOneField("cases.Step", models.PROTECT, related_name="+")
    decision = models.OneToOneField("cases.Step", models.PROTECT, null=True, related_name="+")

    class Meta:
        app_label = "cases"
        indexes = [models.Index(fields=["due", "id"], condition=models.Q(state="asked"), name="request_waiting")]

    def __str__(self) -> str:
        return f"#{self.pk} {self.kind} {self.state}"

    @property
    def is_open(self) -> bool:
        return self.state == self.State.ASKED

    @property
    def name(self) -> str:
        return str(ASKABLE[self.kind, self.about].name)

    @property
    def content(self) -> "Content":
        return Content(**json.loads(unseal(bytes(self.sealed), "person"))) if self.sealed else Content()

    def overdue(self, today: date) -> bool:
        return self.is_open and self.due is not None and self.due < today


class Content(NamedTuple):
    """What was asked: words, and for a correction of the contact what it shall be."""

    words: str = ""
    phone: str = ""
    email: str = ""
    name: str = ""
    address: str = ""

    @property
    def contact(self) -> dict[str, str]:
        """Return what is said of the new contact."""
        return {name: value for name, value in self._asdict().items() if value and name != "words"}


class Askable(NamedTuple):
    """One thing that may be asked; `part` says what doing it in part means, "" where there is no part."""

    name: object
    part: object = ""
    is_at_once: bool = False


Kind, About = SubjectRequest.Kind, SubjectRequest.About
ASKABLE: dict[tuple[str, str], Askable] = {
    (Kind.SEE, About.ALL): Askable(_("Xem mọi dữ liệu đang giữ về tôi")),
    (Kind.CORRECT, About.CONTACT): Askable(_("Sửa họ tên, địa chỉ, số điện thoại, thư điện tử")),
    (Kind.CORRECT, About.WORDS): Askable(_("Đính chính lời đã viết")),
    (Kind.ERASE, About.CONTACT): Askable(_("Xóa liên hệ, giữ lời đã viết")),
    (Kind.ERASE, About.ALL): Askable(_("Xóa mọi lời và liên hệ"), _("chỉ xóa liên hệ, lời đã viết còn lại")),
    (Kind.OBJECT, About.PUBLIC): Askable(
        _("Thôi công khai việc, lời và ảnh của tôi"), _("thôi hiện lời và ảnh của người gửi; bản tóm tắt còn công khai")
    ),
    (Kind.OBJECT, About.CALLS): Askable(_("Thôi gọi lại và gửi tin báo"), is_at_once=True),
}


def term(on: date) -> terms.Term | None:
    """Return the row of law by which a request received on the day is answered; None before there was one."""
    try:
        return law.term("answer", "personal_data", on)
    except terms.NoTerm:
        return None


def due(received: date) -> date | None:
    """Return the last day in time; None without a row of law, or for a year whose holidays nobody has entered."""
    row = term(received)
    with suppress(CalendarGap):
        return terms.Clock(received, row).due(law.calendar()) if row else None
    return None
