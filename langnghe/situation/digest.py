"""The weekly letter to leaders: what was heard, what presses, what is late at their place; counts, never words."""

from datetime import date, datetime, timedelta

from django.conf import settings
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.registry.models import Member
from langnghe.situation.counts import Range, late_commitments, open_and_late, within
from langnghe.situation.models import HotSpot, RisingWord
from langnghe.situation.tallies import Happened, happened

WEEK = timedelta(days=7)
MOST = 10


def readers(day: date) -> list[Member]:
    """Return the leaders and reviewers in office who left an address."""
    roles = (Member.Role.LEADER, Member.Role.COMMISSION, Member.Role.SUPERVISOR)
    rows = Member.objects.on(day).filter(role__in=roles).exclude(account__email="").order_by("pk")
    return list(rows.select_related("account", "body__place"))


def letter(member: Member, at: datetime) -> tuple[str, str]:
    """Return subject and text for the seven days before the moment, for the place of the member's body."""
    until = localdate(at) - timedelta(days=1)
    since, place = until - WEEK + timedelta(days=1), member.body.place
    now, then = happened(Range(since, until, place), Range(since - WEEK, since - timedelta(days=1), place))
    waiting, late = open_and_late(localdate(at), place)
    lines = [
        _("%(place)s, %(since)s đến %(until)s") % {"place": place, "since": _day(since), "until": _day(until)},
        "",
        _("Tiếp nhận: %(now)s (tuần trước %(then)s)") % _pair(now, then, "receive"),
        _("Để quá hạn: %(now)s (tuần trước %(then)s)") % _pair(now, then, "overdue"),
        _("Chuyển cơ quan khác: %(now)s (tuần trước %(then)s)") % _pair(now, then, "refer", "refer_up"),
        _("Đang mở: %(open)s, trong đó quá hạn %(late)s") % {"open": waiting, "late": late},
        _("Cam kết quá hạn: %(n)s") % {"n": late_commitments(localdate(at), within(place))},
        *_pressing(member, until),
        *_words(),
        "",
        _("Xem từng vụ việc: %(url)s") % {"url": f"{settings.ADDRESS}/lanh-dao"},
        _("Thư này không có lời hay tên của người dân nào."),
    ]
    subject = _("Tình hình tuần qua: %(place)s, đến %(until)s") % {"place": place, "until": _day(until)}
    return subject, "\n".join(lines)


def _pair(now: Happened, then: Happened, *verbs: str) -> dict[str, int]:
    return {"now": now.count(*verbs), "then": then.count(*verbs)}


def _pressing(member: Member, until: date) -> list[str]:
    """Return the hot spots of the last two weeks that touch the place, each with who holds it."""
    rows = HotSpot.objects.filter(last__gte=until - 2 * WEEK).exclude(state=HotSpot.State.DISMISSED)
    if within(member.body.place):
        rows = rows.filter(pk__in=HotSpot.objects.filter(places=member.body.place))
    rows = rows.select_related("topic", "centre", "commitment__body").order_by("-last", "-pk")[:MOST]
    told = [f"- {spot.code} {spot.topic or _('Mọi lĩnh vực')}, {spot.centre}: {_held(spot)}" for spot in rows]
    return ["", _("Điểm nóng:"), *told] if told else []


def _held(spot: HotSpot) -> str:
    if spot.commitment is None:
        return _("chờ quyết định")
    return _("%(body)s chủ trì, hạn %(due)s") % {"body": spot.commitment.body, "due": _day(spot.commitment.due)}


def _words() -> list[str]:
    told = [f"“{word.words}” ({word.now})" for word in RisingWord.objects.order_by("p", "pk")[:MOST]]
    return ["", _("Từ được nhắc nhiều lên: %(words)s") % {"words": ", ".join(told)}] if told else []


def _day(day: date) -> str:
    return f"{day:%d/%m/%Y}"
