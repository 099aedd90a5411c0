"""The reception book of a body for some days: a row for each who came, in the twelve columns of its form."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from textwrap import shorten

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from langnghe.cases.lifecycle import state_name
from langnghe.cases.models import Case, Step, Voice
from langnghe.cases.sealed.procedure import Bodies, came_to
from langnghe.core import tables
from langnghe.engagements.models import Ticket
from langnghe.registry import law
from langnghe.registry.models import Body

MOST = 500
LONGEST_WORDS = 400
GROUPED = {8, 9, 10}  # the columns under one heading
FORM = "reception_book"


@dataclass(frozen=True)
class Column:
    """One column of a form: its number, its title, and the heading that it shares with its neighbours."""

    number: int
    title: str
    group: str = ""


@dataclass(frozen=True)
class Guest:
    """Who came on a day: what was taken down of it, or the ticket of somebody with whom only was spoken.

    Neither of the two of somebody who brought a complaint or denunciation: of that only the day is known here.
    """

    day: date
    voice: Voice | None
    ticket: Ticket | None


Names = Mapping[str, Mapping[str, str]]  # by "v" and the voice, or "t" and the ticket


def columns(on: date) -> list[Column]:
    """Return the columns of the form in force on the day (table document_forms); the newest before any is."""
    rows = [row for row in tables.rows("document_forms") if row["element"].startswith(f"{FORM}_column_")]
    dated = [row for row in rows if not row["valid_to"] or on.isoformat() <= row["valid_to"]]
    found = {int(row["element"].rpartition("_")[2]): row["value"] for row in dated}
    return [Column(number, title, "Hướng xử lý" if number in GROUPED else "") for number, title in found.items()]


def form_name(on: date) -> str:
    """Return which form the book follows on the day, with its source."""
    rows = [row for row in tables.rows("document_forms") if row["element"] == FORM]
    row = next(row for row in rows if not row["valid_to"] or on.isoformat() <= row["valid_to"])
    return f"{row['value']}, {row['citation']}"


def guests(body: Body, since: date, until: date, *, with_sealed: bool = False) -> list[Guest]:
    """Return who came to the body's receptions, at most MOST and one more, in the order of the days.

    Complaints and denunciations given in person to the body only for who holds a key there (decision 22).
    """
    tickets = Ticket.objects.filter(engagement__body=body, engagement__day__range=(since, until))
    alone = tickets.filter(state=Ticket.State.DONE, case=None).select_related("engagement").order_by("pk")
    found = [Guest(voice.day, voice, _ticket(voice)) for voice in _voices(body, since, until)]
    found += [Guest(row.day, None, row) for row in alone[: MOST + 1]]
    if with_sealed:
        sealed = came_to({body.pk}).filter(channel=Voice.Channel.RECEPTION, day__range=(since, until)).order_by("day")
        found += [Guest(day, None, None) for day in sealed.values_list("day", flat=True)[: MOST + 1]]
    return sorted(found, key=lambda guest: (guest.day, guest.voice.pk if guest.voice else 0))[: MOST + 1]


def said_of_sealed(with_sealed: bool) -> str:
    """Return what the reader of the book is told about complaints and denunciations given in person."""
    if with_sealed:
        return _(
            "Đơn khiếu nại, tố cáo nộp tại chỗ có dòng chỉ ghi ngày, vì ông/bà giữ khóa của cơ quan; người không giữ "
            "khóa mở sổ thì không có dòng này. Đơn nói về chính cơ quan do cấp trên giữ, nằm trong sổ của cấp trên."
        )
    return _(
        "Đơn khiếu nại, tố cáo nộp tại chỗ không có dòng ở đây, để không ai đoán được ai đã nộp. Người giữ khóa kênh "
        "bảo mật của cơ quan mở sổ thì có dòng chỉ ghi ngày."
    )


def told_to(bodies: Bodies) -> Q:
    """Return the condition of steps by which words told at a reception of the bodies came: to their own people.

    What nobody there typed, as a book that was imported, was told to the body that holds it first.
    """
    begun = Q(account__memberships__valid_from=None) | Q(account__memberships__valid_from__lte=F("day"))
    lasts = Q(account__memberships__valid_to=None) | Q(account__memberships__valid_to__gte=F("day"))
    own = (Q(account__memberships__body__in=bodies) & begun & lasts) | Q(account=None, body__in=bodies)
    return own & Q(verb="receive", channel=Voice.Channel.RECEPTION)


def _voices(body: Body, since: date, until: date) -> QuerySet[Voice]:
    """Return what was told at a reception of the body: to its own people, or with a ticket for its day."""
    cases = Step.objects.filter(told_to({body.pk}), day__range=(since, until)).values("case")
    steps = Step.objects.filter(verb__in=("receive", "accept", "refer", "refer_up")).select_related("body", "to_body")
    ticketed = Ticket.objects.filter(engagement__body=body).exclude(case=None).values("case")
    rows = Voice.objects.filter(channel=Voice.Channel.RECEPTION, day__range=(since, until))
    rows = rows.filter(Q(case__in=cases) | Q(case__in=ticketed)).exclude(case__state=Case.State.SEALED)
    related = ("case__holder", "case__place", "case__recurs__holder", "case__concerns", "person")
    listed = Prefetch("case__steps", steps.order_by("pk"), to_attr="moves")
    return (
        rows.select_related(*related)
        .prefetch_related(listed, "case__tickets__engagement")
        .order_by("day", "pk")[: MOST + 1]
    )


def _ticket(voice: Voice) -> Ticket | None:
    """Return the ticket of the day with which the case's words came."""
    return next((ticket for ticket in voice.case.tickets.all() if ticket.day == voice.day), None)


