"""The half-year review and its publication: every figure opens to its records."""
