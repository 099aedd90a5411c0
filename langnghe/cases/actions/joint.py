"""Joint work: the holder asks other bodies for a part by a day, they give or decline it; the holder alone answers."""

from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.actions.record import BATCH, Facts, make, opened
from langnghe.cases.desk_models import Part
from langnghe.cases.history import digest
from langnghe.cases.lifecycle import SYSTEM_ACTOR, Actor
from langnghe.cases.models import Case
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Body

GOING = (*Case.OPEN, Case.State.MERGED)


@transaction.atomic
def ask_part(case: Case, *, body: Body, asked: str, due: date, actor: Actor, at: datetime) -> Part:
    """Invite a body to give its part by the day, which must leave the holder's own term whole.

    The body may read the case from now on; the body that the case complains of is therefore never invited.
    """
    case, move = opened(case, "ask_part", actor)
    assert actor.account is not None  # noqa: S101 the move is for staff alone
    if problem := _problem(case, body, asked, due, localdate(at)):
        raise Refused(problem)
    part = Part.objects.create(case=case, body=body, asked=asked.strip(), due=due, asked_by=actor.account, asked_at=at)
    make(case, move, actor, at, Facts(to_body=body, reason=f"{due:%d/%m/%Y}", digest=digest(part.asked)))
    return part


def _problem(case: Case, body: Body, asked: str, due: date, today: date) -> str:
    """Return why the body cannot be asked so, or an empty string."""
    limit = case.due if case.due is not None and case.paused is None and case.due > today else None
    reasons = (
        (not asked.strip(), _("Hãy ghi cần cơ quan ấy cho ý kiến hay làm việc gì.")),
        (body.pk == case.holder_id, _("Cơ quan này đang giữ vụ việc.")),
        (body.pk == case.concerns_id, _("Không mời cơ quan bị phản ánh: cơ quan được mời đọc được lời người gửi.")),
        (body.valid_to is not None and body.valid_to < today, _("Cơ quan này đã kết thúc hoạt động.")),
        (body.pk in case.invited, _("Cơ quan này đã được mời và chưa cho ý kiến.")),
        (due <= today, _("Hạn cho ý kiến phải sau hôm nay.")),
        (due > (limit or due), _("Hạn cho ý kiến không được sau hạn trả lời người dân.")),
    )
    return next((words for holds, words in reasons if holds), "")


@transaction.atomic
def give_part(case: Case, *, text: str, actor: Actor, at: datetime) -> Part:
    """Give what the actor's body was asked for; the words stay on the desk, that it was given is public."""
    case, move = opened(case, "give_part", actor)
    if not text.strip():
        raise Refused(_("Hãy viết ý kiến của cơ quan bạn."))
    part = _done(case, Part.State.GIVEN, text.strip(), actor, at)
    make(case, move, actor, at, Facts(body=part.body, digest=digest(part.text)))
    return part


@transaction.atomic
def decline_part(case: Case, *, reason: str, actor: Actor, at: datetime) -> Part:
    """Say why the actor's body gives no part: everyone may read the reason."""
    case, move = opened(case, "decline_part", actor, reason)
    part = _done(case, Part.State.DECLINED, reason.strip(), actor, at)
    make(case, move, actor, at, Facts(body=part.body, reason=part.text))
    return part


def _done(case: Case, state: Part.State, text: str, actor: Actor, at: datetime) -> Part:
    part = case.joint_parts.select_related("body").get(body=actor.body, state=Part.State.ASKED)
    part.state, part.text, part.done_by, part.done_at = state, text, actor.account, at
    part.save(update_fields=["state", "text", "done_by", "done_at"])
    return part


@transaction.atomic
def withdraw_part(case: Case, *, body: Body, actor: Actor, at: datetime) -> Case:
    """Take an invitation back: the body owes nothing and reads the case no more."""
    case, move = opened(case, "withdraw_part", actor)
    asked = case.joint_parts.filter(body=body, state=Part.State.ASKED)
    if not asked.update(state=Part.State.WITHDRAWN, done_by=actor.account, done_at=at):
        raise Refused(_("Cơ quan này không có phần việc nào đang chờ: đã cho ý kiến, hoặc lời mời đã được rút."))
    return make(case, move, actor, at, Facts(to_body=body))


@transaction.atomic
def ask_instead(case: Case, of: Body, *, body: Body, asked: str, due: date, actor: Actor, at: datetime) -> Part:
    """Ask another body for what one owes that has ended: both or neither, the first invitation is taken back."""
    withdraw_part(case, body=of, actor=actor, at=at)
    return ask_part(case, body=body, asked=asked, due=due, actor=actor, at=at)


def inherit_parts(at: datetime) -> int:
    """Give the parts that ended bodies owe to those that followed them; returns how many.

    Where nobody follows (a unit that was divided) the part stays, and the holder asks one of the heirs instead.
    """
    today, count = localdate(at), 0
    waiting = Part.objects.filter(state=Part.State.ASKED, body__valid_to__lt=today, case__state__in=GOING)
    for part in waiting.select_related("body__place", "body__successor").order_by("pk")[:BATCH]:
        heir = _heir(part.body, today)
        if heir is not None:
            _inherit(part, heir, at)
            count += 1
    return count


def _heir(body: Body, today: date) -> Body | None:
    followed, place = law.standing(body, today), law.heir(body.place, today)
    return followed if followed != body else law.body_at(body.type, place)


@transaction.atomic
def _inherit(part: Part, heir: Body, at: datetime) -> None:
    """Move the part to the heir; one that holds the case, or owes a part of it already, is not asked twice."""
    case, move = opened(part.case, "inherit_part", SYSTEM_ACTOR)
    again = heir.pk == case.holder_id or heir.pk in case.invited
    changes = {"state": Part.State.WITHDRAWN, "done_at": at} if again else {"body": heir}
    if Part.objects.filter(pk=part.pk, state=Part.State.ASKED).update(**changes):
        make(case, move, SYSTEM_ACTOR, at, Facts(body=part.body, to_body=heir))
