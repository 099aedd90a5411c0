"""What an institution promised, by when, and whether it was kept."""
