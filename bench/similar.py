"""What seeking a similar voice costs with a million of them in the index, and how its weights were learnt.

    python -m bench similar            # 1,000,000 voices in sixty days over the communes of the nation; --voices N
    python -m bench similar fit        # learns the release's weights from the composed voices kept for it
    python -m bench similar blocking FILE.csv.gz   # what the block misses, against a search through everything
    tools/with_postgresql.sh .venv/bin/python -m bench similar trgm   # PostgreSQL's pg_trgm on the composed voices

The texts are 20,000 distinct ones put together from fragments, drawn again and again; their grams are computed once.
"""

import csv
import gc
import gzip
import os
import statistics
import tempfile
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from bench import ground
from bench.stopwatch import goal, peak, percentile, say

DISTINCT, BATCH, QUERIES = 20_000, 5_000, 300
CLOSE, WEEK = 100 / 111_320, 7  # degrees of a hundred metres; days
_NEAREST = """SELECT o.number FROM said o, said q WHERE q.number = %s AND o.number <> %s
  ORDER BY similarity(o.{column}, q.{column}) DESC, 1 LIMIT 5"""
NEAREST = {column: _NEAREST.format(column=column) for column in ("typed", "plain")}
LAST, DAYS = date(2026, 6, 29), 60
PRECISION = 0.97  # asked for on the folds, so that .95 holds elsewhere


def run(words: list[str]) -> int:
    parts = {"fit": _fit, "blocking": _blocking, "trgm": _trgm}
    for word in words:
        if word in parts:
            return parts[word](words)
    count = int(words[words.index("--voices") + 1]) if "--voices" in words else 1_000_000
    with ground.throwaway():
        texts = _texts(Random(1))
        began = time.perf_counter()
        _fill(count, texts, Random(2))
        say(f"{count} voices with their grams written in {time.perf_counter() - began:.0f} s")
        _ask(texts, Random(3))
    return 0


def _fit(_words: list[str]) -> int:
    """Print the weights and the threshold as they stand in core/tables/similarity_weights.csv, and the recall there."""
    with ground.throwaway():
        from langnghe.cli.situating import for_learning, held_out
        from langnghe.situation.judging import judge, learn

        weights, recall = learn(for_learning(), PRECISION)
        say(f"{weights}\n  recall of pairs on the folds left out, at precision {PRECISION}: {recall:.2f}")
        say(f"  on the composed voices not learnt from: {judge(held_out(), weights)['pairs']['all']}")
    return 0


def _blocking(words: list[str]) -> int:
    """Say how many pairs that a search through everything finds near each other lie in the blocks of our search.

    The file is CSV (.gz) of requests with Title, Zip Code, Date Created (Unix seconds), Latitude, Longitude. True
    pairs have one title, lie within 100 m, and come within seven days. A block is a zip code and the six nearest.
    """
    from langnghe.core.distance import Site, beside
    from langnghe.situation.neighbours import AROUND

    with gzip.open(words[-1], "rt", encoding="utf-8", newline="") as handle:
        rows = [row for row in csv.DictReader(handle) if row["Latitude"] and row["Zip Code"] and row["Date Created"]]
    lat, lon = (np.array([float(row[name]) for row in rows]) for name in ("Latitude", "Longitude"))
    day = np.array([float(row["Date Created"]) / 86_400 for row in rows])
    names = sorted({row["Zip Code"] for row in rows})
    zone, title = (np.array([row[name] for row in rows]) for name in ("Zip Code", "Title"))
    inside_of = [zone == name for name in names]
    sites = [Site(at, float(np.median(lat[own])), float(np.median(lon[own]))) for at, own in enumerate(inside_of)]
    near = {names[at]: {names[other] for other in others} for at, others in beside(sites, AROUND).items()}
    true = own = inside = 0
    for at in range(len(rows)):
        close = np.hypot(lat - lat[at], (lon - lon[at]) * np.cos(np.radians(lat[at]))) < CLOSE
        same = np.flatnonzero(close & (np.abs(day - day[at]) <= WEEK) & (title == title[at]))
        others = zone[same[same > at]]
        true, own = true + len(others), own + int((others == zone[at]).sum())
        inside += sum(other in near[zone[at]] for other in others)
    say(
        f"{len(rows)} requests in {len(names)} zip codes: {true} true pairs, {own} in one zip code, {inside} in a block"
    )
    say(f"  recall of the blocking {inside / max(1, true):.4f} (of one place alone {own / max(1, true):.4f})")
    return 0


def _told(said: list[Any]) -> list[tuple[str, str]]:
    from langnghe.demo import texts

    return [(words.text.removesuffix(texts.LABEL).strip(), words.spot) for words in said]


