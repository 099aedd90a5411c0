"""Every change in this room."""

from langnghe.situation.actions.hotspots import confirm_hotspot, dismiss_hotspot, find_hotspots
from langnghe.situation.actions.likeness import count_grams, learn_likeness, roll_back_likeness, tell_apart
from langnghe.situation.actions.topics import roll_back_topics, train_topics

__all__ = [
    "confirm_hotspot",
    "count_grams",
    "dismiss_hotspot",
    "find_hotspots",
    "learn_likeness",
    "roll_back_likeness",
    "roll_back_topics",
    "tell_apart",
    "train_topics",
]
