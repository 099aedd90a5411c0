"""What belongs to the site itself: its language, source, state, and a word to crawlers."""

from typing import cast

from django.conf import settings
from django.db import DatabaseError
from django.http import FileResponse, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases.models import Voice
from langnghe.ledger import outbox, readiness
from langnghe.web.access import public
from langnghe.web.now import now
from langnghe.web.public.source import archive

A_YEAR = 365 * 24 * 3600


@public
@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Remember the language in a cookie and go back to the page; never to another site."""
    wanted, target = request.POST.get("language", ""), request.POST.get("next", "")
    hosts = {request.get_host()}
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=hosts, require_https=request.is_secure()):
        target = "/"
    response = HttpResponseRedirect(target)
    if wanted in dict(settings.LANGUAGES) and check_for_language(wanted):
        secure = settings.SESSION_COOKIE_SECURE
        response.set_cookie(settings.LANGUAGE_COOKIE_NAME, wanted, A_YEAR, samesite="Lax", httponly=True, secure=secure)
    return response


@public
@require_safe
def source(request: HttpRequest) -> HttpResponse:
    answer = FileResponse(archive().open("rb"), as_attachment=True, filename="langnghe-ma-nguon.zip")
    return cast(HttpResponse, answer)


@public
@require_safe
def status(request: HttpRequest) -> HttpResponse:
    """Say whether the database answers and when the last voice came; to machines the same as `health`."""
    if request.get_preferred_type(["text/html", "application/json"]) == "application/json":
        return health(request)
    try:
        last = Voice.objects.order_by("-pk").values_list("received_at", flat=True).first()
    except DatabaseError:
        page = render_to_string("public/status.html", {"clock": now(), "is_up": False})
        return HttpResponse(page, status=503)
    return render(request, "public/status.html", {"clock": now(), "is_up": True, "last": last})


@public
@require_safe
def health(request: HttpRequest) -> HttpResponse:
    """Say to machines whether voices are taken and how old things are, in seconds; 503 when they are not."""
    try:
        reading, jobs = readiness.read(timezone.now()), outbox.standing(now())
    except DatabaseError:
        return _uncached(JsonResponse({"live": True, "ready": False, "database": False}, status=503))
    ages = {"checkpoint_age": reading.checkpoint, "unnumbered_age": reading.unnumbered, "backup_age": reading.backup}
    ages["queue_age"] = jobs.oldest
    ready = not readiness.forbids(reading)
    facts = {
        "live": True,
        "ready": ready,
        "database": True,
        "alarm": bool(readiness.warns(reading) or jobs.is_stuck or jobs.dead),
        "dead_letters": jobs.dead,
        "disk_free_share": round(reading.free_share, 3),
        **{name: age and round(age.total_seconds()) for name, age in ages.items()},
    }
    return _uncached(JsonResponse(facts, status=200 if ready else 503))


def _uncached(response: HttpResponse) -> HttpResponse:
    patch_cache_control(response, no_store=True)
    return response


@public
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    closed = ("/",) if settings.INSTALLATION.demo else ("/tra-cuu", "/vu-viec-cua-toi")
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")
