"""Cases beside a case: earlier ones at the same spot, and those that may be the same matter."""

from collections.abc import Sequence
from textwrap import shorten
from typing import Any

from django.db.models import Q
from django.db.models.functions import Substr
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from langnghe.cases.lifecycle import STAFF, Actor
from langnghe.cases.models import Case, Reply, Voice
from langnghe.registry import law
from langnghe.situation.models import Comparison
from langnghe.situation.similar import Similar, Sought, similar
from langnghe.web.desk.rows import titles

MOST = 5
FIRST_WORDS = 160  # characters of an answer


def before(case: Case, who: Actor) -> list[dict[str, Any]]:
    """Return earlier cases at the same spot about the same topic, newest first."""
    if not case.spot_key:
        return []
    rows = Case.objects.filter(place=case.place, topic=case.topic, spot_key=case.spot_key, pk__lt=case.pk)
    return _links(list(rows.order_by("-pk")[:MOST]), who)


def alike(case: Case, who: Actor) -> list[dict[str, Any]]:
    """Return the cases most like an open one, by its first voice, with why; those told apart are left out."""
    voice = Voice.objects.filter(case=case).order_by("pk").first() if case.is_open else None
    if voice is None or not voice.text:
        return []
    told = Comparison.objects.filter(Q(first=case) | Q(second=case), same=False).values_list("first", "second")
    apart = {pk for pair in told for pk in pair}
    found = similar(Sought(voice.text, case.place, voice.day, case.spot), apart_from=case)
    found = [one for one in found if one.case.pk not in apart]
    own = who.role in STAFF and who.body is not None and case.holder_id == who.body.pk
    return [
        link
        | {
            "is_same": one.is_same,
            "why": why(one),
            "may_merge": own and one.case.is_open and one.case.holder_id == case.holder_id,
            "may_tell_apart": own and bool(link["href"]),
        }
        for one, link in zip(found, _links([one.case for one in found], who), strict=True)
    ]


def why(one: Similar) -> str:
    """Return in words what speaks for and against the likeness."""
    apart = ngettext("cách %(n)s ngày", "cách %(n)s ngày", one.days) % {"n": one.days}
    reasons = (
        (one.same_spot, _("cùng chỗ")),
        (one.elsewhere, _("ở xã, phường bên cạnh")),
        (True, apart if one.days else _("cùng ngày")),
    )
    return ", ".join(words for holds, words in reasons if holds)


def _links(cases: Sequence[Case], who: Actor) -> list[dict[str, Any]]:
    names, said = titles(cases), _answers(cases)
    return [_link(case, names[case.pk], said.get(case.pk, ""), who) for case in cases]


def _answers(cases: Sequence[Case]) -> dict[int, str]:
    """Return how the last published answer of each answered case begins, in one question if any was answered."""
    answered = [case.pk for case in cases if case.outcome]
    if not answered:
        return {}
    rows = Reply.objects.filter(case__in=answered, state=Reply.State.PUBLISHED).order_by("pk")
    starts = rows.annotate(start=Substr("text", 1, 2 * FIRST_WORDS)).values_list("case_id", "start")
    return {pk: shorten(start, FIRST_WORDS, placeholder="…") for pk, start in starts}


def _link(case: Case, name: str, said: str, who: Actor) -> dict[str, Any]:
    """Return a case in one line, with the page on which this reader finds it; without its words if there is none."""
    outcome = law.outcomes()[case.outcome].name if case.outcome else ""
    own = who.role not in STAFF or (who.body is not None and case.holder_id == who.body.pk)
    page = "desk_case" if own else "case" if case.is_public else ""
    return {
        "code": case.code,
        "href": reverse(page, args=[case.code]) if page else "",
        "title": name if page else "",
        "day": case.received,
        "outcome": outcome,
        "answer": said if page else "",
    }
