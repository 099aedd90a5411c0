"""The page on which officers and leaders make posters of a commune and its villages."""

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from langnghe.core.refusal import Refused
from langnghe.registry.models import Place
from langnghe.web import posters as printing
from langnghe.web.access import entered, may
from langnghe.web.desk.forms import area
from langnghe.web.fields import Words
from langnghe.web.now import today
from langnghe.web.places import where


class Wanted(forms.Form):
    """Which posters; `pages` (after validation) are they, `paper` the PDF."""

    place = Words(label=_("Xã, phường"), longest=250, help_text=_("Tên cũ hay mới đều được."))
    villages = Words(
        label=_("Thôn, tổ dân phố"),
        longest=20_000,
        required=False,
        widget=area(6),
        help_text=_("Mỗi dòng một tên, mỗi thôn một tờ. Để trống thì một tờ cho cả xã."),
    )
    phone = Words(
        label=_("Số điện thoại trực của cơ quan"),
        longest=40,
        required=False,
        help_text=_("In trên tờ dán cho người không dùng điện thoại thông minh."),
    )
    paper = b""
    key = ""

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if self.errors:
            return said
        found = where(said["place"], "", today())
        if found.place is None:
            self.add_error(
                "place", " ".join([found.problem, "; ".join(label for _key, label in found.choices)]).strip()
            )
            return said
        try:
            pages = printing.posters(found.place, said["villages"].splitlines(), said["phone"])
            self.paper, self.key = printing.pdf(pages, today()), found.place.key
        except Refused as refused:
            self.add_error("villages", str(refused))
        return said


@may("enter_voice")
@require_http_methods(["GET", "HEAD", "POST"])
def posters(request: HttpRequest) -> HttpResponse:
    """Show the form; answer it with the PDF, or with what to mend."""
    member = entered(request)
    home = member.body.place
    if request.method != "POST":
        first = {"place": home.name if home.level == Place.Level.COMMUNE else ""}
        return render(request, "desk/posters.html", {"form": Wanted(initial=first)})
    form = Wanted(request.POST)
    if not form.is_valid():
        return render(request, "desk/posters.html", {"form": form}, status=422)
    answer = HttpResponse(form.paper, content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="to-dan-{form.key}.pdf"'
    return answer
