"""The supervisor's door: draw answered cases by chance, look at the proof, ask back who agreed, record the verdict."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from langnghe.cases import actions
from langnghe.cases.actions.inspecting import MOST, VERDICTS
from langnghe.cases.desk_models import Sample, SampleItem
from langnghe.cases.models import Voice
from langnghe.core.intervals import wilson
from langnghe.core.refusal import Refused
from langnghe.web import words
from langnghe.web.access import actor, entered, may
from langnghe.web.desk.checks import personal
from langnghe.web.desk.forms import dated
from langnghe.web.desk.rows import cards
from langnghe.web.fields import Whole
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_id

SIZE = 5  # cases of a page, each with its answers and a form
LONGEST = 2000  # characters of a verdict's words
USUAL = timedelta(days=90)  # proposed for a sample: answers still fresh enough to be checked


class Draw(forms.Form):
    since = forms.DateField(label=gettext_lazy("Trả lời từ ngày"), widget=dated())
    until = forms.DateField(label=gettext_lazy("đến hết ngày"), widget=dated())
    size = Whole(1, MOST, label=gettext_lazy("Lấy bao nhiêu vụ việc"), initial=10)


@may("inspect_case")
@require_http_methods(["GET", "HEAD", "POST"])
def samples(request: HttpRequest) -> HttpResponse:
    """List the body's samples, and draw a new one."""
    member, day = entered(request), today()
    form = Draw(request.POST or None, initial={"since": day - USUAL, "until": day})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.draw_sample(member.body, **form.cleaned_data, actor=actor(request), at=now())
            return redirect("sample", made.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    rows = Sample.objects.filter(body=member.body).annotate(drawn=Count("items"), judged=Count("items__step"))
    found, pager = page_by_id(request, rows)
    status = 422 if form.errors else 200
    context = {"form": form, "samples": found, "pager": pager, "body": member.body}
    return render(request, "desk/samples.html", context, status=status)


@may("inspect_case")
@require_http_methods(["GET", "HEAD", "POST"])
def sample(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the drawn cases with their answers and proof; take verdicts."""
    found = get_object_or_404(Sample, pk=pk, body=entered(request).body)
    if request.method != "POST":
        return _page(request, found)
    item = get_object_or_404(SampleItem.objects.select_related("case", "sample"), pk=_number(request), sample=found)
    contact: dict[str, str] | None = None
    try:
        if request.POST.get("verb") == "ask_back":
            voice = get_object_or_404(Voice.objects.select_related("person"), pk=_number(request, "voice"))
            contact = actions.ask_back(item, voice, actor=actor(request), at=now())
        else:
            verdict, note = request.POST.get("verdict", ""), _note(request)
            actions.inspect(item, verdict=verdict, note=note, actor=actor(request), at=now())
            messages.success(request, _("Đã ghi kết luận; người dân và cơ quan đều đọc được."))
            return redirect(request.get_full_path())  # the same page of the sample
    except Refused as refused:
        return _page(request, found, item, str(refused))
    return _page(request, found, item, contact=contact)


def _note(request: HttpRequest) -> str:
    """Return the words everyone will read; refused while too long, or not looked at for names and numbers in them."""
    note = request.POST.get("note", "")
    if len(note) > LONGEST:
        say = _("Dài quá %(most)d ký tự, đang là %(count)d. Hãy viết gọn lại.")
        raise Refused(say % {"most": LONGEST, "count": len(note)})
    if personal(note) and not request.POST.get("seen"):
        raise Refused(_("Hãy xem các điều cần chú ý ở trên; sửa, hoặc đánh dấu rồi gửi lại."))
    return note


def _number(request: HttpRequest, name: str = "item") -> int:
    given = request.POST.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and len(given) < 19 else 0  # noqa: PLR2004 fits 64 bits


def _page(
    request: HttpRequest,
    found: Sample,
    chosen: SampleItem | None = None,
    problem: str = "",
    contact: dict[str, str] | None = None,
) -> HttpResponse:
    drawn = found.items.select_related("step", "case")
    items, pager = page_by_id(request, drawn, SIZE)
    cases = [item.case for item in items]
    asked: dict[int, list[int]] = {}
    said: dict[int, str] = {}
    for voice in Voice.objects.filter(case__in=cases).only("case", "text", "may_call_back").order_by("pk"):
        said.setdefault(voice.case_id, voice.text)
        if voice.may_call_back:
            asked.setdefault(voice.case_id, []).append(voice.pk)
    rows: list[dict[str, Any]] = [
        {
            "item": item,
            "card": card,
            "said": said.get(item.case_id, ""),
            "replies": words.replies(item.case, today()),
            "verdict": VERDICTS.get(item.step.cause) if item.step else None,
            "ask": asked.get(item.case_id, [])[:5],
            "problem": problem if chosen == item else "",
            "contact": contact if chosen == item else None,
            "typed": request.POST if chosen == item else {},
            "remarks": personal(request.POST.get("note", "")) if chosen == item else [],
        }
        for item, card in zip(items, cards(cases, today()), strict=True)
    ]
    counts = Counter(found.items.exclude(step=None).values_list("step__cause", flat=True))
    judged = sum(counts.values()) - counts["unclear"]
    low, high = wilson(counts["settled"], judged)
    context = {
        "sample": found,
        "rows": rows,
        "drawn": found.items.count(),
        "pager": pager,
        "verdicts": VERDICTS.items(),
        "settled": counts["settled"],
        "judged": judged,
        "low": round(100 * low),
        "high": round(100 * high),
    }
    return render(request, "desk/sample.html", context, status=409 if problem else 200)
