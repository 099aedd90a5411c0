"""Voices that arrive at one moment in one process share a transaction: one flush of the disk for all of them.

On SQLite, which has one writer, the processes take turns as well.
"""

import fcntl
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import IO, Any, Generic, TypeVar

from django.db import connection

from langnghe import installation
from langnghe.cases.arrival import Received
from langnghe.cases.lifecycle import Actor

MOST = 50
WAIT = 0.5  # seconds for which a bulk write gives way to the doors between two of its transactions
V = TypeVar("V")
Write = Callable[[list[V], Actor, datetime], list[Received]]
_gate, _writing = Lock(), Lock()
_waiting: list["_Ticket[Any]"] = []


@dataclass(eq=False)
class _Ticket(Generic[V]):
    """One caller's voice and what became of it: an answer or an error."""

    voice: V
    actor: Actor
    answer: Received | None = None
    error: Exception | None = field(default=None, repr=False)

    @property
    def is_open(self) -> bool:
        return self.answer is None and self.error is None


def together(voice: V, actor: Actor, at: datetime, write: Write[V]) -> Received:
    """Return what `write` answers for the voice, written in one call with those that wait beside it.

    The first caller to get the turn writes for all of the same actor; each returns only after its commit. A
    caller inside a transaction of its own writes alone, since that may still be rolled back.
    """
    if connection.in_atomic_block:
        return write([voice], actor, at)[0]
    ticket = _Ticket(voice, actor)
    with _gate:
        _waiting.append(ticket)
    try:
        with _turn():
            if ticket.is_open:
                _write(_taken(ticket), at, write)
    finally:
        _leave(ticket)
    if ticket.answer is None:
        raise ticket.error or RuntimeError("a ticket was left unanswered")
    return ticket.answer


@contextmanager
def _turn() -> Iterator[None]:
    """Wait in line, and let who writes in bulk see on SQLite that somebody at a door is there."""
    if connection.vendor != "sqlite":
        with in_line():
            yield
        return
    with _lock("door.lock") as door:
        fcntl.flock(door, fcntl.LOCK_SH)
        with in_line():
            yield


@contextmanager
def in_line() -> Iterator[None]:
    """Wait for the turn to write; on SQLite also for the other processes, which it would let sleep and try again.

    Who is in a transaction already does not wait: on SQLite it has the turn.
    """
    if connection.in_atomic_block:
        yield
        return
    with _writing:
        if connection.vendor != "sqlite":
            yield
            return
        with _lock("writing.lock") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _lock(name: str) -> IO[str]:
    """Open a file to lock; the lock ends when it is closed."""
    return (installation.home() / name).open("a")


def give_way() -> bool:
    """Let the doors write first, for as long as WAIT at most; return whether somebody was there (SQLite)."""
    end, waited = time.monotonic() + WAIT, False
    while connection.vendor == "sqlite" and _is_busy() and time.monotonic() < end:
        waited = True
        time.sleep(WAIT / 50)
    return waited


def _is_busy() -> bool:
    with _lock("door.lock") as door:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def _leave(ticket: _Ticket[V]) -> None:
    """Take it out of the queue if its turn never came, as on a read-only disk: what is refused is not written."""
    with _gate:
        if ticket in _waiting:
            _waiting.remove(ticket)


def _taken(own: _Ticket[V]) -> list[_Ticket[V]]:
    """Take the caller's own ticket and those that waited with it out of the queue."""
    with _gate:
        others = [ticket for ticket in _waiting if ticket is not own and ticket.actor == own.actor]
        batch = [own, *others[: MOST - 1]]
        for ticket in batch:
            _waiting.remove(ticket)
    return batch


def _write(batch: list[_Ticket[V]], at: datetime, write: Write[V]) -> None:
    try:
        answers = write([ticket.voice for ticket in batch], batch[0].actor, at)
    except Exception:
        for ticket in batch:  # one may spoil it for all, or another process had the same key: each once more, alone
            _write_alone(ticket, at, write)
        return
    for ticket, answer in zip(batch, answers, strict=True):
        ticket.answer = answer


def _write_alone(ticket: _Ticket[V], at: datetime, write: Write[V]) -> None:
    try:
        ticket.answer = write([ticket.voice], ticket.actor, at)[0]
    except Exception as error:
        ticket.error = error
