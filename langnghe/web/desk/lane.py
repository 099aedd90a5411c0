"""The sealed lane on the desk: only who has a key sees a record, and its words only with the passphrase, each time."""

from collections.abc import Mapping
from string import hexdigits
from types import MappingProxyType
from typing import Any, NamedTuple

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from langnghe.cases import actions
from langnghe.cases.lifecycle import Actor, acting
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.models import LaneKey, LaneNaming, SealedEvent, SealedRecord, SealedStep, new_id
from langnghe.core.refusal import Refused
from langnghe.core.terms import Clock
from langnghe.registry import law
from langnghe.registry.models import Body, Member
from langnghe.registry.rights import roles
from langnghe.web import own_data, sealed
from langnghe.web.access import actor, entered, may
from langnghe.web.desk.lane_forms import (
    FIELDS,
    Advance,
    Answer,
    AskAtDesk,
    Enrol,
    GiveUp,
    Hand,
    NameRecipient,
    Open,
    Rewrap,
    TakeBack,
)
from langnghe.web.desk.lane_papers import paper
from langnghe.web.desk.lane_rows import answer_form, files, handed_over, request_rows, waiting_requests
from langnghe.web.desk.tries import with_passphrase
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_day
from langnghe.web.words import cited

LONGEST_NUMBER = 19  # digits of a key in 64 bits
USED, REMEMBERED = "lane_used", 20  # the last pages from which the session opened a record


class Typed(NamedTuple):
    """The form that comes back with what was typed and what is wrong; of a request's answer, by its request."""

    opening: Open | None = None
    failed: Advance | None = None
    handing: Hand | None = None
    asking: AskAtDesk | None = None
    answering: Mapping[int, Answer] = MappingProxyType({})


BLANK = Typed()


@may("open_sealed")
@require_safe
def lane(request: HttpRequest) -> HttpResponse:
    """List the records that the member can open, or those handed over; who has no key is told how to get one."""
    return handed_over(request) if request.GET.get("xem") == "giao" else _list(request)


def _list(request: HttpRequest, verb: str = "", failed: forms.Form | None = None) -> HttpResponse:
    who = entered(request)
    keys = actions.held_by(actor(request), today())
    rows = SealedRecord.objects.filter(keys__lane_key__in=keys).select_related("body").prefetch_related("steps")
    sought = request.GET.get("so", "").strip()
    if sought:
        rows = rows.filter(pk__startswith=sought.lower()) if set(sought) <= set(hexdigits) else rows.none()
    found, pager = page_by_day(request, rows)
    if pager["next_href"]:  # also from the page that a form about keys came back on
        pager["next_href"] = reverse("lane") + pager["next_href"]
    context = {
        "rows": [_row(record) for record in found],
        "sought": sought,
        "pager": pager,
        "requests": waiting_requests(keys),
        "has_key": bool(keys),
        "may_enrol": not keys and actions.may_enrol(who.account, who.body, today()),
        "body": who.body,
        "is_last": bool(keys) and LaneKey.objects.is_last(who.account, who.body, today()),
        "recipients": _recipients(who.body) if keys else [],
        "failed": verb,
        **{name: failed if name == verb else form for name, form in _key_forms(who, bool(keys)).items()},
    }
    return _closed(render(request, "desk/lane.html", context, status=422 if failed else 200))


def _key_forms(who: Member, has_key: bool) -> dict[str, forms.Form]:
    """Return what may be done with keys now: make one, or change one's passphrase and (a leader) name a colleague."""
    if not has_key:
        return {"make": Enrol(auto_id="make_%s")}
    named: dict[str, forms.Form] = {}
    if who.role == Member.Role.LEADER and who.stands_in_id is None:
        named["name"] = NameRecipient(colleagues=_colleagues(who), auto_id="name_%s")
    if named and (rows := _named(who)):
        named["take_back"] = TakeBack(named=rows, auto_id="take_back_%s")
    return {"change": Rewrap(auto_id="change_%s"), "give_up": GiveUp(auto_id="give_up_%s"), **named}


def _recipients(body: Body) -> list[str]:
    """Return who can open what comes to the body, and who was named and has no key yet."""
    keys = LaneKey.objects.in_force(today()).filter(kind=LaneKey.Kind.MEMBER, body=body).select_related("account")
    holding = {key.account_id: str(key.account) for key in keys}
    named = LaneNaming.objects.filter(body=body).exclude(account__in=holding).select_related("account")
    return sorted(holding.values()) + [_("%(who)s (chưa tạo khóa)") % {"who": row.account} for row in named]


