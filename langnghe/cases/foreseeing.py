"""What an edit of the registers would change for the open cases, counted anew and written nowhere."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext as _

from langnghe.cases import clock
from langnghe.cases.models import Case, Reply, Step
from langnghe.cases.templates import filled
from langnghe.commitments.models import Commitment
from langnghe.registry import law
from langnghe.registry.models import Body, Competence, Holiday, ReplyTemplate, Term
from langnghe.registry.placeholders import PLACEHOLDERS, fill
from langnghe.registry.registers import Plan, rows_after

MOST, EXAMPLES, BATCH = 5_000, 20, 500
WAITING = (Reply.State.DRAFT, Reply.State.APPROVED)


@dataclass
class Foreseen:
    """Counts of open cases by what would become of them; `more` of them were not looked at."""

    counts: dict[str, int] = field(default_factory=dict)
    examples: list[dict[str, Any]] = field(default_factory=list)
    looked: int = 0
    more: int = 0
    sample: str = ""
    sample_of: Case | None = None

    def note(self, what: str, case: Case, before: object, after: object) -> None:
        self.looked += 1
        self.counts[what] = self.counts.get(what, 0) + 1
        if what != "same" and len(self.examples) < EXAMPLES:
            self.examples.append({"case": case, "before": before, "after": after, "what": what})


def foresee(plans: Sequence[Plan], today: date) -> list[Foreseen]:
    """Return what the edits would change together for due days and for competence, then what each other one would.

    Nothing for a register on which no case hangs.
    """
    of: dict[type[Model], list[Plan]] = {}
    for plan in plans:
        of.setdefault(plan.register.model, []).append(plan)
    found = [_of_due_days(of.get(Term, []), of.get(Holiday, []))] if Term in of or Holiday in of else []
    found += [_of_competence(of[Competence], today)] if Competence in of else []
    found += [_of_template(plan) for plan in of.get(ReplyTemplate, [])]
    ended = (plan for plan in of.get(Body, []) if plan.row.pk and plan.after["valid_to"])
    return found + [_of_an_ended_body(plan.row) for plan in ended if plan.after["valid_to"] != plan.before["valid_to"]]


def open_cases() -> Any:
    """Return the open cases, newest first, as they are looked at here."""
    rows = Case.objects.filter(state__in=Case.OPEN).order_by("-pk")
    return rows.select_related("topic", "place__parent__parent", "holder", "concerns__superior")


def _of_due_days(terms: Sequence[Plan], holidays: Sequence[Plan]) -> Foreseen:
    find = law.term_among(rows_after(terms)) if terms else law.term
    calendar = law.calendar_of(rows_after(holidays)) if holidays else law.calendar()
    found = Foreseen(more=_left(open_cases().filter(paused=None)))
    for case, steps in with_steps(open_cases().filter(paused=None)[:MOST]):
        try:
            due = clock.due(clock.of(case, find, steps), calendar=calendar)
        except LookupError:  # no row for this case any more: it keeps its day
            due = case.due
        found.note(_moved(case.due, due), case, case.due, due)
    return found


def with_steps(cases: Any) -> Iterator[tuple[Case, list[Step]]]:
    """Yield each case with the steps from which its clock is rebuilt, asked for in batches."""
    rows = iter(cases)
    while batch := list(islice(rows, BATCH)):
        steps: dict[int, list[Step]] = {case.pk: [] for case in batch}
        for step in Step.objects.filter(case__in=list(steps), verb__in=clock.VERBS).order_by("pk"):
            steps[step.case_id].append(step)
        yield from ((case, steps[case.pk]) for case in batch)


def _moved(before: date | None, after: date | None) -> str:
    if before == after:
        return "same"
    if before is None or after is None:
        return "unknown" if after is None else "first"
    return "earlier" if after < before else "later"


def _of_competence(plans: Sequence[Plan], today: date) -> Foreseen:
    topics = {plan.row.topic_id for plan in plans}  # type: ignore[attr-defined]
    rows: dict[int, list[Competence]] = {topic: [] for topic in topics}
    for row in rows_after(plans):
        rows.setdefault(row.topic_id, []).append(row)
    cases = open_cases().filter(topic__in=topics)
    found = Foreseen(more=_left(cases))
    for case in cases[:MOST]:
        before, after = (_competent(case, today, among) for among in (None, rows[case.topic_id]))
        found.note("same" if before == after else "other", case, before, after)
    return found


def _competent(case: Case, today: date, among: list[Competence] | None) -> Body | None:
    try:
        return law.competent_body(case.topic, case.place, today, case.scope, case.concerns, among)
    except LookupError:
        return None


def _of_template(plan: Plan) -> Foreseen:
    """Return to how many cases the words would be offered from their first day on, and how they read for the newest."""
    row: Any = plan.row
    in_force = law.prevailing(rows_after([plan]), row.valid_from)
    others = {each.topic_id for each in in_force if each.outcome == row.outcome and each.topic_id}
    cases = open_cases().filter(topic=row.topic_id) if row.topic_id else open_cases().exclude(topic__in=others)
    drafts = Reply.objects.filter(case__in=cases.order_by(), outcome=row.outcome, state__in=WAITING)
    newest = cases.first()
    known = {name: f"({words})" for name, words in PLACEHOLDERS.items()}
    sample = filled(row, newest) if newest else fill(row.text_vi, known)
    counts = {"offered": cases.count(), "drafts": drafts.count()}
    return Foreseen(counts, sample=sample, sample_of=newest)


def _of_an_ended_body(body: Any) -> Foreseen:
    cases = open_cases().filter(holder=body.pk)
    found = Foreseen(more=_left(cases))
    for case in cases[:MOST]:
        found.note("cases", case, body, body.successor)
    found.counts["commitments"] = Commitment.objects.filter(body=body.pk, state=Commitment.State.OPEN).count()
    return found


def fault_of_ending(plan: Plan) -> dict[str, str]:
    """Return why a body cannot end by a row of the register, by column; empty when it can.

    What lies with it, and what will still come to it, needs a body that follows it and is in force.
    """
    row: Any = plan.row
    columns = ("valid_to", "successor")
    if plan.register.model is not Body or not row.pk or not row.valid_to:
        return {}
    if all(plan.before[column] == plan.after[column] for column in columns):
        return {}
    day = row.valid_to + timedelta(1)
    if (heir := row.successor) is not None:
        fits = heir.pk != row.pk and (heir.valid_from or day) <= day and heir.valid_to is None
        words = _("“%(body)s” không có hiệu lực từ ngày %(day)s; hãy chọn cơ quan kế thừa đang hoạt động.")
        return {} if fits else {"successor": words % {"body": heir, "day": f"{day:%d/%m/%Y}"}}
    cases = Case.objects.filter(state__in=Case.OPEN, holder=row.pk).count()
    promises = Commitment.objects.filter(body=row.pk, state=Commitment.State.OPEN).count()
    if not cases and not promises and not law.answers_at_home(row, day):
        return {}
    words = _(
        "Cơ quan này còn %(cases)s vụ việc, %(promises)s cam kết đang mở, hoặc còn là cơ quan có thẩm quyền của "
        "“%(place)s”. Hãy ghi cơ quan kế thừa đang hoạt động, hoặc chuyển hết việc trước, hoặc dùng trang "
        "“Sắp xếp đơn vị”."
    )
    return {"valid_to": words % {"cases": cases, "promises": promises, "place": row.place}}


def _left(cases: Any) -> int:
    return max(0, int(cases.count()) - MOST)
