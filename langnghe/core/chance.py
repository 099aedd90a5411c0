"""How rare something would be by chance alone, and which of many rarities to believe."""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def discoveries(p_values: npt.ArrayLike, rate: float) -> npt.NDArray[np.bool_]:
    """Which of many streams stand out if at most `rate` of those called so may be false, for any dependence.

    Benjamini, Yekutieli 2001: the topics of one place are heard together, so independence cannot be taken for granted.
    """
    p = np.asarray(p_values, float)
    if not len(p):
        return np.zeros(0, bool)
    order = np.argsort(p, kind="stable")
    ranks = np.arange(1, len(p) + 1)
    limits = rate * ranks / (len(p) * (1 / ranks).sum())
    passing = np.flatnonzero(p[order] <= limits)
    mask = np.zeros(len(p), bool)
    if len(passing):
        mask[order[: passing[-1] + 1]] = True
    return mask


def week_against_before(counts: npt.ArrayLike) -> Floats:
    """The Poisson tail p of each place's last seven days against its own weeks before; days x places, last day last.

    The plain count beside the scan: P(X >= last week) for the mean week before, of which half a voice more is taken,
    so that a place where nothing was ever heard is not at once a marvel.
    """
    table = np.asarray(counts, float)
    if len(table) < 14:  # noqa: PLR2004 a week, and one to compare it with
        return np.ones(table.shape[1] if table.ndim > 1 else 0)
    week, before = table[-7:].sum(axis=0), table[:-7].sum(axis=0)
    means = (before + 0.5) * 7 / (len(table) - 7)
    return np.array([poisson_tail(int(heard), float(mean)) for heard, mean in zip(week, means, strict=True)])


def poisson_tail(least: int, mean: float) -> float:
    """P(X >= least) for a Poisson variable with the mean, summed from the small end."""
    term, below = float(np.exp(-mean)), 0.0
    for number in range(least):
        below += term
        term *= mean / (number + 1)
    return max(0.0, 1 - below)
