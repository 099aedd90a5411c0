"""Reads codes aloud in Vietnamese, as a clerk says them into a telephone: the names of letters, the words of digits."""

_DIGITS = "không một hai ba bốn năm sáu bảy tám chín"
NAMES = dict(zip("0123456789", _DIGITS.split(), strict=True)) | {
    "A": "a", "B": "bê", "C": "xê", "D": "dê", "E": "e", "F": "ép phờ", "G": "giê", "H": "hát", "I": "i ngắn",
    "J": "gi", "K": "ca", "L": "e lờ", "M": "e mờ", "N": "e nờ", "O": "o", "P": "pê", "Q": "quy", "R": "e rờ",
    "S": "ét sì", "T": "tê", "U": "u", "V": "vê", "W": "vê kép", "X": "ích xì", "Y": "i dài", "Z": "dét",
}  # fmt: skip


def aloud(group: str) -> str:
    """Return how the letters (A to Z) and digits of the group are said, one by one: "K7P2" is "ca, bảy, pê, hai".

    KeyError for any other character.
    """
    return ", ".join(NAMES[char] for char in group.upper())
