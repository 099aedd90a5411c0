"""Every change in this room."""

from langnghe.situation.actions.following import confirm_follow, follow, tell_followers, unfollow
from langnghe.situation.actions.grouping import group_cases
from langnghe.situation.actions.hotspots import confirm_hotspot, dismiss_hotspot, find_hotspots
from langnghe.situation.actions.letters import send_digests
from langnghe.situation.actions.likeness import count_grams, learn_likeness, roll_back_likeness, tell_apart
from langnghe.situation.actions.tallying import check_tallies, retally, tally
from langnghe.situation.actions.topics import roll_back_topics, train_topics
from langnghe.situation.actions.words import note_rising_words

__all__ = [
    "check_tallies",
    "confirm_follow",
    "confirm_hotspot",
    "count_grams",
    "dismiss_hotspot",
    "find_hotspots",
    "follow",
    "group_cases",
    "learn_likeness",
    "note_rising_words",
    "retally",
    "roll_back_likeness",
    "roll_back_topics",
    "send_digests",
    "tally",
    "tell_apart",
    "tell_followers",
    "train_topics",
    "unfollow",
]
