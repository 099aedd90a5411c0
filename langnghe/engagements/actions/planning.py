"""Plan the reception days that the law asks for and others, say where they are, note that one was held."""

import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import STAFF, Actor
from langnghe.core.calendar import CalendarGap
from langnghe.core.refusal import Refused
from langnghe.engagements.history import arranged, concluded, entry
from langnghe.engagements.models import EXTRA, Arrangement, Conclusion, Engagement, Ticket
from langnghe.engagements.receptions import RECEPTION_WEEKDAY, Due, due_around, dues, duty_of, is_emptied
from langnghe.ledger.actions import append
from langnghe.registry import law
from langnghe.registry.models import Body

FARTHEST = timedelta(days=366)  # that a day of reception is set ahead; a year typed wrongly lies farther


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


def require_standing(engagement: Engagement) -> None:
    if engagement.cancelled is not None:
        raise Refused(_("Buổi tiếp ngày này đã hủy. Hãy chọn ngày khác trong lịch tiếp công dân."))


@transaction.atomic
def plan_receptions(
    body: Body,
    *,
    chair: str,
    since: date,
    until: date,
    at: datetime,
    setting: Setting | None = None,
    weekday: int = RECEPTION_WEEKDAY,
) -> int:
    """Plan the days that the body's duty (table reception_duties) still lacks, from today on; returns how many.

    With a setting each of the new days is arranged so. Refused for a year whose holidays nobody has entered.
    """
    try:
        asked = list(dues(duty_of(body), since, until))
    except CalendarGap as gap:
        raise Refused(str(gap)) from None
    lock_calendar(body)
    days = _lacking(body, asked, weekday, max(since, localdate(at)))
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
    ]
    Engagement.objects.bulk_create(rows, batch_size=500)
    append(entry("plan", row) for row in rows)
    if setting is not None:
        _arrange(rows, setting, at)
    for due in asked:
        _sort(body, due)
    return len(rows)


def _lacking(body: Body, asked: Sequence[Due], weekday: int, since: date) -> list[date]:
    """Return free days, near the weekday, for what is asked for and not planned; a cancelled day is not free."""
    if not asked:
        return []
    known = list(_receptions(body, asked[0].since, asked[-1].until))
    days: list[date] = []
    for due in asked:
        stands = sum(due.holds(row.day) for row in known if row.cancelled is None and not row.is_afterwards)
        days += due.proposed(due.times - stands, weekday, since, [row.day for row in known])
    return days


def _receptions(body: Body, since: date, until: date) -> QuerySet[Engagement]:
    return Engagement.objects.filter(kind=Engagement.Kind.RECEPTION, body=body, day__range=(since, until))


def sort_around(body: Body, *days: date) -> None:
    """Say anew which days of the weeks or months around these fulfil the duty; nothing where holidays are unknown."""
    with suppress(CalendarGap):
        for day in days:
            due = due_around(body, day)
            if due is None:
                _receptions(body, day, day).update(origin=EXTRA)
            else:
                _sort(body, due)


def _sort(body: Body, due: Due) -> None:
    """Let the days held first fulfil the duty, then those that stand, then those cancelled; others are EXTRA.

    One entered afterwards stays EXTRA.
    """

    def rank(row: Engagement) -> tuple[bool, float, bool, bool, datetime]:
        noted = row.held_at.timestamp() if row.held_at else 0.0
        return row.held_at is None, noted, row.cancelled is not None, row.is_extra, row.planned_at

    known = [row for row in _receptions(body, due.since, due.until) if not row.is_afterwards]
    for place, row in enumerate(sorted(known, key=rank)):
        origin = "" if place < due.times else EXTRA
        if row.origin != origin:
            Engagement.objects.filter(pk=row.pk).update(origin=origin)


@transaction.atomic
def plan_extra(body: Body, *, chair: str, day: date, setting: Setting, actor: Actor, at: datetime) -> Engagement:
    """Put one reception day on the calendar; it fulfils the duty of its week or month if a day is lacking there.

    One of the last days (rule reception_entry_days) is entered afterwards, and fulfils none: nobody knew of it before.
    """
    require_own(actor, body)
    require_setting(setting)
    lock_calendar(body)
    require_free(body, day, at, back=timedelta(days=law.rule("reception_entry_days")))
    made = Engagement.objects.create(
        kind=Engagement.Kind.RECEPTION,
        body=body,
        day=day,
        planned_at=at,
        chair=require_chair(chair),
        origin=EXTRA,
        salt=secrets.token_bytes(16),
    )
    append([entry("plan", made)])
    _arrange([made], setting, at)
    sort_around(body, day)
    made.refresh_from_db(fields=["origin"])
    return made


def lock_calendar(body: Body) -> None:
    """Let nobody else change the body's days until this is done: of two at once the second reads what the first did."""
    Body.objects.select_for_update().get(pk=body.pk)


