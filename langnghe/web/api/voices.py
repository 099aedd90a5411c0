"""POST /api/v1/voices: another system hands in a voice, exactly once by its Idempotency-Key."""

import base64
import hashlib
import json
import time
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from ninja import Header, NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, HttpError, ValidationError
from ninja.security import HttpBearer
from pydantic import Field

from langnghe.cases import actions, spool
from langnghe.cases.arrival import Arrival
from langnghe.cases.lifecycle import CLIENT, Actor
from langnghe.cases.models import Case, Voice
from langnghe.core.text import nfc
from langnghe.ledger.durability import is_down
from langnghe.registry import law
from langnghe.registry.models import Client, Place
from langnghe.web.now import now

FRESH = 5  # seconds for which a server process still lets in a client that was just turned off


class ClientKey(HttpBearer):
    """The key that `langnghe admit-client` printed, as `Authorization: Bearer …`."""

    def authenticate(self, request: HttpRequest, token: str) -> Client | None:
        return _client(hashlib.sha256(token.encode()).digest(), int(time.monotonic() // FRESH))


@lru_cache(maxsize=1000)
def _client(key_hash: bytes, _moment: int) -> Client | None:
    return Client.objects.filter(key_hash=key_hash, is_active=True).first()


class VoiceIn(Schema):
    """A voice as another system sends it; `place` is a key (n12826) or words (xã Thư Vũ, Hưng Yên)."""

    text: Annotated[str, Field(min_length=1, max_length=20_000)]
    place: Annotated[str, Field(min_length=1, max_length=250)]
    kind: str = "feedback"
    topic: str = "chua_phan_loai"
    spot: Annotated[str, Field(max_length=120)] = ""
    said_on: date | None = None
    people: Annotated[int, Field(ge=1, le=100_000)] = 1
    shows_text: bool = False
    phone: Annotated[str, Field(max_length=20)] = ""
    email: Annotated[str, Field(max_length=120)] = ""


class VoiceOut(Schema):
    """What the resident must be given: the receipt code opens the case, and nothing else does."""

    receipt: str
    due: date | None
    body: str
    is_repeat: bool


class VoiceWaits(Schema):
    """The receipt code of a voice that the server holds and will receive when its database is back."""

    receipt: str
    detail: str


class Problem(Schema):
    """What is wrong and what to do; `candidates` are places to choose from."""

    detail: str
    candidates: list[str] = []


RETRY_AFTER = "60"
Key = Annotated[str, Header(alias="Idempotency-Key", min_length=16, max_length=80)]
api = NinjaAPI(title="Lắng Nghe", version="1.0.0", docs_url=None, auth=ClientKey())


@api.exception_handler(ValidationError)
def invalid(request: HttpRequest, error: ValidationError) -> Any:
    """Name the fields that are wrong, and nothing of what was sent."""
    fields = sorted({".".join(map(str, item["loc"][1:])) for item in error.errors})
    detail = _("Thiếu hoặc sai: %(fields)s. Xem /api/v1/openapi.json.") % {"fields": ", ".join(fields)}
    return api.create_response(request, {"detail": detail, "candidates": []}, status=422)


@api.exception_handler(HttpError)
def unreadable(request: HttpRequest, error: HttpError) -> Any:
    detail = _("Nội dung gửi lên không phải JSON đọc được.")
    return api.create_response(request, {"detail": detail, "candidates": []}, status=error.status_code)


@api.exception_handler(AuthenticationError)
def unknown_client(request: HttpRequest, error: AuthenticationError) -> Any:
    detail = _("Thiếu hoặc sai khóa: gửi “Authorization: Bearer …” do quản trị cấp bằng langnghe admit-client.")
    return api.create_response(request, {"detail": detail, "candidates": []}, status=401)


@api.exception_handler(DatabaseError)
@api.exception_handler(InterfaceError)
@api.exception_handler(OSError)
def unavailable(request: HttpRequest, error: Exception) -> Any:
    """Ask for another try with the same key when the database takes nothing; an error of ours stays one."""
    if not is_down(error):
        raise error
    detail = _("Máy chủ tạm thời chưa ghi được. Hãy gửi lại sau ít phút với cùng Idempotency-Key: không bị trùng.")
    answer = api.create_response(request, {"detail": detail, "candidates": []}, status=503)
    answer["Retry-After"] = RETRY_AFTER
    return answer


@api.post(
    "/v1/voices",
    response={
        200: VoiceOut,
        201: VoiceOut,
        202: VoiceWaits,
        400: Problem,
        401: Problem,
        409: Problem,
        422: Problem,
        503: Problem,
    },
    tags=["voices"],
)
def hand_in(request: HttpRequest, body: VoiceIn, key: Key) -> Any:
    """Hand in one voice: 201 new, 200 with the same receipt for a repeat, 409 for its key with other words.

    While the database takes nothing: 202 with the receipt when there is a spool, else 503; send again, same key.
    """
    at = now()
    today = localdate(at)
    place, candidates = _place(body.place, body.said_on or today)
    problem = _problem(body, place, candidates, today)
    if problem or place is None:
        return Status(422, problem)
    client: Client = request.auth  # type: ignore[attr-defined]
    sent = arrival(body, request.body, own_key(client.pk, key), place, today, client.pk)
    try:
        received = actions.receive(sent, actor=Actor(CLIENT), at=at)
    except actions.KeyConflict as conflict:
        return Status(409, {"detail": str(conflict)})
    except (DatabaseError, InterfaceError, OSError) as error:
        if not is_down(error) or not spool.is_set():
            raise
        return _spooled(sent)
    case = received.case or Case.objects.select_related("holder").get(pk=received.case_id)
    answer = {"receipt": received.receipt, "due": case.due, "body": case.holder.name, "is_repeat": received.is_repeat}
    return api.create_response(request, answer, status=200 if received.is_repeat else 201)  # fits the schema already


def _place(words: str, said: date) -> tuple[Place | None, list[str]]:
    """Return the place that words or a key name; of a unit divided before the day, its heirs to choose from."""
    book = law.gazetteer()
    found = book.resolve(words, on=said)
    unit = book.units.get(words, found.unit)
    if unit is None:
        return None, [each.name for each in found.candidates]
    heirs = [each for each in book.current(unit, said) if each.level == unit.level == Place.Level.COMMUNE]
    if len(heirs) > 1:
        return None, [each.name for each in heirs]
    return _served(heirs[0].key if heirs else unit.key)


def _served(key: str) -> tuple[Place | None, list[str]]:
    """Return the place if this installation has the bodies of its province."""
    place = law.place(key)
    return (place if law.body_at("committee_province", place) else None), []


def _problem(body: VoiceIn, place: Place | None, candidates: list[str], today: date) -> dict[str, Any] | None:
    kind = law.kinds().get(body.kind)
    if kind is None:
        return {"detail": _("Không có loại “%(kind)s”.") % {"kind": body.kind[:40]}}
    if kind.is_sealed:
        return {"detail": _("%(kind)s theo thủ tục riêng của luật, không nhận qua cổng này.") % {"kind": kind.name}}
    if body.topic not in law.topics_on(today):
        return {"detail": _("Không có lĩnh vực “%(topic)s”.") % {"topic": body.topic[:40]}}
    if place is None:
        return {
            "detail": _("Chưa rõ xã, phường nào của tỉnh này. Hãy gửi lại với tên đầy đủ hoặc mã."),
            "candidates": candidates,
        }
    if body.said_on and body.said_on > today:
        return {"detail": _("Ngày phản ánh không thể ở tương lai.")}
    return None


def _spooled(sent: Arrival) -> Any:
    body = base64.b64encode(sent.payload).decode()
    item = {"door": sent.channel, "at": now().isoformat(), "key": sent.key, "client": sent.client, "body": body}
    spool.append(item)
    detail = _("Máy chủ đã giữ nội dung này và sẽ tiếp nhận khi cơ sở dữ liệu hoạt động lại.")
    return Status(202, {"receipt": sent.receipt, "detail": detail})


def own_key(client: int, key: str) -> str:
    """Return the key as it is kept: two clients may use the same one."""
    return hashlib.sha256(f"{client}:{key}".encode()).hexdigest()


def arrival(body: VoiceIn, sent: bytes, key: str, place: Place, day: date, client: int | None) -> Arrival:
    """Return what the checked body says; `day` is today, when the body names none."""
    contact = {name: value for name, value in (("phone", body.phone), ("email", body.email)) if value}
    return Arrival(
        channel=Voice.Channel.API,
        key=key,
        payload=sent,
        text=nfc(body.text),
        kind=body.kind,
        day=body.said_on or day,
        place=place,
        topic=law.topics()[body.topic],
        spot=nfc(body.spot),
        people=body.people,
        shows_text=body.shows_text,
        place_words=body.place,
        contact=contact,
        client=client,
    )


def reread(sent: bytes, key: str, day: date, client: int | None) -> Arrival | None:
    """Return what spooled bytes say, or None when they are not (or no longer) a voice that can be received."""
    try:
        body = VoiceIn(**json.loads(sent))
    except (ValueError, TypeError):
        return None
    place, candidates = _place(body.place, body.said_on or day)
    if place is None or _problem(body, place, candidates, day):
        return None
    return arrival(body, sent, key, place, day, client)
