"""One case on one page: voices, law, clock, timeline, and the moves the member may make."""

from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases import actions, clock, filing, keystore
from langnghe.cases.actions import open_contact
from langnghe.cases.lifecycle import MOVES, STAFF, Actor, possible, refusal, state_name
from langnghe.cases.models import Attachment, Case, Voice
from langnghe.cases.sealed.models import LaneKey
from langnghe.cases.templates import Template, filled, fitting
from langnghe.core.calendar import CalendarGap
from langnghe.core.codes import BadCode, parse_case
from langnghe.core.refusal import Refused
from langnghe.core.terms import NoTerm, Term
from langnghe.registry import law, rights
from langnghe.situation import actions as situation
from langnghe.situation.topics import suggest
from langnghe.web import shown, words
from langnghe.web.access import actor, entered, may
from langnghe.web.desk.forms import Move
from langnghe.web.desk.move_forms import FORMS
from langnghe.web.desk.moves import perform
from langnghe.web.desk.near import alike, before
from langnghe.web.now import now, today

PRIMARY = ("split", "resume", "reply", "approve", "draft", "assign", "accept", "close")
ORDER = {verb: number for number, verb in enumerate(FORMS)}
MOST = 20
DIGITS = 19  # one more than fit 64 bits


@may("read_case")
@require_safe
def desk_case(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, visible(request, code))