def _named(who: Member) -> list[tuple[str, str]]:
    """Return the namings at the body that a leader may take back: all but their own."""
    rows = LaneNaming.objects.filter(body=who.body).exclude(account=who.account).select_related("account")
    return [(str(row.pk), str(row.account)) for row in rows.order_by("pk")]


def _colleagues(who: Member) -> list[tuple[str, str]]:
    """Return the members of the body who neither hold a key there nor were named."""
    known = LaneNaming.objects.filter(body=who.body).values("account")
    holding = LaneKey.objects.in_force(today()).filter(body=who.body).values("account")
    rows = Member.objects.on(today()).filter(body=who.body, stands_in=None, role__in=roles("open_sealed"))
    rows = rows.exclude(account__in=known).exclude(account__in=holding).select_related("account").order_by("pk")
    return [(str(row.pk), str(row.account)) for row in rows]


@may("open_sealed")
@sensitive_post_parameters()
@require_POST
def lane_key(request: HttpRequest) -> HttpResponse:
    """Make one's own key, under a passphrase that is kept nowhere; change it, give it up, or name a colleague."""
    who, verb = entered(request), request.POST.get("verb", "make")
    form = _key_form(verb, who, request.POST)
    if form is None or (verb == "make" and not actions.may_enrol(who.account, who.body, today())):
        raise Http404
    if form.is_valid():
        try:
            messages.success(request, _do_with_key(verb, who, form.cleaned_data))
            return redirect("lane")
        except Refused as refused:
            form.add_error(None, str(refused))
    return _list(request, verb, form)


def _key_form(verb: str, who: Member, said: QueryDict) -> forms.Form | None:
    if verb == "name":
        return NameRecipient(said, colleagues=_colleagues(who), auto_id="name_%s")
    if verb == "take_back":
        return TakeBack(said, named=_named(who), auto_id="take_back_%s")
    form_of = {"make": Enrol, "change": Rewrap, "give_up": GiveUp}.get(verb)
    return form_of(said, auto_id=f"{verb}_%s") if form_of else None


def _do_with_key(verb: str, who: Member, said: dict[str, Any]) -> str:
    by, at = acting(who), now()
    if verb == "make":
        actions.make_lane_key(who.account, who.body, said["passphrase"], actor=by, at=at)
        return _("Đã có khóa. Từ nay đơn khiếu nại, tố cáo gửi tới cơ quan này mở được.")
    if verb == "name":
        member = Member.objects.get(pk=said["member"])
        actions.name_recipient(member, actor=by, at=at)
        return _("Đã chỉ định %(who)s. Người ấy tự tạo khóa ở trang này.") % {"who": member.account}
    if verb == "take_back":
        naming = LaneNaming.objects.select_related("account", "body").get(pk=said["naming"])
        actions.take_back_naming(naming, actor=by, at=at)
        return _("%(who)s không còn được chỉ định; đơn mới không khóa cho người ấy nữa.") % {"who": naming.account}
    own = LaneKey.objects.in_force(today()).filter(account=who.account, body=who.body).first()
    if own is None:
        raise Refused(_("Bạn không có khóa kênh bảo mật tại cơ quan này."))
    if verb == "give_up":
        actions.retire_lane_key(own, actor=by, at=at)
        return _("Khóa của ông/bà đã thôi dùng.")
    with with_passphrase(who.account):
        actions.change_passphrase(own, said["old"], said["passphrase"], actor=by, at=at)
    return _("Đã đổi cụm mật khẩu.")


@may("open_sealed")
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def sealed_record(request: HttpRequest, pk: str) -> HttpResponse:
    """Show where a record stands; with the passphrase its words, or a document made from them; take it a stage on."""
    who = actor(request)
    rows = SealedRecord.objects.filter(keys__lane_key__in=actions.held_by(who, today())).select_related("body__place")
    record = rows.filter(pk=pk).first()
    if record is None:
        raise Http404
    if request.method != "POST":
        return _page(request, record)
    verb = request.POST.get("verb")
    if verb in procedure.STAGES:
        return _advance(request, record, who)
    if verb == "hand":
        return _hand(request, record, who)
    return {"answer": _answer, "ask": _ask}.get(verb or "", _open)(request, record, who)


