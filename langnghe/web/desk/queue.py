"""The cases on a body's desk, the nearest deadline first."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db.models import Count, Exists, F, IntegerField, Min, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases import actions
from langnghe.cases.desk_models import Flag, SavedFilter
from langnghe.cases.lifecycle import NAMING
from langnghe.cases.models import Case, Step, Voice
from langnghe.cases.searching import MOST_VOICES, find_voices, key
from langnghe.cases.subject_request import SubjectRequest
from langnghe.core.codes import case_code
from langnghe.core.refusal import Refused
from langnghe.core.text import nfc
from langnghe.registry import law, rights
from langnghe.registry.models import Member, Place, Topic
from langnghe.web import paging, shown
from langnghe.web.access import entered, may
from langnghe.web.desk import numbers, parts, reach
from langnghe.web.desk.rows import cards
from langnghe.web.now import today

State = Case.State
SIZE = 50
LONGEST = 200  # characters of what is sought
TOLD_AGAIN = 200  # moves
DIGITS = 19  # of a number that fits 64 bits
MARKS = ("viec", "verb")  # in the address once after a refusal, to come back as they were
TABS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "dang-mo": (gettext_lazy("Đang mở"), Case.OPEN),
    "cua-toi": (gettext_lazy("Của tôi"), Case.OPEN),
    "qua-han": (gettext_lazy("Quá hạn"), Case.OPEN),
    "moi-den": (gettext_lazy("Mới đến"), (State.RECEIVED,)),
    "dang-lam": (gettext_lazy("Đang giải quyết"), (State.ACCEPTED, State.ASSIGNED)),
    "cho-duyet": (gettext_lazy("Chờ duyệt, công bố"), (State.DRAFTED, State.APPROVED)),
    "da-tra-loi": (gettext_lazy("Đã trả lời"), (State.ANSWERED,)),
    "da-xong": (gettext_lazy("Đã kết thúc"), (State.CLOSED, State.WITHDRAWN, State.MERGED)),
    "tat-ca": (gettext_lazy("Tất cả"), tuple(State)),
}
DONE = ("da-tra-loi", "da-xong")
MOST_COUNTED = 5_000  # of what is done: no page waits for a count of all the years


class UpTo(Subquery):
    """How many rows a query with a limit has."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) AS counted)"
    output_field = IntegerField()


@may("list_cases")
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    member = entered(request)
    sought = nfc(request.GET.get("tim", "")).strip()[:LONGEST]
    if sought and (code := numbers.right(request, sought)):
        return redirect("desk_case", code)
    tab = request.GET.get("loc", "")
    tab = tab if tab in TABS else "tat-ca" if sought else "dang-mo"
    topic = law.topics().get(request.GET.get("linh-vuc", ""))
    place = reach.commune(member, request.GET.get("noi", ""))
    rows = _filtered(reach.on_desk(member), tab, topic, place, member)
    if sought:
        rows = rows.filter(pk__in=_with_words(member, sought))
    page = paging.page_by_due if _is_open(tab) else paging.page_by_id  # the newest of the done
    found, pager = page(request, rows, SIZE, MARKS)
    context = {
        "body": member.body,
        "whole": reach.reviews(member),
        "tabs": [*_tabs(member, tab, topic, place, sought), *parts.tabs(member)],
        "tab": tab,
        "by_due": _is_open(tab),
        "rows": cards(found, today()),
        "topics": law.topics().values(),
        "topic": topic,
        "places": reach.communes(member, place),
        "place": place,
        "sought": sought,
        "most_found": MOST_VOICES,
        "hint": numbers.hint(member, sought, found_words=bool(found)),
        "filters": list(SavedFilter.objects.filter(account=member.account).order_by("name")),
        "query": _without_marks(request),
        "chosen": urlencode({"loc": tab} | _kept(topic, place)),  # what a browser may remember: no words
        "marked": request.GET.getlist("viec"),
        "verb": request.GET.get("verb", ""),
        "officers": _officers(member),
        "flagged": _flagged(member),
        "requests": _requests(member),
        "pager": pager,
    }
    return render(request, "desk/queue.html", context)


