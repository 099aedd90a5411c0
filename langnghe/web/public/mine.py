"""A resident and their own case: in by the receipt code, then read, rate, reopen, go higher, withdraw, leave."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Max
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from langnghe.cases import actions
from langnghe.cases.arrival import receipt_hash
from langnghe.cases.lifecycle import MOVES, RESIDENT, Actor, possible, state_name
from langnghe.cases.models import Case, Voice
from langnghe.cases.sealed.models import SealedRecord
from langnghe.core.codes import BadCode
from langnghe.core.personal import uncovered
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.web import shown, words
from langnghe.web.access import public
from langnghe.web.fields import said_of
from langnghe.web.now import now, today
from langnghe.web.public import forms, patience

STAYS = 3600  # seconds a looked-up case stays open on a device that others may use


@dataclass(frozen=True)
class Verb:
    """A resident's move: its form, what the button says, what is said when it is done."""

    form: type[forms.Move]
    button: Any
    help: Any
    done: Any


VERBS = {
    "rate": Verb(
        forms.Rate,
        gettext_lazy("Gửi đánh giá"),
        gettext_lazy("Đánh giá câu trả lời, không đánh giá riêng cán bộ nào."),
        gettext_lazy("Đã ghi đánh giá. Cảm ơn ông/bà."),
    ),
    "recheck": Verb(
        forms.Recheck,
        gettext_lazy("Trả lời"),
        gettext_lazy("Một câu hỏi duy nhất, để biết việc có được giải quyết bền hay không."),
        gettext_lazy("Đã ghi. Nếu việc lại như cũ, ông/bà mở lại, đề nghị cấp trên xem xét, hoặc gửi phản ánh mới."),
    ),
    "reopen": Verb(
        forms.Reason,
        gettext_lazy("Mở lại vụ việc"),
        gettext_lazy("Khi việc chưa xong hoặc câu trả lời chưa đúng: cơ quan phải làm tiếp, với thời hạn mới."),
        gettext_lazy("Đã mở lại vụ việc."),
    ),
    "escalate": Verb(
        forms.Reason,
        gettext_lazy("Gửi lên cấp trên"),
        gettext_lazy("Đây là quyền của ông/bà: cơ quan cấp trên trực tiếp nhận vụ việc cùng toàn bộ quá trình đã qua."),
        gettext_lazy("Đã gửi vụ việc lên cơ quan cấp trên."),
    ),
    "withdraw": Verb(
        forms.Withdrawal,
        gettext_lazy("Rút phản ánh"),
        gettext_lazy("Khi không còn muốn giải quyết nữa. Việc rút được ghi lại và không hoàn tác được."),
        gettext_lazy("Đã rút phản ánh."),
    ),
}


@public
@require_http_methods(["GET", "HEAD", "POST"])
def look_up(request: HttpRequest) -> HttpResponse:
    """Open the resident's case by its receipt code; a code nobody holds gets one answer, whatever it is."""
    form = forms.LookUp(request.POST or None)
    if request.method == "POST" and form.is_valid():
        code = form.cleaned_data["code"][:200]
        told = request.POST.get("ticket", ""), request.POST.get("proof", "")
        if patience.is_needed() and not patience.is_paid(code, *told):
            waits = {"ticket": patience.ticket(code), "bits": patience.BITS, "wait": patience.WAIT}
            return _own(render(request, "public/look_up.html", {"form": form, "waits": waits}))
        try:
            hashed = receipt_hash(code)
        except BadCode as bad:
            form.add_error("code", said_of(bad))
        else:
            voice = Voice.objects.filter(receipt_hash=hashed).values_list("pk", flat=True).first()
            record = SealedRecord.objects.filter(receipt_hash=hashed).values_list("pk", flat=True).first()
            if voice is not None and record is None:
                return _enter(request, voice)
            if record is not None:
                return _enter_sealed(request, record)
            patience.failed()
            form.add_error("code", _("Không có vụ việc nào với mã này. Mời so lại từng nhóm 4 ký tự với biên nhận."))
    return _own(render(request, "public/look_up.html", {"form": form}))


def _enter(request: HttpRequest, voice: int) -> HttpResponse:
    request.session.cycle_key()
    request.session["voice"] = voice
    if not request.user.is_authenticated:
        request.session.set_expiry(STAYS)
    return redirect("mine")


def _enter_sealed(request: HttpRequest, record: str) -> HttpResponse:
    request.session.cycle_key()
    request.session["sealed"] = record
    if not request.user.is_authenticated:
        request.session.set_expiry(STAYS)
    return redirect("mine_sealed")


def _voice(request: HttpRequest) -> Voice | None:
    rows = Voice.objects.select_related(
        "case__place", "case__topic", "case__holder__superior", "case__merged_into__holder", "case__recurs"
    )
    return rows.filter(pk=request.session.get("voice", 0)).first()


@public
@require_http_methods(["GET", "HEAD"])
def mine(request: HttpRequest) -> HttpResponse:
    voice = _voice(request)
    return redirect("look_up") if voice is None else _show(request, voice)