def lines(found: Iterable[Guest], body: Body, names: Names) -> list[tuple[str, ...]]:
    """Return the twelve cells of each row; who came is only in `names`, never read from anywhere else."""
    return [
        (
            str(number),
            f"{guest.day:%d/%m/%Y}",
            *(_told(guest.voice, guest, body, names) if guest.voice else _seen(guest, names)),
        )
        for number, guest in enumerate(found, 1)
    ]


def _told(voice: Voice, guest: Guest, body: Body, names: Names) -> tuple[str, ...]:
    case = voice.case
    if case.concerns_id == body.pk and case.holder_id != body.pk:
        away = _("Việc nói về chính cơ quan này, cấp trên giữ.")
        return (_("không hiện"), "", away, _kind(voice), "", "", "", case.holder.name, "", case.code)
    said = shorten(voice.text, LONGEST_WORDS, placeholder="…") or _("đã xóa theo luật")
    before = case.recurs.holder.name if case.recurs else ""
    return (
        _who(names.get(f"v{voice.pk}"), _shut(voice, body)),
        "",
        said,
        _kind(voice),
        before,
        *_ways(case, body),
        _fate(case),
        _noted(case.code, guest.ticket, _("nơi có việc: %(place)s") % {"place": _where(case)}),
    )


def _shut(voice: Voice, body: Body) -> str:
    """Return why a name is not read; "" when nobody left one."""
    if voice.person_id is None:
        return ""
    return _("chưa mở") if voice.case.holder_id == body.pk else _("chưa mở: cơ quan khác đang giữ")


def _seen(guest: Guest, names: Names) -> tuple[str, ...]:
    ticket = guest.ticket
    if ticket is None:
        return (_("không hiện"), "", _("Đơn theo thủ tục riêng của luật"), "", "", "", "", "", "", "")
    known = names.get(f"t{ticket.pk}")
    about = (known or {}).get("about", "")
    advised = _("Tiếp, hướng dẫn tại chỗ")
    who = _who(known, _("chưa mở") if ticket.sealed else "")
    return (who, "", about, "1", "", "", advised, "", "", _noted("", ticket))


def _who(known: Mapping[str, str] | None, shut: str) -> str:
    """Return name and address where they were opened; the place of the matter is no address of anybody."""
    if known is None and shut:
        return shut
    said = known or {}
    return " – ".join(part for part in (said.get("name") or _("không để lại tên"), said.get("address")) if part)


def _where(case: Case) -> str:
    return f"{case.spot}, {case.place}" if case.spot else str(case.place)


def _kind(voice: Voice) -> str:
    return f"{law.kinds()[voice.kind].name} / {voice.people}"


def _ways(case: Case, body: Body) -> tuple[str, str, str]:
    """Return columns 8 to 10: accepted, given back with advice, handed to the competent body."""
    moves: list[Step] = getattr(case, "moves", [])
    taken = next((step for step in moves if step.verb == "accept" and step.body_id == body.pk), None)
    accepted = _("Thụ lý %(day)s") % {"day": f"{taken.day:%d/%m/%Y}"} if taken else ""
    handed = [step for step in moves if step.to_body_id and step.body_id == body.pk and step.to_body_id != body.pk]
    first = next((step for step in moves if step.verb == "receive"), None)
    sent = first.body.name if first and first.body_id != body.pk else ""
    if handed:
        to = handed[-1].to_body
        sent = f"{to.name}, {handed[-1].day:%d/%m/%Y}" if to else sent
    return accepted, "", sent


def _fate(case: Case) -> str:
    outcome = law.outcomes()[case.outcome].name if case.outcome else ""
    day = f"{case.settled:%d/%m/%Y}" if case.settled else ""
    return ", ".join(part for part in (state_name(case.state), outcome, day) if part)


def _noted(code: str, ticket: Ticket | None, where: str = "") -> str:
    number = _("phiếu %(number)d") % {"number": ticket.number} if ticket else ""
    return "; ".join(part for part in (", ".join(part for part in (code, number) if part), where) if part)


def heading(found: list[Column]) -> list[tuple[str, int]]:
    """Return the upper row of the head: each title with how many columns it spans."""
    rows = [(column.title if not column.group else column.group, column) for column in found]
    spans = groupby(rows, key=lambda row: (row[1].group or row[1].number, row[0]))
    return [(key[1], len(list(group))) for key, group in spans]
