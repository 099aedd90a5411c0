"""One case on one page: voices, law, clock, timeline, and the moves the member may make."""

from contextlib import suppress
from datetime import date
from io import BytesIO
from typing import Any, cast

from cryptography.exceptions import InvalidTag
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Exists, OuterRef, Prefetch
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases import actions, clock, filing, keystore
from langnghe.cases.actions import open_contact
from langnghe.cases.desk_models import Flag, Part
from langnghe.cases.gathered import Gathered
from langnghe.cases.lifecycle import MOVES, NAMING, STAFF, Actor, refusal, state_name
from langnghe.cases.models import Attachment, Case, ProofPaper, PublishedPhoto, Voice
from langnghe.cases.sealed.models import LaneKey
from langnghe.cases.subject_request import SubjectRequest
from langnghe.cases.templates import filled
from langnghe.core.calendar import CalendarGap
from langnghe.core.codes import BadCode, case_code, parse_case
from langnghe.core.refusal import Refused
from langnghe.core.terms import NoTerm, Term
from langnghe.registry import known, law, rights
from langnghe.registry.models import Member
from langnghe.situation import actions as situation
from langnghe.situation.topics import suggest
from langnghe.web import shown, words
from langnghe.web.access import actor, entered, may
from langnghe.web.desk import parts, reach
from langnghe.web.desk.forms import Move
from langnghe.web.desk.move_forms import FORMS
from langnghe.web.desk.moves import perform
from langnghe.web.desk.near import alike, before
from langnghe.web.desk.offered import Moves, offered, template_named
from langnghe.web.desk.part_forms import asked_again
from langnghe.web.desk.place_map import around
from langnghe.web.desk.proofs import published
from langnghe.web.desk.too_late import LEAVES, too_late
from langnghe.web.now import now, today
from langnghe.web.own_data import Row, contact_rows
from langnghe.web.scanning import withheld

MOST = 20
WITH_PHOTOS = Prefetch("attachments", Attachment.objects.select_related("shown").order_by("pk"))
OF_REQUESTS = ("kind", "about", "state", "due", "decided", "correction")  # what the page shows of one
NAMES = (*shown.SHOWN_WITH, "concerns")
DIGITS = 19  # one more than fit 64 bits


@may("read_case")
@require_safe
def desk_case(request: HttpRequest, code: str) -> HttpResponse:
    return _show(request, visible(request, code))


@may("read_case")
@require_safe
def beside(request: HttpRequest, code: str) -> HttpResponse:
    """Show earlier cases at the same spot with what was answered, and those that may be the same matter."""
    case, who = visible(request, code), actor(request)
    context = {"case": case, "title": shown.title(case), "before": before(case, who), "similar": alike(case, who)}
    return render(request, "desk/beside.html", context)


@may("read_case")
@require_POST
def move(request: HttpRequest, code: str, verb: str) -> HttpResponse:
    """Make one move; a refusal and everything typed come back on the page, or alone if the case left it meanwhile."""
    try:
        return _move(request, visible(request, code), verb)
    except Http404:
        if answer := too_late(request, code):
            return answer
        raise


def _move(request: HttpRequest, case: Case, verb: str) -> HttpResponse:
    if verb == "contact":
        return _contact(request, case)
    if verb not in FORMS:
        raise Http404
    form = FORMS[verb](request.POST, request.FILES, case=case, actor=actor(request), auto_id=f"{verb}_%s")
    if not form.is_valid():
        return _show(request, case, (verb, form), status=422)
    try:
        perform(verb, form, now())
    except Refused as refused:
        form.add_error(None, str(refused))
        return _show(request, visible(request, case.code), (verb, form), status=409)
    messages.success(request, _recorded(verb, case))
    return _after(request, verb, case)


def _recorded(verb: str, before: Case) -> str:
    """Return that the move was made, and to whom the case went if it left its body."""
    said = {"move": str(MOVES[verb].name)}
    if verb in LEAVES:
        holder = Case.objects.select_related("holder").get(pk=before.pk).holder
        if holder != before.holder:
            return _("Đã ghi: %(move)s. Vụ việc nay do %(body)s giữ.") % {**said, "body": holder.name}
    return _("Đã ghi: %(move)s.") % said


