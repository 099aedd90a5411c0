"""The leader's overview: what came, what was settled, what is late, where and why, this half-year against the last."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from langnghe.cases.lifecycle import state_name
from langnghe.cases.models import Case
from langnghe.core.intervals import wilson
from langnghe.core.text import sort_key
from langnghe.registry import known, law, rights
from langnghe.registry.models import Body, Member, Place
from langnghe.reviews.periods import year_before
from langnghe.situation import counts
from langnghe.situation.counts import Range, Standing, within
from langnghe.situation.tallies import Happened, happened
from langnghe.web import shown, tables
from langnghe.web.access import entered, may
from langnghe.web.desk import parts, reach
from langnghe.web.desk.rows import cards
from langnghe.web.now import today
from langnghe.web.tables import Sheaf, Table

FEW = 30  # fewer ratings than this are not compared
MOST = 15  # rows of a chart
OFTEN = 2  # hand-overs from which on a case is said to be sent round


@dataclass(frozen=True)
class Figure:
    """A count of the half-year and of the same days a year before; with wholes, a share of them."""

    label: str
    now: int
    before: int
    whole: int | None = None
    whole_before: int = 0

    def shown(self) -> dict[str, str]:
        if self.whole is None:
            value, last = shown.number(self.now), shown.number(self.before)
        else:
            value, last = _percent(self.now, self.whole), _percent(self.before, self.whole_before)
        return shown.PLAIN_FIGURE | {"label": self.label, "value": value, "last": last, "note": self.note}

    @property
    def note(self) -> str:
        """Return the parts of the share and its 95 % interval; too few records are said to be too few."""
        if self.whole is None:
            return ""
        if self.whole < FEW:
            return _("%(part)s trên %(whole)s: quá ít để so sánh") % {"part": self.now, "whole": self.whole}
        low, high = wilson(self.now, self.whole)
        return _("%(part)s trên %(whole)s; khoảng tin cậy %(low)s–%(high)s%%") % {
            "part": shown.number(self.now),
            "whole": shown.number(self.whole),
            "low": round(100 * low),
            "high": round(100 * high),
        }


@may("see_overview")
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    member, day = entered(request), today()
    found = _found(member, day)
    longest = counts.longest_open(reach.readable(member))
    context = found | {
        "figures": [figure.shown() for figure in found["figures"]],
        "oldest": cards(longest, day),
        "load": None if reach.reviews(member) else _load(found["own"]),
    }
    return render(request, "desk/overview.html", context)


@may("see_overview")
@require_safe
def overview_file(request: HttpRequest) -> HttpResponse:
    """Answer with the overview as a workbook."""
    return tables.workbook(_sheaf(entered(request)), "tong-quan")


@may("see_overview")
@require_safe
def overview_paper(request: HttpRequest) -> HttpResponse:
    """Answer with the overview as a PDF."""
    return tables.paper(_sheaf(entered(request)), "tong-quan")


def half_year(day: date, place: Place | None) -> Range:
    """Return the half-year of the day, up to it."""
    return Range(date(day.year, 1 if day.month <= 6 else 7, 1), day, place)  # noqa: PLR2004 half-years


def _found(member: Member, day: date) -> dict[str, Any]:
    """Return all that the page and its files have in common.

    Who reviews a place sees what happened there, whoever held it; others what their body and those below it hold, and
    what those did that it followed.
    """
    bodies = None if reach.reviews(member) else known.below(member.body_id) | known.before(member.body, day)
    place = member.body.place if bodies is None else None
    window = half_year(day, place)
    now, before = happened(window, Range(year_before(window.since), year_before(window.until), place))
    if bodies is not None:
        now, before = now.of_bodies(bodies), before.of_bodies(bodies)
    open_ = counts.standing(day, within(place) if bodies is None else Q(holder__in=bodies))
    own = [] if bodies is None else counts.load(day, member.body)
    handed = now.by("body", "refer", "refer_up")
    late, sent = Counter[int](), Counter[int]()
    for each in open_:
        late[each.holder] += each.late
        sent[each.holder] += each.count * (each.handovers >= OFTEN)
    names = _names(handed, late, sent) if bodies is None else bodies
    return {
        "whose": str(place) if bodies is None else member.body.name,
        "since": window.since,
        "until": day,
        "figures": _figures(now, before),
        "standing": _standing(day, member, open_, own, within(place) if bodies is None else Q(body__in=bodies)),
        "own": own,
        "late": _late(member, open_),
        "why": [
            _why(open_),
            _by_handovers(open_),
            _of_bodies(late, names, _("Quá hạn theo cơ quan đang giữ"), _("Quá hạn")),
        ],
        "handed": [
            _of_bodies(handed, names, _("Lượt chuyển đi theo cơ quan"), _("Lượt chuyển")),
            _of_bodies(sent, names, _("Đang mở, đã chuyển từ hai lần, theo cơ quan đang giữ"), _("Đang mở")),
        ],
        "outcomes": shown.bars(
            ((law.outcomes()[code].name, count) for code, count in now.by("outcome", "reply").items()),
            caption=_("Kết quả trả lời"),
            name_head=_("Kết quả"),
            value_head=_("Câu trả lời"),
        ),
    }


def _names(*found: Counter[int]) -> dict[int, str]:
    """Return the short names of the bodies that come first in a count."""
    chosen = {pk for each in found for pk, count in each.most_common(MOST) if count}
    bodies = known.by_id(Body, chosen)
    return {pk: bodies[pk].short_name for pk in chosen}


def _of_bodies(found: Counter[int], names: Mapping[int, str], caption: str, head: str) -> dict[str, Any]:
    rows = ((names[pk], count) for pk, count in found.most_common(MOST) if count)
    return shown.bars(rows, caption=caption, name_head=_("Cơ quan"), value_head=head)


def _figures(now: Happened, before: Happened) -> list[Figure]:
    """Return what happened in the half-year, against the same days a year before."""
    plain = [
        (_("Tiếp nhận"), ("receive",)),
        (_("Đã trả lời"), ("reply",)),
        (_("Đã để quá hạn"), ("overdue",)),
        (_("Lượt chuyển cơ quan"), ("refer", "refer_up")),
        (_("Người dân mở lại"), ("reopen",)),
        (_("Đề nghị cấp trên"), ("escalate",)),
    ]
    shares = [(_("Trả lời đúng hạn"), "reply"), (_("Hài lòng với câu trả lời"), "rate")]
    return [
        *(Figure(name, now.count(*verbs), before.count(*verbs)) for name, verbs in plain),
        *(
            Figure(name, now.good(verb), before.good(verb), now.count(verb), before.count(verb))
            for name, verb in shares
        ),
    ]


def _standing(
    day: date, member: Member, open_: Iterable[Standing], own: Iterable[tuple[str, int, int]], promised: Q
) -> list[dict[str, Any]]:
    """Return how it stands today; a figure has a link where a list shows this reader exactly what it counts."""
    reviewer, queue = reach.reviews(member), reverse("queue")
    late = sum(each.late for each in open_)
    figures = [_figure(_("Đang mở"), sum(each.count for each in open_), f"{queue}?loc=dang-mo" if reviewer else "")]
    figures.append(_figure(_("Đang quá hạn"), late, f"{queue}?loc=qua-han" if reviewer else "", is_bad=True))
    figures.append(_figure(_("Đang tạm dừng tính hạn"), sum(each.paused for each in open_)))
    if not reviewer:
        name = _("Quá hạn tại %(body)s") % {"body": member.body.short_name}
        figures.append(_figure(name, sum(row[2] for row in own), f"{queue}?loc=qua-han", is_bad=True))
    joins = rights.allows(member, "join_case")
    late_besides = counts.late_besides(day, promised, member.body) if joins else {}
    promises = late_besides["promises"] if joins else counts.late_commitments(day, promised)
    if joins:
        owed, awaited = parts.list_href(parts.OWED_LATE), parts.list_href(parts.AWAITED_LATE)
        name = _("Phần phối hợp %(body)s nợ quá hạn") % {"body": member.body.short_name}
        figures.append(_figure(name, late_besides["owed"], owed, is_bad=True))
        figures.append(
            _figure(_("Phần phối hợp cơ quan khác nợ quá hạn"), late_besides["awaited"], awaited, is_bad=True)
        )
    listed = f"{reverse('commitments')}?loc=qua-han" if reach.of_province(member) else ""
    return [*figures, _figure(_("Cam kết quá hạn"), promises, listed, is_bad=True)]


def _figure(label: str, count: int, href: str = "", *, is_bad: bool = False) -> dict[str, Any]:
    said = {"label": label, "value": shown.number(count), "count": count, "href": href, "late": is_bad and count > 0}
    return shown.PLAIN_FIGURE | said


def _late(member: Member, open_: Iterable[Standing]) -> dict[str, Any]:
    """Return the communes with most late cases; a reviewer's list opens each."""
    found = Counter[int]()
    for each in open_:
        found[each.place] += each.late
    chosen = [(pk, count) for pk, count in found.most_common(MOST) if count]
    places = known.by_id(Place, (pk for pk, _count in chosen))
    chosen.sort(key=lambda row: (-row[1], sort_key(places[row[0]].name)))
    bars = shown.bars(
        [(places[pk].name, count) for pk, count in chosen],
        caption=_("Vụ việc quá hạn theo xã, phường"),
        name_head=_("Xã, phường"),
        value_head=_("Quá hạn"),
    )
    if reach.reviews(member):
        for bar, (pk, _count) in zip(bars["rows"], chosen, strict=True):
            bar["href"] = f"{reverse('queue')}?{urlencode({'loc': 'qua-han', 'noi': places[pk].key})}"
    return bars


