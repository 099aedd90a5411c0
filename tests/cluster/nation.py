"""A small nation, made up: six provinces, some voices that say the same in other words, and one rise."""

from pathlib import Path
from random import Random

from langnghe.core.similarity import grams
from langnghe.situation.engines.columns import BYTES, PLACES, VOICES, write

LAST = 739_796
MATTERS = ("cống tắc nước ngập sân", "đèn đường tắt cả tuần", "rác chất đống bốc mùi", "đường hỏng nhiều ổ gà")
WAYS = ("{} không ai sửa", "đề nghị sửa vì {}", "{} đã lâu, dân kêu mãi", "bao giờ mới hết cảnh {}")
SPOTS = ("cổng trường", "đầu thôn", "ngã ba chợ", "cầu qua kênh", "")


def make(folder: Path, voices: int = 900) -> Path:
    """Write the input of the engines; the same each time."""
    random = Random(7)
    provinces = [f"n{number:02}" for number in range(1, 7)]
    numbers = [(province, 100 * at + n) for at, province in enumerate(provinces) for n in range(20)]
    sites = [(province, n, 10 + n // 100 + random.random(), 105 + random.random()) for province, n in numbers]
    places = [(*site, borders(site[1])) for site in sites]
    rows = [_voice(random, number, *random.choice(places)[:2]) for number in range(voices)]
    rows += [_voice(random, voices + n, "n03", 200 + n % 2, topic=2, day=LAST - n % 3) for n in range(24)]
    folder.mkdir(parents=True, exist_ok=True)
    write(folder / "places.parquet", PLACES, places)
    write(folder / "voices.parquet", VOICES, rows, BYTES)
    return folder


def borders(place: int) -> str:
    """Return whom a place borders; in the second and the third province only, where they stand in a row."""
    if place // 100 not in {1, 2}:
        return ""
    return " ".join(str(other) for other in (place - 1, place + 1) if 0 <= other - place // 100 * 100 < 20)


def _voice(random: Random, number: int, province: str, place: int, topic: int = 0, day: int = 0) -> tuple[object, ...]:
    topic = topic or random.randint(1, 4)
    text = grams(random.choice(WAYS).format(MATTERS[topic - 1]))
    spot = grams(random.choice(SPOTS))
    day = day or LAST - random.randrange(180)
    return province, number, place, topic, day, *(part.hex() for part in (*text, *spot))