@may("read_case")
@require_POST
def move(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Make one move; a refusal and everything typed come back on the page."""
    case = visible(request, code)
    if verb == "contact":
        return _contact(request, case)
    if verb not in FORMS:
        raise Http404
    form = FORMS[verb](request.POST, request.FILES, case=case, actor=actor(request), auto_id=f"{verb}_%s")
    if not form.is_valid():
        return _show(request, case, {verb: form}, status=422)
    try:
        perform(verb, form, now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, visible(request, code), {verb: form}, status=409)
    messages.success(request, _("Đã ghi: %(move)s.") % {"move": str(MOVES[verb].name)})
    if verb == "seal":
        return redirect("queue")
    return redirect("desk_case", case.code)


@may("handle_case")
@require_POST
def settle_flags(request: HttpRequest, code: str) -> HttpResponse:
    case = visible(request, code, "handle_case")
    actions.settle_flags(case, actor=actor(request))
    messages.success(request, _("Đã ghi là đã xem."))
    return redirect("desk_case", case.code)


@may("handle_case")
@require_POST
def tell_apart(request: HttpRequest, code: str, other: str) -> HttpResponse:
    """Keep that two cases are different matters, so that they are not proposed to each other again."""
    case = visible(request, code)
    try:
        second = get_object_or_404(Case, pk=parse_case(other))
    except BadCode:
        raise Http404 from None
    try:
        situation.tell_apart(case, second, actor=actor(request), at=now())
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        words = _("Đã ghi: %(one)s và %(other)s là hai việc khác nhau.")
        messages.success(request, words % {"one": case.code, "other": second.code})
    return redirect("desk_case", case.code)


@may("read_case")
@require_safe
def attachment(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Give out a file that came with the case, to those who may read the voice; never to be run by the browser."""
    row = file_of(visible(request, code), pk)
    try:
        content = filing.content(row)
    except (keystore.KeyDestroyed, OSError, InvalidTag):
        raise Http404 from None
    answer = FileResponse(BytesIO(content), as_attachment=True, filename=row.name, content_type=row.media)
    answer["Content-Security-Policy"] = "default-src 'none'; sandbox"
    patch_cache_control(answer, no_store=True)
    return cast(HttpResponse, answer)


def file_of(case: Case, pk: int) -> Attachment:
    """Return the file if it came with a voice of the case or of one merged into it; else 404."""
    row = Attachment.objects.select_related("voice__case").filter(pk=pk).first()
    if row is None or case.pk not in _with_those_merged_into(row.voice.case):
        raise Http404
    return row


def _with_those_merged_into(case: Case) -> set[int]:
    """Return the ids of the case and of those it was merged into, one into the next."""
    ids = {case.pk}
    while case.merged_into is not None:
        case = case.merged_into
        ids.add(case.pk)
    return ids


def visible(request: HttpRequest, code: str, action: str = "read_case") -> Case:
    """Return the case if the action reaches it; the same 404 for a code that is none, unknown or out of reach."""
    member = entered(request)
    try:
        number = parse_case(code)
    except BadCode:
        raise Http404 from None
    case = get_object_or_404(Case.objects.select_related("place", "topic", "holder__place", "officer"), pk=number)
    case.place, case.holder.place = law.place(case.place.key), law.place(case.holder.place.key)  # with those above
    if case.state == Case.State.SEALED or not rights.reaches(member, action, case.holder, case.place):
        raise Http404
    return case


def _contact(request: HttpRequest, case: Case) -> HttpResponse:
    """Show how to reach the residents, to the holder's own people only, and log that it was read."""
    who = actor(request)
    if who.role not in STAFF or who.body != case.holder:
        raise PermissionDenied
    contacts = [open_contact(voice, actor=who, at=now()) for voice in case.voices.exclude(person=None)[:MOST]]
    return _show(request, case, contacts=contacts)


def _show(
    request: HttpRequest,
    case: Case,
    failed: dict[str, Move] | None = None,
    contacts: list[dict[str, str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    who, term = actor(request), _term(case)
    steps, voices = shown.steps(case), _voices(request, case)
    is_own = who.role in STAFF and who.body == case.holder
    photos = list(case.photos.order_by("pk")) if case.is_public else []
    context = {
        "case": case,
        "title": shown.title(case),
        "state_name": state_name(case.state),
        "kind": law.kinds()[case.kind].name,
        "clock": shown.clock(case, today()),
        **voices,
        "contacts": contacts,
        "may_contact": is_own,
        "may_show": is_own and case.is_public,
        "photos": photos,
        "shown_photos": {photo.attachment_id for photo in photos},
        "replies": words.replies(case, today()),
        "draft": (draft := next((row for row in reversed(case.answers) if row.state in {"draft", "approved"}), None)),
        "draft_photos": words.photos(draft, is_public=False) if draft else [],
        "steps": steps,
        "held_since": words.held_since(case, steps),
        **_why(case),
        "term": term,
        "term_law": term and words.cited(term.citation, term.confidence),
        "before": before(case, who),
        "similar": alike(case, who),
        "moves": _moves(case, who, failed or {}, _begun(request, case)),
        "flags": list(case.flags.filter(is_open=True).order_by("pk")) if case.is_public else [],
        "cap": law.rule("handover_cap"),
        "take_by": _take_by(case, steps),
        "hint": _hint(case, who, voices["voices"]),
    }
    return render(request, "desk/case.html", context, status=status)


def _begun(request: HttpRequest, case: Case) -> Template | None:
    """Return the template with which the reader wishes to begin the answer."""
    wanted = request.GET.get("mau", "")
    return next((template for template in fitting(case) if template.code == wanted), None) if wanted else None


def _take_by(case: Case, steps: list[dict[str, Any]]) -> date | None:
    """Return the day by which a case that was handed over must be taken, else it returns."""
    moved = [step for step in steps if step["to"] is not None]
    if case.state != Case.State.RECEIVED or not moved or moved[-1]["code"] != "refer":
        return None
    with suppress(CalendarGap):
        return law.calendar().add_working_days(moved[-1]["day"], law.rule("take_days"))
    return None


def _voices(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the first voices of the case and of those merged into it, and the number that the next ones follow."""
    ids, newest = [case.pk], [case.pk]
    while newest:
        newest = list(Case.objects.filter(merged_into__in=newest).exclude(pk__in=ids).values_list("pk", flat=True))
        ids += newest
    behind = request.GET.get("sau", "")
    start = int(behind) if behind.isascii() and behind.isdigit() and len(behind) < DIGITS else 0
    rows = Voice.objects.filter(case__in=ids, pk__gt=start).prefetch_related("attachments", "requests")
    found = list(rows.order_by("pk")[: MOST + 1])
    return {"voices": found[:MOST], "behind": start, "more": found[MOST - 1].pk if len(found) > MOST else 0}


def _term(case: Case) -> Term | None:
    try:
        return clock.term_for(case, case.received)
    except NoTerm:
        return None


def _why(case: Case) -> dict[str, Any]:
    """Return the row of the table of competence, and the body it names when another one holds the case."""
    row = law.competence(case.topic, case.place, case.received, case.scope)
    body = row and law.body_at(row.body_type, case.place)
    cited = row and words.cited(row.citation, row.confidence or "S")
    return {"why": row, "why_law": cited, "by_table": body if body != case.holder else None}


def _hint(case: Case, who: Actor, voices: list[Voice]) -> dict[str, Any] | None:
    """Return the topics that the first words of a case to be classified suggest, to those who may classify it."""
    text = voices[0].text if voices else ""
    if not text or case.state != Case.State.RECEIVED or refusal(MOVES["classify"], case, who):
        return None
    suggestion, topics = suggest(text), law.topics()
    rows = [
        {
            "topic": topics[guess.topic].name,
            "percent": round(guess.probability * 100) if suggestion.is_calibrated else None,
            "words": ", ".join(f"“{words}”" for words in guess.words),
        }
        for guess in suggestion.guesses
        if guess.topic in topics
    ]
    return {"abstains": suggestion.abstains, "rows": rows} if rows else None


def _moves(case: Case, who: Actor, failed: dict[str, Move], begun: Template | None) -> list[dict[str, Any]]:
    """Return the moves possible now, the primary one first, each with its form (the refused one as it was typed).

    A case that nobody has taken may be answered in one go; a template that was chosen begins the answer.
    """
    allowed = {one.verb for one in possible(case, who) if one.verb in FORMS and _makes_sense(case, one.verb)}
    at_once = "draft" not in allowed and bool(allowed & {"accept", "assign"})
    allowed |= {"draft"} if at_once else set()
    order = sorted(allowed, key=lambda verb: PRIMARY.index(verb) if verb in PRIMARY else len(PRIMARY) + ORDER[verb])
    shown_verbs = [*(verb for verb in failed if verb not in allowed), *order]
    if at_once:  # it is offered behind the usual next move
        order.remove("draft")
        shown_verbs = [*(verb for verb in failed if verb not in allowed), *order[:1], "draft", *order[1:]]
    primary = "draft" if begun else next((verb for verb in order if verb in PRIMARY), "")
    first = {"draft": {"text": filled(begun, case), "outcome": begun.outcome}} if begun else {}
    return [
        {
            "verb": verb,
            "name": _name(case, verb, at_once),
            "form": failed.get(verb)
            or FORMS[verb](case=case, actor=who, auto_id=f"{verb}_%s", initial=first.get(verb)),
            "is_open": verb in failed or (verb == primary and not failed),
            "is_primary": verb == primary,
            "templates": fitting(case) if verb == "draft" else [],
        }
        for verb in shown_verbs
    ]


def _name(case: Case, verb: str, at_once: bool) -> str:
    if at_once and verb == "draft":
        return _("Tiếp nhận và soạn trả lời")
    return _("Sửa điều đã công khai") if verb == "publish" and case.is_public else str(MOVES[verb].name)


def _makes_sense(case: Case, verb: str) -> bool:
    if verb == "seal":
        return LaneKey.objects.filter(retired_at=None, kind=LaneKey.Kind.MEMBER).exists()
    return {
        "pause": case.paused is None and case.due is not None,
        "resume": case.paused is not None,
        "unpublish": case.is_public,
        "publish": not case.is_public or case.voices.filter(shows_text=True, is_private=False).exists(),
    }.get(verb, True)
