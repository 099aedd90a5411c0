"""The wizard of a reorganisation: a draft with its preview, applying it, what waits for a person, and the balance."""

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from langnghe.cases import actions
from langnghe.cases.models import Case
from langnghe.cases.reorganisation import Reorganisation, Transfer, heir_of
from langnghe.commitments.models import Commitment
from langnghe.core.refusal import Refused
from langnghe.registry.find import by_name
from langnghe.registry.models import Body, Place
from langnghe.web import shown
from langnghe.web.access import entered, may
from langnghe.web.desk import reorganisation_people
from langnghe.web.desk.reorganisation_forms import PlanForm, lines_of_plan, lines_of_release
from langnghe.web.desk.rows import titles
from langnghe.web.now import now, today
from langnghe.web.paging import page_by_id

MOST = 5_000
State = Reorganisation.State


@may("run_site")
@require_safe
def reorganisations(request: HttpRequest) -> HttpResponse:
    """List the plans, newest first."""
    entered(request)
    plans, pager = page_by_id(request, Reorganisation.objects.all())
    return render(request, "desk/reorganisations.html", {"plans": plans, "pager": pager})


@may("run_site")
@require_http_methods(["GET", "HEAD", "POST"])
def reorganisation_form(request: HttpRequest, pk: int = 0) -> HttpResponse:
    """Write a draft, or change it; `?tinh-cu=` fills in what the release knows of an old province's communes."""
    member = entered(request)
    plan = get_object_or_404(Reorganisation, pk=pk, state=State.DRAFT) if pk else None
    if request.method != "POST":
        form = PlanForm(initial=_first(plan, request.GET.get("tinh-cu", "")[:12].replace("\0", "")))
        return render(request, "desk/reorganisation_form.html", {"form": form, "plan": plan})
    form = PlanForm(request.POST)
    if not form.is_valid():
        return render(request, "desk/reorganisation_form.html", {"form": form, "plan": plan}, status=422)
    try:
        made = actions.plan_reorganisation(form.draft, by=member, plan=plan)
    except Refused as refused:
        messages.warning(request, str(refused))
        return redirect("reorganisations")
    return redirect("reorganisation", made.pk)


def _first(plan: Reorganisation | None, old_province: str) -> dict[str, Any]:
    if plan is None:
        return {"moves": lines_of_release(old_province)} if old_province else {}
    said = {"title": plan.title, "document_no": plan.document_no, "day": plan.day.isoformat()}
    return said | {"moves": lines_of_plan(plan)}


