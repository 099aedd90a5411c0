"""Counts that take long are kept for a while: the longer they took, the longer."""

from collections.abc import Callable
from time import perf_counter
from typing import TypeVar, cast

from django.core.cache import cache

SHORTEST, LONGEST = 5, 600  # seconds
SHARE = 1000  # they are kept this many times as long as counting took
T = TypeVar("T")


def kept(key: str, count: Callable[[], T]) -> T:
    """Return what was counted under this key not long ago, else count now."""
    found = cache.get(key)
    if found is None:
        began = perf_counter()
        found = count()
        cache.set(key, found, min(LONGEST, max(SHORTEST, round(SHARE * (perf_counter() - began)))))
    return cast(T, found)
