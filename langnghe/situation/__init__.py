"""What the voices say together: where, about what, more or less than before."""
