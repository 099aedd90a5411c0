"""Keeps the words by which everyone may find a published case, in the transaction of what changes them."""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils.timezone import localdate

from langnghe.cases.actions.gathering import in_line
from langnghe.cases.models import Case, PublicWords, Reply, Step
from langnghe.cases.searching import key, terms
from langnghe.core.personal import uncovered

HIDES = ("unpublish", "redact", "seal")
BATCH = 200
PAGES = 500  # of the index that one step rewrites, so that writers wait only shortly
MERGE = "INSERT INTO cases_{table}_index (cases_{table}_index, rank) VALUES ('merge', %s)"


def show_words(case: Case, *, was_public: bool) -> None:
    """Write the words of a published case anew; take away those of one that was published until now."""
    if case.is_public:
        PublicWords.objects.update_or_create(case=case, defaults={"words": _words(case)})
    elif was_public:
        PublicWords.objects.filter(case=case).delete()


def _words(case: Case) -> str:
    """Return what its page shows, as the index wants it; the keys of place and topic find it too."""
    covers, said = list(case.covers.values_list("passage", flat=True)), case.voices.filter(is_shown=True).order_by("pk")
    replies = case.replies.filter(state=Reply.State.PUBLISHED).order_by("pk").values_list("text", flat=True)
    page = (case.code, case.title, case.summary, case.spot, str(case.place), case.topic.name, *replies)
    page += tuple(piece for voice in said for piece in uncovered(voice.text, covers))
    return " ".join((key("place", case.place.key), key("topic", case.topic.code), *terms(" ".join(page))))


def index_words() -> int:
    """Write the words of published cases that have none yet (an earlier release published them); return how many."""
    public, done, written = Case.objects.filter(is_public=True), PublicWords.objects.all(), 0
    if public.count() == done.count():
        return 0
    last = 0
    while batch := list(public.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:BATCH]):
        last = batch[-1]
        with in_line(), transaction.atomic():
            missing = public.filter(pk__in=batch).exclude(pk__in=done.filter(pk__in=batch).values("pk"))
            for case in missing.select_related("place", "topic").select_for_update(of=("self",)):
                show_words(case, was_public=False)
                written += 1
    return written


def tidy_words(at: datetime) -> None:
    """Rewrite the index after a day on which words were taken away: FTS5 only marks them, until it merges.

    PostgreSQL clears its rows itself (autovacuum).
    """
    taken = Step.objects.filter(verb__in=HIDES, day__gte=localdate(at) - timedelta(days=2))
    if connection.vendor != "sqlite" or not taken.exists():
        return
    for table in ("publicwords", "voicewords"):
        pages = -PAGES  # the minus begins anew with all of the index (SQLite, FTS5, 6.8)
        while _merged(table, pages):
            pages = PAGES


def _merged(table: str, pages: int) -> bool:
    """Do one step of merging; return whether there was anything to do."""
    with in_line(), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT total_changes()")
        before = cursor.fetchone()[0]
        cursor.execute(MERGE.format(table=table), [pages])
        cursor.execute("SELECT total_changes()")
        return bool(cursor.fetchone()[0] - before > 1)
