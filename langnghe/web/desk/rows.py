"""Cases in a list on the desk: by their public title, or until they have one by how the first voice begins."""

from collections.abc import Iterable
from datetime import date
from textwrap import shorten
from typing import Any

from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from langnghe.cases.models import Case, Voice
from langnghe.registry import known
from langnghe.web import shown

FIRST_WORDS = 90


def cards(cases: Iterable[Case], day: date) -> list[dict[str, Any]]:
    """Return the cases as parts/_case_card.html and the queue want them."""
    found = list(cases)
    known.join(found, *shown.SHOWN_WITH)
    names = titles(found)
    return [_card(case, day, names[case.pk]) for case in found]


def titles(cases: Iterable[Case]) -> dict[int, str]:
    """Return each case's title or first words, in one question if any case has no title; "" for no words."""
    names = {case.pk: case.title for case in cases}
    untitled = [pk for pk, name in names.items() if not name]
    if untitled:
        rows = Voice.objects.filter(case__in=untitled).order_by("-pk")
        starts = rows.annotate(start=Substr("text", 1, 2 * FIRST_WORDS)).values_list("case_id", "start")
        names |= {pk: shorten(start, FIRST_WORDS, placeholder="…") for pk, start in starts}  # the first voice's stay
    return names


def _handed(times: int) -> str:
    return ngettext("đã chuyển %(n)s lần", "đã chuyển %(n)s lần", times) % {"n": times}


def _card(case: Case, day: date, name: str) -> dict[str, Any]:
    card = shown.card(case, day, reverse("desk_case", args=[case.code]))
    card["title"] = name or card["title"]
    return card | {
        "where": f"{case.place}, {case.spot}" if case.spot else case.place.name,
        "received": f"{case.received:%d/%m/%Y}",
        "people": _("%(n)s người") % {"n": case.people} if case.people > 1 else "",
        "handed": _handed(case.handovers) if case.handovers else "",
        "due_state": card["clock"].state,
        "due_words": card["clock"].words,
        "due_day": card["clock"].dated,
        "spent": str(card["clock"].spent),
    }
