"""Every URL declares who may enter; whoever is not named is turned away."""

import time
from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from langnghe.cases.lifecycle import Actor, acting
from langnghe.registry import known, rights
from langnghe.registry.models import Member
from langnghe.web.noted import note
from langnghe.web.now import today

PUBLIC, SIGNED_IN = "public", "signed in"
# In the session: the membership chosen; when the second factor was given; when the person last did something.
HAT, PROVED, ACTIVE = "hat", "proved", "active"
IDLE = 60 * 60  # seconds without doing anything after which the session is over (ASVS 5.0, 7.3.1)
NOTED = 5 * 60  # seconds after which it is written again that the person is there


class View(Protocol):
    """A function view."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def public(view: View) -> View:
    """Let anyone enter."""
    cast(Any, view).access = PUBLIC
    return view


def may(action: str) -> Callable[[View], View]:
    """Let signed-in members enter to whom the table of rights gives the action; to others there is no such page."""
    rule = rights.RIGHTS[action]

    def decorate(view: View) -> View:
        @wraps(cast(Callable[..., HttpResponse], view))
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not _is_here(request):
                return redirect(_to_sign_in(request))
            member = membership(request)
            if member is None:
                raise PermissionDenied
            if not rights.allows(member, rule.action):
                raise Http404
            if settings.SECOND_FACTOR and not request.session.get(PROVED):
                return redirect("second_factor")
            return view(request, *args, **kwargs)

        cast(Any, guarded).access = rule.action
        return cast(View, guarded)

    return decorate


def signed_in(view: View) -> View:
    """Let anyone enter who is signed in, with a role or without: what concerns their own account."""

    @wraps(cast(Callable[..., HttpResponse], view))
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs) if _is_here(request) else redirect(_to_sign_in(request))

    cast(Any, guarded).access = SIGNED_IN
    return cast(View, guarded)


def _is_here(request: HttpRequest) -> bool:
    """Return whether somebody is signed in and has done something lately; what a page asks by itself is no doing."""
    if not request.user.is_authenticated:
        return False
    now = int(time.time())
    idle = now - request.session.get(ACTIVE, now)
    if idle > IDLE:
        note("session idle", request.user)
        logout(request)
        return False
    if idle > NOTED and (request.method == "POST" or request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"):
        request.session[ACTIVE] = now
    return True


def _to_sign_in(request: HttpRequest) -> str:
    """Return where to sign in, and then back to the page; what was posted cannot be kept."""
    page = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return reverse("login") + (f"?{urlencode({'next': page})}" if page else "")


def membership(request: HttpRequest) -> Member | None:
    """Return the membership the signed-in account acts under now."""
    return next(iter(memberships(request)), None)


def memberships(request: HttpRequest) -> list[Member]:
    """Return the account's memberships of today, that under which it acts first; asked once a request.

    Until one is chosen it acts under the oldest at a body that has not ended.
    """
    if not hasattr(request, "user") or not request.user.is_authenticated:  # none for a host that is turned away first
        return []
    if not hasattr(request, "_memberships"):
        chosen = request.session.get(HAT, 0)
        rows = request.user.memberships.on(today())
        known.join(rows, "body")
        prefetch_related_objects([row for row in rows if row.stands_in_id], "stands_in__account")
        ended = {row.pk for row in rows if row.body.valid_to is not None and row.body.valid_to < today()}
        order = sorted(rows, key=lambda member: (member.pk != chosen, member.pk in ended, member.pk))
        cast(Any, request)._memberships = order
    return cast(list[Member], cast(Any, request)._memberships)


def entered(request: HttpRequest) -> Member:
    """Return the membership of who has entered; PermissionDenied when there is none."""
    member = membership(request)
    if member is None:
        raise PermissionDenied
    return member


def actor(request: HttpRequest) -> Actor:
    """Return the signed-in member as an actor; PermissionDenied when there is none."""
    return acting(entered(request))
