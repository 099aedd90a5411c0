"""How a frozen figure is read: share, change on the year before, and the words for them (1.234,5 and %)."""

from langnghe.reviews.models import Figure


def number(value: float, decimals: int = 0) -> str:
    """Return the number as Vietnamese readers write it: 1.234,5."""
    text = f"{value:,.{decimals}f}"
    return text.translate(str.maketrans(",.", ".,"))


def share(value: int, base: int | None) -> float | None:
    """Return value as a percentage of base, None without records to divide by."""
    return 100 * value / base if base else None


def is_share(figure: Figure) -> bool:
    return figure.base is not None


def amount(figure: Figure) -> float | None:
    return share(figure.value, figure.base) if is_share(figure) else figure.value


def previous(figure: Figure) -> float | None:
    if is_share(figure):
        return share(figure.previous or 0, figure.previous_base)
    return figure.previous


def change(figure: Figure) -> float | None:
    """Return the change in % of a count, in percentage points of a share; None without a year before."""
    now, before = amount(figure), previous(figure)
    if now is None or before is None:
        return None
    if is_share(figure):
        return now - before
    return 100 * (now - before) / before if before else None


def words(figure: Figure) -> str:
    now = amount(figure)
    if now is None:
        return "–"
    if is_share(figure):
        return f"{number(now, 1)}% ({number(figure.value)}/{number(figure.base or 0)})"
    return number(now)


def previous_words(figure: Figure) -> str:
    before = previous(figure)
    if before is None:
        return "–"
    return f"{number(before, 1)}%" if is_share(figure) else number(before)


def change_words(figure: Figure) -> str:
    difference = change(figure)
    if difference is None:
        return "–"
    unit = " điểm %" if is_share(figure) else "%"
    sign = "+" if difference > 0 else ""
    return f"{sign}{number(difference, 1)}{unit}"
