"""Addresses for other systems; each asks for a client's key, except the description of the door itself."""

from collections.abc import Sequence
from typing import Any

from django.urls import URLPattern, URLResolver, path

from langnghe.web.api.voices import api


def _declared(patterns: Sequence[URLPattern | URLResolver]) -> Sequence[URLPattern | URLResolver]:
    """Say for the guard who may enter: ninja itself asks for the client's key."""
    for pattern in patterns:
        view: Any = getattr(pattern, "callback", None)
        view.access = "client"
    return patterns


urlpatterns = [path("", (_declared(api.urls[0]), *api.urls[1:]))]
