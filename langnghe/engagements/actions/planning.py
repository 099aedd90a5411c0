"""Plan the reception days that the law asks for and others, say where they are, note that one was held."""

import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import F
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import STAFF, Actor
from langnghe.core.calendar import CalendarGap
from langnghe.core.refusal import Refused
from langnghe.engagements.history import arranged, concluded, entry
from langnghe.engagements.models import EXTRA, Arrangement, Conclusion, Engagement
from langnghe.engagements.receptions import due_days, duty_of
from langnghe.ledger.actions import append
from langnghe.registry.models import Body


@dataclass(frozen=True)
class Setting:
    """Where, from when to when, and (for those who booked) by which link or in which room."""

    place: str
    starts: time
    ends: time
    is_online: bool = False
    room: str = ""


def require_own(actor: Actor, body: Body) -> None:
    """Refuse whoever is no officer or leader of the body."""
    if actor.role not in STAFF or actor.body != body:
        raise Refused(_("Chỉ người của cơ quan tiếp công dân làm được việc này."))


@transaction.atomic
def plan_receptions(
    body: Body, *, chair: str, duty: str, since: date, until: date, at: datetime, setting: Setting | None = None
) -> int:
    """Plan as many reception days as the duty (table reception_duties) asks for; returns how many are new.

    With a setting each of the new days is arranged so. Refused for a year whose holidays nobody has entered.
    """
    try:
        days = due_days(duty, since, until)
    except CalendarGap as gap:
        raise Refused(str(gap)) from None
    taken = set(
        Engagement.objects.filter(kind=Engagement.Kind.RECEPTION, body=body, day__range=(since, until)).values_list(
            "day", flat=True
        )
    )
    rows = [
        Engagement(
            kind=Engagement.Kind.RECEPTION,
            body=body,
            day=day,
            planned_at=at,
            chair=chair,
            salt=secrets.token_bytes(16),
        )
        for day in days
        if day not in taken
    ]
    Engagement.objects.bulk_create(rows, batch_size=500)
    append(entry("plan", row) for row in rows)
    if setting is not None:
        _arrange(rows, setting, at)
    return len(rows)


@transaction.atomic
def plan_extra(body: Body, *, chair: str, day: date, setting: Setting, actor: Actor, at: datetime) -> Engagement:
    """Put one reception day on the calendar, EXTRA if no duty asks for it; refused for a day that is there already."""
    require_own(actor, body)
    if day < localdate(at):
        raise Refused(_("Ngày tiếp phải từ hôm nay trở đi."))
    if not chair.strip():
        raise Refused(_("Hãy ghi chức danh người tiếp."))
    if Engagement.objects.filter(kind=Engagement.Kind.RECEPTION, body=body, day=day).exists():
        raise Refused(_("Ngày này đã có trong lịch tiếp công dân."))
    made = Engagement.objects.create(
        kind=Engagement.Kind.RECEPTION,
        body=body,
        day=day,
        planned_at=at,
        chair=chair.strip(),
        origin="" if _is_due(body, day) else EXTRA,
        salt=secrets.token_bytes(16),
    )
    append([entry("plan", made)])
    arrange(made, setting, actor=actor, at=at)
    return made


def _is_due(body: Body, day: date) -> bool:
    try:
        return day in due_days(duty_of(body), day.replace(day=1), day)
    except CalendarGap:
        return False


@transaction.atomic
def arrange(engagement: Engagement, setting: Setting, *, actor: Actor, at: datetime) -> Arrangement:
    """Say where and when an occasion is; what was said before stays."""
    require_own(actor, engagement.body)
    if engagement.held is not None or engagement.day < localdate(at):
        raise Refused(_("Buổi này đã qua, không đổi nơi và giờ được nữa."))
    if not setting.place.strip() or setting.ends <= setting.starts:
        raise Refused(_("Hãy ghi nơi tiếp, và giờ kết thúc sau giờ bắt đầu."))
    return _arrange([engagement], setting, at)[0]


def _arrange(days: Sequence[Engagement], setting: Setting, at: datetime) -> list[Arrangement]:
    rows = [
        Arrangement(engagement=day, day=localdate(at), salt=secrets.token_bytes(16), **asdict(setting)) for day in days
    ]
    Arrangement.objects.bulk_create(rows, batch_size=500)
    append(arranged(row) for row in rows)
    return rows


@transaction.atomic
def conclude(engagement: Engagement, text: str, *, actor: Actor, at: datetime) -> Conclusion:
    """Write the short minutes of an occasion that was held; mended ones follow the first."""
    require_own(actor, engagement.body)
    if not Engagement.objects.filter(pk=engagement.pk).exclude(held=None).exists():
        raise Refused(_("Buổi này chưa được ghi nhận đã tổ chức."))
    if not text.strip():
        raise Refused(_("Hãy viết kết luận."))
    row = Conclusion.objects.create(
        engagement=engagement, text=text.strip(), day=localdate(at), salt=secrets.token_bytes(16)
    )
    append([concluded(row)])
    return row


@transaction.atomic
def hold(held: Sequence[tuple[Engagement, int]], *, at: datetime) -> None:
    """Note occasions that took place with how many people came; each once, and not before its day."""
    keys = [engagement.pk for engagement, _people in held]
    noted = set(Engagement.objects.select_for_update().filter(pk__in=keys).exclude(held_at=None).values_list("pk"))
    for engagement, people in held:
        if (engagement.pk,) in noted:
            raise Refused(_("Buổi này đã được ghi nhận."))
        if localdate(at) < engagement.day:
            raise Refused(_("Buổi này chưa đến ngày."))
        engagement.held, engagement.held_at, engagement.people = engagement.day, at, people
    for people, group in groupby(sorted(held, key=itemgetter(1)), key=itemgetter(1)):
        rows = Engagement.objects.filter(pk__in=[engagement.pk for engagement, _people in group])
        rows.update(held=F("day"), held_at=at, people=people)
    append(entry("hold", engagement) for engagement, _people in held)


@transaction.atomic
def hold_day(engagement: Engagement, *, people: int, text: str, actor: Actor, at: datetime) -> None:
    """Note at the desk that a reception day took place, with what was concluded, if anything."""
    require_own(actor, engagement.body)
    hold([(engagement, people)], at=at)
    if text.strip():
        conclude(engagement, text, actor=actor, at=at)


@transaction.atomic
def propose_dialogue(body: Body, *, chair: str, day: date, origin: str, at: datetime) -> Engagement:
    """Put a dialogue with residents on the body's calendar, because of a record; the same one for the same day."""
    known = Engagement.objects.filter(kind=Engagement.Kind.DIALOGUE, body=body, day=day).first()
    if known is not None:
        return known
    if day < localdate(at):
        raise Refused(_("Ngày đối thoại phải từ hôm nay trở đi."))
    salt = secrets.token_bytes(16)
    made = Engagement.objects.create(
        kind=Engagement.Kind.DIALOGUE, body=body, day=day, planned_at=at, chair=chair, origin=origin, salt=salt
    )
    append([entry("plan", made)])
    return made
