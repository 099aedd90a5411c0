"""Finds published cases by their words: with or without diacritics, on SQLite (FTS5) and PostgreSQL (tsvector)."""

import re

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from langnghe.cases.models import Voice
from langnghe.core.text import decode_telex, fold

MOST_FOUND, MOST_TERMS = 500, 12
MOST_VOICES = 200  # of which the desk sees fifty at once
_TERM = re.compile(r"[^\W_]+")
FINDS = {
    "sqlite": "SELECT rowid FROM cases_{table}_index WHERE cases_{table}_index MATCH %s ORDER BY rowid DESC LIMIT %s",
    "postgresql": "SELECT {column} FROM cases_{table} WHERE words_index @@ plainto_tsquery('simple', %s)"
    " ORDER BY {column} DESC LIMIT %s",
}


def terms(text: str) -> list[str]:
    """Return the words of a text as they are compared: folded, Telex leftovers read as what was meant."""
    return _TERM.findall(fold(decode_telex(text)))


def key(kind: str, name: str) -> str:
    """Return the term under which the index has a place or a topic; nobody types such a word."""
    return kind + re.sub(r"[\W_]", "", name)


def find(words: str, *keys: str) -> list[int]:
    """Return the ids of the newest published cases that have all the words, newest first, at most 500.

    `keys` are those (see `key`) of a place and a topic that the case must have. Of more than twelve words the first
    are sought; nothing is found by words without a letter or digit.
    """
    if (sought := _sought(words, keys, MOST_FOUND)) is None:
        return []
    with connection.cursor() as cursor:
        cursor.execute(FINDS[connection.vendor].format(table="publicwords", column="case_id"), sought)
        return [pk for (pk,) in cursor.fetchall()]


def find_voices(words: str, *keys: str) -> QuerySet[Voice]:
    """Return the newest voices that have all the words, at most 200; for the desk alone.

    They are not asked for here: their ids need not travel to and fro before the cases are read.
    """
    if (sought := _sought(words, keys, MOST_VOICES)) is None:
        return Voice.objects.none()
    statement = FINDS[connection.vendor].format(table="voicewords", column="voice_id")
    return Voice.objects.filter(pk__in=RawSQL(statement, sought))  # noqa: S611 a statement of ours, the words apart


def _sought(words: str, keys: tuple[str, ...], most: int) -> tuple[str, int] | None:
    """Return what the database's index is asked for; None for words without a letter or digit."""
    wanted = terms(words)[:MOST_TERMS]
    if not wanted:
        return None
    sought = [f'"{term}"' if connection.vendor == "sqlite" else term for term in (*wanted, *keys)]
    return " ".join(sought), most
