"""The door to the sealed lane: a complaint or denunciation goes closed to its recipients, and its stage comes back."""

from uuid import uuid4

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_cache_control
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases.lifecycle import RESIDENT, Actor
from langnghe.cases.sealed import procedure
from langnghe.cases.sealed.arrival import SealedArrival
from langnghe.cases.sealed.models import SealedRecord
from langnghe.registry import law
from langnghe.web import sealed
from langnghe.web.access import public
from langnghe.web.fields import is_key
from langnghe.web.now import today
from langnghe.web.sealed_form import Sealed, keep, receipt


@public
@sensitive_post_parameters()
@require_POST
def send_sealed(request: HttpRequest) -> HttpResponse:
    """Keep the words closed and give the receipt; what is wrong comes back on the page, kept nowhere."""
    data = request.POST.copy()
    if not is_key(data.get("key", "")):
        data["key"] = str(uuid4())
    form = Sealed(data, request.FILES, auto_id="don_%s")
    kept, status = keep(form, Actor(RESIDENT))
    if kept:
        return _receipt(request, *kept)
    kind = next((kind for kind in sealed.ACTS if kind == data.get("kind")), "complaint")
    context = {"send": form, "text": "", **sealed.procedure(kind, today())}
    return _secret(render(request, "public/procedure.html", context, status=status))


def _receipt(request: HttpRequest, arrival: SealedArrival, record: SealedRecord) -> HttpResponse:
    return _secret(render(request, "public/sealed_receipt.html", receipt(request, arrival, record)))


@public
@require_safe
def mine_sealed(request: HttpRequest) -> HttpResponse:
    """Show who holds the receipt where their complaint or denunciation stands; no word of it, which stays closed."""
    record = SealedRecord.objects.select_related("body").filter(pk=request.session.get("sealed", "")).first()
    if record is None:
        return redirect("look_up")
    steps = list(record.steps.order_by("pk"))
    standing = procedure.standing(record, steps)
    context = {
        "record": record,
        "number": record.pk[:8].upper(),
        "kind": law.kinds()[record.kind],
        "state": procedure.STATES[standing.state],
        "due": standing.due,
        "is_late": standing.due is not None and standing.due < today(),
        "steps": [sealed.step_row(step, record.kind) for step in steps],
        "terms": sealed.procedure(record.kind, today())["terms"],
    }
    return _secret(render(request, "public/mine_sealed.html", context))


def _secret(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response
