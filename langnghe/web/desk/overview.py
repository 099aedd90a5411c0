"""The leader's overview: what came, what was settled, what is late and where, this half-year against the last."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.core.intervals import wilson
from langnghe.registry import law
from langnghe.registry.models import Member
from langnghe.reviews.periods import year_before
from langnghe.situation import counts
from langnghe.situation.counts import Answers, Range
from langnghe.web import shown
from langnghe.web.access import entered, may
from langnghe.web.desk import reach
from langnghe.web.desk.rows import cards
from langnghe.web.now import today

FEW = 30  # fewer ratings than this are not compared


@may("see_overview")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    member = entered(request)
    day, place = today(), member.body.place
    now = Range(date(day.year, 1 if day.month <= 6 else 7, 1), day, place)  # noqa: PLR2004 half-years
    before = Range(year_before(now.since), year_before(now.until), place)
    answers = counts.answers(now)
    longest = counts.longest_open(reach.readable(member), shown.SHOWN_WITH)
    context = {
        "place": place,
        "since": now.since,
        "until": day,
        "figures": _figures(now, before, answers),
        "standing": _standing(day, member),
        "late": _late(day, member),
        "handed": shown.bars(
            counts.handed_over_by(now),
            caption=_("Lượt chuyển đi theo cơ quan"),
            name_head=_("Cơ quan"),
            value_head=_("Lượt chuyển"),
        ),
        "outcomes": shown.bars(
            ((law.outcomes()[code].name, count) for code, count in answers.outcomes.items()),
            caption=_("Kết quả trả lời"),
            name_head=_("Kết quả"),
            value_head=_("Câu trả lời"),
        ),
        "oldest": cards(longest, day),
        "load": None if reach.reviews(member) else _load(member),
    }
    return render(request, "desk/overview.html", context)


def _load(member: Member) -> dict[str, Any]:
    return shown.bars(
        ((name or _("Chưa giao ai"), count) for name, count in counts.load(member.body)),
        caption=_("Việc đang mở theo người giải quyết; số việc, không phải điểm"),
        name_head=_("Người giải quyết"),
        value_head=_("Việc đang mở"),
    )


def _figures(now: Range, before: Range, answers: Answers) -> list[dict[str, Any]]:
    """Return what happened in the half-year, against the same days a year before."""
    earlier = counts.answers(before)
    verbs = counts.by_verb(now) | {"reply": answers.replies}
    then = counts.by_verb(before) | {"reply": earlier.replies}
    plain = [
        (_("Tiếp nhận"), ("receive",)),
        (_("Đã trả lời"), ("reply",)),
        (_("Đã để quá hạn"), ("overdue",)),
        (_("Lượt chuyển cơ quan"), ("refer", "refer_up")),
        (_("Người dân mở lại"), ("reopen",)),
        (_("Đề nghị cấp trên"), ("escalate",)),
    ]
    figures: list[dict[str, Any]] = [
        {
            "label": name,
            "value": shown.number(sum(verbs.get(verb, 0) for verb in summed)),
            "last": shown.number(sum(then.get(verb, 0) for verb in summed)),
        }
        for name, summed in plain
    ]
    return [
        *figures,
        _share(_("Trả lời đúng hạn"), answers.on_time, answers.replies, earlier.on_time, earlier.replies),
        _share(_("Hài lòng với câu trả lời"), answers.satisfied, answers.ratings, earlier.satisfied, earlier.ratings),
    ]


def _standing(day: date, member: Member) -> list[dict[str, Any]]:
    """Return how it stands today; a figure has a link where a list shows this reader exactly what it counts."""
    place, reviewer = member.body.place, reach.reviews(member)
    waiting, late = counts.open_and_late(day, place)
    promises = counts.late_commitments(day, place)
    queue = reverse("queue")
    figures: list[dict[str, Any]] = [
        {"label": _("Đang mở"), "value": shown.number(waiting), "href": f"{queue}?loc=dang-mo" if reviewer else ""},
        {
            "label": _("Đang quá hạn"),
            "value": shown.number(late),
            "href": f"{queue}?loc=qua-han" if reviewer else "",
            "late": late > 0,
        },
    ]
    if not reviewer:
        own = counts.late_on_desk(day, member.body)
        name = _("Quá hạn tại %(body)s") % {"body": member.body.short_name}
        figures.append({"label": name, "value": shown.number(own), "href": f"{queue}?loc=qua-han", "late": own > 0})
    listed = f"{reverse('commitments')}?loc=qua-han" if reach.of_province(member) else ""
    label = _("Cam kết quá hạn")
    return [*figures, {"label": label, "value": shown.number(promises), "href": listed, "late": promises > 0}]


def _late(day: date, member: Member) -> dict[str, Any]:
    rows = counts.late_by_place(day, member.body.place)
    bars = shown.bars(
        [(name, count) for _key, name, count in rows],
        caption=_("Vụ việc quá hạn theo xã, phường"),
        name_head=_("Xã, phường"),
        value_head=_("Quá hạn"),
    )
    if reach.reviews(member):
        for bar, (key, _name, _count) in zip(bars["rows"], rows, strict=True):
            bar["href"] = f"{reverse('queue')}?{urlencode({'loc': 'qua-han', 'noi': key})}"
    return bars


def _share(label: str, part: int, whole: int, part_before: int, whole_before: int) -> dict[str, Any]:
    """Return a share with its 95% interval; too few records are said to be too few."""
    low, high = wilson(part, whole)
    if whole < FEW:
        note = _("%(part)s trên %(whole)s: quá ít để so sánh") % {"part": part, "whole": whole}
    else:
        note = _("%(part)s trên %(whole)s; khoảng tin cậy %(low)s–%(high)s%%") % {
            "part": shown.number(part),
            "whole": shown.number(whole),
            "low": round(100 * low),
            "high": round(100 * high),
        }
    return {"label": label, "value": _percent(part, whole), "last": _percent(part_before, whole_before), "note": note}


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f}%".replace(".", ",") if whole else "–"
