"""Shows a case to everyone and takes it back: the officer's words, and the resident's own where they wish it."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from langnghe.cases.actions.indexing import leave_index
from langnghe.cases.actions.receiving import spot_fields
from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.desk_models import Cover
from langnghe.cases.history import digest
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case
from langnghe.cases.published import showable
from langnghe.core.personal import holds
from langnghe.core.refusal import Refused
from langnghe.core.text import nfc


@transaction.atomic
def publish(  # noqa: PLR0913 each is a field of what everyone will read
    case: Case,
    *,
    title: str,
    summary: str,
    spot: str | None = None,
    reason: str = "",
    covers: Sequence[str] = (),
    actor: Actor,
    at: datetime,
) -> Case:
    """Show the case to everyone, in the officer's words; the resident's own too, where they wish it.

    The spot is public as well, in words of theirs; here it can be written without a name (None leaves it).
    With a `reason`, which everyone reads, theirs are shown with the passages in `covers` left out, or without any the
    summary stands for them; the original stays sealed. Refused where everyone who spoke of it wished that it stay
    private, where a passage does not occur in what would be shown, and where it stands elsewhere on the page.
    """
    case, move = opened(case, "publish", actor)
    if not case.voices.filter(is_private=False).exists():
        raise Refused(_("Người gửi đã chọn không công khai; vụ việc này chỉ trả lời riêng."))
    if not title.strip():
        raise Refused(_("Hãy viết tiêu đề công khai (không nêu tên người)."))
    wishing = case.voices.filter(shows_text=True, is_private=False)
    before = case.spot
    if spot is not None:
        case.spot, case.spot_key = spot_fields(spot).values()
    reason, covers = (reason.strip(), _covers(case, covers)) if wishing.exists() else ("", [])
    if covers and not reason:
        raise Refused(_("Che chỗ nào trong lời người dân thì hãy ghi lý do: mọi người đọc được lý do này."))
    for passage in covers:
        if any(holds(text, passage) for text in (title, summary, reason, case.spot)):
            words = _("“%(passage)s” được che mà vẫn đứng ở tiêu đề, tóm tắt, lý do hoặc chỗ cụ thể. Hãy bỏ ở đó.")
            raise Refused(words % {"passage": passage})
    if reason and not covers and not summary.strip():
        raise Refused(_("Không hiện nguyên văn thì hãy viết tóm tắt thay cho lời người dân."))
    case.title, case.summary, case.is_public = title.strip()[:200], summary.strip(), True
    wishing.update(is_shown=bool(covers) or not reason)
    case.covers.all().delete()
    Cover.objects.bulk_create(Cover(case=case, passage=passage) for passage in covers)
    if case.spot != before:
        leave_index(case)
    return make(case, move, actor, at, Facts(reason=reason, digest=digest(case.title, case.summary, *covers)))


@transaction.atomic
def unpublish(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "unpublish", actor, reason)
    if not case.is_public:
        raise Refused(_("Vụ việc này đã thôi công khai rồi."))
    case.is_public = False
    return make(case, move, actor, at, Facts(reason=reason))


def _covers(case: Case, passages: Sequence[str]) -> list[str]:
    """Return the passages, each once; Refused when one occurs nowhere in what residents wish to be shown."""
    wished, found = showable(case), list(dict.fromkeys(" ".join(nfc(passage).split()) for passage in passages))
    for passage in found:
        if not any(holds(text, passage) for text in wished):
            words = _("Không thấy “%(passage)s” trong lời người dân. Hãy chép đúng như trong lời.")
            raise Refused(words % {"passage": passage})
    return found
