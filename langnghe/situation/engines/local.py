"""The embedded engine: DuckDB reads and writes, one process a province, and a rerun goes on where it was stopped."""

import multiprocessing
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from langnghe.core.distance import Site
from langnghe.core.similarity import SPACE, Rarity
from langnghe.situation.engines.columns import LINKS, STREAMS, Plan, called, exactly, quoted, site_of, voices_of, write
from langnghe.situation.engines.parts import (
    EVERY_TOPIC,
    HISTORY,
    Voices,
    is_heard,
    links,
    rise,
    stream_row,
    zones_of,
)

Progress = Callable[[int, int], None]


def run(plan: Plan, progress: Progress, processes: int = 2) -> None:
    """Write links-PROVINCE.parquet and streams-PROVINCE.parquet for each province; those already there stay."""
    plan.out.mkdir(parents=True, exist_ok=True)
    rarity = counted(plan.source)
    provinces = [row[0] for row in _asked(plan.source, "SELECT DISTINCT province FROM voices ORDER BY 1")]
    waiting = [one for one in provinces if not (plan.out / f"streams-{one}.parquet").exists()]
    done = len(provinces) - len(waiting)
    progress(done, len(provinces))
    with multiprocessing.get_context("fork").Pool(processes) as pool:
        for _province in pool.imap_unordered(_Province(plan, rarity.texts, rarity.counts), waiting):
            done += 1
            progress(done, len(provinces))


class _Province:
    """Computes one province in a process of the pool."""

    def __init__(self, plan: Plan, texts: int, counts: Any) -> None:
        self.plan, self.texts, self.counts = plan, texts, counts

    def __call__(self, province: str) -> str:
        plan = self.plan
        voices, sites = _voices(plan.source, province), _sites(plan.source, province)
        found = links(voices, sites, Rarity(self.texts, self.counts), plan.weights, plan.window)
        write(plan.out / f"links-{province}.parquet", LINKS, exactly(found))
        rows = called(streams(province, voices, sites, plan.last))
        write(plan.out / f"streams-{province}.parquet", STREAMS, quoted(rows))
        return province


def streams(province: str, voices: Voices, sites: list[Site], last: int) -> list[dict[str, Any]]:
    """Scan all topics of a province together and each topic apart; a row for every stream heard enough of late."""
    inside = np.isin(voices.place, [site.pk for site in sites]) & (voices.day <= last) & (voices.day > last - HISTORY)
    zones, rows = zones_of(sites), []
    for topic in (EVERY_TOPIC, *np.unique(voices.topic[inside]).tolist()):
        mine = inside if topic == EVERY_TOPIC else inside & (voices.topic == topic)
        ago = last - voices.day[mine]
        if is_heard(ago):
            rows.append(stream_row(province, topic, last, rise(voices.place[mine], ago, sites, zones), sites))
    return rows


def counted(source: Path) -> Rarity:
    """Count over all voices in how many texts each gram occurs."""
    import duckdb

    counts, texts = np.zeros(SPACE, np.uint32), 0
    with duckdb.connect() as duck:
        rows = duck.execute(f"SELECT ids FROM '{source / 'voices.parquet'}'")  # noqa: S608 a path of ours
        while batch := rows.fetchmany(5_000):
            for (ids,) in batch:
                counts[np.frombuffer(ids, np.uint32)] += 1
            texts += len(batch)
    return Rarity(texts, counts)


def _asked(source: Path, question: str, *values: Any) -> list[tuple[Any, ...]]:
    import duckdb

    with duckdb.connect(config={"memory_limit": "1GB", "threads": 1}) as duck:
        for name in ("voices", "places"):
            duck.execute(f"CREATE VIEW {name} AS SELECT * FROM '{source / name}.parquet'")  # noqa: S608 a path of ours
        return duck.execute(question, list(values)).fetchall()


def _sites(source: Path, province: str) -> list[Site]:
    rows = _asked(source, "SELECT place, lat, lon, borders FROM places WHERE province = ? ORDER BY place", province)
    return [site_of(*row) for row in rows]


def _voices(source: Path, province: str) -> Voices:
    question = "SELECT * EXCLUDE (province) FROM voices WHERE province = ? ORDER BY voice"
    return voices_of(_asked(source, question, province))
