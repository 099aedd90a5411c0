"""Measures speed and memory against the stated goals; `python -m bench` lists what there is."""
