"""What is kept only for a time: the keys to the originals."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from langnghe.cases import keystore
from langnghe.registry import law


def purge_keys(at: datetime) -> int:
    """Destroy the keys to originals received longer ago than the rule raw_key_days, by whole months; return these."""
    return keystore.purge("raw", localdate(at) - timedelta(days=law.rule("raw_key_days")))
