"""What the speak-up door answers to a phone that sends what waited in it while there was no line."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.cache import patch_cache_control

from langnghe.cases.models import Case
from langnghe.registry import law
from langnghe.web.public.forms import Speak


def is_asked(request: HttpRequest) -> bool:
    """Return whether the page's script asks, and not a person who looks at the answer."""
    return request.headers.get("X-Queued") == "1"


def taken(receipt: str, case: Case) -> HttpResponse:
    due = f"{case.due:%d/%m/%Y}" if case.due else ""
    return _answer({"receipt": receipt, "case": case.code, "body": str(case.holder), "due": due}, 200)


def spooled(receipt: str) -> HttpResponse:
    return _answer({"receipt": receipt, "case": "", "body": "", "due": ""}, 202)


def mend(form: Speak) -> HttpResponse:
    """Return what is to be mended, as a person would read it; the words stay on the phone."""
    return _answer({"errors": [str(error) for errors in form.errors.values() for error in errors]}, 422)


def turn_away(kind: str) -> HttpResponse:
    """Return that the words have a lawful procedure of their own; the phone keeps them no longer."""
    named = law.kinds()[kind].name
    return _answer({"procedure": named, "href": reverse("procedure", args=[kind])}, 422)


def _answer(told: dict[str, object], status: int) -> HttpResponse:
    response = JsonResponse(told, status=status)
    patch_cache_control(response, no_store=True)
    return response
