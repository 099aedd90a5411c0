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


def rare_weeks(week: npt.ArrayLike, before: npt.ArrayLike, days_before: int) -> Floats:
    """The Poisson tail p of each place's count of seven days against its own count of `days_before` days before.

    The plain count beside the scan: P(X >= week) for the mean of seven days before, of which half a voice more is
    taken, so that a place where nothing was ever heard is not at once a marvel.
    """
    means = (np.asarray(before, float) + 0.5) * 7 / days_before
    heard = np.asarray(week, int)
    return np.array([poisson_tail(int(now), float(mean)) for now, mean in zip(heard, means, strict=True)])


def poisson_tail(least: int, mean: float) -> float:
    """P(X >= least) for a Poisson variable with the mean, summed from the small end."""
    term, below = float(np.exp(-mean)), 0.0
    for number in range(least):
        below += term
        term *= mean / (number + 1)
    return max(0.0, 1 - below)
