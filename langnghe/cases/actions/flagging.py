"""Readers flag what should not be public; the holder looks, and unpublishes, blacks out or leaves it."""

from datetime import datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.desk_models import Flag
from langnghe.cases.lifecycle import STAFF, Actor
from langnghe.cases.models import Case
from langnghe.core.refusal import Refused

MOST = 20  # open flags of one case; more say nothing new


@transaction.atomic
def flag(case: Case, reason: str, words: str, *, at: datetime) -> bool:
    """Keep a reader's flag; returns whether it was one more: the same twice says nothing new, nor do twenty others."""
    if reason not in Flag.Reason.values:
        raise Refused(_("Hãy chọn một lý do."))
    waiting, words = Flag.objects.filter(case=case, is_open=True), " ".join(words.split())[:300]
    if waiting.filter(reason=reason, words=words).exists() or waiting.count() >= MOST:
        return False
    Flag.objects.create(case=case, reason=reason, words=words, day=localdate(at))
    return True


@transaction.atomic
def settle_flags(case: Case, *, actor: Actor) -> int:
    """Note that the holder has looked at the flags; returns how many."""
    if actor.role not in STAFF or actor.body is None or actor.body.pk != case.holder_id:
        raise Refused(_("Chỉ cơ quan đang giữ vụ việc làm được việc này."))
    return Flag.objects.filter(case=case, is_open=True).update(is_open=False)