def _open(request: HttpRequest, record: SealedRecord, who: Actor) -> HttpResponse:
    form = Open(request.POST, others=_others(record), done=set(record.steps.values_list("verb", flat=True)))
    if not form.is_valid():
        return _page(request, record, Typed(opening=form), status=422)
    said, used, once = form.cleaned_data, request.session.get(USED, []), request.POST.get("once", "")[:32]
    if once in used:  # the Back button brings the passphrase again, and perhaps somebody else pressed it
        form.add_error("passphrase", _("Hồ sơ đã mở một lần từ trang này: hãy gõ lại cụm mật khẩu."))
        return _page(request, record, Typed(opening=form), status=409)
    try:
        if said["share"]:
            to = LaneKey.objects.get(pk=said["share"])
            with with_passphrase(entered(request).account):
                actions.share_sealed(record, to=to, passphrase=said["passphrase"], actor=who, at=now())
            messages.success(request, _("Đã trao quyền mở cho %(to)s.") % {"to": f"{to.account}, {to.body}"})
            return redirect("sealed_record", record.pk)
        opening = {"passphrase": said["passphrase"], "reason": said["reason"], "actor": who, "at": now()}
        with with_passphrase(entered(request).account):
            words = actions.read_sealed(record, **opening)
        request.session[USED] = [*used, once][-REMEMBERED:]
    except Refused as refused:
        form.add_error(None, str(refused))
        return _page(request, record, Typed(opening=form), status=409)
    if said["paper"]:
        return _closed(paper(request, record, said, words))
    return _page(request, record, words=words)


def _hand(request: HttpRequest, record: SealedRecord, who: Actor) -> HttpResponse:
    form = Hand(request.POST, auto_id="hand_%s")
    if form.is_valid():
        try:
            with with_passphrase(entered(request).account):
                actions.hand_sealed(record, passphrase=form.cleaned_data["passphrase"], actor=who, at=now())
            messages.success(request, _("Đã giao hồ sơ. Từ nay chỉ người giữ khóa của cơ quan nhận mở được."))
            return redirect("lane")
        except Refused as refused:
            form.add_error(None, str(refused))
            return _page(request, record, Typed(handing=form), status=409)
    return _page(request, record, Typed(handing=form), status=422)


def _ask(request: HttpRequest, record: SealedRecord, who: Actor) -> HttpResponse:
    form = AskAtDesk(request.POST, record=record, auto_id="ask_%s")
    if form.is_valid():
        said = form.cleaned_data
        try:
            made = actions.request_sealed(
                record, said["wish"], said["words"], channel=said["channel"], actor=who, at=now()
            )
            due = f"{made.due:%d/%m/%Y}" if made.due else "–"
            messages.success(request, _("Đã ghi yêu cầu. Hạn trả lời: %(due)s.") % {"due": due})
            return redirect(reverse("sealed_record", args=[record.pk]) + "#yeu-cau")
        except Refused as refused:
            form.add_error(None, str(refused))
    return _page(request, record, Typed(asking=form), status=422)


