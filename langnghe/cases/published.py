"""Which cases everyone may read."""

from django.db.models import QuerySet

from langnghe.cases.models import Case
from langnghe.registry import law


def published() -> QuerySet[Case]:
    """Return the cases that everyone may read; khiếu nại and tố cáo never, whatever a row says."""
    sealed = [kind.code for kind in law.kinds().values() if kind.is_sealed]
    return Case.objects.filter(is_public=True).exclude(kind__in=sealed)
