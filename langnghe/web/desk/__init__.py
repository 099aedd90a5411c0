"""The officers' door: queue, case, overview, review."""
