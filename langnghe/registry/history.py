"""Edits of the registers as the log should know them."""

from collections.abc import Iterator

from langnghe.ledger.actions import Entry
from langnghe.registry.models import RegisterChange


def entry(change: RegisterChange) -> Entry:
    private = {"register": change.register, "row": change.row, "before": change.before, "after": change.after}
    private["account"] = change.account_id
    return Entry("change_register", change.code, change.body.code, change.day, bytes(change.salt), private)


def entries() -> Iterator[Entry]:
    for change in RegisterChange.objects.select_related("body").order_by("pk").iterator(2000):
        yield entry(change)
