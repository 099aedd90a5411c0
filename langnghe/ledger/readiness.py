"""Whether this server may take voices now: its clock, its disk, its log and its last backup."""

import os
import shutil
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.db.models import Max, Min
from django.utils.translation import gettext as _

from langnghe import installation
from langnghe.ledger.models import Checkpoint, Unnumbered

BACKWARDS = timedelta(minutes=1)  # a clock may step back this far against the last signed checkpoint
UNNUMBERED = timedelta(seconds=60)
BACKUP = timedelta(days=2)
LEAST_FREE = 256 * 2**20  # bytes below which nothing new is served
BALLAST = 512 * 2**20  # bytes to give back by removing one file when the disk is full


@dataclass(frozen=True)
class Reading:
    """What the server measured of itself; ages are None when there is nothing to be old."""

    clock_back: timedelta | None
    free: int
    free_share: float
    unnumbered: timedelta | None
    checkpoint: timedelta | None
    backup: timedelta | None


def ballast() -> Path:
    return installation.home() / "ballast"


def backup_mark() -> Path:
    return installation.home() / "last-backup"


def lay_ballast() -> bool:
    """Reserve the ballast unless it is there or the disk is too small for it; return whether it is there."""
    if not ballast().exists() and shutil.disk_usage(installation.home()).free > 10 * BALLAST:
        with ballast().open("xb") as handle:
            os.posix_fallocate(handle.fileno(), 0, BALLAST)
    return ballast().exists()


def read(now: datetime) -> Reading:
    """Measure; `now` is the real time, also in a demo."""
    disk = shutil.disk_usage(installation.home())
    signed = Checkpoint.objects.aggregate(at=Max("signed_at"))["at"]
    unnumbered = Unnumbered.objects.aggregate(since=Min("since"))["since"]
    return Reading(
        clock_back=signed - now if signed and signed > now else None,
        free=disk.free,
        free_share=disk.free / disk.total,
        unnumbered=now - unnumbered if unnumbered else None,
        checkpoint=now - signed if signed else None,
        backup=_age(backup_mark(), now),
    )


def _age(mark: Path, now: datetime) -> timedelta | None:
    return timedelta(seconds=now.timestamp() - mark.stat().st_mtime) if mark.exists() else None


def forbids(reading: Reading) -> list[str]:
    """Return why nothing may be served: each a sentence that says what to do."""
    found = []
    if reading.clock_back is not None and reading.clock_back > BACKWARDS:
        words = _("Đồng hồ máy chủ chậm %(n)d giây so với mốc nhật ký cuối. Hãy chỉnh giờ (NTP) rồi chạy lại.")
        found.append(words % {"n": reading.clock_back.total_seconds()})
    if reading.free < LEAST_FREE:
        words = _("Ổ đĩa chỉ còn %(free)d MB. Hãy dọn ổ đĩa; gấp thì xóa tệp dự trữ %(ballast)s.")
        found.append(words % {"free": reading.free // 2**20, "ballast": ballast()})
    return found


def warns(reading: Reading) -> list[str]:
    """Return what an operator must see to while the server goes on."""
    found = []
    if reading.unnumbered is not None and reading.unnumbered > UNNUMBERED:
        words = _("Có mục nhật ký chờ đánh số đã %(n)d giây: worker có chạy không, nhật ký có bị từ chối ký không?")
        found.append(words % {"n": reading.unnumbered.total_seconds()})
    if reading.backup is None or reading.backup > BACKUP:
        found.append(_("Chưa có bản sao lưu nào trong hai ngày qua: hãy chạy langnghe backup"))
    return found
