"""Counts a case's term: which law row, since when, with its pauses and extensions."""

from collections.abc import Iterable
from contextlib import suppress
from datetime import date

from django.utils.translation import gettext as _

from langnghe.cases.models import Case, Step
from langnghe.core import terms
from langnghe.core.calendar import CalendarGap, WorkingCalendar
from langnghe.core.refusal import Refused
from langnghe.registry import law

PROCEDURES = "thu_tuc_hanh_chinh"


RESTARTS = ("reopen", "escalate")
VERBS = (*RESTARTS, "extend", "pause", "resume")


def term_for(case: Case, on: date, find: law.Find = law.term) -> terms.Term:
    """Return the settling term of the case's kind (or of feedback on procedures) in force on the day."""
    kind = "pakn" if case.topic.code == PROCEDURES and case.kind in {"feedback", "petition"} else case.kind
    return find("settle", kind, on, case.condition)


def start(case: Case) -> None:
    """Set the due date as far as it can be known: terms that start at acceptance wait for it."""
    term = term_for(case, case.received)
    began = case.received if term.starts == "received" else case.accepted
    case.term_code = term.code
    case.due = due(terms.Clock(began, term)) if began else None


def due(running: terms.Clock | None, today: date | None = None, calendar: WorkingCalendar | None = None) -> date | None:
    """Return the due day, None for a year whose holidays nobody has entered: a deadline is never guessed."""
    try:
        return running.due(calendar or law.calendar(), today) if running else None
    except CalendarGap:
        return None


def restart(case: Case, on: date) -> None:
    """Start a new term on the day (a case that was reopened or went higher)."""
    term = term_for(case, on)
    case.term_code, case.due = term.code, due(terms.Clock(on, term))


def recount(case: Case) -> None:
    """Set the term and the due date anew, from what the case is now and what its steps say."""
    running = of(case)
    case.term_code = running.term.code if running else term_for(case, case.received).code
    case.due = due(running)


def of(case: Case, find: law.Find = law.term, steps: Iterable[Step] | None = None) -> terms.Clock | None:
    """Return the running clock of the case, rebuilt from its steps; None before a clock has started.

    `steps` are those with one of VERBS in their order, when they were read before; `find` asks another table.
    """
    started, pauses, extensions = _history(
        Step.objects.filter(case=case, verb__in=VERBS).order_by("pk") if steps is None else steps
    )
    term = term_for(case, started or case.received, find)
    began = started or (case.received if term.starts == "received" else case.accepted)
    if began is None:
        return None
    running = terms.Clock(began, term, tuple(pauses))
    for extension in extensions:
        with suppress(terms.ExtensionRefused):  # granted under an earlier classification, whose row allowed more
            running = running.extend(*extension)
    return running


def refusal(refused: terms.ExtensionRefused) -> Refused:
    """Return why an extension is not allowed, in the reader's language."""
    bound = f"{refused.bound:%d/%m/%Y}" if isinstance(refused.bound, date) else refused.bound
    if refused.why == "times" and not bound:
        return Refused(_("Luật không cho gia hạn thời hạn này."))
    said = {
        "document": _("Gia hạn phải có số văn bản quyết định. Hãy nhập số văn bản."),
        "times": _("Thời hạn này chỉ được gia hạn %(bound)s lần, và đã gia hạn đủ."),
        "days": _("Mỗi lần gia hạn từ 1 đến %(bound)s ngày."),
        "early": _("Ngày ra văn bản gia hạn phải từ ngày bắt đầu tính thời hạn %(bound)s trở đi."),
    }
    return Refused(said[refused.why] % {"bound": bound})


def _history(
    steps: Iterable[Step],
) -> tuple[date | None, list[terms.Pause], list[terms.Extension]]:
    """Return the day of the last restart, and the pauses and extensions since."""
    started: date | None = None
    pauses: list[terms.Pause] = []
    extensions: list[terms.Extension] = []
    for step in steps:
        if step.verb in RESTARTS:
            started, pauses, extensions = step.day, [], []
        elif step.verb == "extend":
            extensions.append(terms.Extension(step.days, step.document_no, step.day))
        elif step.verb == "pause":
            pauses.append(terms.Pause(step.day, None, step.document_no))
        else:
            pauses.append(pauses.pop()._replace(until=step.day))
    return started, pauses, extensions
