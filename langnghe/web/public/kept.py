"""Counts that take long are kept for a while: the longer they took, the longer."""

import functools
from collections.abc import Callable
from time import perf_counter
from typing import TypeVar, cast
from uuid import uuid4

from django.core.cache import cache

from langnghe.registry import law

SHORTEST, LONGEST = 5, 600  # seconds
SHARE = 1000  # they are kept this many times as long as counting took
T = TypeVar("T")


@law.until_changed
@functools.cache
def _since() -> str:
    return uuid4().hex


def kept(key: str, count: Callable[[], T]) -> T:
    """Return what was counted under this key not long ago and since the registers changed last, else count now."""
    key = f"{_since()}:{key}"
    found = cache.get(key)
    if found is None:
        began = perf_counter()
        found = count()
        cache.set(key, found, min(LONGEST, max(SHORTEST, round(SHARE * (perf_counter() - began)))))
    return cast(T, found)
