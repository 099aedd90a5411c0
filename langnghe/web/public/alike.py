"""While a resident writes: published cases that may be the same matter, to read before sending; nothing is kept."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from langnghe.situation.similar import Sought, similar
from langnghe.web import shown
from langnghe.web.access import public
from langnghe.web.fields import LONGEST
from langnghe.web.now import today
from langnghe.web.places import where
from langnghe.web.public.forms import Speak
from langnghe.web.public.payload import SENT
from langnghe.web.public.speaking import page

FEWEST = 12  # characters with which a voice says something


@public
@require_POST
def alike(request: HttpRequest) -> HttpResponse:
    """Answer a script with the list alone, and a browser without scripts with the form and all that was typed."""
    data = request.POST
    context: dict[str, Any] = {"alike": _found(data.get("text", ""), data.get("place", ""), data), "asked": True}
    if request.headers.get("X-Fragment"):
        return render(request, "public/_alike.html", context)
    typed = {name: data.get(name, "") for name in (*SENT, "key")}
    return page(request, Speak(initial=typed, today=today()), **context)


def _found(text: str, place_words: str, data: Any) -> dict[str, Any]:
    """Return the cases, or what the resident should write first."""
    place = where(place_words[:250], data.get("place_key", ""), today()).place if place_words.strip() else None
    if place is None:
        return {"lacks": _("Ghi rõ xã, phường thì mới tìm được việc tương tự.")}
    if len(text.strip()) < FEWEST:
        return {"lacks": _("Viết vài lời về sự việc thì mới tìm được việc tương tự.")}
    day = today()
    found = similar(Sought(text[:LONGEST], place, day, data.get("spot", "")[:120]), only_public=True)
    cases = [one.case for one in found]
    cards = zip(cases, shown.cards(cases, day), strict=True)
    return {"cases": [card | {"is_open": case.is_open} for case, card in cards]}
