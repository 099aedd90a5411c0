"""POST /api/v1/messages/GATEWAY: a gateway hands in one message of a resident; the answer goes back by the outbox."""

from http import HTTPStatus
from typing import Any

from django.core.cache import cache
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import ValidationError

from langnghe.cases import actions
from langnghe.cases.gateways import Gateway, Message, gateway
from langnghe.core.refusal import Refused
from langnghe.web.api.conversation import answer, understood
from langnghe.web.api.voices import RETRY_AFTER, Problem, api
from langnghe.web.now import now

MOST_A_MINUTE = 10  # of one sender; the gateway brings the others a minute later
MINUTE = 60  # seconds
SIGNED = [
    {"in": "header", "name": name, "required": True, "schema": {"type": "string"}, "description": help_}
    for name, help_ in (
        ("X-Langnghe-Timestamp", "Unix seconds, at most 300 from now"),
        ("X-Langnghe-Signature", "sha256= and the hexadecimal HMAC-SHA256 of timestamp, dot, body"),
    )
]


def _described() -> dict[str, Any]:
    """Return the schema of a message with that of a picture inside it, since OpenAPI knows no `$defs`."""
    schema = Message.model_json_schema(by_alias=True)
    schema["properties"]["images"]["items"] = schema.pop("$defs")["Image"]
    return schema


BODY = {"required": True, "content": {"application/json": {"schema": _described()}}}


class Taken(Schema):
    """The message is taken and its answer on its way; `is_repeat`: it was taken before and is answered only once."""

    is_repeat: bool


class Unfit(Exception):
    """A message that is not taken: the HTTP status, and what to do in words."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(detail)
        self.status = status


@api.exception_handler(Unfit)
def not_taken(request: HttpRequest, error: Unfit) -> Any:
    answer = api.create_response(request, {"detail": str(error), "candidates": []}, status=error.status)
    if error.status == HTTPStatus.TOO_MANY_REQUESTS:
        answer["Retry-After"] = RETRY_AFTER
    return answer


@api.post(
    "/v1/messages/{name}",
    response={
        200: Taken,
        401: Problem,
        404: Problem,
        409: Problem,
        413: Problem,
        422: Problem,
        429: Problem,
        503: Problem,
    },
    tags=["messages"],
    auth=None,
    openapi_extra={"requestBody": BODY, "parameters": SIGNED},
)
def take_message(request: HttpRequest, name: str) -> Any:
    """Take one signed message, once by its id. 429 and 503: bring the same message again after Retry-After."""
    found = gateway(name)
    if found is None:
        raise Unfit(404, _("Cửa tin nhắn này chưa mở."))
    body = _signed(request, found)
    try:
        return {"is_repeat": not _taken(found, body)}
    except ValidationError as error:
        fields = sorted({".".join(map(str, item["loc"])) or "JSON" for item in error.errors()})
        words = _("Thiếu hoặc sai: %(fields)s. Xem /api/openapi.json.") % {"fields": ", ".join(fields)}
        raise Unfit(422, words) from None
    except actions.KeyConflict as conflict:
        raise Unfit(409, str(conflict)) from None
    except Refused as refused:
        raise Unfit(422, str(refused)) from None


def _signed(request: HttpRequest, found: Gateway) -> bytes:
    try:
        body = request.body
    except RequestDataTooBig:
        raise Unfit(413, _("Tin nhắn lớn quá 5 MB, kể cả ảnh.")) from None
    if not found.is_signed(request.headers, body):
        raise Unfit(401, _("Thiếu, sai hoặc quá cũ chữ ký: xem docs/api.md."))
    return body


def _taken(found: Gateway, body: bytes) -> bool:
    said = understood(found.read(body), found, now())
    counted = f"messages:{said.sender.hex()}"
    if cache.get(counted, 0) >= MOST_A_MINUTE:
        raise Unfit(429, _("Người gửi này nhắn quá nhanh."))
    is_new = answer(said)
    if is_new:
        cache.set(counted, cache.get(counted, 0) + 1, MINUTE)
    return is_new
