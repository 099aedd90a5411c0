"""Finds a province by what a person calls it, for a day; puts places and bodies in the order people look for them."""

from collections.abc import Iterable
from datetime import date
from typing import TypeVar

from langnghe.core.text import fold, sort_key
from langnghe.registry.models import Body, Place

Named = TypeVar("Named", Place, Body)


def by_name(rows: Iterable[Named]) -> list[Named]:
    """Return the places or bodies in the order of the Vietnamese alphabet, which no database here knows."""
    return sorted(rows, key=lambda row: sort_key(row.name))


def province(words: str, on: date) -> Place:
    """Return the province in force on the day by key, full or short name, marked or not; LookupError otherwise."""
    wanted = fold(words)
    rows = Place.objects.filter(level=Place.Level.PROVINCE).on(on)
    for place in rows:
        if wanted in {fold(name) for name in (place.key, place.name, short_name(place))}:
            return place
    raise LookupError(
        f"Không thấy tỉnh, thành phố “{words}” vào ngày {on:%d/%m/%Y}. Hãy kiểm tra tên, ví dụ “Hưng Yên”."
    )


def short_name(place: Place) -> str:
    """Return the name without its type word: Hưng Yên, Thư Vũ."""
    for kind in ("Thành phố ", "Tỉnh ", "Phường ", "Xã ", "Đặc khu ", "Thị trấn ", "Huyện ", "Quận ", "Thị xã "):
        if place.name.startswith(kind):
            return place.name.removeprefix(kind)
    return place.name
