"""Which cases everyone may read, and what of the words of residents."""

from django.db.models import QuerySet

from langnghe.cases.models import Case
from langnghe.registry import law


def published() -> QuerySet[Case]:
    """Return the cases that everyone may read; khiếu nại and tố cáo never, whatever a row says."""
    sealed = [kind.code for kind in law.kinds().values() if kind.is_sealed]
    return Case.objects.filter(is_public=True).exclude(kind__in=sealed)


def showable(case: Case) -> list[str]:
    """Return what residents wish everyone to read of the case, and their corrections of it, as it stands."""
    voices = case.voices.filter(shows_text=True, is_private=False).order_by("pk", "requests__pk")
    rows = voices.values_list("text", "requests__correction")
    return list(dict.fromkeys(text for row in rows for text in row if text))
