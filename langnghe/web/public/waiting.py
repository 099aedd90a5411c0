"""The speak-up page while the database takes nothing: what was typed stays, or waits in the spool.

Both pages ask the database for nothing, and need nothing that an earlier request has read.
"""

import logging
from typing import Any
from uuid import uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.cache import patch_cache_control

from langnghe.cases import spool
from langnghe.cases.arrival import receipt
from langnghe.cases.models import Voice
from langnghe.web.fields import is_key
from langnghe.web.now import now
from langnghe.web.public import queued
from langnghe.web.public.payload import SENT, payload, sealed_kind

SHOWN = ("text", "place", "spot", "phone", "email")
RETRY_AFTER = "60"
logger = logging.getLogger(__name__)


def answer(request: HttpRequest, is_checked: bool) -> HttpResponse:
    """Spool what was sent (202), or give it back to be sent again with the same key (503)."""
    data = request.POST.copy()
    if not request.FILES and _may_wait(data) and _spooled(data):
        code = receipt(Voice.Channel.WEB, str(data["key"]), payload(data))
        if queued.is_asked(request):
            return queued.spooled(code)
        context = {"code": code, "groups": code.split("-"), "is_checked": is_checked}
        return _page(request, "public/spooled.html", context, 202)
    if not is_key(data.get("key", "")):
        data["key"] = str(uuid4())
    context = {
        "typed": {name: data.get(name, "") for name in SHOWN},
        "kept": {name: data[name] for name in (*SENT, "key", "ordinary") if name in data and name not in SHOWN},
        "was_sent": request.method == "POST",
        "had_files": bool(request.FILES),
    }
    return _page(request, "public/send_again.html", context, 503)


def _may_wait(data: QueryDict) -> bool:
    """Say whether it is a voice with a key of its own; what may be a complaint or denunciation is stored nowhere."""
    says = data.get("text", "").strip() and data.get("place", "").strip()
    return bool(says) and is_key(data.get("key", "")) and not sealed_kind(data)


def _spooled(data: QueryDict) -> bool:
    if not spool.is_set():
        return False
    sent = {name: data[name] for name in (*SENT, "key", "ordinary") if name in data}
    try:
        spool.append({"door": Voice.Channel.WEB, "at": now().isoformat(), "sent": sent})
    except OSError:
        logger.exception("the spool takes nothing")
        return False
    return True


def _page(request: HttpRequest, template: str, context: dict[str, Any], status: int) -> HttpResponse:
    page = render_to_string(template, context | {"csrf_token": get_token(request)})  # no request: no queries
    response = HttpResponse(page, status=status)
    response["Retry-After"] = RETRY_AFTER
    patch_cache_control(response, no_store=True)
    return response
