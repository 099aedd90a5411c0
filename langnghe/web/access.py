"""Every URL declares who may enter; whoever is not named is turned away."""

from collections.abc import Callable
from functools import wraps
from typing import Any, Protocol, cast

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode

from langnghe.cases.lifecycle import Actor, acting
from langnghe.registry.models import Member, Place
from langnghe.web.now import today

PUBLIC = "public"
ANYONE_ON_STAFF = tuple(Member.Role.values)


class View(Protocol):
    """A function view."""

    def __call__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse: ...


def public(view: View) -> View:
    """Let anyone enter."""
    cast(Any, view).access = PUBLIC
    return view


def staff(*roles: str) -> Callable[[View], View]:
    """Let signed-in members with one of the roles enter (any role when none is named)."""

    def decorate(view: View) -> View:
        @wraps(cast(Callable[..., HttpResponse], view))
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect(_to_sign_in(request))
            member = membership(request)
            if member is None or member.role not in (roles or ANYONE_ON_STAFF):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        cast(Any, guarded).access = roles or ANYONE_ON_STAFF
        return cast(View, guarded)

    return decorate


def _to_sign_in(request: HttpRequest) -> str:
    """Return where to sign in, and then back to the page; what was posted cannot be kept."""
    page = request.get_full_path() if request.method in {"GET", "HEAD"} else ""
    return reverse("login") + (f"?{urlencode({'next': page})}" if page else "")


def membership(request: HttpRequest) -> Member | None:
    """Return the membership the signed-in account acts under now, asked once a request."""
    if not request.user.is_authenticated:
        return None
    if not hasattr(request, "_membership"):
        rows = request.user.memberships.on(today()).select_related("body__place")
        cast(Any, request)._membership = min(rows, key=lambda member: member.pk, default=None)
    return cast(Member | None, cast(Any, request)._membership)


def looks_after(member: Member) -> bool:
    """Return whether the member looks after the installation itself: the commission of the province."""
    return member.role == Member.Role.COMMISSION and member.body.place.level == Place.Level.PROVINCE


def actor(request: HttpRequest) -> Actor:
    """Return the signed-in member as an actor; PermissionDenied when there is none."""
    member = membership(request)
    if member is None:
        raise PermissionDenied
    return acting(member)
