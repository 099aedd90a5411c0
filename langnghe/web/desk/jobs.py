"""The operator's page: the server's health, the background jobs, what failed, another try."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from langnghe.cases import conservation
from langnghe.core.refusal import Refused
from langnghe.ledger import readiness
from langnghe.ledger.actions import retry
from langnghe.ledger.models import OutboxJob
from langnghe.ledger.outbox import standing
from langnghe.web import shown
from langnghe.web.access import entered, may
from langnghe.web.now import now
from langnghe.web.paging import page_by_id

MOST = 50  # lines of differences


@may("run_site")
@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    found = standing(now())
    dead, pager = page_by_id(request, OutboxJob.objects.filter(state=OutboxJob.State.DEAD))
    tried = OutboxJob.objects.filter(state=OutboxJob.State.WAITING, attempts__gt=0).order_by("not_before")[:10]
    context = {
        "figures": [
            {"label": _("Đang chờ hoặc đang chạy"), "value": shown.number(found.waiting)},
            {"label": _("Đã xong"), "value": shown.number(found.done)},
            {"label": _("Không chạy được"), "value": shown.number(found.dead), "late": found.dead > 0},
            {"label": _("Việc đến hạn chờ lâu nhất"), "value": _minutes(found.oldest), "late": found.is_stuck},
        ],
        **_health(),
        "dead": [_row(job) for job in dead],
        "differences": list(conservation.differences(conservation.stored()))[:MOST],
        "tried": [_row(job) for job in tried],
        "pager": pager,
    }
    return render(request, "desk/jobs.html", context)


@may("run_site")
@require_POST
def retry_job(request: HttpRequest, pk: int) -> HttpResponse:
    member = entered(request)
    try:
        retry(get_object_or_404(OutboxJob, pk=pk), by=member.account.username, at=now())
        messages.success(request, _("Việc nền này sẽ chạy lại ngay."))
    except Refused as refused:
        messages.warning(request, str(refused))
    return redirect("jobs")


def _health() -> dict[str, Any]:
    """Return what the server measured of itself, and what forbids serving or wants a person."""
    reading = readiness.read(timezone.now())
    return {
        "alarms": [*readiness.forbids(reading), *([] if settings.INSTALLATION.demo else readiness.warns(reading))],
        "health": [
            {"label": _("Mốc nhật ký gần nhất"), "value": _minutes(reading.checkpoint)},
            {"label": _("Mục nhật ký chờ đánh số lâu nhất"), "value": _minutes(reading.unnumbered)},
            {"label": _("Bản sao lưu gần nhất"), "value": _minutes(reading.backup)},
            {"label": _("Ổ đĩa còn trống"), "value": f"{shown.number(round(reading.free_share * 100))} %"},
        ],
    }


def _minutes(age: Any) -> str:
    if age is None:
        return "–"
    minutes = int(age.total_seconds() // 60)
    return _("%(n)s phút") % {"n": shown.number(minutes)}


def _row(job: OutboxJob) -> dict[str, Any]:
    """Return the job without its arguments' values and its error's details, which may hold a resident's words."""
    return {"job": job, "error": job.error.partition(":")[0], "arguments": sorted(job.arguments)}