def _why(open_: Iterable[Standing]) -> dict[str, Any]:
    """Return at which step the late cases wait."""
    found = Counter[str]()
    for each in open_:
        found[each.state] += each.late
    rows = [(_("Chưa thụ lý") if state == Case.State.RECEIVED else state_name(state), found[state]) for state in found]
    return shown.bars(
        [row for row in rows if row[1]],
        caption=_("Vụ việc quá hạn đang chờ ở bước nào"),
        name_head=_("Bước"),
        value_head=_("Quá hạn"),
    )


def _handed(times: int) -> str:
    return ngettext("%(n)s lần chuyển", "%(n)s lần chuyển", times) % {"n": times} if times else _("Chưa chuyển lần nào")


def _by_handovers(open_: Iterable[Standing]) -> dict[str, Any]:
    """Return how often the late cases were handed over."""
    found = Counter[int]()
    for each in open_:
        found[each.handovers] += each.late
    rows = [(_handed(times), found[times]) for times in found]
    return shown.bars(
        [row for row in rows if row[1]],
        caption=_("Vụ việc quá hạn đã qua mấy lần chuyển"),
        name_head=_("Số lần chuyển"),
        value_head=_("Quá hạn"),
    )


def _load(own: Iterable[tuple[str, int, int]]) -> dict[str, Any]:
    late = {name or _("Chưa giao ai"): count for name, _open, count in own}
    bars = shown.bars(
        ((name or _("Chưa giao ai"), count) for name, count, _late in own),
        caption=_("Việc đang mở theo người giải quyết; số việc, không phải điểm"),
        name_head=_("Người giải quyết"),
        value_head=_("Việc đang mở"),
    )
    for bar in bars["rows"]:
        if late[bar["name"]]:
            bar["extra"] = _("%(n)s quá hạn") % {"n": shown.number(late[bar["name"]])}
    return bars


