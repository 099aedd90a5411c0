"""What officers and leaders do with a case."""

from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import clock, lifecycle
from langnghe.cases.actions.receiving import competent_holder, note_recurrence, spot_fields
from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.history import digest, reply_digest
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case, Reply, Step
from langnghe.commitments import actions as commitments
from langnghe.commitments.models import Commitment
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
def classify(case: Case, into: Classification, *, actor: Actor, at: datetime) -> Case:
    """Set kind, topic, place, spot and scope; the competent body and the term follow from the tables."""
    case, move = opened(case, "classify", actor)
    if law.kinds()[into.kind].is_sealed:
        raise Refused(_("Khiếu nại, tố cáo phải theo thủ tục riêng, không xử lý trên kênh công khai."))
    before = case.holder
    case.kind, case.topic, case.place, case.scope = into.kind, into.topic, into.place, into.scope
    case.condition, case.concerns = into.condition, into.concerns
    case.spot, case.spot_key = spot_fields(into.spot).values()
    if (
        clock.of(case) is None
        or not Step.objects.filter(case=case, verb__in=("extend", "pause", "reopen")).exists()
    ):
        clock.start(case)
    case.holder = competent_holder(case, localdate(at))
    moved = case.holder if case.holder != before else None
    if moved:
        case.state, case.officer, case.accepted = State.RECEIVED, None, None
    make(case, move, actor, at, Facts(body=before, to_body=moved))
    if case.spot and case.recurs is None:
        note_recurrence(case, at)
    return case


@transaction.atomic
def accept(case: Case, *, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "accept", actor)
    case.accepted = case.accepted or localdate(at)
    if case.due is None:
        clock.start(case)
    return make(case, move, actor, at)


@transaction.atomic
def assign(case: Case, *, officer: Account, actor: Actor, at: datetime) -> Case:
    """Give the case to an officer of the holder."""
    case, move = opened(case, "assign", actor)
    if not case.holder.members.filter(account=officer).exists():
        raise Refused(_("Người được giao phải thuộc cơ quan đang giữ vụ việc."))
    case.officer = officer
    return make(case, move, actor, at)


@transaction.atomic
def refer(case: Case, *, to: Body, reason: str, actor: Actor, at: datetime) -> Case:
    """Hand the case over, counted; after the cap (rule handover_cap) it goes up to the common superior."""
    case, move = opened(case, "refer", actor, reason)
    if to == case.holder:
        raise Refused(_("Vụ việc đang ở chính cơ quan này."))
    if to == case.concerns:
        raise Refused(_("Không chuyển vụ việc cho cơ quan bị phản ánh; hãy chuyển cơ quan cấp trên."))
    if case.handovers >= law.rule("handover_cap"):
        return _hand_over(case, lifecycle.MOVES["refer_up"], _common_superior(case, to), reason, actor, at)
    return _hand_over(case, move, to, reason, actor, at)


