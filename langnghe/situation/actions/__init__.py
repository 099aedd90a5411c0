"""Every change in this room."""

from langnghe.situation.actions.likeness import count_grams, learn_likeness, roll_back_likeness, tell_apart

__all__ = ["count_grams", "learn_likeness", "roll_back_likeness", "tell_apart"]
