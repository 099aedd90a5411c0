"""Compares what the rooms hold with what the log says of it."""

from collections import Counter
from collections.abc import Iterable, Iterator

from langnghe.ledger.actions import Entry, seal
from langnghe.ledger.models import LogEntry

BATCH = 5000


def differences(expected: Iterable[Entry]) -> Iterator[str]:
    """Yield a line for each row whose content no longer has its seal in the log, and for each seal without a row."""
    rows = Counter((e.subject, e.event, e.day, e.body, e.due, seal(e.salt, e.private)) for e in expected)
    for entry in LogEntry.objects.order_by("pk").iterator(BATCH):
        key = (entry.subject, entry.event, entry.day, entry.body, entry.due, bytes(entry.seal))
        if rows[key] == 0:
            told = f"{entry.subject}: “{entry.event}” ngày {entry.day:%d/%m/%Y}"
            yield f"{told} có trong nhật ký nhưng nội dung đã đổi hoặc mất"
        else:
            rows[key] -= 1
    for (subject, event, day, *_rest), left in rows.items():
        if left:
            yield f"{subject}: “{event}” ngày {day:%d/%m/%Y} không có trong nhật ký"
