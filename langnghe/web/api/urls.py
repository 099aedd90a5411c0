"""Addresses for other systems; each asks for a client's key or a gateway's signature, but not the description."""

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, path

from langnghe.web.api import messages  # noqa: F401 adds its address
from langnghe.web.api.voices import api


def _declared(patterns: Sequence[URLPattern | URLResolver]) -> Sequence[URLPattern | URLResolver]:
    """Say for the guard who may enter: ninja itself asks for the client's key."""
    for pattern in patterns:
        view: Any = getattr(pattern, "callback", None)
        view.access = "client"
    return patterns


urlpatterns = [path("", (_declared(api.urls[0]), *api.urls[1:]))]