def require_free(body: Body, day: date, at: datetime, back: timedelta = timedelta()) -> None:
    """Refuse a day that cannot be had, as one that is over longer than `back`; the calendar is locked."""
    if day < localdate(at) - back:
        too_late = _("Ngày đã qua chỉ ghi thêm được trong %(days)d ngày; người đến hôm ấy vẫn ghi lời được.")
        raise Refused(too_late % {"days": back.days} if back else _("Ngày tiếp phải từ hôm nay trở đi."))
    if day > localdate(at) + FARTHEST:
        raise Refused(_("Ngày tiếp chỉ đặt trước nhiều nhất một năm; hãy xem lại năm đã ghi."))
    if _receptions(body, day, day).exists():
        raise Refused(_("Ngày này đã có trong lịch tiếp công dân."))


def require_chair(chair: str) -> str:
    if not chair.strip():
        raise Refused(_("Hãy ghi chức danh người tiếp."))
    return chair.strip()


@transaction.atomic
def arrange(engagement: Engagement, setting: Setting, *, actor: Actor, at: datetime) -> Arrangement:
    """Say where and when an occasion is; what was said before stays."""
    require_own(actor, engagement.body)
    require_standing(engagement)
    if engagement.held is not None or engagement.day < localdate(at):
        raise Refused(_("Buổi này đã qua, không đổi nơi và giờ được nữa."))
    require_setting(setting)
    return _arrange([engagement], setting, at)[0]


def require_setting(setting: Setting) -> None:
    if not setting.place.strip() or setting.ends <= setting.starts:
        raise Refused(_("Hãy ghi nơi tiếp, và giờ kết thúc sau giờ bắt đầu."))


def _arrange(days: Sequence[Engagement], setting: Setting, at: datetime) -> list[Arrangement]:
    rows = [
        Arrangement(engagement=day, day=localdate(at), salt=secrets.token_bytes(16), **asdict(setting)) for day in days
    ]
    Arrangement.objects.bulk_create(rows, batch_size=500)
    append(arranged(row) for row in rows)
    return rows


@transaction.atomic
def conclude(
    engagement: Engagement, text: str, *, actor: Actor, at: datetime, ticket: Ticket | None = None
) -> Conclusion:
    """Write the short minutes of an occasion that was held, or what was said to one of its guests.

    Mended ones follow the first. What is in the sealed lane has its documents there, and none here.
    """
    require_own(actor, engagement.body)
    if not Engagement.objects.filter(pk=engagement.pk).exclude(held=None).exists():
        raise Refused(_("Buổi này chưa được ghi nhận đã tổ chức."))
    if not text.strip():
        raise Refused(_("Hãy viết kết luận."))
    if ticket is not None and is_emptied(ticket):
        raise Refused(_("Lời của việc này đã được xóa hoặc chuyển vào hồ sơ niêm phong: không ghi kết luận ở đây."))
    row = Conclusion.objects.create(
        engagement=engagement, ticket=ticket, text=text.strip(), day=localdate(at), salt=secrets.token_bytes(16)
    )
    append([concluded(row)])
    return row


@transaction.atomic
def hold(held: Sequence[tuple[Engagement, int]], *, at: datetime) -> None:
    """Note occasions that took place with how many people came; each once, and not before its day."""
    keys = [engagement.pk for engagement, _people in held]
    noted = ~Q(held_at=None) | ~Q(cancelled=None)
    shut = dict(Engagement.objects.select_for_update().filter(noted, pk__in=keys).values_list("pk", "cancelled"))
    for engagement, people in held:
        if shut.get(engagement.pk):
            raise Refused(_("Buổi này đã hủy. Nếu vẫn tổ chức, hãy lập lại buổi ở cuối trang này trước."))
        if engagement.pk in shut:
            raise Refused(_("Buổi này đã được ghi nhận."))
        if localdate(at) < engagement.day:
            raise Refused(_("Buổi này chưa đến ngày."))
        engagement.held, engagement.held_at, engagement.people = engagement.day, at, people
    for people, group in groupby(sorted(held, key=itemgetter(1)), key=itemgetter(1)):
        rows = Engagement.objects.filter(pk__in=[engagement.pk for engagement, _people in group])
        rows.update(held=F("day"), held_at=at, people=people)
    append(entry("hold", engagement) for engagement, _people in held)
    for engagement, _people in held:
        if engagement.is_extra:
            sort_around(engagement.body, engagement.day)


@transaction.atomic
def hold_day(engagement: Engagement, *, people: int, text: str, actor: Actor, at: datetime) -> None:
    """Note at the desk that a reception day took place, with what was concluded, if anything."""
    require_own(actor, engagement.body)
    served = engagement.tickets.filter(state__in=Ticket.SERVED).count()
    if people < served:
        words = {"people": people, "served": served}
        said = _(
            "Đã có %(served)d số được tiếp nên số người đã đến không thể là %(people)d. Hãy ghi ít nhất %(served)d."
        )
        raise Refused(said % words)
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
