"""A voice comes in, a case goes through."""
