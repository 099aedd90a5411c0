"""The form by which a complaint or denunciation goes closed to its recipients, at every door that takes one."""

from base64 import b64encode
from typing import Any
from uuid import uuid4

from django import forms
from django.core.validators import RegexValidator
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.cases import actions, filing
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Voice
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import LaneKey, SealedRecord
from langnghe.core.refusal import Refused
from langnghe.ledger.durability import is_down
from langnghe.registry import law
from langnghe.registry.models import Body
from langnghe.web import sealed
from langnghe.web.fields import LONGEST, PHONE, Files, ManyFiles, Words
from langnghe.web.now import now, today
from langnghe.web.places import Where, where

UNFIT = gettext_lazy("Số điện thoại chưa đúng: chỉ gồm chữ số, ví dụ 0912 345 678. Có thể để trống.")


class Sealed(forms.Form):
    """What the law asks of a complaint or denunciation: who writes, against what, where."""

    text = Words(label=gettext_lazy("Nội dung đơn"), longest=LONGEST, widget=forms.Textarea({"rows": 9}))
    name = Words(label=gettext_lazy("Họ tên người làm đơn"), longest=120)
    address = Words(label=gettext_lazy("Địa chỉ"), longest=250)
    phone = Words(
        label=gettext_lazy("Số điện thoại"),
        longest=20,
        required=False,
        validators=[RegexValidator(PHONE, UNFIT)],
        widget=forms.TextInput({"inputmode": "tel"}),
    )
    against = Words(label=gettext_lazy("Quyết định, hành vi hoặc người bị nêu"), longest=500, required=False)
    place = Words(label=gettext_lazy("Ở xã, phường nào?"), longest=250)
    place_key = forms.CharField(label=gettext_lazy("Chọn đúng nơi"), required=False, widget=forms.RadioSelect)
    concerns = forms.BooleanField(
        label=gettext_lazy("Đơn nói về chính UBND xã, phường hoặc người đứng đầu"),
        required=False,
        help_text=gettext_lazy("Nếu chọn, đơn đi thẳng tới cơ quan cấp trên."),
    )
    evidence = Files(label=gettext_lazy("Bằng chứng kèm theo"), required=False, widget=ManyFiles)
    key = forms.CharField(max_length=36, widget=forms.HiddenInput)
    kind = forms.ChoiceField(choices=[(kind, kind) for kind in sealed.ACTS], widget=forms.HiddenInput)

    found = Where(None)

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if said.get("place"):
            self.found = where(said["place"], said.get("place_key", ""), today())
            self.fields["place_key"].widget.choices = self.found.choices
            if self.found.place is None:
                self.add_error("place", self.found.problem)
        return said


def is_open() -> bool:
    """Return whether anybody here could open what is sent: a recipient in force, and the recovery key."""
    keys = set(LaneKey.objects.in_force(today()).values_list("kind", flat=True).distinct())
    return keys == set(LaneKey.Kind.values)


def blank(kind: str, text: str, place: str = "") -> Sealed:
    return Sealed(initial={"kind": kind, "text": text, "place": place, "key": str(uuid4())}, auto_id="don_%s")


Kept = tuple[SealedArrival, SealedRecord]


def keep(form: Sealed, by: Actor) -> tuple[Kept | None, int]:
    """Keep what a sound form says, closed; else None with what is wrong in the form, and the status to answer with."""
    try:
        if form.is_valid():
            return _keep(form, by), 200
    except Refused as refused:
        form.add_error(None, str(refused))
    except (DatabaseError, InterfaceError, OSError) as error:
        if not is_down(error):
            raise
        form.add_error(None, _("Máy chủ chưa ghi được. Lời đã viết còn trên trang này: hãy bấm gửi lại sau ít phút."))
        return None, 503
    return None, 422


def _keep(form: Sealed, by: Actor) -> Kept:
    said = form.cleaned_data
    names = ("text", "name", "address", "against")
    files = [
        {
            "name": filing.plain_name(file.name),
            "media": filing.media_of(file),
            "content": b64encode(file.read()).decode(),
        }
        for file in said["evidence"]
    ]
    content = {name: said[name] for name in names if said[name]} | {"place": str(form.found.place), "files": files}
    if said["phone"]:
        content["contact"] = {"phone": said["phone"]}
    arrival = SealedArrival(
        content=content,
        kind=said["kind"],
        body=_receiver(form),
        day=said.get("said_on", today()),
        channel=said.get("channel", Voice.Channel.WEB),
        key=said["key"],
    )
    return arrival, actions.keep_sealed(arrival, actor=by, at=now())


def _receiver(form: Sealed) -> Body:
    """Return the committee of the place, or the one above it where the words are about it, that can open them."""
    first = law.body_at("committee_commune", form.found.place)
    chain = [first, *first.superiors()] if first else []
    if form.cleaned_data["concerns"]:
        chain = chain[1:]
    keys = LaneKey.objects.in_force(today()).filter(body__in=chain).values_list("body", flat=True)
    able = set(keys)
    found = next((body for body in chain if body.pk in able), None)
    if found is None:
        raise Refused(
            _("Nơi này chưa có người giữ khóa để nhận kín. Hãy nộp trực tiếp hoặc qua bưu điện như dưới đây.")
        )
    return found


def receipt(request: HttpRequest, arrival: SealedArrival, record: SealedRecord) -> dict[str, Any]:
    """Return what the slip says to who handed it in: the code, the day, the body, by when it answers."""
    slip = {
        "groups": arrival.receipt.split("-"),
        "case_code": record.pk[:8].upper(),
        "day": record.day,
        "body": record.body,
        "address": request.get_host() + reverse("look_up"),
        "is_sealed": True,
    }
    due = procedure.standing(record, []).due
    return {"receipt": slip, "due": due, "kind": law.kinds()[record.kind].name}
