"""What a resident does with their own case, and what the system notes by itself."""

from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import clock
from langnghe.cases.actions.joint import inherit_parts
from langnghe.cases.actions.photos import forget_laid_aside
from langnghe.cases.actions.receiving import above, competent_holder
from langnghe.cases.actions.record import BATCH, Facts, make, opened, step, write
from langnghe.cases.lifecycle import SYSTEM_ACTOR, Actor
from langnghe.cases.models import Case, Rating, Recheck, Reply
from langnghe.commitments import actions as commitments
from langnghe.commitments.models import Commitment
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Place


@transaction.atomic
def rate(case: Case, *, stars: int, sentence: str, actor: Actor, at: datetime) -> Case:
    """Judge the last answer, once for each voice; the sentence is kept beside the rating, not in the log."""
    case, move = opened(case, "rate", actor)
    if stars not in range(1, 6):
        raise Refused(_("Hãy chọn từ 1 đến 5."))
    answer = case.replies.filter(state=Reply.State.PUBLISHED).latest("pk")
    voice = actor.voice
    if voice is None or answer.ratings.filter(voice=voice).exists():
        raise Refused(_("Bạn đã đánh giá câu trả lời này."))
    Rating.objects.create(reply=answer, voice=voice, stars=stars, sentence=sentence, day=localdate(at))
    return make(case, move, actor, at, Facts(body=answer.body, stars=stars, outcome=answer.outcome))


@transaction.atomic
def recheck(case: Case, *, came_back: bool, actor: Actor, at: datetime) -> Case:
    """Say, rule lasting_days after the answer and once for each voice, whether the matter came back."""
    case, move = opened(case, "recheck", actor)
    since = rechecks_from(case)
    if since is None or localdate(at) < since:
        raise Refused(_("Câu hỏi này mở sau khi có câu trả lời %(days)s ngày.") % {"days": law.rule("lasting_days")})
    answer = case.replies.filter(state=Reply.State.PUBLISHED).latest("pk")
    if actor.voice is None or answer.rechecks.filter(voice=actor.voice).exists():
        raise Refused(_("Ông/bà đã trả lời câu hỏi này."))
    Recheck.objects.create(reply=answer, voice=actor.voice, came_back=came_back, day=localdate(at))
    return make(case, move, actor, at, Facts(body=answer.body, cause="came_back" if came_back else "lasts"))


def rechecks_from(case: Case) -> date | None:
    """Return the day from which its residents are asked whether the matter came back; None while unanswered."""
    return case.settled and case.settled + timedelta(law.rule("lasting_days"))


@transaction.atomic
def reopen(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Say that it is not settled, within rule reopen_days: the case goes back to its holder with a new term."""
    case, move = opened(case, "reopen", actor, reason)
    until = case.reopens_until(law.rule("reopen_days"))
    if until is not None and localdate(at) > until:
        text = _("Chỉ mở lại được đến hết ngày %(until)s. Ông/bà vẫn có quyền đề nghị cấp trên xem xét, hoặc gửi mới.")
        raise Refused(text % {"until": f"{until:%d/%m/%Y}"})
    case.reopened += 1
    _renew(case, at)
    return make(case, move, actor, at, Facts(reason=reason, outcome=case.outcome))


@transaction.atomic
def escalate(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """The resident's right: ask the superior to look, with what happened below carried along."""
    case, move = opened(case, "escalate", actor, reason)
    superior = above(case, localdate(at))
    if superior is None:
        raise Refused(_("Cơ quan này là cấp cao nhất trong hệ thống; bạn có thể mở lại vụ việc."))
    before, cause = case.holder, escalation_cause(case, localdate(at))
    case.holder, case.officer = superior, None
    _renew(case, at)
    return make(case, move, actor, at, Facts(body=before, to_body=case.holder, reason=reason, cause=cause))


def escalation_cause(case: Case, today: date) -> str:
    """Return why a resident goes higher, as the record shows it: disputed, late or no answer."""
    if case.settled is not None:
        return "disputed"
    return "late" if case.overdue(today) else "no_answer"


def _renew(case: Case, at: datetime) -> None:
    case.settled, case.paused, case.overdue_noted, case.accepted = None, None, False, localdate(at)
    clock.restart(case, localdate(at))


@transaction.atomic
def withdraw(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "withdraw", actor)
    if case.voices.count() > 1 or case.parts.exists():
        raise Refused(_("Vụ việc này còn phản ánh của người khác nên vẫn được giải quyết."))
    forget_laid_aside(case)
    return make(case, move, actor, at, Facts(reason=reason))


@transaction.atomic
def note_overdue(at: datetime) -> int:
    """Write the step "overdue" for open cases whose due date has passed, once each; returns how many."""
    today = localdate(at)
    unsettled = Case.objects.filter(settled=None, due__lt=today)  # these words let the index case_unsettled answer
    late = unsettled.filter(state__in=Case.OPEN, paused=None, overdue_noted=False)
    rows = late.select_related("holder", "place", "topic").select_for_update(of=("self",)).order_by("due", "pk")
    cases = list(rows[:BATCH])
    write([step(case, "overdue", SYSTEM_ACTOR, at, Facts(day=case.due)) for case in cases])
    Case.objects.filter(pk__in=[case.pk for case in cases]).update(overdue_noted=True)
    return len(cases)


def inherit_all(at: datetime) -> int:
    """Give the open cases of bodies that ended to those now competent, uncounted as hand-overs; returns how many.

    With them their open commitments, and the parts that such bodies owe to cases of others.
    """
    today = localdate(at)
    ended = Case.objects.filter(state__in=Case.OPEN, holder__valid_to__lt=today).order_by("pk")
    cases = list(ended[:BATCH])
    for case in cases:
        with suppress(Refused):  # answered since it was read
            inherit(case, at=at)
    return len(cases) + _inherit_commitments(at) + inherit_parts(at)


def _inherit_commitments(at: datetime) -> int:
    """Let the body that follows an ended one keep its open promises; where none is named, a person says."""
    ended = Commitment.objects.filter(state=Commitment.State.OPEN, body__valid_to__lt=localdate(at))
    rows = list(ended.exclude(body__successor=None).select_related("body__successor").order_by("pk")[:BATCH])
    moved = 0
    for promise in rows:
        to = law.standing(promise.body, localdate(at))
        if to != promise.body and (to.valid_to is None or to.valid_to >= localdate(at)):
            commitments.hand_on(promise, to=to, reason=_("Sắp xếp đơn vị hành chính"), at=at)
            moved += 1
    return moved


@transaction.atomic
def inherit(case: Case, *, at: datetime, heir: Place | None = None) -> Case:
    """Move one case to the body that is competent today at the heir named, or at the place's one successor.

    A body that was followed at its own place leaves it to that one. Without any of them it goes to the province.
    """
    case, move = opened(case, "inherit", SYSTEM_ACTOR)
    before, reason, today = case.holder, _("Sắp xếp đơn vị hành chính"), localdate(at)
    followed = law.standing(before, today)
    if heir is None:
        is_at_home = followed != before and followed.place_id == before.place_id
        case.holder = followed if is_at_home else competent_holder(case, today)
    else:
        case.holder = law.competent_body(case.topic, heir, today, case.scope, case.concerns)
    case.officer = None
    return make(case, move, SYSTEM_ACTOR, at, Facts(body=before, to_body=case.holder, reason=reason))
