"""Answers: drafted with proof and promise, approved where the body wants it, published; what they promise is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from django.db import transaction
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe.cases import clock, filing
from langnghe.cases.actions.desk import accept, assign
from langnghe.cases.actions.photos import forget_laid_aside
from langnghe.cases.actions.record import Facts, locked, make, opened
from langnghe.cases.history import reply_digest
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Case, ProofPaper, ProofPhoto, Reply
from langnghe.cases.templates import blanks
from langnghe.commitments import actions as commitments
from langnghe.commitments.models import Commitment
from langnghe.core.pictures import Picture
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Body

State = Case.State


@dataclass(frozen=True)
class Promise:
    """The commitment that "agreed, no money" and "passed down" must carry."""

    body: Body
    text: str
    due: date


@dataclass(frozen=True)
class Paper:
    """A PDF that proves an answer, and the name to show."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Draft:
    """An answer as the officer writes it; the photos and papers of the draft before go on with it.

    `instead` says by its place what stands for one of these: another picture, or None for nothing.
    """

    text: str
    outcome: str
    proof: str = ""
    promise: Promise | None = field(default=None)
    photos: Sequence[Picture] = ()
    papers: Sequence[Paper] = ()
    instead: Mapping[str, Picture | None] = field(default_factory=dict)
    seen: int | None = None  # the newest answer that who writes had read, see _require_seen


@transaction.atomic
def draft(case: Case, answer: Draft, *, actor: Actor, at: datetime) -> Reply:
    """Write the answer; refused without words, without proof where the outcome claims it, without its promise.

    At a body whose answers no leader approves it is ready to be published.
    """
    case, move = opened(case, "draft", actor)
    _require_seen(case, answer.seen)
    photos, papers = _proofs(case, answer)
    _require_whole(answer, len(photos) + len(papers), localdate(at))
    _return_drafts(case)
    promise, approves = answer.promise, case.holder.approves
    reply = Reply.objects.create(
        case=case,
        body=case.holder,
        text=answer.text,
        outcome=answer.outcome,
        proof=answer.proof,
        drafted_at=at,
        promise_body=promise.body if promise else None,
        promise_text=promise.text if promise else "",
        promise_due=promise.due if promise else None,
        state=Reply.State.DRAFT if approves else Reply.State.APPROVED,
    )
    ProofPhoto.objects.bulk_create(_photo(reply, each) for each in photos)
    ProofPaper.objects.bulk_create(_paper(reply, each) for each in papers)
    move = move if approves else replace(move, target=State.APPROVED)
    make(case, move, actor, at, Facts(outcome=answer.outcome, digest=reply_digest(reply)))
    return reply


@transaction.atomic
def take_and_draft(case: Case, answer: Draft, *, actor: Actor, at: datetime) -> Reply:
    """Write the answer in one go: a case that nobody has taken is taken, and given to who writes."""
    if case.state == State.RECEIVED:
        case = accept(case, actor=actor, at=at)
    if case.state == State.ACCEPTED and actor.account is not None:
        case = assign(case, officer=actor.account, actor=actor, at=at)
    return draft(case, answer, actor=actor, at=at)


def _require_seen(case: Case, seen: int | None) -> None:
    """Refuse when an answer was written after the newest that was read (0: there was none; None: not asked)."""
    newest = case.replies.order_by("-pk").values_list("pk", flat=True).first() if seen is not None else None
    if (newest or 0) != (seen or 0):
        raise Refused(
            _("Bản thảo vừa được viết lại. Hãy đọc bản mới trên trang này; gửi lần nữa thì tính theo bản mới.")
        )


def _proofs(case: Case, answer: Draft) -> tuple[list[Picture | ProofPhoto], list[Paper | ProofPaper]]:
    """Return the photos and papers of the draft before that go on, and the new ones."""
    last, instead = case.replies.order_by("-pk").first(), answer.instead
    photos: list[Picture | ProofPhoto | None] = []
    papers: list[Paper | ProofPaper] = []
    if last is not None and last.state != Reply.State.PUBLISHED:
        photos = [instead.get(row.place, row) for row in last.photos.order_by("pk")]
        papers = [row for row in last.papers.order_by("pk") if row.place not in instead]
    pictures, most = [photo for photo in (*photos, *answer.photos) if photo is not None], law.rule("attachments_most")
    papers += answer.papers
    if len(pictures) > most or len(papers) > most:
        words = _("Một câu trả lời có nhiều nhất %(most)d ảnh và %(most)d tệp PDF. Hãy bỏ bớt.")
        raise Refused(words % {"most": most})
    return pictures, papers


def _photo(reply: Reply, photo: Picture | ProofPhoto) -> ProofPhoto:
    place = filing.lay_open(photo.jpeg) if isinstance(photo, Picture) else photo.place
    return ProofPhoto(reply=reply, place=place, width=photo.width, height=photo.height)


