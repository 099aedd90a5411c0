"""What the statistical forms count of complaints and denunciations: kinds, days and stages alone, no record opened."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils.functional import Promise
from django.utils.timezone import localdate
from django.utils.translation import gettext_lazy as _

from langnghe.cases.models import Voice
from langnghe.cases.sealed.models import SealedRecord, SealedStep
from langnghe.cases.sealed.procedure import ENDINGS, TAKE_IN, came_to
from langnghe.registry import law
from langnghe.reviews import periods
from langnghe.reviews.extent import Extent

SEALED = "sealed:"
KINDS = ("complaint", "denunciation")
FINDINGS = tuple(SealedStep.Finding.values)
AFTER = ("conclude", "carry_out")
NAMES = ("received", "reception", "accepted", "settled", *FINDINGS, "withdraw", *AFTER)
NOBODY = _("Kênh bảo mật: chỉ cơ quan nhận đơn và nơi giám sát của tỉnh thấy")
BELOW = _("Kênh bảo mật: số của cơ quan cấp dưới do chính cơ quan ấy lập, không cộng ở đây")
UNFIT_DAYS = _("Kênh bảo mật: người không giữ khóa chỉ xem được số của trọn một kỳ sáu tháng đã qua")
SMALL = _("Kênh bảo mật: có số nhỏ hơn mức được hiện; người giữ khóa của cơ quan lập cột này")
UNKNOWN = _("Không có trong hồ sơ: có quyết định, kết luận chưa ghi đúng hay sai")

Counted = int | str | Promise


@dataclass(frozen=True)
class Lane:
    """How far somebody may see sealed counts: in full, without small ones, or for a `barrier` not at all."""

    is_full: bool = False
    barrier: str | Promise = ""


def sealed_counts(lane: Lane, extent: Extent) -> dict[str, Counted]:
    """Return each sealed figure as `sealed:name.kind`: its count, or the reason why there is none."""
    if lane.barrier:
        return {f"{SEALED}{name}": lane.barrier for name in names()}
    found: dict[str, Counted] = {}
    for kind in KINDS:
        counts = _counts(kind, extent)
        reason = _reason(lane, extent, counts)
        found |= {f"{SEALED}{name}.{kind}": reason or counts.get(name, 0) for name in NAMES}
        if not reason and sum(counts.get(finding, 0) for finding in FINDINGS) < counts.get("conclude", 0):
            found |= {f"{SEALED}{finding}.{kind}": UNKNOWN for finding in FINDINGS}
    return found | {f"{SEALED}{name}": _both(name, found) for name in AFTER}


def names() -> list[str]:
    """Return the names of the figures, without their prefix."""
    return [f"{name}.{kind}" for name in NAMES for kind in KINDS] + list(AFTER)


def _both(name: str, found: Mapping[str, Counted]) -> Counted:
    """Return the sum over the kinds, or the first reason why one of them has none."""
    each = [found[f"{SEALED}{name}.{kind}"] for kind in KINDS]
    numbers = [count for count in each if isinstance(count, int)]
    return sum(numbers) if len(numbers) == len(each) else next(count for count in each if not isinstance(count, int))


def _reason(lane: Lane, extent: Extent, counts: Mapping[str, int]) -> str | Promise:
    """Return why somebody without a key sees no count; all or none, so that no small one can be worked out.

    Only whole terms that are over: days of one's own choice, laid side by side, would tell single records.
    """
    if lane.is_full:
        return ""
    halves = periods.halves("state", extent.since.year, extent.until.year + 1)
    is_half = any((extent.since, extent.until) == (half.since, half.until) for half in halves)
    if not is_half or extent.until >= localdate(extent.at):
        return UNFIT_DAYS
    return SMALL if any(0 < count < law.rule("disclosure_threshold") for count in counts.values()) else ""


def _counts(kind: str, extent: Extent) -> dict[str, int]:
    """Return counts by name; also those that no form asks for, since a small one of them hides the others too."""
    days = {"day__range": (extent.since, extent.until)}
    here = Q(body__place__in=extent.places) if extent.places else Q(body__in=extent.bodies)
    records = SealedRecord.objects.filter(here, kind=kind)
    taken = SealedStep.objects.filter(record=OuterRef("record"), verb="accept")
    steps = SealedStep.objects.filter(record__in=records, **days).filter(Exists(taken))
    counts: dict[str, int] = dict(steps.order_by().values_list("verb").annotate(Count("pk")))
    findings = steps.filter(verb="conclude").exclude(finding="").order_by()
    counts |= dict(findings.values_list("finding").annotate(Count("pk")))
    accepted = _accepted(records, extent).count()
    settled = sum(counts.get(verb, 0) for verb in ENDINGS)
    came, taken_in = records.filter(**days), SealedStep.objects.none()
    if not extent.places:
        came = came_to(extent.bodies).filter(kind=kind, **days)
        taken_in = SealedStep.objects.filter(record__kind=kind, verb=TAKE_IN, body__in=extent.bodies, **days)
    return counts | {
        "received": came.count() + taken_in.count(),
        "reception": came.filter(channel=Voice.Channel.RECEPTION).count(),
        "accepted": accepted,
        "settled": settled,
        "open": accepted - settled,
    }


def _accepted(records: QuerySet[SealedRecord], extent: Extent) -> QuerySet[SealedRecord]:
    """Return the records to be settled in these days: accepted by their end, and not ended before their start."""
    steps = SealedStep.objects.filter(record=OuterRef("pk"))
    begun = steps.filter(verb="accept", day__lte=extent.until)
    over = steps.filter(verb__in=ENDINGS, day__lt=extent.since)
    return records.filter(Exists(begun)).exclude(Exists(over))
