"""The door for other systems: voices by JSON."""
