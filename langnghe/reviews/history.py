"""What people changed in reviews as the log should know it, and whether the findings still say so."""

from collections.abc import Iterator

from langnghe.ledger.actions import Entry
from langnghe.reviews.models import Finding, Review, Revision


def entry(change: Revision) -> Entry:
    private = {"finding": change.finding, "kind": change.kind, "text": change.text, "account": change.account_id}
    review = change.review
    return Entry(change.verb, review.code, review.issuer.code, change.day, bytes(change.salt), private)


def entries() -> Iterator[Entry]:
    for change in Revision.objects.select_related("review__issuer").order_by("pk").iterator(2000):
        yield entry(change)


def words(review: Review) -> str:
    """Return the findings of the review as they stand, one a line, in their order."""
    rows = review.findings.order_by("position", "pk").values_list("kind", "text")
    return "\n".join(f"{kind}: {text}" for kind, text in rows)


def changed_words() -> Iterator[str]:
    """Yield a line for each review or finding that no longer says what was last logged of it."""
    last = {change.finding: change for change in Revision.objects.exclude(finding=None).order_by("pk").iterator(2000)}
    edited = Finding.objects.filter(is_edited=True).in_bulk()
    for pk, change in last.items():
        said = edited.get(pk) if pk is not None else None
        is_as_logged = said is None if change.verb == "remove" else said is not None and said.text == change.text
        if not is_as_logged:
            yield f"{change.review.code}: nhận định #{pk} không còn đúng như lúc ghi"
    for review in Review.objects.filter(is_public=True).order_by("pk"):
        if not review.revisions.filter(verb="publish", text=words(review)).exists():
            yield f"{review.code}: nhận định đã công bố không còn đúng như lúc công bố"
