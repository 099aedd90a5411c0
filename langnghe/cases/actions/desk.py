"""What officers and leaders do with a case."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import clock, sealing
from langnghe.cases.actions.handing import refer
from langnghe.cases.actions.indexing import leave_index
from langnghe.cases.actions.photos import forget_laid_aside
from langnghe.cases.actions.receiving import competent_holder, note_recurrence, spot_fields
from langnghe.cases.actions.record import Facts, locked, make, opened
from langnghe.cases.lifecycle import NAMING, REPLIED, STAFF, SYSTEM_ACTOR, Actor
from langnghe.cases.models import Case, Reply, Step, Voice
from langnghe.core.refusal import Refused
from langnghe.core.terms import ExtensionRefused
from langnghe.registry import law
from langnghe.registry.models import Account, Body, Place, Topic

State = Case.State


@dataclass(frozen=True)
class Classification:
    """What an officer says the matter is."""

    kind: str
    topic: Topic
    place: Place
    spot: str = ""
    scope: str = ""
    condition: str = "normal"
    concerns: Body | None = None


@transaction.atomic
def classify(case: Case, into: Classification, *, reason: str = "", actor: Actor, at: datetime) -> Case:
    """Set kind, topic, place, spot and scope; the competent body and the term follow from the tables.

    Where the tables name another body, a case that nobody has taken or moved yet goes there at once; any other is
    handed over, which needs a reason, counts, and must be taken in time. One that was handed over or went higher
    stays: a classification must not send it back.
    """
    case, move = opened(case, "classify", actor)
    if law.kinds()[into.kind].is_sealed:
        raise Refused(_("Khiếu nại, tố cáo phải theo thủ tục riêng, không xử lý trên kênh công khai."))
    before, where = case.holder, (case.place, case.spot)
    case.kind, case.topic, case.place, case.scope = into.kind, into.topic, into.place, into.scope
    case.condition, case.concerns = into.condition, into.concerns
    case.spot, case.spot_key = spot_fields(into.spot).values()
    competent = _holder_by_the_tables(case, localdate(at))
    moves = Step.objects.filter(case=case).exclude(to_body=None).exclude(verb__in=(*NAMING, "inherit"))
    is_first = case.state == State.RECEIVED and not moves.exists()
    if competent != before and is_first:
        case.holder, case.officer, case.accepted = competent, None, None
    elif competent != before and not reason.strip():
        told = _(
            "Theo bảng thẩm quyền, phân loại này đưa vụ việc sang %(body)s. Đó là một lần chuyển, có đếm và phải có "
            "lý do: hãy ghi lý do chuyển."
        )
        raise Refused(told % {"body": competent.name})
    clock.recount(case)
    make(case, move, actor, at, Facts(body=before, to_body=case.holder if case.holder != before else None))
    if (case.place, case.spot) != where:
        leave_index(case)
    if case.spot and case.recurs is None:
        note_recurrence(case, at)
    return refer(case, to=competent, reason=reason, actor=actor, at=at) if competent != case.holder else case


def _holder_by_the_tables(case: Case, today: date) -> Body:
    handed = Step.objects.filter(case=case, verb__in=("refer", "refer_up", "escalate")).exists()
    try:
        clock.term_for(case, case.received)
        return case.holder if handed and case.holder != case.concerns else competent_holder(case, today)
    except LookupError:  # the tables know no such term or no competent body
        said = _("Bảng thời hạn hoặc bảng thẩm quyền chưa có dòng cho nội dung này: hãy chọn lại loại, lĩnh vực, nơi.")
        raise Refused(said) from None


@transaction.atomic
def accept(case: Case, *, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "accept", actor)
    case.accepted = case.accepted or localdate(at)
    if case.due is None:
        clock.recount(case)
    return make(case, move, actor, at)


@transaction.atomic
def assign(case: Case, *, officer: Account, actor: Actor, at: datetime) -> Case:
    """Give the case to an officer of the holder."""
    case, move = opened(case, "assign", actor)
    if not case.holder.members.on(localdate(at)).filter(account=officer, role__in=STAFF).exists():
        raise Refused(_("Người được giao phải thuộc cơ quan đang giữ vụ việc."))
    case.officer = officer
    return make(case, move, actor, at)


def open_work(officer: Account, body: Body) -> QuerySet[Case]:
    """Return the open cases that the officer has in hand at the body."""
    return Case.objects.filter(officer=officer, holder=body, settled=None, state__in=Case.OPEN)


def hand_on(leaver: Account, body: Body, to: Account | None, *, at: datetime) -> int:
    """Give the leaver's open cases at the body to a colleague, else back to the queue; returns how many.

    Each case has its step. Refused when the colleague does not act for the body.
    """
    if to is not None and not body.members.on(localdate(at)).filter(account=to, role__in=STAFF).exists():
        raise Refused(_("Người được giao phải thuộc cơ quan đang giữ vụ việc."))
    done = 0
    for pk in list(open_work(leaver, body).order_by("pk").values_list("pk", flat=True)):
        with transaction.atomic():
            case, move = opened(Case(pk=pk), "hand_on", SYSTEM_ACTOR)
            case.officer = to
            make(case, move, SYSTEM_ACTOR, at)
            done += 1
    return done


@transaction.atomic
def take_and_assign(case: Case, *, officer: Account, actor: Actor, at: datetime) -> Case:
    """Give the case to an officer; one that nobody has taken is taken first."""
    if case.state == State.RECEIVED:
        case = accept(case, actor=actor, at=at)
    return assign(case, officer=officer, actor=actor, at=at)


@transaction.atomic
def extend(case: Case, *, days: int, document_no: str, reason: str, actor: Actor, at: datetime) -> Case:
    """Lengthen the running term by document number, before it has run out, within the law row's limit."""
    case, move = opened(case, "extend", actor, reason)
    running = clock.of(case)
    if running is None or case.overdue(localdate(at)):
        raise Refused(_("Chỉ gia hạn được khi thời hạn đang chạy và chưa quá hạn."))
    try:
        case.due = clock.due(running.extend(days, document_no, localdate(at)))
    except ExtensionRefused as refused:
        raise clock.refusal(refused) from None
    return make(case, move, actor, at, Facts(reason=reason, document_no=document_no, days=days))


