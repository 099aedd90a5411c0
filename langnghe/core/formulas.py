"""Which words a spreadsheet would run when it opens a file (formula injection)."""

STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


def is_formula(text: str) -> bool:
    """Return whether a spreadsheet may take the words for a formula, also behind blanks."""
    return text.lstrip(" ").startswith(STARTS)
