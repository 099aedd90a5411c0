"""How sure a share is: an interval for a proportion."""

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
