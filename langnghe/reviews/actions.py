"""Write a review (figures frozen, findings proposed), edit its findings, publish it."""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from django.db import transaction
from django.db.models import Max
from django.utils.timezone import localdate
from django.utils.translation import gettext as _

from langnghe import installation
from langnghe.cases.actions import note_overdue
from langnghe.commitments.actions import note_late
from langnghe.core.refusal import Refused
from langnghe.ledger.actions import append
from langnghe.registry.models import Body, Member, Place
from langnghe.reviews import engine, sources
from langnghe.reviews.figures import APPENDIX, DEFINITIONS
from langnghe.reviews.findings import propose
from langnghe.reviews.history import entry, words
from langnghe.reviews.models import Figure, Finding, Review, Revision
from langnghe.reviews.periods import year_before
from langnghe.reviews.scope import covered

Progress = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """Which review to write: of what place, for which days, in whose name."""

    place: Place
    period: str
    since: date
    until: date
    form: str
    issuer: Body


def _silent(stage: str) -> None:
    """Show nothing."""


def write(plan: Plan, *, at: datetime, progress: Progress = _silent) -> Review:
    """Bring the facts up to date, count, and freeze the review; a second one for the same period stands beside it.

    A review written before its period ends covers the days until then, and is compared with as many of the year
    before; refused before the period begins.
    """
    plan = replace(plan, until=min(plan.until, localdate(at)))
    if plan.until < plan.since:
        raise Refused(_("Kỳ này chưa bắt đầu, chưa có số liệu để sơ kết."))
    progress(_("Ghi nhận vụ việc, cam kết quá hạn"))
    while note_overdue(at) or note_late(at):
        pass
    progress(_("Cập nhật bảng số liệu gốc"))
    folder = sources.refresh(mirror())
    progress(_("Đếm số liệu kỳ này và cùng kỳ năm trước"))
    window = engine.Window(plan.since, plan.until, at, covered(plan.place, plan.until))
    before = replace(window, since=year_before(plan.since), until=year_before(plan.until))
    rows = [*_whole(folder, window, before), *_communes(folder, window, before)]
    progress(_("Lập nhận định"))
    return _freeze(plan, rows, at)


def mirror() -> Path:
    return installation.home() / "facts"


def _whole(folder: Path, window: engine.Window, before: engine.Window) -> Iterator[Figure]:
    now = engine.measure(folder, window, DEFINITIONS.values())
    then = engine.measure(folder, before, DEFINITIONS.values())
    for key, count in now.items():
        yield _figure(key, count, then[key])


def _communes(folder: Path, window: engine.Window, before: engine.Window) -> Iterator[Figure]:
    wanted = [DEFINITIONS[key] for key in APPENDIX]
    now, then = engine.measure_communes(folder, window, wanted), engine.measure_communes(folder, before, wanted)
    units = sorted({unit for unit in window.places.values() if unit is not None})
    nothing: dict[str, engine.Count] = {row.key: (0, 0 if row.of else None) for row in wanted}
    for unit in units:
        for key in APPENDIX:
            yield _figure(key, now.get(unit, nothing)[key], then.get(unit, nothing)[key], unit)


def _figure(key: str, now: engine.Count, then: engine.Count, place_id: int | None = None) -> Figure:
    (value, base), (previous, previous_base) = now, then
    return Figure(key=key, place_id=place_id, value=value, base=base, previous=previous, previous_base=previous_base)


@transaction.atomic
def _freeze(plan: Plan, figures: list[Figure], at: datetime) -> Review:
    review = Review.objects.create(
        place=plan.place,
        period=plan.period,
        since=plan.since,
        until=plan.until,
        form=plan.form,
        issuer=plan.issuer,
        frozen_at=at,
    )
    for number, figure in enumerate(figures, 1):
        figure.review, figure.number = review, number
    Figure.objects.bulk_create(figures, batch_size=500)
    proposed = propose({figure.key: figure for figure in figures if figure.place_id is None}, plan.until)
    for position, (finding, figure) in enumerate(proposed, 1):
        finding.review, finding.position = review, position
        finding.save(force_insert=True)
        finding.figures.add(figure)
    return review


@transaction.atomic
def edit(finding: Finding, *, text: str, actor: Member, at: datetime) -> None:
    """Put a person's words in place of a proposed sentence; its figures stay tied to it."""
    _require_editor(finding.review, actor)
    if not text.strip():
        raise Refused(_("Hãy viết nội dung nhận định, hoặc xóa nhận định này."))
    finding.text, finding.is_edited = text.strip(), True
    finding.save(update_fields=["text", "is_edited"])
    _log(finding.review, "edit", actor, at, finding)


@transaction.atomic
def remove(finding: Finding, *, actor: Member, at: datetime) -> None:
    _require_editor(finding.review, actor)
    _log(finding.review, "remove", actor, at, finding)
    finding.delete()


@transaction.atomic
def add(review: Review, *, kind: str, text: str, actor: Member, at: datetime) -> Finding:
    """Add a person's own finding behind those proposed."""
    _require_editor(review, actor)
    if not text.strip() or kind not in Finding.Kind.values:
        raise Refused(_("Hãy chọn loại và viết nội dung nhận định."))
    last = review.findings.aggregate(last=Max("position"))["last"] or 0
    finding = Finding.objects.create(review=review, kind=kind, text=text.strip(), position=last + 1, is_edited=True)
    _log(review, "add", actor, at, finding)
    return finding


@transaction.atomic
def publish(review: Review, *, actor: Member, at: datetime) -> None:
    """Show the review to everyone; from now on it does not change."""
    _require_editor(review, actor)
    review.is_public = True
    review.save(update_fields=["is_public"])
    _log(review, "publish", actor, at)


def _require_editor(review: Review, actor: Member) -> None:
    """Refuse who does not issue the review, and a published review, as both stand in the database now, locked."""
    fresh = Review.objects.select_related("issuer").select_for_update(of=("self",)).get(pk=review.pk)
    if not fresh.edited_by(actor):
        raise Refused(_("Cơ quan của bạn không ban hành bản sơ kết này."))
    if fresh.is_public:
        raise Refused(_("Bản sơ kết đã công bố, không sửa được nữa."))


def _log(review: Review, verb: str, actor: Member, at: datetime, finding: Finding | None = None) -> None:
    change = Revision(
        review=review,
        verb=verb,
        at=at,
        day=localdate(at),
        finding=finding.pk if finding else None,
        kind=finding.kind if finding else "",
        text=finding.text if finding else words(review),
        account=actor.account,
        salt=secrets.token_bytes(16),
    )
    change.save(force_insert=True)
    append([entry(change)])
