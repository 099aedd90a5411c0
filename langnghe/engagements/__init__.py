"""Occasions on which people and institutions meet, and what they lead to."""
