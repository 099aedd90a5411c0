"""The doors: residents, the desk, and the interfaces for other systems."""
