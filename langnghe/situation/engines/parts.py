"""What is computed for one province, whatever engine asks: links between similar voices, and rises of late.

Plain columns in, plain rows out; no Django, so that a cluster needs none.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from langnghe.core.distance import Site, beside
from langnghe.core.hotspots import Cluster, Zones, neighbourhoods, neighbourhoods_of, scan
from langnghe.core.similarity import Block, Grams, Pairs, Rarity, Weights

HISTORY = 180  # days: the places' and days' own shares are taken from them
LONGEST = 14
AROUND = 15  # places in the largest neighbourhood of a scan
BESIDE = 6  # communes near a commune in which a similar voice is sought, where no boundaries are known
FEWEST = 5  # voices of late without which a topic is not scanned
FIRST, CLOSER, CLOSE = 999, 9_999, 0.01  # replicates; more of them where the first say p is small
EVERY_TOPIC = 0
Ints = npt.NDArray[np.int64]


class Voices(NamedTuple):
    """The voices of a province, column by column; `day` counts from any day, the same for all."""

    voice: Ints
    place: Ints
    topic: Ints
    day: Ints
    texts: Sequence[Grams]
    spots: Sequence[Grams]


class Link(NamedTuple):
    """Two voices that are shown as the same matter; `other` is the earlier one."""

    voice: int
    other: int
    likeness: float


def links(voices: Voices, sites: Sequence[Site], rarity: Rarity, weights: Weights, window: int) -> Iterator[Link]:
    """Return the links of each voice to earlier ones of its commune and those beside it, at most `window` days apart.

    The cost grows with the number of voices times the size of a block.
    """
    blocks = beside(sites, BESIDE)
    of_place: dict[int, list[int]] = defaultdict(list)
    for at in np.lexsort((voices.voice, voices.day)).tolist():
        of_place[int(voices.place[at])].append(at)
    for place, own in sorted(of_place.items()):
        near = [at for other in blocks.get(place, (place,)) for at in of_place.get(other, ())]
        yield from _of_commune(voices, own, np.array(near), rarity, weights, window)


def _of_commune(
    voices: Voices, own: list[int], near: Ints, rarity: Rarity, weights: Weights, window: int
) -> Iterator[Link]:
    texts, spots = ([column[at] for at in near] for column in (voices.texts, voices.spots))
    blocks = Block(texts, rarity), Block(spots, rarity)
    unnamed = np.array([not spot.counts for spot in spots], float)
    day, number = voices.day[near], voices.voice[near]
    for at in own:
        if not voices.texts[at].counts:
            continue
        apart = voices.day[at] - day
        earlier = (apart >= 0) & (apart <= window) & ((apart > 0) | (number < voices.voice[at]))
        if not earlier.any():
            continue
        pairs = Pairs(
            text=blocks[0].cosines(voices.texts[at]),
            spot=blocks[1].cosines(voices.spots[at]),
            no_spot=unnamed if voices.spots[at].counts else np.ones(len(near)),
            elsewhere=(voices.place[near] != voices.place[at]).astype(float),
            days=apart.astype(float),
        )
        likeness = pairs.likeness(weights)
        for other in np.flatnonzero(earlier & (likeness >= weights.shown_from)).tolist():
            yield Link(int(voices.voice[at]), int(number[other]), float(likeness[other]))


def zones_of(sites: Sequence[Site]) -> Zones:
    """Return the neighbourhoods of a scan: over shared boundaries where any are known, else the nearest."""
    lat, lon = [site.lat for site in sites], [site.lon for site in sites]
    if not any(site.borders for site in sites):
        return neighbourhoods(lat, lon, AROUND)
    number = {site.pk: at for at, site in enumerate(sites)}
    adjacent = [[number[pk] for pk in site.borders if pk in number] for site in sites]
    return neighbourhoods_of(adjacent, lat, lon, AROUND)


def is_heard(ago: Ints) -> bool:
    """Say whether a stream, given how many days ago each voice was, was heard enough of late to be scanned."""
    return int((ago < LONGEST).sum()) >= FEWEST


def rise(place: Ints, ago: Ints, sites: Sequence[Site], zones: Zones) -> Cluster | None:
    """Return the most unusual zone of a stream; None when nothing rises. Its places are numbers of sites.

    `place` are ids of sites, `ago` days before the last day, under HISTORY. More replicates where the first give a
    small p.
    """
    number = {site.pk: at for at, site in enumerate(sites)}
    order = np.lexsort((ago, place))  # the order in which voices come must not decide how they are shuffled
    where, ago = np.array([number[pk] for pk in place[order].tolist()], np.int64), ago[order]
    clusters: list[Cluster] = []
    for replicates in (FIRST, CLOSER):
        clusters = scan(where, HISTORY - 1 - ago, zones, longest=LONGEST, replicates=replicates, span=HISTORY)
        if not clusters or clusters[0].p > CLOSE:
            break
    return clusters[0] if clusters else None


def stream_row(province: str, topic: int, last: int, cluster: Cluster | None, sites: Sequence[Site]) -> dict[str, Any]:
    """Return a stream that was scanned as one row of the output; without places and with p 1 when nothing rises."""
    if cluster is None:
        return {"province": province, "topic": topic, "places": "", "since": last, "last": last} | dict(
            observed=0, expected=0.0, ratio=0.0, p=1.0
        )
    return {
        "province": province,
        "topic": topic,
        "places": ",".join(str(sites[at].pk) for at in cluster.places),
        "since": last - cluster.days + 1,
        "last": last,
        "observed": cluster.observed,
        "expected": cluster.expected,
        "ratio": cluster.score,
        "p": cluster.p,
    }
