"""What is kept only for a time: the keys to the originals, the words that a law lets go."""

from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.timezone import localdate

from langnghe.cases import filing, keystore
from langnghe.cases.actions.record import Facts, make, opened
from langnghe.cases.history import LOGGED_WITH, entry, seals_digest
from langnghe.cases.lifecycle import Actor
from langnghe.cases.models import Attachment, Case, Person, Rating, RawIntake, Redaction, Reply, Step, Voice
from langnghe.ledger.durability import sweep
from langnghe.registry import law


def purge_keys(at: datetime) -> int:
    """Destroy the keys to originals received longer ago than the rule raw_key_days, by whole months; return these.

    Also those to redacted originals that a power cut left over; what was redacted leaves the database's files, and
    files without a voice go.
    """
    destroy_redacted_keys()
    sweep_files(at)
    if Step.objects.filter(verb="redact", at__gte=at - timedelta(days=2)).exists():
        sweep(RawIntake, Voice, Attachment, Person, Case, Step, Reply, Rating)
    return keystore.purge("raw", localdate(at) - timedelta(days=law.rule("raw_key_days")))


@transaction.atomic
def redact(case: Case, *, reason: str, actor: Actor, at: datetime) -> Case:
    """Destroy all words of the case for good; `reason` is the legal ground.

    Facts, days and bodies stay, and the seals, so that the log still proves what was said when; with the salts gone
    nobody can guess it any more. Backups forget it when they expire.
    """
    case, move = opened(case, "redact", actor, reason)
    steps = case.steps.exclude(digest=b"", reason="", document_no="").filter(redaction=None)
    seals = {step.pk: entry(step).seal for step in steps.select_related(*LOGGED_WITH)}
    _forget_words(case)
    case = make(case, move, actor, at, Facts(reason=reason, digest=seals_digest(seals.values())))
    by = case.steps.latest("pk")
    Redaction.objects.bulk_create([Redaction(step_id=pk, by=by, seal=seal) for pk, seal in seals.items()])
    Step.objects.filter(pk__in=seals).update(digest=b"", salt=b"", reason="", document_no="")
    transaction.on_commit(destroy_redacted_keys)
    return case


def _forget_words(case: Case) -> None:
    """Empty what residents and officers wrote, and what else came under the same keys."""
    originals = RawIntake.objects.filter(voice__case=case)
    same = Q()
    for channel, key in originals.values_list("channel", "key"):
        same |= Q(channel=channel, key=key)
    RawIntake.objects.filter(same).update(payload=b"", digest=b"")
    Attachment.objects.filter(voice__case=case).update(name="", digest=b"")
    people = list(case.voices.exclude(person=None).values_list("person", flat=True))
    case.voices.update(text="", place_words="", shows_text=False, person=None)
    Person.objects.filter(pk__in=people).delete()
    Rating.objects.filter(voice__case=case).update(sentence="")
    case.replies.update(text="", proof="", promise_text="")
    case.title = case.summary = case.spot = case.spot_key = ""
    case.is_public = False


def destroy_redacted_keys() -> None:
    """Destroy the keys of the originals and files that were emptied, so that no copy of the database opens them."""
    emptied: dict[str, QuerySet[Any]] = {
        "raw": RawIntake.objects.filter(payload=b"", digest=b""),
        filing.RING: Attachment.objects.filter(digest=b""),
    }
    for ring, rows in emptied.items():
        for row in rows.exclude(key_name=""):
            with suppress(keystore.KeyDestroyed):
                keystore.destroy(ring, row.key_name)
            if isinstance(row, Attachment):
                filing.path(row.place).unlink(missing_ok=True)
            rows.filter(pk=row.pk).update(key_name="")


def sweep_files(at: datetime) -> int:
    """Remove files that no voice has a day after they came, since it was never received; return how many."""
    gone = 0
    for path in filing.folder().glob("*/*"):
        is_old = path.stat().st_mtime < (at - timedelta(days=1)).timestamp()
        if is_old and not Attachment.objects.filter(place=path.name).exists():
            path.unlink()
            gone += 1
    return gone
