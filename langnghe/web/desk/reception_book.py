"""The reception book: on the page to print, and as a file; names only when opened on purpose, and logged."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from langnghe.cases.actions import held_by
from langnghe.core.calendar import written_out
from langnghe.core.refusal import Refused
from langnghe.engagements import actions, book
from langnghe.engagements.models import Engagement, Ticket
from langnghe.engagements.receptions import matters, said_to
from langnghe.registry.models import Body
from langnghe.web.access import actor, may
from langnghe.web.desk.forms import dated
from langnghe.web.desk.reception_forms import FARTHEST, Concluded
from langnghe.web.desk.receptions import day_of, own
from langnghe.web.now import now, today

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST = timedelta(days=366)


class Days(forms.Form):
    tu = forms.DateField(label=gettext_lazy("Từ ngày"), widget=dated())
    den = forms.DateField(label=gettext_lazy("Đến ngày"), widget=dated())

    def clean(self) -> dict[str, Any]:
        said, this = self.cleaned_data, today().year
        for name in ("tu", "den"):
            if name in said and abs(said[name].year - this) > FARTHEST:
                self.add_error(name, _("Ngày này quá xa. Hãy xem lại năm."))
        if "tu" in said and "den" in said and not timedelta() <= said["den"] - said["tu"] <= LONGEST:
            raise forms.ValidationError(_("Ngày cuối phải sau ngày đầu, nhiều nhất một năm."))
        return said


@may("receive_citizens")
@require_http_methods(["GET", "HEAD", "POST"])
def reception_book(request: HttpRequest) -> HttpResponse:
    """Show the book without names; with a button for names or a file, which is logged (POST)."""
    body, day = own(request).body, today()
    typed = request.POST or request.GET
    form = Days(typed if "tu" in typed else {"tu": day.replace(day=1), "den": day})
    if not form.is_valid():
        return _secret(render(request, "desk/reception_book.html", {"form": form, "body": body}, status=422))
    since, until = form.cleaned_data["tu"], form.cleaned_data["den"]
    if request.method == "POST":
        return _secret(_opened(request, body, form, since, until))
    return _secret(_page(request, body, form, since, until, {}))


def _opened(request: HttpRequest, body: Body, form: Days, since: date, until: date) -> HttpResponse:
    """Log the opening, then give the page with names, or the file."""
    kind = request.POST.get("form", "")
    kind = kind if kind in {"xlsx", "docx"} else "page"
    with_names = kind == "page" or request.POST.get("ten") == "1"
    who, at = actor(request), now()
    actions.open_book(body, since=since, until=until, form=kind, with_names=with_names, actor=who, at=at)
    found = book.guests(body, since, until, with_sealed=_has_key(request))[: book.MOST]
    names = actions.open_names(found, actor=who, at=at) if with_names else {}
    if kind == "page":
        return _page(request, body, form, since, until, names)
    from langnghe.reviews.papers import book_sheet, book_word

    with translation.override("vi"):
        rows = book.lines(found, body, names)
        content = (book_sheet if kind == "xlsx" else book_word)(
            body, since, until, rows, book.said_of_sealed(_has_key(request))
        )
    answer = HttpResponse(content, content_type=EXCEL if kind == "xlsx" else WORD)
    answer["Content-Disposition"] = f'attachment; filename="so-tiep-cong-dan-{since}-{until}.{kind}"'
    return answer


def _has_key(request: HttpRequest) -> bool:
    return bool(held_by(actor(request), today()))


def _page(
    request: HttpRequest, body: Body, form: Days, since: date, until: date, names: dict[str, dict[str, str]]
) -> HttpResponse:
    with_sealed = _has_key(request)
    found = book.guests(body, since, until, with_sealed=with_sealed)
    columns = book.columns(until)
    context = {
        "form": form,
        "body": body,
        "since": since,
        "until": until,
        "form_name": book.form_name(until),
        "columns": columns,
        "heading": book.heading(columns),
        "rows": book.lines(found[: book.MOST], body, names),
        "is_cut": len(found) > book.MOST,
        "most": book.MOST,
        "of_sealed": book.said_of_sealed(with_sealed),
    }
    return render(request, "desk/reception_book.html", context)


@may("receive_citizens")
@require_safe
def conclusion_file(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the notice of what was concluded as a Word file."""
    from langnghe.reviews.papers import conclusion_word

    day = day_of(request, pk)
    guest = _guest(request, day)
    with translation.override("vi"):
        answer = HttpResponse(conclusion_word(day, today(), guest), content_type=WORD)
    name = f"thong-bao-ket-luan-{day.day}" + (f"-so-{guest.number}" if guest else "")
    answer["Content-Disposition"] = f'attachment; filename="{name}.docx"'
    return answer


@may("receive_citizens")
@require_http_methods(["GET", "HEAD", "POST"])
def conclusion(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the notice of what was concluded, to print: of the whole day, or for the one who held a ticket.

    What concerns a guest alone is written here, and stands on no other notice.
    """
    day = day_of(request, pk)
    guest = _guest(request, day)
    said = said_to(day, guest)
    form = Concluded(request.POST or None, initial={"text": said.text if said else ""})
    if request.method == "POST" and form.is_valid():
        try:
            actions.conclude(day, form.cleaned_data["text"], ticket=guest, actor=actor(request), at=now())
            messages.success(request, _("Đã ghi kết luận."))
            return redirect(request.get_full_path())
        except Refused as refused:
            form.add_error(None, str(refused))
    number = guest.number if guest else None
    context = {"day": day, "matters": matters(day, number), "number": number, "said": said}
    context |= {"form": form, "signed_on": written_out(today())}
    status = 422 if form.errors else 200
    return _secret(render(request, "desk/conclusion.html", context, status=status))


def _guest(request: HttpRequest, day: Engagement) -> Ticket | None:
    """Return the ticket whose number is asked for, of somebody who was received; 404 for another."""
    if "so" not in request.GET:
        return None
    received = day.tickets.filter(state=Ticket.State.DONE).select_related("case")
    guest = next((each for each in received if str(each.number) == request.GET["so"]), None)
    if guest is None:
        raise Http404
    return guest


def _secret(answer: HttpResponse) -> HttpResponse:
    patch_cache_control(answer, no_store=True)
    return answer
