"""Places, bodies and topics by their id, read once until a register changes: a page need not join them to each row."""

from collections.abc import Iterable
from datetime import date
from functools import cache, lru_cache
from typing import Any

from django.db.models import Model

from langnghe.registry import law
from langnghe.registry.models import Body, Place, Topic

NAMES: dict[type[Model], tuple[str, ...]] = {Topic: (), Place: ("parent",), Body: ("place", "superior", "successor")}


@law.until_changed
@cache
def _read(model: type[Model]) -> dict[int, Any]:
    return {}


def forget() -> None:
    """Read the rows again at the next question; the law forgets them by itself when a register changes."""
    _read.cache_clear()
    _found.cache_clear()
    before.cache_clear()


def by_id(model: type[Model], ids: Iterable[int | None]) -> dict[int, Any]:
    """Return the rows of a register that have these ids, and others, each with what it lies in or stands under.

    All requests of this process share them: they are to be read, never changed.
    """
    known = _read(model)
    if missing := {pk for pk in ids if pk is not None and pk not in known}:
        rows = model._default_manager.in_bulk(missing)
        known.update(rows)  # first, so that rows that name one another in a circle end here
        join(rows.values(), *NAMES[model])
    return known


@law.until_changed
@cache
def _found() -> dict[int, dict[int, str]]:
    return {}


def below(body: int) -> dict[int, str]:
    """Return the short names of a body and of all below it, by id."""
    known = _found()  # taken first: what is found goes with it when the registers change meanwhile
    if body not in known:
        known[body] = _below(body)
    return known[body]


@law.until_changed
@lru_cache(maxsize=1_000)
def before(body: Body, on: date) -> dict[int, str]:
    """Return the short names of the ended bodies that a body followed by the day, at any remove, by id."""
    rows = Body.objects.filter(pk__in=law.forerunners(body, on))
    return dict(rows.values_list("pk", "short_name"))


def _below(body: int) -> dict[int, str]:
    found: dict[int, str] = {}
    last = dict(Body.objects.filter(pk=body).values_list("pk", "short_name"))
    while last:
        found |= last
        rows = Body.objects.filter(superior__in=last).exclude(pk__in=found)
        last = dict(rows.values_list("pk", "short_name"))
    return found


def join(rows: Iterable[Model], *names: str) -> None:
    """Give rows the places, bodies and topics they name in these fields, as `select_related` would."""
    found = list(rows)
    for name in names:
        field: Any = found[0]._meta.get_field(name) if found else None
        ids = [getattr(row, field.attname) for row in found]
        known = by_id(field.related_model, ids) if field else {}
        for row, pk in zip(found, ids, strict=True):
            setattr(row, name, known[pk] if pk is not None else None)