def _paper(reply: Reply, paper: Paper | ProofPaper) -> ProofPaper:
    if isinstance(paper, ProofPaper):
        return ProofPaper(reply=reply, place=paper.place, name=paper.name, size=paper.size)
    place, size = filing.lay_open(paper.content), len(paper.content)
    return ProofPaper(reply=reply, place=place, name=filing.plain_name(paper.name), size=size)


def _require_whole(answer: Draft, proofs: int, today: date) -> None:
    outcome, promise = law.outcomes()[answer.outcome], answer.promise
    if not answer.text.strip():
        raise Refused(_("Hãy viết nội dung trả lời."))
    if open_places := blanks(answer.text):
        raise Refused(_("Còn chỗ chưa điền: %(places)s.") % {"places": ", ".join(open_places)})
    if outcome.needs_proof and not proofs and not _can_be_checked(answer.proof):
        words = _("Kết quả “%(outcome)s” cần bằng chứng: ảnh, tệp PDF, hoặc tên giấy tờ với số hay ngày của nó.")
        raise Refused(words % {"outcome": outcome.name})
    if outcome.needs_commitment and promise is None:
        raise Refused(_("Kết quả “%(outcome)s” cần một cam kết có cơ quan và hạn.") % {"outcome": outcome.name})
    problem = Commitment.problem(promise.text, promise.due, today) if promise else ""
    if problem:
        raise Refused(problem)


def _can_be_checked(proof: str) -> bool:
    """Return whether words without a file name what can be asked for: a paper, its number or day."""
    return len(proof.split()) > 1 and any(letter.isdigit() for letter in proof)


def _promise(case: Case, answer: Reply, actor: Actor, at: datetime) -> Commitment | None:
    """Make what the answer promises; refused when its day passed while the answer waited."""
    if answer.promise_body is None or answer.promise_due is None:
        return None
    return commitments.commit(
        body=answer.promise_body,
        place=case.place,
        text=answer.promise_text,
        due=answer.promise_due,
        origin=case.code,
        account=actor.account,
        at=at,
    )


@transaction.atomic
def black_out(case: Case, photo: ProofPhoto, picture: Picture, *, actor: Actor, at: datetime) -> Reply:
    """Write the unpublished answer again, with a blacked-out picture for one of its photos; it is approved anew."""
    case = locked(case)[0]
    answer = Reply.objects.select_related("promise_body").get(pk=photo.reply_id)
    waits = case.state in (State.DRAFTED, State.APPROVED)
    if not waits or answer.state not in (Reply.State.DRAFT, Reply.State.APPROVED):
        raise Refused(_("Bản thảo có ảnh này đã được viết lại, trả lại hoặc công bố. Hãy mở lại trang vụ việc."))
    promise = None
    if answer.promise_body is not None and answer.promise_due is not None:
        promise = Promise(answer.promise_body, answer.promise_text, answer.promise_due)
    again = Draft(answer.text, answer.outcome, answer.proof, promise, instead={photo.place: picture})
    return draft(case, again, actor=actor, at=at)


@transaction.atomic
def send_back(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Return a draft that does not answer the question (QĐ 31/2021/QĐ-TTg Art. 46)."""
    case, move = opened(case, "send_back", actor, reason)
    _return_drafts(case)
    return make(case, move, actor, at, Facts(reason=reason))


def _return_drafts(case: Case) -> None:
    """Lay the unpublished answers aside."""
    case.replies.filter(state__in=(Reply.State.DRAFT, Reply.State.APPROVED)).update(state=Reply.State.RETURNED)


@transaction.atomic
def approve(case: Case, *, seen: int | None = None, actor: Actor, at: datetime) -> Case:
    case, move = opened(case, "approve", actor)
    _require_seen(case, seen)
    case.replies.filter(state=Reply.State.DRAFT).update(state=Reply.State.APPROVED)
    return make(case, move, actor, at)


@transaction.atomic
def reply(case: Case, *, seen: int | None = None, actor: Actor, at: datetime) -> Case:
    """Publish the approved answer and make its promise; the case counts as settled on this day, on time or not."""
    case, move = opened(case, "reply", actor)
    _require_seen(case, seen)
    today = localdate(at)
    answer = case.replies.get(state=Reply.State.APPROVED)
    answer.state, answer.published = Reply.State.PUBLISHED, today
    answer.commitment = _promise(case, answer, actor, at)
    answer.save(update_fields=["state", "published", "commitment"])
    forget_laid_aside(case)
    if case.paused is not None:
        case.due = clock.due(clock.of(case), today)
    case.settled, case.outcome, case.paused = today, answer.outcome, None
    on_time = None if case.due is None else today <= case.due
    return make(case, move, actor, at, Facts(outcome=answer.outcome, on_time=on_time, digest=reply_digest(answer)))
