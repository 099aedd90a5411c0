"""Finds published cases by their words: with or without diacritics, on SQLite (FTS5) and PostgreSQL (tsvector)."""

import re

from django.db import connection

from langnghe.core.text import decode_telex, fold

MOST_FOUND, MOST_TERMS = 500, 12
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
    return _find({"table": "publicwords", "column": "case_id"}, words, keys)


def find_voices(words: str, *keys: str) -> list[int]:
    """Return the ids of the newest voices that have all the words, newest first, at most 500; for the desk alone."""
    return _find({"table": "voicewords", "column": "voice_id"}, words, keys)


def _find(index: dict[str, str], words: str, keys: tuple[str, ...]) -> list[int]:
    wanted = terms(words)[:MOST_TERMS]
    if not wanted:
        return []
    sought = [f'"{term}"' if connection.vendor == "sqlite" else term for term in (*wanted, *keys)]
    with connection.cursor() as cursor:
        cursor.execute(FINDS[connection.vendor].format(**index), [" ".join(sought), MOST_FOUND])
        return [pk for (pk,) in cursor.fetchall()]
