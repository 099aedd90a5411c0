"""Scans what was heard in a province, topic by topic and all together, for rises of late."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import numpy.typing as npt

from langnghe.core.chance import discoveries
from langnghe.core.distance import Site
from langnghe.core.hotspots import Cluster
from langnghe.registry.models import Place
from langnghe.situation.engines.parts import EVERY_TOPIC, is_heard, rise, zones_of
from langnghe.situation.hearing import Heard
from langnghe.situation.neighbours import sites

RATE = 0.05  # of the hot spots called so, at most this share may be chance
Ints = npt.NDArray[np.int64]


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
    around = sites(places)
    zones = zones_of(around)
    best = {topic: rise(where, ago, around, zones) for topic, where, ago in _streams(last, around, rows)}
    calls = discoveries([cluster.p if cluster else 1.0 for cluster in best.values()], RATE)
    for (topic, cluster), is_called in zip(best.items(), calls, strict=True):
        if cluster is not None and is_called:
            since = last - timedelta(cluster.days - 1)
            yield Found(topic or None, tuple(around[at].pk for at in cluster.places), since, last, cluster)


def _streams(last: date, around: list[Site], rows: Iterable[Heard]) -> Iterator[tuple[int, Ints, Ints]]:
    """Return topic, places and days ago, for all topics together and for each that was heard enough of late."""
    inside = {site.pk for site in around}
    known = [(topic, place, (last - day).days) for topic, place, day in rows if place in inside]
    if not known:
        return
    topics, where, ago = (np.array(column) for column in zip(*known, strict=True))
    for topic in (EVERY_TOPIC, *np.unique(topics).tolist()):
        mine = np.ones(len(topics), bool) if topic == EVERY_TOPIC else topics == topic
        if is_heard(ago[mine]):
            yield topic, where[mine], ago[mine]
