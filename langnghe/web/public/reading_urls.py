"""Addresses of what residents read: reviews, the situation, meetings."""

from typing import Any

urlpatterns: list[Any] = []
