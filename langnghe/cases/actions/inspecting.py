"""Supervisors draw answered cases by chance, ask back those who agreed to it, and say whether it was settled."""

import hashlib
import secrets
from datetime import date, datetime
from heapq import nsmallest

from django.db import transaction
from django.db.models import Q
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from langnghe.cases import sealing
from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.desk_models import Sample, SampleItem
from langnghe.cases.lifecycle import REPLIED, Actor
from langnghe.cases.models import Case, Step, Voice
from langnghe.core.refusal import Refused
from langnghe.registry import rights
from langnghe.registry.models import Body

MOST = 50  # cases of a sample
ASKED_BY = ("name", "phone", "email")  # of what somebody left; where they live is not needed to ask them
VERDICTS = {
    "settled": gettext_lazy("Đã giải quyết đúng như trả lời"),
    "partly": gettext_lazy("Mới giải quyết một phần"),
    "unsettled": gettext_lazy("Chưa giải quyết như trả lời"),
    "unclear": gettext_lazy("Chưa xác minh được"),
}


@transaction.atomic
def draw_sample(body: Body, *, since: date, until: date, size: int, actor: Actor, at: datetime) -> Sample:
    """Draw that many of the cases answered in the span at the body's place; fewer when there are fewer.

    A case is drawn by SHA-256 of seed and number, the smallest first: nobody chooses which. Refused when there is none.
    """
    if actor.account is None or actor.role not in rights.roles("inspect_case"):
        raise Refused(_("Chỉ người giám sát rút được mẫu."))
    if until < since or until > localdate(at):
        raise Refused(_("Khoảng ngày phải bắt đầu trước khi kết thúc, và không ở tương lai."))
    here = Q() if rights.of_province(body) else Q(place=body.place) | Q(place__parent=body.place)
    rows = Case.objects.filter(here, state__in=REPLIED, settled__range=(since, until))
    seed = secrets.token_hex(16)
    numbers = list(rows.values_list("pk", flat=True))
    if not numbers:
        raise Refused(_("Không có vụ việc nào được trả lời trong khoảng ngày này."))
    chosen = nsmallest(min(size, MOST), numbers, key=lambda pk: hashlib.sha256(f"{seed}:{pk}".encode()).digest())
    sample = Sample.objects.create(
        body=body, account=actor.account, since=since, until=until, population=len(numbers), seed=seed, drawn_at=at
    )
    SampleItem.objects.bulk_create(SampleItem(sample=sample, case_id=pk) for pk in chosen)
    return sample


@transaction.atomic
def inspect(item: SampleItem, *, verdict: str, note: str, actor: Actor, at: datetime) -> Step:
    """Say for everyone to read whether a case of the sample was settled as answered; once for each."""
    item = SampleItem.objects.select_for_update(of=("self",)).select_related("sample", "case").get(pk=item.pk)
    case, move = opened(item.case, "inspect", actor, note)
    if actor.body != item.sample.body or verdict not in VERDICTS:
        raise Refused(_("Hãy chọn một kết luận."))
    if item.step_id is not None:
        raise Refused(_("Vụ việc này đã có kết luận."))
    make(case, move, actor, at, Facts(body=item.sample.body, cause=verdict, reason=note))
    item.step = case.steps.filter(verb="inspect").latest("pk")
    item.save(update_fields=["step"])
    return item.step


@transaction.atomic
def ask_back(item: SampleItem, voice: Voice, *, actor: Actor, at: datetime) -> dict[str, str]:
    """Return how to call or write to who agreed at intake to be asked, and no more; a step says that it was read."""
    case, move = opened(item.case, "ask_back", actor)
    if actor.body != item.sample.body or voice.case_id != case.pk or not voice.may_call_back or voice.person is None:
        raise Refused(_("Người này không đồng ý cho gọi lại."))
    make(case, move, actor, at, Facts(body=item.sample.body))
    contact = sealing.unseal_contact(bytes(voice.person.sealed))
    return {name: contact[name] for name in ASKED_BY if name in contact}
