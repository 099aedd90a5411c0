"""What is kept only for a time: the keys to the originals, files that no voice has."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from langnghe.cases import filing, keystore
from langnghe.cases.actions.redacting import destroy_redacted_keys
from langnghe.cases.desk_models import VoiceWords
from langnghe.cases.models import (
    Attachment,
    Case,
    Person,
    PublicWords,
    Rating,
    RawIntake,
    Reply,
    Step,
    Voice,
)
from langnghe.cases.subject_request import SubjectRequest
from langnghe.ledger.durability import sweep
from langnghe.registry import law


def purge_keys(at: datetime) -> int:
    """Destroy the keys to originals received longer ago than the rule raw_key_days, by whole months; return these.

    Also those to redacted originals that a power cut left over; what was redacted leaves the database's files, and
    files without a voice go.
    """
    destroy_redacted_keys()
    sweep_files(at)
    if Step.objects.filter(verb__in=("redact", "seal"), at__gte=at - timedelta(days=2)).exists():
        emptied = (RawIntake, Voice, Attachment, Person, Case, PublicWords, VoiceWords, Step, Reply, Rating)
        sweep(*emptied, SubjectRequest)
    return keystore.purge("raw", localdate(at) - timedelta(days=law.rule("raw_key_days")))


def sweep_files(at: datetime) -> int:
    """Remove files that no voice has a day after they came, since it was never received; return how many."""
    gone = 0
    for path in filing.folder().glob("*/*"):
        is_old = path.stat().st_mtime < (at - timedelta(days=1)).timestamp()
        if is_old and not filing.is_held(path.name):
            path.unlink()
            gone += 1
    return gone
