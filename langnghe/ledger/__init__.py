"""What happened, provably, and what must still be sent."""
