"""Denies every view that has not declared who may enter, and marks the answers that no one may keep or index."""

from collections.abc import Callable
from typing import Any, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


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