def _trgm(_words: list[str]) -> int:
    """Say how often PostgreSQL's trigrams find another voice of the same matter, as typed and made plain."""
    import psycopg

    with tempfile.TemporaryDirectory() as home:
        ground.enter(Path(home))
        from langnghe.cli.situating import held_out
        from langnghe.core.similarity import plain
        from langnghe.situation.judging import groups_of

        rows = held_out()
        names = groups_of(rows)
    grouped = [number for number, name in enumerate(names) if names.count(name) > 1]
    with psycopg.connect(os.environ["DATABASE_URL"]) as database:
        database.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
        database.execute("CREATE TEMP TABLE said (number int, typed text, plain text)")
        for number, row in enumerate(rows):
            database.execute("INSERT INTO said VALUES (%s, %s, %s)", (number, row["text"], plain(row["text"])))
        for column, asked in NEAREST.items():
            found = [[row[0] for row in database.execute(asked, (number, number))] for number in grouped]
            same = [
                [names[other] == names[number] for other in five] for number, five in zip(grouped, found, strict=True)
            ]
            first, five = (sum(any(one[:k]) for one in same) / len(same) for k in (1, 5))
            say(f"pg_trgm, text {column}: hit@1 {first:.2f}, hit@5 {five:.2f} ({len(grouped)} voices)")
    return 0


def _texts(random: Random) -> list[Any]:
    from langnghe.core.similarity import grams
    from langnghe.demo import texts

    said = [texts.generated(random) for _number in range(DISTINCT)]
    began = time.perf_counter()
    made = [(text, spot, grams(text), grams(spot)) for text, spot in _told(said)]
    say(f"grams of a text: {1000 * (time.perf_counter() - began) / DISTINCT:.2f} ms")
    return made


def _fill(count: int, texts: list[Any], random: Random) -> None:
    from django.db import transaction

    from langnghe.cases.models import Case, RawIntake, TextGrams, Voice
    from langnghe.ledger.insertion import put
    from langnghe.registry.models import Body, Place, Topic

    places = list(Place.objects.on(LAST).filter(level="commune", parent__level="province").exclude(lat=None))
    body, topic = Body.objects.first(), Topic.objects.first()
    assert body and topic  # noqa: S101 the installation was laid
    at = datetime(2026, 6, 30, tzinfo=ZoneInfo("Asia/Ho_Chi_Minh"))
    for first in range(0, count, BATCH):
        size = min(BATCH, count - first)
        drawn = [(*random.choice(texts), random.choice(places).pk, _day(random)) for _n in range(size)]
        with transaction.atomic():
            raw = put(RawIntake, [_raw(first + n, at) for n in range(len(drawn))])
            case = {"kind": "feedback", "channel": "web", "topic_id": topic.pk, "holder_id": body.pk, "received": LAST}
            cases = put(Case, [case | {"place_id": row[4], "spot": row[1]} for row in drawn])
            both = list(zip(drawn, raw, cases, strict=True))
            voices = put(Voice, [_voice(row, raw_id, case_id, at) for row, (raw_id,), (case_id,) in both])
            put(TextGrams, [_grams(row, voice) for row, (voice,) in zip(drawn, voices, strict=True)])


def _day(random: Random) -> date:
    return LAST - timedelta(days=random.randrange(DAYS))


def _raw(number: int, at: datetime) -> dict[str, Any]:
    return {"channel": "web", "key": f"bench-{number}", "digest": b"", "payload": b"", "received_at": at}


def _voice(row: Any, raw: int, case: int, at: datetime) -> dict[str, Any]:
    return {
        "raw_id": raw,
        "case_id": case,
        "kind": "feedback",
        "channel": "web",
        "text": row[0],
        "received_at": at,
        "day": row[5],
        "receipt_hash": raw.to_bytes(32, "big"),
        "person_id": None,
        "in_index": True,
    }


def _grams(row: Any, voice: int) -> dict[str, Any]:
    text, spot = row[2], row[3]
    kept = {"ids": text.ids, "counts": text.counts, "spot_ids": spot.ids, "spot_counts": spot.counts}
    return {"voice_id": voice, "place_id": row[4], "day": row[5], **kept}


def _ask(texts: list[Any], random: Random) -> None:
    """Seek texts at random places, and say how long it takes, beside how many voices were compared."""
    from django.db import connection
    from django.utils.timezone import now

    from langnghe.registry.models import Place
    from langnghe.situation import actions
    from langnghe.situation.neighbours import around
    from langnghe.situation.similar import Sought, candidates, similar

    began = time.perf_counter()
    say(f"rarity counted over {actions.count_grams(now())} texts in {time.perf_counter() - began:.0f} s")
    places = list(Place.objects.on(LAST).filter(level="commune", parent__level="province").select_related("parent"))
    for place in places:
        around(place.pk, LAST)  # as a server that has run for a while
    gc.freeze()  # as a server does when it starts
    took, sizes = [], []
    for number in range(QUERIES + 20):
        text, spot, *_grams_of_it = random.choice(texts)
        sought = Sought(text, random.choice(places), LAST, spot)
        began = time.perf_counter()
        similar(sought)
        took.append(1000 * (time.perf_counter() - began))
        if number % 10 == 0:
            sizes.append(len(candidates(sought).voices))
    late = percentile(took[20:], 95)
    middle = statistics.median(took[20:])
    say(f"{connection.vendor}: {statistics.mean(sizes):.0f} voices in a block; a query takes {middle:.1f} ms,")
    say(f"  95th percentile {late:.1f} ms ({goal(late, 20)}); {peak()}")
