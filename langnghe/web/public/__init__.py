"""The residents' door: speak up, look up, read."""
