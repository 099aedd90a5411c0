"""Scans what was heard in a province, topic by topic and all together, for rises of late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from langnghe.core.chance import discoveries
from langnghe.core.hotspots import Cluster, Zones, neighbourhoods, scan
from langnghe.registry.models import Place
from langnghe.situation.hearing import HISTORY, Heard

LONGEST = 14
AROUND = 15  # places in the largest neighbourhood
FEWEST = 5  # voices of late without which a topic is not scanned
RATE = 0.05  # of the hot spots called so, at most this share may be chance
FIRST, CLOSER, CLOSE = 999, 9_999, 0.01  # replicates; more of them where the first say p is small


@dataclass(frozen=True)
class Found:
    """A rise: its topic (None: all together), its places by id, its days, and how unusual it is."""

    topic: int | None
    places: tuple[int, ...]
    since: date
    last: date
    cluster: Cluster


def found(last: date, places: list[Place], rows: Iterable[Heard]) -> Iterator[Found]:
    """Return the rises up to the day that stand out among all streams together, the most unusual of each stream."""
    streams = dict(_streams(last, places, rows))
    zones = neighbourhoods([p.lat or 0 for p in places], [p.lon or 0 for p in places], AROUND)
    best = {topic: _closer(*stream, zones) for topic, stream in sorted(streams.items(), key=lambda s: s[0] or 0)}
    rises = {topic: cluster for topic, cluster in best.items() if cluster is not None}
    calls = discoveries([cluster.p for cluster in rises.values()] + [1.0] * (len(best) - len(rises)), RATE)
    for (topic, cluster), is_called in zip(rises.items(), calls, strict=False):
        if is_called:
            since = last - timedelta(cluster.days - 1)
            yield Found(topic, tuple(places[at].pk for at in cluster.places), since, last, cluster)


def _streams(
    last: date, places: list[Place], rows: Iterable[Heard]
) -> Iterator[tuple[int | None, tuple[np.ndarray, np.ndarray]]]:
    """Return places and days as numbers, for all topics together and for each that was heard enough of late."""
    number = {place.pk: at for at, place in enumerate(places)}
    known = [(topic or 0, number[place], (day - last).days) for topic, place, day in rows if place in number]
    if not known:
        return
    topics, where, when = (np.array(column) for column in zip(*known, strict=True))
    when = when + HISTORY - 1
    for topic in (None, *np.unique(topics).tolist()):
        mine = slice(None) if topic is None else topics == topic
        if (when[mine] >= HISTORY - LONGEST).sum() >= FEWEST:
            yield topic, (where[mine], when[mine])


def _closer(where: np.ndarray, when: np.ndarray, zones: Zones) -> Cluster | None:
    """Return the most unusual zone of a stream, its p from more replicates where the first make it small."""
    for replicates in (FIRST, CLOSER):
        clusters = scan(where, when, zones, longest=LONGEST, replicates=replicates, span=HISTORY)
        if not clusters or clusters[0].p > CLOSE:
            break
    return clusters[0] if clusters else None