@may("run_site")
@require_safe
def reorganisation(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a draft with what it would move; or how far it is applied, what waits for a person, and the balance."""
    entered(request)
    plan = get_object_or_404(Reorganisation, pk=pk)
    context = {"plan": plan, "is_draft": plan.state == State.DRAFT, "too_early": plan.day > today()}
    if plan.state == State.DRAFT:
        context |= _foreseen(plan) | reorganisation_people.foreseen(plan)
    else:
        context |= _standing(request, plan) | reorganisation_people.standing(plan)
    return render(request, "desk/reorganisation.html", context)


def _foreseen(plan: Reorganisation) -> dict[str, Any]:
    """Return what applying the draft would end and move; the newest MOST cases are asked for their heir."""
    heirs: dict[int, list[Any]] = {}
    rows: dict[int, dict[str, Any]] = {}
    for move in plan.moves.select_related("old", "new").order_by("pk"):
        heirs.setdefault(move.old_id, []).append(move.new or Place(name=move.new_name, key=move.new_code))
        rows.setdefault(move.old_id, {"old": move.old, "heirs": []})["heirs"].append(move.heir_name)
    bodies = Body.objects.filter(place__in=heirs)
    cases = Case.objects.filter(state__in=Case.OPEN, holder__in=bodies)
    promises = Commitment.objects.filter(state=Commitment.State.OPEN, body__in=bodies)
    counted = {
        name: found.order_by().values_list(f"{field}__place").annotate(n=Count("pk"))
        for name, found, field in (("cases", cases, "holder"), ("promises", promises, "body"))
    }
    for name, found in counted.items():
        for place, n in found:
            rows[place][name] = n
    newest = cases.select_related("place__parent__parent").order_by("-pk")[:MOST]
    asked = [case for case in newest if heir_of(case.place, case.spot, heirs, plan.day) is None]
    asked_promises = [
        each
        for each in promises.select_related("place__parent__parent")[:MOST]
        if heir_of(each.place, "", heirs, plan.day) is None
    ]
    open_cases = cases.count()
    return {
        "rows": list(rows.values())[:200],
        "units": len(rows),
        "figures": [
            {"label": _("Cơ quan kết thúc"), "value": shown.number(bodies.count())},
            {"label": _("Vụ việc đang mở sẽ chuyển"), "value": shown.number(open_cases)},
            {"label": _("Cam kết sẽ chuyển"), "value": shown.number(promises.count())},
            {"label": _("Chờ người chọn nơi nhận"), "value": shown.number(len(asked) + len(asked_promises))},
        ],
        "is_cut": open_cases > MOST,
        "most": shown.number(MOST),
    }


def _standing(request: HttpRequest, plan: Reorganisation) -> dict[str, Any]:
    counts: dict[str, int] = dict(plan.transfers.order_by().values_list("state").annotate(n=Count("pk")))
    of_cases: dict[str, int] = dict(
        plan.transfers.filter(commitment=None).order_by().values_list("state").annotate(n=Count("pk"))
    )
    asked, pager = page_by_id(request, _asked(plan))
    named = titles([each.case for each in asked if each.case])
    waiting = _asked(plan)
    heirs = {new.pk: new for found in plan.heirs().values() for new in found}
    by_old = plan.heirs()
    total = sum(counts.values())
    return {
        "total": total,
        "done": total - counts.get(Transfer.State.WAITING, 0),
        "figures": [
            {"label": label, "value": shown.number(counts.get(state, 0))}
            for state, label in (
                (Transfer.State.MOVED, _("Đã chuyển")),
                (Transfer.State.ASKED, _("Chờ người chọn nơi nhận")),
                (Transfer.State.LEFT, _("Đã xong hoặc đã đi nơi khác trước đó")),
                (Transfer.State.WAITING, _("Đang chờ đến lượt")),
            )
        ],
        "balance": {
            "stock": sum(of_cases.values()),
            "arrived": Case.objects.filter(pk__in=plan.transfers.filter(commitment=None).values("case")).count(),
            "before": plan.open_before,
            "after": plan.open_after,
            "holds": plan.open_before == plan.open_after,
        },
        "asked": [
            {"transfer": each, "heirs": _choices(each, by_old, heirs), "title": named.get(each.case_id or 0, "")}
            for each in asked
        ],
        "olds": by_name(
            Place.objects.filter(
                Q(pk__in=waiting.values("case__place")) | Q(pk__in=waiting.values("commitment__place"))
            )
        ),
        "all_heirs": by_name(heirs.values()),
        "pager": pager,
    }


def _asked(plan: Reorganisation) -> Any:
    rows = plan.transfers.filter(state=Transfer.State.ASKED)
    return rows.select_related("case__place", "case__topic", "commitment__place", "from_body")


def _choices(transfer: Transfer, by_old: dict[int, list[Place]], heirs: dict[int, Place]) -> list[Place]:
    """Return the heirs of the matter's own place, or all of the plan's when it has none there."""
    thing = transfer.case or transfer.commitment
    return by_old.get(thing.place_id if thing else 0) or by_name(heirs.values())


@may("run_site")
@require_POST
def decide_reorganisation(request: HttpRequest, pk: int, verb: str) -> HttpResponse:
    """Apply a draft, delete it, or choose the heir of what waits for a person."""
    member = entered(request)
    plan = get_object_or_404(Reorganisation, pk=pk)
    try:
        if verb == "xoa":
            actions.delete_reorganisation(plan)
            messages.success(request, _("Đã xóa bản thảo."))
            return redirect("reorganisations")
        if verb == "ap-dung":
            actions.apply_reorganisation(plan, by=member, at=now())
            messages.success(request, _("Đã áp dụng. Vụ việc và cam kết đang được chuyển."))
        if verb == "chon":
            n = _choose(plan, request)
            messages.success(request, _("Đã chuyển %(n)s việc.") % {"n": n})
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("reorganisation", pk)


def _choose(plan: Reorganisation, request: HttpRequest) -> int:
    """Move one (`viec`), or all that wait and come from one old unit (`tu`), to the heir."""
    heir = Place.objects.filter(key=request.POST.get("noi", "").replace("\0", "")).first()
    if heir is None:
        raise Refused(_("Hãy chọn một đơn vị nhận trong bản sắp xếp này."))
    waiting = plan.transfers.filter(state=Transfer.State.ASKED)
    if one := request.POST.get("viec", ""):
        waiting = waiting.filter(pk=int(one)) if one.isascii() and one.isdigit() and len(one) < 19 else waiting.none()  # noqa: PLR2004
    else:
        old = request.POST.get("tu", "").replace("\0", "")
        waiting = waiting.filter(Q(case__place__key=old) | Q(commitment__place__key=old))
    found: Iterable[int] = list(waiting.values_list("pk", flat=True)[:500])
    return actions.choose_heir(plan, found, heir, at=now())