def _percent(part: int, whole: int) -> str:
    return f"{shown.decimal(100 * part / whole)}%" if whole else "–"


def _sheaf(member: Member) -> Sheaf:
    """Return the overview as tables; who has how much to do stays on the screen of the body."""
    found = _found(member, today())
    heads = [_("Chỉ số"), _("Kỳ này"), _("Trên tổng"), _("Cùng kỳ năm trước"), _("Trên tổng năm trước"), _("Tỷ lệ")]
    figures = [
        [each.label, each.now, each.whole, each.before, None if each.whole is None else each.whole_before]
        + ([""] if each.whole is None else [f"{_percent(each.now, each.whole)} ({each.note})"])
        for each in found["figures"]
    ]
    standing = [[each["label"], each["count"]] for each in found["standing"]]
    charts = [found["late"], *found["why"], *found["handed"], found["outcomes"]]
    return Sheaf(
        _("Tổng quan lãnh đạo"),
        found["whose"],
        found["since"],
        found["until"],
        [
            Table(_("Trong kỳ"), heads, figures, widths=(2.6, 1.3, 1.3, 1.4, 1.4, 3)),
            Table(_("Đến ngày %(day)s") % {"day": f"{found['until']:%d/%m/%Y}"}, [_("Chỉ số"), _("Số")], standing),
            *(_table(chart) for chart in charts if chart["rows"]),
        ],
    )


def _table(chart: Mapping[str, Any]) -> Table:
    rows = [[row["name"], row["count"]] for row in chart["rows"]]
    return Table(chart["caption"], [chart["name_head"], chart["value_head"]], rows)