def _answer(request: HttpRequest, record: SealedRecord, who: Actor) -> HttpResponse:
    number = request.POST.get("request", "")
    row = record.requests.filter(pk=number).first() if number.isdecimal() and len(number) < LONGEST_NUMBER else None
    if row is None:
        raise Http404
    form = answer_form(row, record, who.role, request.POST)
    if form.is_valid():
        try:
            actions.decide_sealed(row, form.decision, actor=who, at=now())
            messages.success(request, _("Đã ghi quyết định; người yêu cầu đọc được."))
            return redirect("lane") if record.is_erased else redirect("sealed_record", record.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
            row.refresh_from_db()
    return _page(request, record, Typed(answering={row.pk: form}), status=422 if row.is_open else 409)


def _advance(request: HttpRequest, record: SealedRecord, who: Actor) -> HttpResponse:
    verb = request.POST["verb"]
    clock = _standing(record).clock
    form = Advance(request.POST, verb=verb, kind=record.kind, today=today(), clock=clock, auto_id=f"{verb}_%s")
    if form.is_valid():
        try:
            actions.advance_sealed(record, actions.NewStage(verb, **form.cleaned_data), actor=who, at=now())
            messages.success(request, _("Đã ghi: %(move)s.") % {"move": procedure.STAGES[verb].name})
            return redirect("sealed_record", record.pk)
        except Refused as refused:
            form.add_error(None, str(refused))
    is_late = procedure.STAGES[verb] not in procedure.possible(record, _standing(record).state, today())
    return _page(request, record, Typed(failed=form), status=409 if is_late else 422)


def _page(
    request: HttpRequest,
    record: SealedRecord,
    typed: Typed = BLANK,
    words: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    failed = typed.failed
    steps = list(record.steps.select_related("to").order_by("pk"))
    standing = procedure.standing(record, steps)
    term = standing.clock and standing.clock.term
    stages = [
        stage
        for stage in procedure.possible(record, standing.state, today())
        if stage.verb != "extend" or procedure.extendable(standing.clock)
    ]
    context = {
        **_row(record),
        "steps": [_step(step, record.kind, words) for step in steps],
        "term": term and cited(term.citation, term.confidence),
        "handing": _handing(steps, typed.handing) if standing.state == procedure.TRANSFERRED else None,
        "requests": request_rows(record, entered(request).role, typed.answering, words),
        "asking": typed.asking or AskAtDesk(record=record, auto_id="ask_%s"),
        "is_old": not record.public,
        "retained": sealed.retained_row(record),
        "request_law": own_data.cited(today()),
        "events": SealedEvent.objects.filter(record=record.pk).select_related("account").order_by("-pk")[:20],
        "once": new_id(),
        "opening": typed.opening or Open(others=_others(record), done={step.verb for step in steps}),
        "late": failed if failed is not None and procedure.STAGES[failed.verb] not in stages else None,
        "late_name": procedure.STAGES[failed.verb].name if failed is not None else "",
        "last_name": procedure.STAGES[steps[-1].verb].name if steps else "",
        "stages": [
            {"stage": stage, "form": _stage_form(stage.verb, record, standing.clock, failed)}
            | procedure.law_of(stage, record.kind)
            for stage in stages
        ],
        "words": words,
        "files": files(record, words or {}),
        "fields": [(label, words[name]) for name, label in FIELDS if words and words.get(name)],
        "contact": own_data.contact_rows((words or {}).get("contact", {})),
    }
    return _closed(render(request, "desk/sealed_record.html", context, status=status))


def _step(step: SealedStep, kind: str, words: dict[str, Any] | None) -> dict[str, Any]:
    """Return the step, with what a partial withdrawal withdraws while the record is open."""
    row = sealed.step_row(step, kind)
    return row | {"text": (words or {}).get("withdrawn", {}).get(step.pk, row["text"])}


def _handing(steps: list[SealedStep], form: Hand | None) -> dict[str, Any]:
    """Return to whom a transferred record may be handed over here: nobody without a key there, or out of the system."""
    to = steps[-1].to
    keys = LaneKey.objects.in_force(today()).filter(kind=LaneKey.Kind.MEMBER, body=to) if to else None
    return {"to": to, "form": form or Hand(auto_id="hand_%s") if keys is not None and keys.exists() else None}


def _stage_form(verb: str, record: SealedRecord, clock: Clock | None, failed: Advance | None) -> Advance:
    if failed is not None and failed.verb == verb:
        return failed
    first = {"day": today()}
    return Advance(verb=verb, kind=record.kind, today=today(), clock=clock, initial=first, auto_id=f"{verb}_%s")


def _standing(record: SealedRecord) -> procedure.Standing:
    return procedure.standing(record, list(record.steps.order_by("pk")))


def _others(record: SealedRecord) -> list[tuple[str, str]]:
    """Return the keys in force that cannot open the record yet: of colleagues, bodies above, and those that follow."""
    bodies = [record.body, *record.body.superiors()]
    if record.body.valid_to is not None and record.body.valid_to < today():
        bodies += [law.standing(record.body, today()), *law.heirs_of(record.body, today())]
    keys = LaneKey.objects.in_force(today()).filter(kind=LaneKey.Kind.MEMBER, body__in=bodies)
    rows = keys.exclude(boxes__record=record).select_related("account", "body").order_by("pk")
    return [(str(key.pk), f"{key.account}, {key.body}") for key in rows]


def _row(record: SealedRecord) -> dict[str, Any]:
    """Return what a list may say: a number of chance, the kind, the stage and its term; never a name or a word."""
    steps = sorted(record.steps.all(), key=lambda step: step.pk)
    standing = procedure.standing(record, steps)
    return {
        "pk": record.pk,
        "number": record.pk[:8].upper(),
        "kind": law.kinds()[record.kind].name,
        "day": record.day,
        **sealed.standing_row(record, standing, today()),
    }


def _closed(page: HttpResponse) -> HttpResponse:
    patch_cache_control(page, no_store=True)
    return page