def _with_words(member: Member, words: str) -> "QuerySet[Voice, int]":
    """Return the cases of the newest voices with all the words; those of the member's place, where it is a commune."""
    home = member.body.place
    keys = () if home.level == Place.Level.PROVINCE else (key("place", home.key),)
    return find_voices(words, *keys).values_list("case", flat=True)


def _flagged(member: Member) -> list[str]:
    """Return the codes of the body's cases that readers flagged, at most five."""
    rows = Flag.objects.annotate(holder=F("case__holder") + 0)  # "+ 0": SQLite must not begin at the holder
    rows = rows.filter(is_open=True, holder=member.body_id, case__is_public=True).order_by("case")
    return [case_code(pk) for pk in rows.values_list("case", flat=True).distinct()[:5]]


def _requests(member: Member) -> dict[str, Any]:
    """Return how many requests about personal data wait at the body, and when the first is due."""
    if member.role not in rights.roles("handle_case"):
        return {}
    rows = SubjectRequest.objects.annotate(holder=F("voice__case__holder") + 0)  # as above
    waiting = rows.filter(state=SubjectRequest.State.ASKED, holder=member.body_id)
    found = waiting.aggregate(count=Count("pk"), due=Min("due"))
    return found | {"is_late": found["due"] is not None and found["due"] < today()}


def _officers(member: Member) -> list[tuple[int, str]]:
    """Return to whom the cases of the member's body may be given, if the member may give them."""
    if not rights.allows(member, "handle_case"):
        return []
    rows = member.body.members.on(today()).filter(role__in=rights.roles("handle_case")).order_by("account__username")
    return list(rows.values_list("account", "account__username").distinct())


def _is_open(tab: str) -> bool:
    return set(TABS[tab][1]) <= set(Case.OPEN)


def _filtered(
    rows: QuerySet[Case], tab: str, topic: Topic | None, place: Place | None, member: Member
) -> QuerySet[Case]:
    if tab != "tat-ca":
        rows = rows.filter(state__in=TABS[tab][1])
    if _is_open(tab):
        rows = rows.filter(settled=None)
    if tab == "qua-han":
        rows = rows.filter(due__lt=today(), paused=None)
    if tab == "cua-toi":
        rows = rows.filter(officer=member.account)
    if topic:
        rows = rows.filter(topic=topic)
    return rows.filter(place=place) if place else rows


def _tabs(member: Member, tab: str, topic: Topic | None, place: Place | None, sought: str) -> list[dict[str, Any]]:
    """Return the quick filters, each with how many cases it would list; not while words are sought."""
    counts = {} if sought else _counts(member, topic, place)
    kept = _kept(topic, place) | ({"tim": sought} if sought else {})
    return [
        {
            "name": name,
            "href": f"?{urlencode({'loc': key} | kept)}",
            "is_chosen": key == tab,
            "count": _counted(counts.get(key), is_open=_is_open(key)),
        }
        for key, (name, _states) in TABS.items()
        if key != "cua-toi" or not reach.reviews(member)
    ]


def _counted(count: int | None, *, is_open: bool) -> str:
    """Return a count in words; of more done cases than are counted, how many there are at least."""
    if count is None:
        return ""
    is_more = count > MOST_COUNTED and not is_open
    return f"{shown.number(MOST_COUNTED)}+" if is_more else shown.number(count)


def _kept(topic: Topic | None, place: Place | None) -> dict[str, str]:
    """Return the chosen topic and place as they stand in the address."""
    return ({"linh-vuc": topic.code} if topic else {}) | ({"noi": place.key} if place else {})


