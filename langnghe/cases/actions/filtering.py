"""Filters of the queue that an officer saves for themselves."""

from django.db import transaction
from django.http import QueryDict
from django.utils.translation import gettext as _

from langnghe.cases.desk_models import SavedFilter
from langnghe.core.refusal import Refused
from langnghe.registry.models import Account

MOST = 12
KNOWN = ("loc", "linh-vuc", "noi", "tim")


@transaction.atomic
def save_filter(account: Account, name: str, query: str) -> SavedFilter:
    """Keep a filter under a name, instead of one with the same name; at most twelve."""
    asked = QueryDict(query[:1000])
    kept = QueryDict(mutable=True)
    kept.update({key: asked[key][:120] for key in KNOWN if asked.get(key)})
    name = " ".join(name.split())[:60]
    if not name or not kept:
        raise Refused(_("Hãy lọc trước, rồi đặt tên cho bộ lọc."))
    if SavedFilter.objects.filter(account=account).exclude(name=name).count() >= MOST:
        raise Refused(_("Đã có %(most)d bộ lọc. Hãy bỏ bớt một bộ.") % {"most": MOST})
    saved, _made = SavedFilter.objects.update_or_create(
        account=account, name=name, defaults={"query": kept.urlencode()[:300]}
    )
    return saved


def drop_filter(account: Account, pk: int) -> None:
    SavedFilter.objects.filter(account=account, pk=pk).delete()
