"""Turns a frozen review into the documents and pages people read."""
