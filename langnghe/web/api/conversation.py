"""What a message means and what is answered: a voice, the commune it lacked, a look at a case, or a way to go."""

import base64
import hashlib
import io
import json
import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import actions, filing, sealing
from langnghe.cases.actions.messages import KEY
from langnghe.cases.arrival import Arrival, receipt_hash
from langnghe.cases.gateways import Gateway, Message, keyed
from langnghe.cases.intake.kind_words import usual_words
from langnghe.cases.kinds import proposed
from langnghe.cases.lifecycle import RESIDENT, Actor, state_name
from langnghe.cases.message_models import MessageDraft, MessageReply
from langnghe.cases.models import Case, Voice
from langnghe.core.codes import BadCode
from langnghe.core.legacy import to_unicode
from langnghe.core.refusal import Refused
from langnghe.core.text import fold, nfc
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.web import sealed
from langnghe.web.fields import UNKNOWN_TOPIC, said_of
from langnghe.web.places import Where, commune_in, where

FEWEST = 12  # characters with which a voice says something
MOST_CHOICES = 5
LOOK_UP = re.compile(r"tra cuu\b[^a-z0-9]*((?:[a-z0-9][^a-z0-9]*){0,32})")


Answer = tuple[str, dict[str, Any] | None]


@dataclass(frozen=True)
class Said:
    """A message as understood: its text cleaned, its pictures decoded, its sender as the database knows them."""

    message: Message
    gateway: Gateway
    text: str
    pictures: tuple[tuple[str, bytes], ...]
    sender: bytes
    at: datetime


@dataclass
class _Picture:
    """A picture as `filing` wants an upload."""

    name: str | None
    size: int | None
    file: Any


def understood(message: Message, gateway: Gateway, at: datetime) -> Said:
    """Return the message cleaned and checked. Refused when a picture is none, too large, or not base64."""
    pictures = tuple((image.name or "anh", _decoded(image.data)) for image in message.images)
    uploads = [_upload(name, content) for name, content in pictures]
    filing.check(uploads)
    if any(not filing.media_of(upload).startswith("image/") for upload in uploads):
        raise Refused(_("Cửa này chỉ nhận ảnh."))
    text = nfc(to_unicode(message.text)[0]).strip()
    sender = keyed("sender", gateway.channel.encode(), message.sender.encode())
    return Said(message, gateway, text, pictures, sender, at)


def _decoded(data: str) -> bytes:
    try:
        return base64.b64decode(data, validate=True)
    except ValueError:
        raise Refused(_("Ảnh không phải base64 đọc được.")) from None


def _upload(name: str, content: bytes) -> _Picture:
    return _Picture(name, len(content), io.BytesIO(content))


def answer(said: Said) -> bool:
    """Do what the message asks and put the answer into the outbox; False when this was done for it before.

    KeyConflict when its id came before with other words.
    """
    before = MessageReply.objects.filter(message=named(said)).first()
    if before is not None and bytes(before.digest) != digest(said):
        raise actions.KeyConflict(_("Mã tin nhắn này đã dùng cho một nội dung khác."))
    if before is not None:
        return False
    words, draft = _meant(said)
    letter = {"to": said.message.sender, "text": words, "reply_to": said.message.id}
    reply = MessageReply(message=named(said), digest=digest(said), gateway=said.gateway.channel)
    return actions.answer_message(reply, letter, sender=said.sender, draft=draft, at=said.at)


def named(said: Said) -> bytes:
    """Return how the database knows the message."""
    return keyed("message", said.gateway.channel.encode(), said.message.id.encode())


def digest(said: Said) -> bytes:
    return keyed("content", said.message.model_dump_json().encode())


def _meant(said: Said) -> Answer:
    """Return what to answer, and the unfinished voice to keep, if any."""
    folded, draft = fold(said.text), _draft(said)
    if sought := LOOK_UP.fullmatch(folded):
        return _standing(sought[1]), draft
    if kind := sealed.kind_of(said.text, "") or usual_words().opening(said.text):
        return _procedure(kind), draft
    return _added(said, draft) if draft else _opened(said)


def _opened(said: Said) -> Answer:
    """Take the message as a voice; ask back when it says nothing, or not where."""
    if len(said.text) < FEWEST:
        return _help(bool(said.pictures)), None
    begun, found = _begun(said), commune_in(said.text, localdate(said.at))
    if found.place is None:
        return _which(found, begun)
    return _received(said, begun, found.place), None


