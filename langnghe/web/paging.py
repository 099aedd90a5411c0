"""Keyset paging: the next page starts behind the last row seen, however deep."""

from collections.abc import Sequence
from datetime import date
from typing import Any, TypeVar

from django.db.models import AutoField, Model, Q, QuerySet
from django.http import HttpRequest

SIZE = 25
M = TypeVar("M", bound=Model)
T = TypeVar("T")


def page_by_id(
    request: HttpRequest, rows: QuerySet[M], size: int = SIZE, without: Sequence[str] = ()
) -> tuple[list[M], dict[str, str]]:
    """Return one page of the rows, newest id first, and what parts/_pager.html needs.

    `without` names what stands in the address for this page alone.
    """
    behind = _number(request.GET.get("sau", ""))
    if behind:
        rows = rows.filter(pk__lt=behind)
    found = list(rows.order_by("-pk")[: size + 1])
    more = len(found) > size
    return found[:size], _links(request, str(found[size - 1].pk) if more else "", bool(behind), without)


def page_by_due(
    request: HttpRequest, rows: QuerySet[Any], size: int = SIZE, without: Sequence[str] = ()
) -> tuple[list[Any], dict[str, str]]:
    """Return one page of cases ordered by due date (none last), then id; `without` as above."""
    day, _, pk = request.GET.get("sau", "").partition("_")
    if _number(pk) and (not day or _is_day(day)):
        behind = Q(due__gt=day) | Q(due=day, pk__gt=int(pk)) | Q(due=None) if day else Q(due=None, pk__gt=int(pk))
        rows = rows.filter(behind)
    found = list(rows.order_by("due", "pk")[: size + 1])
    more = len(found) > size
    last = found[size - 1] if more else None
    key = f"{last.due.isoformat() if last.due else ''}_{last.pk}" if last else ""
    return found[:size], _links(request, key, bool(pk), without)


def page_by_day(request: HttpRequest, rows: QuerySet[Any], size: int = SIZE) -> tuple[list[Any], dict[str, str]]:
    """Return one page of rows ordered by their `day` and key, both falling."""
    day, _, key = request.GET.get("sau", "").partition("_")
    inside = _is_day(day) and _is_key(rows, key)
    if inside:
        rows = rows.filter(Q(day__lt=day) | Q(day=day, pk__lt=key))
    found = list(rows.order_by("-day", "-pk")[: size + 1])
    last = found[size - 1] if len(found) > size else None
    return found[:size], _links(request, f"{last.day.isoformat()}_{last.pk}" if last else "", inside)


def page_of(request: HttpRequest, rows: list[T], size: int) -> tuple[list[T], dict[str, str]]:
    """Return one page of rows that are all there already, counted from the first."""
    start = min(_number(request.GET.get("sau", "")), len(rows))
    behind = start + size
    return rows[start:behind], _links(request, str(behind) if behind < len(rows) else "", start > 0)


def _is_key(rows: QuerySet[Any], text: str) -> bool:
    is_number = isinstance(rows.model._meta.pk, AutoField)
    return bool(_number(text)) if is_number else text.isascii() and text.isalnum()


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # noqa: PLR2004 fits 64 bits


def _links(request: HttpRequest, next_key: str, inside: bool, without: Sequence[str] = ()) -> dict[str, str]:
    query = request.GET.copy()
    for name in ("sau", *without):
        query.pop(name, None)
    first = f"?{query.urlencode()}" if query else request.path
    if not next_key:
        return {"previous_href": first if inside else "", "next_href": ""}
    query["sau"] = next_key
    return {"previous_href": first if inside else "", "next_href": f"?{query.urlencode()}"}
