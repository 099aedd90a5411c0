"""Turns away what is too large, denies each view that declares no access, marks what no one may keep or index."""

import time
from collections.abc import Callable
from contextlib import suppress
from http import HTTPStatus
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve

from langnghe.registry import law


def encrypted_api(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse other systems that come without TLS; to lead them on would hide that their key went in the clear."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and request.path.startswith("/api/"):
            return JsonResponse({"detail": "https"}, status=403)
        return get_response(request)

    return middleware


def small_enough(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Refuse what is larger than any form may send, before a byte of it is read."""

    def middleware(request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH", "")
        if length.isdecimal() and int(length) > settings.MOST_UPLOADED:
            return HttpResponse(render_to_string("public/too_large.html"), status=413)
        return get_response(request)

    return middleware


def current_law(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Let every process of the server go by what was last written in the registers, a few seconds later at most."""

    def middleware(request: HttpRequest) -> HttpResponse:
        with suppress(DatabaseError, InterfaceError, OSError):  # the door takes voices also while it is down
            law.refresh(time.monotonic())
        return get_response(request)

    return middleware


def way_back(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Show a way on to whoever typed the address a form is sent to; no word on whether its object is there."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if response.status_code != HTTPStatus.METHOD_NOT_ALLOWED or request.path.startswith("/api/"):
            return response
        page = render(request, "405.html", {"back": _page_above(request.path)}, status=response.status_code)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def _page_above(path: str) -> str:
    """Return the nearest address above the path that has a view; the start page when there is none."""
    while path := path.rpartition("/")[0]:
        with suppress(Resolver404):
            resolve(path)
            return path
    return "/"


def declared_access(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if settings.SESSION_COOKIE_NAME in request.COOKIES or request.user.is_authenticated:
            response.setdefault("Cache-Control", "no-store")
        if settings.INSTALLATION.demo:
            response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not hasattr(view, "access"):
            raise PermissionDenied

    cast(Any, middleware).process_view = process_view
    return middleware
