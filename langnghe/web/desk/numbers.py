"""A case's number typed into the search of the desk: one with a slip, or without its end, still leads somewhere."""

import re
from contextlib import suppress
from dataclasses import dataclass

from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from langnghe.cases.models import Case
from langnghe.core.codes import BadCode, cases_meant, parse_case
from langnghe.registry.models import Member
from langnghe.web.desk import reach
from langnghe.web.desk.case import visible
from langnghe.web.fields import said_of

SHORTEST = 7  # digits of a whole code
_LIKE = re.compile(r"[\s\-.]*(?:vv[\s\-.]*\d.*|\d[\d\s\-.]*)", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True)
class Hint:
    """What is wrong with a number, and the one case that it may stand for, if the reader may see that."""

    words: str
    case: Case | None


def right(request: HttpRequest, sought: str) -> str:
    """Return the code of the case whose number was typed, if the reader may open it; else ""."""
    with suppress(BadCode, Http404):
        parse_case(sought)
        return visible(request, sought).code
    return ""


def hint(member: Member, sought: str, *, found_words: bool) -> Hint | None:
    """Return what to say of a number that is none; nothing of words, or of digits that were found as words."""
    if not _LIKE.fullmatch(sought):
        return None
    rows = Case.objects.exclude(state=Case.State.SEALED).filter(reach.readable(member))
    meant = list(rows.filter(pk__in=cases_meant(sought))[:2])
    only = meant[0] if len(meant) == 1 else None
    if only is None and found_words and not sought.lower().startswith("vv"):
        return None
    return Hint(_wrong(sought), only)


def _wrong(sought: str) -> str:
    """Return what is wrong with the number; of few digits the last may be missing as well as mistyped."""
    try:
        parse_case(sought)
    except BadCode as bad:
        is_whole = sum(char.isdigit() for char in sought) >= SHORTEST
        if bad.fault == "character":
            return said_of(bad)
        if bad.fault == "check" and is_whole:
            words = _("Chữ số cuối không khớp các chữ số trước: có chữ số gõ nhầm hoặc đổi chỗ.")
            return f"{words} {_('Mã đúng có dạng VV-000123-4.')}"
        return _("Mã vụ việc có dạng VV-000123-4, kể cả chữ số cuối. Mời nhập đủ mã như trên giấy hẹn.")
    return _("Không có vụ việc mang mã này trong những vụ việc được xem. Mời so lại mã với giấy hẹn.")
