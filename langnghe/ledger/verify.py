"""Compares what the rooms hold with what the log says of it, and the log with what was published and signed."""

from collections import Counter
from collections.abc import Iterable, Iterator

from langnghe.core.merkle import Frontier, Reader, leaf_hash
from langnghe.ledger import tree
from langnghe.ledger.actions import Entry
from langnghe.ledger.models import Checkpoint, Leaf, LogEntry, LogHead

BATCH = 5000
OWN = ("restart",)  # what the log says of itself, without a row in any room


def differences(expected: Iterable[Entry]) -> Iterator[str]:
    """Yield a line for each row whose content no longer has its seal in the log, and for each seal without a row."""
    rows = Counter((e.subject, e.event, e.day, e.body, e.due, e.seal) for e in expected)
    for entry in LogEntry.objects.exclude(event__in=OWN).order_by("pk").iterator(BATCH):
        key = (entry.subject, entry.event, entry.day, entry.body, entry.due, bytes(entry.seal))
        if rows[key] == 0:
            told = f"{entry.subject}: “{entry.event}” ngày {entry.day:%d/%m/%Y}"
            yield f"{told} có trong nhật ký nhưng nội dung đã đổi hoặc mất"
        else:
            rows[key] -= 1
    for (subject, event, day, *_rest), left in rows.items():
        if left:
            yield f"{subject}: “{event}” ngày {day:%d/%m/%Y} không có trong nhật ký"


def log_differences() -> Iterator[str]:
    """Yield a line for each entry that is not as its tile has it, and for each checkpoint whose tree is not ours."""
    signed = dict(Checkpoint.objects.values_list("size", "root"))
    grown, last = Frontier(), max(signed, default=0)
    published = tree.reader(last)
    for index, content in enumerate(tree.leaves(0, last)):
        leaf = leaf_hash(content)
        if leaf != _published(published, index):
            yield f"Mục {index} của nhật ký không còn đúng như đã công bố"
        grown = grown.extend([leaf])
        if grown.size in signed and bytes(signed[grown.size]) != grown.root():
            yield f"Mốc {grown.size} đã ký không còn đúng với các mục trước nó"
    head = LogHead.objects.filter(pk=1).first()
    if grown.size != last or (head.size if head else 0) != Leaf.objects.count():
        yield f"Nhật ký thiếu mục: đã ký {last}, còn {grown.size}; đánh số {Leaf.objects.count()}"


def _published(read: Reader, index: int) -> bytes | None:
    try:
        return read(0, index)
    except OSError:
        return None