@transaction.atomic
def refer_up(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Send the case to the holder's superior."""
    case, move = opened(case, "refer_up", actor, reason)
    if case.holder.superior is None:
        raise Refused(_("Cơ quan này không có cấp trên trong hệ thống."))
    return _hand_over(case, move, case.holder.superior, reason, actor, at)


def _common_superior(case: Case, to: Body) -> Body:
    above_to = [to, *to.superiors()]
    for body in case.holder.superiors():
        if body in above_to:
            return body
    return case.holder.superiors()[-1] if case.holder.superior else to


def _hand_over(case: Case, move: lifecycle.Move, to: Body, reason: str, actor: Actor, at: datetime) -> Case:
    before = case.holder
    case.holder, case.officer, case.handovers = to, None, case.handovers + 1
    return make(case, move, actor, at, Facts(body=before, to_body=to, reason=reason))


@transaction.atomic
def extend(case: Case, *, days: int, document_no: str, reason: str, actor: Actor, at: datetime) -> Case:
    """Lengthen the running term by document number, before it has run out, within the law row's limit."""
    case, move = opened(case, "extend", actor, reason)
    running = clock.of(case)
    if running is None or case.overdue(localdate(at)):
        raise Refused(_("Chỉ gia hạn được khi thời hạn đang chạy và chưa quá hạn."))
    try:
        case.due = running.extend(days, document_no, localdate(at)).due(law.calendar())
    except ExtensionRefused as refused:
        raise Refused(str(refused)) from None
    return make(case, move, actor, at, Facts(reason=reason, document_no=document_no, days=days))


@transaction.atomic
def pause(case: Case, *, document_no: str, reason: str, actor: Actor, at: datetime) -> Case:
    """Stop the term by document number (waiting for the resident, an expert, another authority)."""
    case, move = opened(case, "pause", actor, reason)
    if case.paused is not None or clock.of(case) is None:
        raise Refused(_("Thời hạn không đang chạy."))
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
    make(case, move, actor, at)
    running = clock.of(case)
    case.due = running and running.due(law.calendar())
    case.save(update_fields=["due"])
    return case


@dataclass(frozen=True)
class Promise:
    """The commitment that "agreed, no money" and "passed down" must carry."""

    body: Body
    text: str
    due: date


@dataclass(frozen=True)
class Draft:
    """An answer as the officer writes it."""

    text: str
    outcome: str
    proof: str = ""
    promise: Promise | None = field(default=None)


@transaction.atomic
def draft(case: Case, answer: Draft, *, actor: Actor, at: datetime) -> Reply:
    """Write the answer; refused without words, without proof where the outcome claims it, without its commitment."""
    case, move = opened(case, "draft", actor)
    outcome = law.outcomes()[answer.outcome]
    if not answer.text.strip():
        raise Refused(_("Hãy viết nội dung trả lời."))
    if outcome.needs_proof and not answer.proof.strip():
        raise Refused(
            _("Kết quả “%(outcome)s” cần bằng chứng (ảnh, biên bản, số văn bản).") % {"outcome": outcome.name}
        )
    if outcome.needs_commitment and answer.promise is None:
        raise Refused(
            _("Kết quả “%(outcome)s” cần một cam kết có cơ quan và hạn.") % {"outcome": outcome.name}
        )
    case.replies.filter(state__in=("draft", "approved")).update(state=Reply.State.RETURNED)
    reply = Reply.objects.create(
        case=case,
        body=case.holder,
        text=answer.text,
        outcome=answer.outcome,
        proof=answer.proof,
        drafted_at=at,
        commitment=answer.promise and _promise(case, answer.promise, actor, at),
    )
    make(case, move, actor, at, Facts(outcome=answer.outcome, digest=reply_digest(reply)))
    return reply


def _promise(case: Case, promise: Promise, actor: Actor, at: datetime) -> Commitment:
    return commitments.commit(
        body=promise.body,
        place=case.place,
        text=promise.text,
        due=promise.due,
        origin=case.code,
        account=actor.account,
        at=at,
    )


@transaction.atomic
def send_back(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Return a draft that does not answer the question (QĐ 31/2021/QĐ-TTg Art. 46)."""
    case, move = opened(case, "send_back", actor, reason)
    case.replies.filter(state__in=("draft", "approved")).update(state=Reply.State.RETURNED)
    return make(case, move, actor, at, Facts(reason=reason))


@transaction.atomic
def approve(case: Case, *, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "approve", actor)
    case.replies.filter(state=Reply.State.DRAFT).update(state=Reply.State.APPROVED)
    return make(case, move, actor, at)


@transaction.atomic
def reply(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Publish the approved answer; the case counts as settled on this day, on time or not."""
    case, move = opened(case, "reply", actor)
    answer = case.replies.get(state=Reply.State.APPROVED)
    answer.state, answer.published = Reply.State.PUBLISHED, localdate(at)
    answer.save(update_fields=["state", "published"])
    case.settled, case.outcome, case.paused = answer.published, answer.outcome, None
    on_time = case.due is None or case.settled <= case.due
    return make(case, move, actor, at, Facts(outcome=answer.outcome, on_time=on_time, digest=reply_digest(answer)))


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
def publish(case: Case, *, title: str, summary: str, actor: Actor, at: datetime) -> Case:
    """Show the case to everyone, in the officer's words; the resident's own stay with their own choice."""
    case, move = opened(case, "publish", actor)
    if not title.strip():
        raise Refused(_("Hãy viết tiêu đề công khai (không nêu tên người)."))
    case.title, case.summary, case.is_public = title.strip()[:200], summary.strip(), True
    return make(case, move, actor, at, Facts(digest=digest(case.title, case.summary)))


@transaction.atomic
def unpublish(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "unpublish", actor, reason)
    case.is_public = False
    return make(case, move, actor, at, Facts(reason=reason))


@transaction.atomic
def merge(case: Case, *, into: Case, actor: Actor, at: datetime) -> Case:
    """Let another case carry this one; the voices stay where they are, so that `split` undoes it whole."""
    case, move = opened(case, "merge", actor)
    if into.pk == case.pk or not into.is_open:
        raise Refused(_("Chỉ gộp được vào một vụ việc khác đang mở."))
    if actor.body is None or into.holder_id != actor.body.pk:
        raise Refused(_("Chỉ gộp được vào vụ việc do chính cơ quan bạn đang giữ."))
    case.merged_into = into
    return make(case, move, actor, at, Facts(reason=into.code))


@transaction.atomic
def split(case: Case, *, actor: Actor, at: datetime) -> Case:
    """Undo a merge: the case stands alone again, with its own term."""
    case, move = opened(case, "split", actor)
    case.merged_into = None
    return make(case, move, actor, at)
