"""Atom feeds (RFC 4287) with GeoRSS points: what was published and answered at a place, on a topic, in a case."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.html import linebreaks
from django.utils.translation import gettext as _
from django.views.decorators.http import conditional_page, require_safe

from langnghe.cases.lifecycle import MOVES
from langnghe.cases.models import Case, Reply, Step
from langnghe.cases.published import published
from langnghe.core.codes import BadCode, parse_case
from langnghe.registry import known, law
from langnghe.registry.models import Place
from langnghe.web import shown
from langnghe.web.access import public
from langnghe.web.now import today
from langnghe.web.public.cases import became
from langnghe.web.shown import OWN

MOST = 50
NEWS = ("publish", "reply")
UNSAID = ("open_contact", "redact", "seal", "unpublish", *OWN)  # steps that a case's own feed leaves out


class GeoAtom(Atom1Feed):
    """Atom whose entries may carry the centroid of their commune, never an exact spot (GeoRSS, OGC 17-002r1)."""

    def root_attributes(self) -> dict[str, str]:
        return {**super().root_attributes(), "xmlns:georss": "http://www.georss.org/georss"}

    def add_item_elements(self, handler: Any, item: dict[str, Any]) -> None:
        super().add_item_elements(handler, item)
        if item["point"]:
            handler.addQuickElement("georss:point", item["point"])


@public
@require_safe
@conditional_page
def all_feed(request: HttpRequest) -> HttpResponse:
    return _news(_("Phản ánh, kiến nghị đã công khai"), reverse("cases"), Q())


@public
@require_safe
@conditional_page
def place_feed(request: HttpRequest, key: str) -> HttpResponse:
    """Tell of a commune in force; one that another took over whole leads to that one's."""
    now = [heir for heir, _name in became(key, today())]
    if len(now) != 1:
        raise Http404
    if now != [key]:
        return redirect("place_feed", now[0])
    found = law.place(key)
    return _news(str(found), reverse("place", args=[key]), Q(place=found))


@public
@require_safe
@conditional_page
def topic_feed(request: HttpRequest, code: str) -> HttpResponse:
    found = law.topics().get(code)
    if found is None:
        raise Http404
    return _news(found.name, reverse("topic", args=[code]), Q(topic=found))


@public
@require_safe
@conditional_page
def case_feed(request: HttpRequest, code: str) -> HttpResponse:
    """Return every step of a published case; one that is unknown or not published is not there."""
    try:
        case = published().get(pk=parse_case(code[:40]))
    except (BadCode, Case.DoesNotExist):
        raise Http404 from None
    steps = Step.objects.filter(case=case).exclude(verb__in=UNSAID)
    title = f"{case.code}: {shown.title(case)}"
    return _feed(title, reverse("case", args=[case.code]), _read(steps), lambda step: str(MOVES[step.verb].name))


def _news(title: str, href: str, scope: Q) -> HttpResponse:
    steps = Step.objects.filter(scope, verb__in=NEWS, case__in=published())
    return _feed(title, href, _read(steps), _headline)


def _headline(step: Step) -> str:
    words = _("Đã trả lời: %(title)s") if step.verb == "reply" else _("Mới: %(title)s")
    return words % {"title": shown.title(step.case)}


def _read(steps: QuerySet[Step]) -> list[Step]:
    replies = Reply.objects.filter(state=Reply.State.PUBLISHED).order_by("pk")
    related = steps.select_related("case").prefetch_related(Prefetch("case__replies", replies, "told"))
    found: list[Step] = list(related.order_by("-pk")[:MOST])
    known.join(found, "body")
    known.join((step.case for step in found), *shown.SHOWN_WITH)
    return found


def _feed(title: str, href: str, steps: list[Step], headline: Any) -> HttpResponse:
    address = f"{settings.ADDRESS}{href}"
    feed = GeoAtom(f"Lắng Nghe: {title}", address, "", feed_guid=_tag(href), feed_url=_self(address), language="vi")
    for step in steps:
        at = step.at.astimezone(ZoneInfo(settings.TIME_ZONE))
        feed.add_item(
            headline(step),
            settings.ADDRESS + reverse("case", args=[step.case.code]),
            _content(step),
            unique_id=_tag(f"step/{step.pk}"),
            author_name=str(step.body),
            pubdate=at,
            updateddate=at,
            categories=[step.case.topic.name],
            point=_point(step.case.place),
        )
    if not steps:
        feed.latest_post_date = lambda: datetime(today().year, 1, 1, tzinfo=ZoneInfo(settings.TIME_ZONE))  # type: ignore[method-assign]
    response = HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
    response["Cache-Control"] = "max-age=300"
    return response


def _self(address: str) -> str:
    return f"{address}.atom"


def _tag(path: str) -> str:
    """Return a name that stays the same wherever the site moves its pages (RFC 4151)."""
    return f"tag:{urlsplit(settings.ADDRESS).hostname},2026:{path}"


def _content(step: Step) -> str:
    """Return, as HTML, what its page shows of the step: the public summary, or the answer published that day."""
    words = ""
    if step.verb == "publish":
        words = step.case.summary
    if step.verb == "reply":
        words = next((reply.text for reply in step.case.told if reply.published == step.day), "")  # type: ignore[attr-defined]
    return linebreaks(words, autoescape=True) if words else ""


def _point(place: Place) -> str:
    return f"{place.lat} {place.lon}" if place.lat is not None else ""
