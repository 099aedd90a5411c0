"""Every change of what the situation keeps."""

from langnghe.situation.actions.topics import roll_back_topics, train_topics

__all__ = ["roll_back_topics", "train_topics"]
