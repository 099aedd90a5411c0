"""Every URL declares who may enter; whoever is not named is turned away."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from langnghe.cases.lifecycle import Actor, acting
from langnghe.registry import rights
from langnghe.registry.models import Member
from langnghe.web.now import today

PUBLIC, SIGNED_IN = "public", "signed in"
HAT, PROVED = "hat", "proved"  # in the session: the membership chosen; whether the second factor was given


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
            if not request.user.is_authenticated:
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
        return view(request, *args, **kwargs) if request.user.is_authenticated else redirect(_to_sign_in(request))

    cast(Any, guarded).access = SIGNED_IN
    return cast(View, guarded)


def _to_sign_in(request: HttpRequest) -> str:
    """Return where to sign in, and then back to the page; what was posted cannot be kept."""
    page = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return reverse("login") + (f"?{urlencode({'next': page})}" if page else "")


def membership(request: HttpRequest) -> Member | None:
    """Return the membership the signed-in account acts under now."""
    return next(iter(memberships(request)), None)


def memberships(request: HttpRequest) -> list[Member]:
    """Return the account's memberships of today, that under which it acts first; asked once a request."""
    if not hasattr(request, "user") or not request.user.is_authenticated:  # none for a host that is turned away first
        return []
    if not hasattr(request, "_memberships"):
        chosen = request.session.get(HAT, 0)
        rows = request.user.memberships.on(today()).select_related("body__place")
        cast(Any, request)._memberships = sorted(rows, key=lambda member: (member.pk != chosen, member.pk))
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
