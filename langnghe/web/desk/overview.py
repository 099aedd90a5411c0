"""The leader's overview: what came, what was settled, what is late and where, this half-year against the last."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from langnghe.core.intervals import wilson
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.reviews.periods import year_before
from langnghe.situation import counts
from langnghe.situation.counts import Range
from langnghe.web import shown
from langnghe.web.access import membership, staff
from langnghe.web.now import today

FEW = 30  # fewer ratings than this are not compared


@staff("leader", "commission", "supervisor")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    member = membership(request)
    assert member is not None  # noqa: S101 the decorator has let a member in
    home = member.body.place
    place = home if home.level == Place.Level.COMMUNE else None
    day = today()
    now = Range(date(day.year, 1 if day.month <= 6 else 7, 1), day, place)  # noqa: PLR2004 half-years
    context = {
        "place": home,
        "since": now.since,
        "until": day,
        "figures": _figures(now, _before(now)),
        "late": shown.bars(
            counts.late_by_place(day, place),
            caption=_("Vụ việc quá hạn theo xã, phường"),
            name_head=_("Xã, phường"),
            value_head=_("Quá hạn"),
        ),
        "handed": shown.bars(
            counts.handed_over_by(now),
            caption=_("Lượt chuyển đi theo cơ quan"),
            name_head=_("Cơ quan"),
            value_head=_("Lượt chuyển"),
        ),
        "outcomes": shown.bars(
            ((law.outcomes()[code].name, count) for code, count in counts.outcomes(now).items()),
            caption=_("Kết quả trả lời"),
            name_head=_("Kết quả"),
            value_head=_("Câu trả lời"),
        ),
        "oldest": [
            shown.card(case, day, reverse("desk_case", args=[case.code]))
            for case in counts.longest_open(place, shown.SHOWN_WITH)
        ],
    }
    return render(request, "desk/overview.html", context)


def _before(now: Range) -> Range:
    """Return the same days a year before."""
    return Range(year_before(now.since), year_before(now.until), now.place)


def _figures(now: Range, before: Range) -> list[dict[str, Any]]:
    verbs, then = counts.by_verb(now), counts.by_verb(before)
    answers, earlier = counts.answers(now), counts.answers(before)
    queue = reverse("queue")
    late = counts.late(now.until, now.place)
    plain = [
        (_("Tiếp nhận"), "receive", ""),
        (_("Đã trả lời"), "reply", f"{queue}?loc=da-tra-loi"),
        (_("Lượt chuyển cơ quan"), "refer", ""),
        (_("Người dân mở lại"), "reopen", ""),
        (_("Đề nghị cấp trên"), "escalate", ""),
    ]
    figures: list[dict[str, Any]] = [
        {
            "label": name,
            "value": shown.number(verbs.get(verb, 0)),
            "last": shown.number(then.get(verb, 0)),
            "href": href,
        }
        for name, verb, href in plain
    ]
    figures.append(
        _share(_("Trả lời đúng hạn"), answers["on_time"], answers["replies"], earlier["on_time"], earlier["replies"])
    )
    figures.append(
        _share(
            _("Hài lòng với câu trả lời"),
            answers["satisfied"],
            answers["ratings"],
            earlier["satisfied"],
            earlier["ratings"],
        )
    )
    promises = counts.late_commitments(now.until, now.place)
    figures.append(
        {"label": _("Đang quá hạn"), "value": shown.number(late), "href": f"{queue}?loc=qua-han", "late": late > 0}
    )
    figures.append({"label": _("Cam kết quá hạn"), "value": shown.number(promises), "late": promises > 0})
    return figures


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