@public
@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Forget on this device which case was open."""
    if request.user.is_authenticated:
        request.session.pop("voice", None)
        request.session.pop("sealed", None)
    else:
        request.session.flush()
    messages.success(request, _("Đã đóng vụ việc trên máy này. Muốn xem lại, hãy nhập mã biên nhận."))
    return redirect("home")


@public
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, verb: str) -> HttpResponse:
    """Make one move; a refusal and what was typed come back on the page."""
    if verb not in VERBS:
        raise Http404
    voice = _voice(request)
    if voice is None or request.method != "POST":
        return redirect("look_up" if voice is None else "mine")
    form = VERBS[verb].form(request.POST, auto_id=f"{verb}_%s")
    if not form.is_valid():
        return _show(request, voice, {verb: form})
    try:
        is_done = _move(verb, voice, form.cleaned_data)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, _voice(request) or voice, {verb: form})
    if is_done:
        messages.success(request, str(VERBS[verb].done))
    else:
        messages.info(request, _("Việc này đã được ghi từ lần bấm trước, không ghi lần thứ hai."))
    return redirect("mine")


def _move(verb: str, voice: Voice, said: dict[str, Any]) -> bool:
    """Make the move unless the case has moved since the page was read; False for a second click of the same."""
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=voice.case_id)
        last = case.steps.order_by("-pk").first()
        seen = said.pop("seen") or 0
        if last is not None and last.pk != seen:
            if (last.verb, last.role, last.reason) == (verb, RESIDENT, said.get("reason", "")):
                return False
            raise Refused(_("Vụ việc vừa có thay đổi. Hãy xem phần việc đã làm rồi bấm gửi lần nữa nếu vẫn cần."))
        move: Callable[..., Any] = getattr(actions, verb)
        move(case, **said, actor=Actor(RESIDENT, voice=voice), at=now())
        return True


def _show(request: HttpRequest, voice: Voice, failed: dict[str, forms.Move] | None = None) -> HttpResponse:
    case = voice.case
    steps, answers = shown.steps(case), words.replies(case, today())
    kind = law.kinds()[voice.kind].name
    clock, why_hidden = shown.clock(case, today()), words.why_hidden(steps)
    covers = list(case.covers.values_list("passage", flat=True)) if why_hidden and voice.is_shown else []
    context = {
        "case": case,
        "stands_at": reverse("mine"),
        "voice": voice,
        "title": case.title or _("%(kind)s tại %(place)s") % {"kind": kind, "place": case.place},
        "kind": kind,
        "state_name": state_name(case.state),
        "clock": clock,
        "due_plainly": words.due_plainly(case, clock),
        "steps": steps,
        "held_since": words.held_since(case, steps),
        "what_next": words.what_next(case),
        "replies": answers + _of_the_whole(case),
        "moves": _moves(voice, answers, failed or {}),
        "why_hidden": why_hidden,
        "pieces": uncovered(voice.text, covers),
        "corrections": list(voice.requests.exclude(correction="").order_by("pk")),
    }
    return _own(render(request, "public/mine.html", context))


def _of_the_whole(case: Case) -> list[dict[str, Any]]:
    """Return the answers of the case that carries this one: all who spoke of it read them, published or not."""
    whole = case
    while whole.merged_into:
        whole = whole.merged_into
    return [] if whole is case else words.replies(whole, today())


def _moves(voice: Voice, answers: list[dict[str, Any]], failed: dict[str, forms.Move]) -> list[dict[str, Any]]:
    """Return the moves that are possible now, and the one that was just refused, each with its form."""
    allowed = {move.verb for move in possible(voice.case, Actor(RESIDENT, voice=voice))}
    if answers and voice.ratings.filter(reply=answers[-1]["pk"]).exists():
        allowed.discard("rate")
    asked_from = actions.rechecks_from(voice.case)
    is_asked = asked_from is not None and asked_from <= today() and bool(answers)
    if not is_asked or voice.rechecks.filter(reply=answers[-1]["pk"]).exists():
        allowed.discard("recheck")
    if voice.case.holder.superior_id is None:
        allowed.discard("escalate")
    until = voice.case.reopens_until(law.rule("reopen_days"))
    if until is not None and until < today():
        allowed.discard("reopen")
    seen = voice.case.steps.aggregate(last=Max("pk"))["last"]
    return [
        {
            "verb": code,
            "name": MOVES[code].name,
            "has_failed": code in failed,
            "words": verb,
            "until": until if code == "reopen" else None,
            "form": _form(code, failed.get(code), seen),
        }
        for code, verb in VERBS.items()
        if code in allowed or code in failed
    ]


def _form(code: str, failed: forms.Move | None, seen: int | None) -> forms.Move:
    """Return a fresh form, or the one that came back; it names the last step that the resident sees."""
    if failed is None:
        return VERBS[code].form(initial={"seen": seen}, auto_id=f"{code}_%s")
    failed.data = {name: failed.data.get(name) for name in failed.fields} | {"seen": seen}
    return failed


def _own(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
