"""Small counts hidden before figures are published, so that no table points at a person."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)

_ENOUGH = 2


def _hidden_values(counts: Mapping[K, int], threshold: int) -> set[int]:
    if any(count < 0 for count in counts.values()):
        raise ValueError("counts must not be negative")
    present = sorted(set(counts.values()) - {0})
    hidden = {count for count in present if count < threshold}
    if len(hidden) == 1:
        larger = [count for count in present if count not in hidden]
        hidden.add(larger[0] if larger else 0)
    return hidden


def suppress(counts: Mapping[K, int], threshold: int) -> dict[K, int | None]:
    """`counts` of one dimension with None in the cells that must not be published.

    `threshold` is the smallest count above zero that may be shown (minimum-frequency rule); choose 3 or more,
    since at 2 a hidden cell is known to be 1. Primary: every count in 1..threshold-1. Secondary: if all
    hidden counts are equal (one cell among them), every cell of the next larger value is hidden too, or the
    zeros if there is none. The hidden cells then hold at least two different values and could be exchanged
    among each other without any change in what is published, total included, so none of them can be computed.
    Where that is impossible (`safe_total`), withhold the total. ValueError for a negative count. After the
    practice of statistical disclosure control: Hundepool et al., Statistical Disclosure Control, Wiley 2012,
    chapter on tables of frequencies.
    """
    hidden = _hidden_values(counts, threshold)
    return {key: None if count in hidden else count for key, count in counts.items()}


def safe_total(counts: Mapping[K, int], threshold: int) -> int | None:
    """The total that may stand beside `suppress(...)`; None when it would give hidden cells away."""
    hidden = _hidden_values(counts, threshold)
    if hidden and len(hidden & set(counts.values())) < _ENOUGH:
        return None
    return sum(counts.values())
