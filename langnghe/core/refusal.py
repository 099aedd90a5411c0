"""The one error with which an action turns a person down, in words they can use."""


class Refused(Exception):
    """The move cannot be made now; the message says why and what to do instead."""
