"""Handing a case over: with a reason, along the table of competence or upwards, counted, and to be taken in time."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import OuterRef, Subquery
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import lifecycle
from langnghe.cases.actions.receiving import above
from langnghe.cases.actions.record import BATCH, Facts, make, opened
from langnghe.cases.lifecycle import SYSTEM_ACTOR, Actor
from langnghe.cases.models import Case, Step
from langnghe.core.calendar import CalendarGap
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Body

State = Case.State


@transaction.atomic
def refer(case: Case, *, to: Body, reason: str, actor: Actor, at: datetime) -> Case:
    """Hand the case over, counted; after the cap (rule handover_cap) it goes up to the common superior, and stays."""
    case, move = opened(case, "refer", actor, reason)
    if to == case.holder:
        raise Refused(_("Vụ việc đang ở chính cơ quan này."))
    if to == case.concerns:
        raise Refused(_("Không chuyển vụ việc cho cơ quan bị phản ánh; hãy chuyển cơ quan cấp trên."))
    if to.valid_to is not None and to.valid_to < localdate(at):
        raise Refused(_("Cơ quan này đã kết thúc hoạt động; hãy chọn cơ quan đang hoạt động."))
    if not in_line(case, [to], localdate(at)):
        raise Refused(out_of_line(case, to))
    if case.handovers >= law.rule("handover_cap"):
        superior = _common_superior(case, to, localdate(at))
        return _hand_over(case, lifecycle.MOVES["refer_up"], superior, reason, actor, at)
    return _hand_over(case, move, to, reason, actor, at)


def in_line(case: Case, bodies: Iterable[Body], today: date) -> list[Body]:
    """Return those to which the case may be handed: that the table of competence names, or that stand above the holder.

    Of those it names for the case's topic: the bodies of the case's place, those below the holder, and those beside it
    (a neighbour's); and the one that is competent by the table where the case is about a body.
    """
    holder, above = case.holder, set(case.holder.superiors())
    named, here = law.named_types(case.topic, today), law.bodies_for(case.topic, case.place, today)
    with suppress(LookupError):
        here.add(law.competent_body(case.topic, case.place, today, case.scope, case.concerns))
    beside = holder.superior_id
    return [
        to
        for to in bodies
        if to in above
        or to in here
        or (to.type in named and ((beside is not None and to.superior_id == beside) or holder in to.superiors()))
    ]


def out_of_line(case: Case, to: Body) -> str:
    """Return why the case may not be handed to the body, and what to do."""
    said = _(
        "Bảng thẩm quyền không giao lĩnh vực “%(topic)s” ở %(place)s cho %(body)s. "
        "Nếu việc thuộc lĩnh vực hoặc nơi khác, hãy phân loại lại; nếu không, hãy chuyển lên cấp trên."
    )
    return said % {"topic": case.topic, "place": case.place, "body": to.name}


@transaction.atomic
def refer_up(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Send the case to the holder's superior."""
    case, move = opened(case, "refer_up", actor, reason)
    superior = above(case, localdate(at))
    if superior is None:
        raise Refused(_("Cơ quan này không có cấp trên trong hệ thống."))
    return _hand_over(case, move, superior, reason, actor, at)


def _common_superior(case: Case, to: Body, today: date) -> Body:
    """Return the nearest body above the holder that is also `to` or above it, else the holder's own superior."""
    nearest = above(case, today)
    if nearest is None or case.holder in to.superiors():
        raise Refused(_("Vụ việc đã được chuyển nhiều lần; cơ quan đang giữ phải giải quyết, không chuyển tiếp."))
    over_to = [to, *to.superiors()]
    shared = (body for body in case.holder.superiors() if body in over_to and body != case.concerns)
    return next(shared, nearest)


def _hand_over(case: Case, move: lifecycle.Move, to: Body, reason: str, actor: Actor, at: datetime) -> Case:
    before = case.holder
    case.holder, case.officer, case.handovers = to, None, case.handovers + 1
    return make(case, move, actor, at, Facts(body=before, to_body=to, reason=reason))


@transaction.atomic
def give_back(case: Case, *, at: datetime) -> Case:
    """Return a case that the receiving body has not taken in time to the one that handed it over; uncounted."""
    case, move = opened(case, "give_back", SYSTEM_ACTOR)
    last = case.steps.exclude(to_body=None).exclude(verb__in=lifecycle.NAMING).latest("pk")
    if last.verb != "refer" or law.calendar().add_working_days(last.day, law.rule("take_days")) >= localdate(at):
        raise Refused(_("Cơ quan nhận còn thời gian để tiếp nhận."))
    before, case.holder, case.officer = case.holder, law.standing(last.body, localdate(at)), None
    reason = _("Cơ quan nhận không tiếp nhận trong %(days)s ngày làm việc") % {"days": law.rule("take_days")}
    return make(case, move, SYSTEM_ACTOR, at, Facts(body=before, to_body=case.holder, reason=reason))


def return_untaken(at: datetime) -> int:
    """Give back the cases whose last hand-over nobody has taken within the rule take_days; returns how many."""
    moves = Step.objects.filter(case=OuterRef("pk")).exclude(to_body=None).exclude(verb__in=lifecycle.NAMING)
    last = moves.order_by("-pk")
    waiting = Case.objects.filter(state=State.RECEIVED, settled=None, handovers__gt=0)
    rows = waiting.annotate(verb=Subquery(last.values("verb")[:1]), moved=Subquery(last.values("day")[:1]))
    count = 0
    for case in rows.filter(verb="refer", moved__lt=localdate(at) - timedelta(law.rule("take_days")))[:BATCH]:
        with suppress(Refused, CalendarGap):  # taken since it was read, or a year whose holidays nobody has entered
            give_back(case, at=at)
            count += 1
    return count