@transaction.atomic
def pause(case: Case, *, document_no: str, reason: str, actor: Actor, at: datetime) -> Case:
    """Stop the term by document number (waiting for the resident, an expert, another authority)."""
    case, move = opened(case, "pause", actor, reason)
    if case.paused is not None or clock.of(case) is None or case.overdue(localdate(at)):
        raise Refused(_("Chỉ tạm dừng được khi thời hạn đang chạy và chưa quá hạn."))
    if not document_no.strip():
        raise Refused(_("Hãy ghi số văn bản tạm dừng."))
    case.paused = localdate(at)
    return make(case, move, actor, at, Facts(reason=reason, document_no=document_no))


@transaction.atomic
def resume(case: Case, *, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "resume", actor)
    if case.paused is None:
        raise Refused(_("Thời hạn đang chạy, không có gì để tính trở lại."))
    case.paused = None
    case.due = clock.due(clock.of(case), localdate(at) - timedelta(days=1))  # the pause counts through yesterday
    return make(case, move, actor, at)


@transaction.atomic
def close(case: Case, *, actor: Actor, at: datetime) -> Case:
    """End an answered case; "agreed, no money" and "passed down" stay open without their commitment."""
    case, move = opened(case, "close", actor)
    if law.outcomes()[case.outcome].needs_commitment:
        last = case.replies.filter(state=Reply.State.PUBLISHED).latest("pk")
        if last.commitment is None:
            raise Refused(_("Chưa có cam kết theo dõi nên chưa thể kết thúc vụ việc."))
    return make(case, move, actor, at, Facts(outcome=case.outcome))


@transaction.atomic
def merge(case: Case, *, into: Case, actor: Actor, at: datetime) -> Case:
    """Let another case carry this one; the voices stay where they are, so that `split` undoes it whole.

    A split is undone as well: into the case it came from, even when that was answered while it carried this one.
    """
    locked(case, into)
    case, move = opened(case, "merge", actor)
    into = Case.objects.get(pk=into.pk)
    if into.pk == case.pk or not (into.is_open or _was_answered_in(case, into)):
        raise Refused(_("Chỉ gộp được vào một vụ việc khác đang mở."))
    if actor.body is None or into.holder_id != actor.body.pk:
        raise Refused(_("Chỉ gộp được vào vụ việc do chính cơ quan bạn đang giữ."))
    case.merged_into = into
    forget_laid_aside(case)
    return make(case, move, actor, at, Facts(reason=into.code))


def _was_answered_in(case: Case, into: Case) -> bool:
    """Return whether `into` was answered while it carried the case, which was then split off."""
    merge = case.steps.filter(verb="merge").order_by("-pk").first()
    split_off = case.steps.filter(verb="split").order_by("-pk").first()
    if merge is None or split_off is None or merge.reason != into.code or into.state not in REPLIED:
        return False
    return into.steps.filter(verb="reply", pk__gt=merge.pk, pk__lt=split_off.pk).exists()


@transaction.atomic
def split(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Undo a merge: the case stands alone again, in the state it had before, with its own term."""
    case, move = opened(case, "split", actor)
    case.merged_into = None
    case.state = case.steps.exclude(state=State.MERGED).latest("pk").state
    return make(case, move, actor, at)


@transaction.atomic
def open_contact(voice: Voice, *, actor: Actor, at: datetime) -> dict[str, str]:
    """Return how to reach a resident, for the holder's own people only; a step says that it was read."""
    case, move = opened(voice.case, "open_contact", actor)
    make(case, move, actor, at)
    return sealing.unseal_contact(bytes(voice.person.sealed)) if voice.person else {}