def _after(request: HttpRequest, verb: str, case: Case) -> HttpResponse:
    """Lead back to the case, or to where the reader still may go: the queue, the case from which it was split off."""
    whole = case.merged_into if verb == "split" and actor(request).body != case.holder else None
    if whole is None:
        with suppress(Http404):
            return redirect("desk_case", visible(request, case.code).code)
    return redirect("desk_case", whole.code) if whole else redirect("queue")


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
    if not (second.is_public or reach.may_read(entered(request), second)):
        raise Http404
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
    return withheld(request, content) or _given_out(content, row.name, row.media)


@may("read_case")
@require_safe
def proof_paper(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Give out a PDF that proves an answer to those who may read the case, published or not."""
    row = get_object_or_404(ProofPaper, pk=pk, reply__case=visible(request, code), taken_down=None)
    try:
        content = filing.path(row.place).read_bytes()
    except OSError:
        raise Http404 from None
    return withheld(request, content) or _given_out(content, row.name, "application/pdf")


def _given_out(content: bytes, name: str, media: str) -> HttpResponse:
    answer = FileResponse(BytesIO(content), as_attachment=True, filename=name, content_type=media)
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
    """Return the case if the action reaches it; the same 404 for a code that is none, unknown or out of reach.

    It knows its open `readers_flags`, and `carries_others`, `has_parts`, `may_be_sealed`: a page asks only for what
    there is.
    """
    member = entered(request)
    try:
        number = parse_case(code)
    except BadCode:
        raise Http404 from None
    rows = Case.objects.select_related("officer", "merged_into").annotate(
        readers_flags=Gathered(Flag.objects.filter(case=OuterRef("pk"), is_open=True), "reason", "words", "day"),
        carries_others=Exists(Case.objects.filter(merged_into=OuterRef("pk"))),
        has_parts=Exists(Part.objects.filter(case=OuterRef("pk"))),
        may_be_sealed=Exists(LaneKey.objects.filter(retired_at=None, kind=LaneKey.Kind.MEMBER)),
    )
    case = get_object_or_404(rows, pk=number)
    known.join([case], *NAMES)
    if case.merged_into is not None:
        known.join([case.merged_into], "holder")
    if not cast(Any, case).carries_others:
        case.carried = []
    if not (cast(Any, case).has_parts or case.carried):
        case.joint = []
    if case.state == Case.State.SEALED or not _is_open_to(member, action, case):
        raise Http404
    return case


def _is_open_to(member: Member, action: str, case: Case) -> bool:
    """Return whether the table gives the action; who was invited to a part of the case reads it as well."""
    whole = case.merged_into
    holder = law.standing(case.holder, today()) if action == "read_case" else case.holder
    if rights.reaches(member, action, holder, case.place):  # what an ended body settled is read by who followed it
        return True
    if whole is not None and rights.reaches(member, action, whole.holder, case.place):  # its voices stand there
        return True
    return action == "read_case" and rights.reaches(member, "join_case", case.holder, case.place, case.joined)


def _contact(request: HttpRequest, case: Case) -> HttpResponse:
    """Show how to reach the residents, to the holder's own people only, and log that it was read."""
    who = actor(request)
    if who.role not in STAFF or who.body != case.holder:
        raise PermissionDenied
    voices = case.voices.exclude(person=None)[:MOST]
    contacts = [contact_rows(open_contact(voice, actor=who, at=now())) for voice in voices]
    return _show(request, case, contacts=contacts)


def _show(
    request: HttpRequest,
    case: Case,
    failed: tuple[str, Move] | None = None,
    contacts: list[list[Row]] | None = None,
    status: int = 200,
) -> HttpResponse:
    who, term = actor(request), _term(case)
    steps, voices = shown.steps(case), _voices(request, case)
    is_own = who.role in STAFF and who.body == case.holder
    moves = _moves(request, case, failed, voices["voices"], steps)
    context = {
        "case": case,
        "stands_at": _address(case, failed) if request.method == "POST" else "",
        "title": shown.title(case),
        "state_name": state_name(case.state),
        "kind": law.kinds()[case.kind].name,
        "clock": shown.clock(case, today()),
        **voices,
        "contacts": contacts,
        "may_contact": is_own,
        "may_show": is_own and case.is_public,
        "may_split": is_own,
        "photos": _photos(voices["voices"]) if case.is_public else [],
        "replies": words.replies(case, today()),
        "newest": case.answers[-1].pk if case.answers else 0,
        "draft": (draft := next((row for row in reversed(case.answers) if row.state in {"draft", "approved"}), None)),
        "draft_result": law.outcomes()[draft.outcome] if draft else None,
        "draft_photos": words.photos(draft, is_public=False) if draft else [],
        "may_black_out": case.state in ("drafted", "approved") and not refusal(MOVES["draft"], case, who),
        "draft_papers": words.papers(draft, case.code) if draft else [],
        "steps": steps,
        "last_step": steps[-1]["pk"],
        "held_since": words.held_since(case, steps),
        **_why(case),
        "term": term,
        "term_law": term and words.cited(term.citation, term.confidence),
        "map": around(case.place, today()),
        "parts": parts.shown(case, who.body.pk if who.body else 0),
        "may_invite": not refusal(MOVES["ask_part"], case, who),
        "given": any(part.state == "given" for part in case.joint),
        "moves": moves,
        "flags": cast(Any, case).readers_flags if case.is_public else [],
        "cap": law.rule("handover_cap"),
        "take_by": _take_by(case, steps),
        "hint": _hint(case, who, voices["voices"]) if moves.chosen and moves.chosen.verb == "classify" else None,
    }
    return render(request, "desk/case.html", context, status=status)


def _address(case: Case, failed: tuple[str, Move] | None) -> str:
    """Return where the page that a posting brought can be read again, in another language."""
    return reverse("desk_case", args=[case.code]) + (f"?lam={failed[0]}" if failed else "")


def _moves(
    request: HttpRequest,
    case: Case,
    failed: tuple[str, Move] | None,
    voices: list[Voice],
    steps: list[dict[str, Any]],
) -> Moves:
    """Return the moves with the form that came back, that the reader asked for, or of the usual next move."""
    first = _first(request, case, steps)
    has_words = len(voices) == MOST or any(voice.shows_text and not voice.is_private for voice in voices)
    runs = case.due is not None and case.paused is None and not case.overdue(today())
    senseless = {
        "seal": not cast(Any, case).may_be_sealed,
        "publish": case.is_public and not has_words,
        "unpublish": not case.is_public,
        "take_down": not published(case),
        "pause": not runs,
        "extend": not runs,
        "resume": case.paused is None,
        "withdraw_part": not case.invited,
    }
    without = {verb for verb, is_so in senseless.items() if is_so}
    begun = next((verb for verb in ("draft", "ask_part") if verb in first), "")
    wanted = begun or request.GET.get("lam", "")
    return offered(case, actor(request), failed, wanted, first, without)


def _first(request: HttpRequest, case: Case, steps: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Return what forms begin with: an answer with the template or parts asked for, a merge where one was undone."""
    first: dict[str, dict[str, Any]] = {}
    if begun := template_named(case, request.GET.get("mau", "")):
        first["draft"] = {"text": filled(begun, case), "outcome": begun.outcome}
    elif "phoi-hop" in request.GET and (words := parts.woven(case)):
        first["draft"] = {"text": words}
    if again := asked_again(case, request.GET.get("thay", "")):
        first["ask_part"] = again
    if merges := [step["reason"] for step in steps if step["code"] == "merge"]:
        first["merge"] = {"into": merges[-1]}
    return first


def _photos(voices: list[Voice]) -> list[PublishedPhoto]:
    """Return the photos of the voices that everyone may see."""
    files = (file for voice in voices for file in voice.attachments.all())
    return [file.shown for file in files if hasattr(file, "shown")]


def _take_by(case: Case, steps: list[dict[str, Any]]) -> date | None:
    """Return the day by which a case that was handed over must be taken, else it returns."""
    moved = [step for step in steps if step["to"] is not None and step["code"] not in NAMING]
    if case.state != Case.State.RECEIVED or not moved or moved[-1]["code"] != "refer":
        return None
    with suppress(CalendarGap):
        return law.calendar().add_working_days(moved[-1]["day"], law.rule("take_days"))
    return None


def _voices(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Return the first voices of the case and of those merged into it, and the number that the next ones follow."""
    behind = request.GET.get("sau", "")
    start = int(behind) if behind.isascii() and behind.isdigit() and len(behind) < DIGITS else 0
    asked = Gathered(SubjectRequest.objects.filter(voice=OuterRef("pk")), *OF_REQUESTS)
    rows = Voice.objects.filter(case__in=[case.pk, *case.carried], pk__gt=start).annotate(asked=asked)
    found = list(rows.prefetch_related(WITH_PHOTOS).order_by("pk")[: MOST + 1])
    return {"voices": found[:MOST], "behind": start, "more": found[MOST - 1].pk if len(found) > MOST else 0} | {
        "merged": [case_code(pk) for pk in case.carried[:MOST]]
    }


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
    suggestion, topics = suggest(text), law.topics_on(today())
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
