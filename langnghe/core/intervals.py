"""How sure a share or a rate is: intervals for a proportion and for a count of events."""

from math import sqrt


def wilson(successes: int, n: int, z: float = 1.96) -> tuple[float, float]:
    """Wilson's score interval (low, high), both in 0..1, of `successes` out of `n`; (0, 1) when n is 0.

    `z` is the normal quantile (1.96 for 95 %). ValueError unless 0 <= successes <= n. Wilson, J. Amer. Stat.
    Assoc. 22, 1927.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes {successes} must lie between 0 and n {n}")
    if n == 0:
        return 0.0, 1.0
    share, squared = successes / n, z * z
    centre = share + squared / (2 * n)
    spread = z * sqrt(share * (1 - share) / n + squared / (4 * n * n))
    scale = 1 + squared / n
    low = 0.0 if successes == 0 else (centre - spread) / scale
    high = 1.0 if successes == n else (centre + spread) / scale
    return max(0.0, low), min(1.0, high)


def byar(events: int, z: float = 1.96) -> tuple[float, float]:
    """Byar's interval (low, high) of the expected number of events when `events` were counted; (0, about 3.7) of none.

    An approximation of the exact Poisson limits, within 1 % from five events on. `z` is the normal quantile (1.96 for
    95 %). ValueError for a negative count. Breslow and Day, Statistical Methods in Cancer Research II, 1987, p. 69.
    """
    if events < 0:
        raise ValueError(f"events {events} must not be negative")
    above = events + 1
    high = above * (1 - 1 / (9 * above) + z / (3 * sqrt(above))) ** 3
    low = events * (1 - 1 / (9 * events) - z / (3 * sqrt(events))) ** 3 if events else 0.0
    return max(0.0, low), high