def _counts(member: Member, topic: Topic | None, place: Place | None) -> dict[str, int]:
    """Return how many cases each quick filter lists under the other filters; indexes count them without the cases.

    Of a whole province nothing is counted: even from an index its hundreds of thousands take too long for a page.
    """
    if reach.reviews(member) and reach.of_province(member) and not place:
        return {}
    rows = reach.on_desk(member).order_by()
    late = Count("pk", filter=Q(due__lt=today(), paused=None))
    own = Value(0) if reach.reviews(member) else Count("pk", filter=Q(officer=member.account))  # not in their index
    stands = Concat("state", Value(""))  # by the bare state SQLite would begin at an index without officer and pause
    going = rows.filter(settled=None, state__in=Case.OPEN)
    going = going.filter(place=place) if place else going
    if topic and (place or reach.reviews(member)):
        going = going.filter(topic=topic)
    elif topic:  # "+ 0": SQLite must not begin at the topic's cases of the whole province
        going = going.annotate(about=F("topic") + 0).filter(about=topic.pk)
    found = going.annotate(stands=stands).values_list("stands").annotate(Count("pk"), late=late, own=own)
    once = Member.objects.filter(pk=member.pk).order_by()
    for tab in DONE:
        closed = UpTo(_done(member, topic, place).filter(state__in=TABS[tab][1]).values("pk")[: MOST_COUNTED + 1])
        found = found.union(once.values_list(Value(tab), closed, Value(0), Value(0)), all=True)
    counts, sums = Counter[str](), Counter[str]()
    for stands_at, number, overdue, mine in found:
        counts[stands_at] = number
        sums.update({"qua-han": overdue, "cua-toi": mine})
    for tab, (_name, within) in TABS.items():
        if tab not in (*sums, *DONE):
            counts[tab] = sum(counts[state] for state in within)
    counts["tat-ca"] += sum(counts[tab] for tab in DONE)
    return {**counts, **sums}


def _done(member: Member, topic: Topic | None, place: Place | None) -> QuerySet[Case]:
    """Return the cases on the member's desk, so asked that one index counts those in a closed state."""
    rows = reach.on_desk(member).order_by()
    if place and not reach.reviews(member):  # "+ 0": SQLite must not begin at the holder
        rows = Case.objects.annotate(at=F("holder") + 0).filter(at=member.body_id)
    rows = rows.filter(place=place) if place else rows
    return rows.filter(topic=topic) if topic else rows


@may("list_cases")
@require_safe
def arrivals(request: HttpRequest) -> HttpResponse:
    """Return the moves after number `tu` that put a case here which nobody has taken, and the parts asked of the body.

    The open page compares them with what it knew, and asks next from `last`. A few moves before `tu` are told again:
    of two at once, the one with the lower number may be written later.
    """
    member, since = entered(request), request.GET.get("tu", "")
    last = Step.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    first = min(int(since), last) if since.isascii() and since.isdecimal() and len(since) < DIGITS else last
    brings = Q(verb__in=("receive", "split")) | Q(to_body__isnull=False)
    steps = Step.objects.filter(brings, pk__gt=first - TOLD_AGAIN).exclude(verb__in=NAMING)
    waiting = reach.on_desk(member).filter(pk=OuterRef("case"), state=State.RECEIVED, settled=None).order_by()
    came = steps.filter(Exists(waiting)).order_by("pk").values_list("pk", flat=True)
    return JsonResponse({"came": [*map(str, came), *(f"p{pk}" for pk in parts.waiting(member))], "last": last})


@may("list_cases")
@require_POST
def filters(request: HttpRequest) -> HttpResponse:
    """Save the filter that is shown under a name, or drop one."""
    account, said = entered(request).account, request.POST
    try:
        if said.get("bo", "").isascii() and said.get("bo", "").isdecimal() and len(said["bo"]) < DIGITS:
            actions.drop_filter(account, int(said["bo"]))
        else:
            actions.save_filter(account, said.get("ten", ""), said.get("query", ""))
            messages.success(request, _("Đã lưu bộ lọc."))
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(back_to_queue(request))


def back_to_queue(request: HttpRequest, marked: Sequence[str] = ()) -> str:
    """Return the address of the list with the filter from which something was sent, and the cases still marked."""
    back = QueryDict(request.POST.get("query", "")[:1000], mutable=True)
    if marked:
        back.setlist("viec", [*marked])
        back["verb"] = request.POST.get("verb", "")[:20]
    return reverse("queue") + (f"?{back.urlencode()}" if back else "")


def _without_marks(request: HttpRequest) -> str:
    """Return what the list was asked for, without what is marked in it."""
    asked = request.GET.copy()
    for name in MARKS:
        asked.pop(name, None)
    return asked.urlencode()