def _added(said: Said, draft: dict[str, Any]) -> Answer:
    """Take the message as the place that was asked for; ask again, and keep what was said, when it is none."""
    if fold(said.text) in {"huy", "bo"}:
        return _("Đã bỏ lời chưa gửi xong. Không có gì được lưu."), None
    offered = dict(enumerate(draft["offered"], 1))
    chosen = offered.get(int(said.text)) if said.text in {str(number) for number in offered} else None
    found = Where(law.place(chosen)) if chosen else where(said.text[:250], "", localdate(said.at))
    if found.place is None:
        return _which(found, draft)
    return _received(said, draft, found.place), None


def _begun(said: Said) -> dict[str, Any]:
    pictures = [(name, base64.b64encode(content).decode()) for name, content in said.pictures]
    return {
        "id": said.message.id,
        "text": said.text,
        "day": localdate(said.at).isoformat(),
        "pictures": pictures,
        "offered": [],
    }


def _draft(said: Said) -> dict[str, Any] | None:
    row = MessageDraft.objects.filter(sender=said.sender, expires_at__gt=said.at).first()
    return json.loads(sealing.unseal(bytes(row.sealed), KEY)) if row else None


def _received(said: Said, begun: dict[str, Any], place: Place) -> str:
    uploads = [_upload(name, base64.b64decode(data)) for name, data in begun["pictures"]]
    files = tuple(filing.keep(upload, localdate(said.at)) for upload in uploads)
    sent = {"text": begun["text"], "place": place.key, "files": [file.digest.hex() for file in files]}
    arrival = Arrival(
        channel=said.gateway.channel,
        key=hashlib.sha256(f"{said.gateway.channel}:{begun['id']}".encode()).hexdigest(),
        payload=json.dumps(sent, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode(),
        text=begun["text"],
        kind=proposed(begun["text"]),
        day=date.fromisoformat(begun["day"]),
        place=place,
        topic=law.topics()[UNKNOWN_TOPIC],
        contact={said.gateway.contact: said.message.sender},
        files=files,
    )
    received = actions.receive(arrival, actor=Actor(RESIDENT), at=said.at)
    case = Case.objects.select_related("holder").get(pk=received.case_id)
    words = _("Đã nhận việc ở %(place)s. Mã biên nhận: %(code)s. %(body)s giữ. Xem lại: nhắn TRA CUU và mã.")
    return words % {"place": place, "code": received.receipt, "body": case.holder}


def _standing(code: str) -> str:
    """Return how the case of the receipt code stands, to whoever holds the code."""
    try:
        voice = Voice.objects.select_related("case__holder").filter(receipt_hash=receipt_hash(code)).first()
    except BadCode as bad:
        return said_of(bad)
    if voice is None:
        return _("Không có vụ việc nào mang mã này. Mời so lại từng nhóm 4 ký tự.")
    case = voice.case
    facts = {"code": case.code, "state": state_name(case.state), "body": case.holder}
    words = _("%(code)s: %(state)s. %(body)s giữ.") % facts
    if case.due and case.is_open:
        words += " " + _("Hạn %(day)s.") % {"day": f"{case.due:%d/%m/%Y}"}
    return words + " " + _("Đọc câu trả lời, đánh giá, mở lại: %(url)s") % {"url": f"{settings.ADDRESS}/tra-cuu"}


def _procedure(kind: str) -> str:
    named = law.kinds()[kind]
    words = _("%(kind)s có thủ tục riêng của luật, cửa này không nhận và không lưu gì. %(help)s Xem %(url)s")
    return words % {"kind": named.name, "help": named.help, "url": f"{settings.ADDRESS}/gui-phan-anh"}


def _help(has_pictures: bool) -> str:
    if has_pictures:
        return _("Hãy gửi lại ảnh kèm lời: việc gì, ở xã, phường nào. Ảnh chưa được lưu.")
    return _("Hãy nhắn việc gì, ở xã, phường nào. Xem việc đã gửi: nhắn TRA CUU và mã biên nhận.")


def _which(found: Where, draft: dict[str, Any]) -> Answer:
    """Return the question for the commune, with numbers to choose by, and the draft that remembers what they mean."""
    offered = found.choices[:MOST_CHOICES]
    words = found.problem or _("Việc này ở xã, phường nào?")
    choices = "; ".join(f"{number}) {label}" for number, (_key, label) in enumerate(offered, 1)) + "." * bool(offered)
    ask = _("Hãy nhắn số đứng trước nơi ấy, hoặc tên khác.") if offered else _("Hãy nhắn tên xã, phường.")
    drop = _("Nhắn HUY để bỏ. Chưa có mã biên nhận là chưa được nhận.")
    return " ".join(part for part in (words, choices, ask, drop) if part), draft | {
        "offered": [key for key, _label in offered]
    }
