"""Denies every view that has not declared who may enter."""

from collections.abc import Callable
from typing import Any, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse


def declared_access(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        if request.user.is_authenticated or "session" in request.COOKIES:
            response.setdefault("Cache-Control", "no-store")
        return response

    def process_view(request: HttpRequest, view: Any, args: Any, kwargs: Any) -> None:
        if not hasattr(view, "access"):
            raise PermissionDenied

    cast(Any, middleware).process_view = process_view
    return middleware
