"""Voices that arrive together share one write, and each caller gets its own answer."""

from collections.abc import Iterator
from datetime import datetime
from threading import Event, Thread
from time import monotonic

import pytest
from django.conf import settings

from langnghe.cases.actions import gathering
from langnghe.cases.actions.gathering import together
from langnghe.cases.arrival import Arrival, Received
from langnghe.cases.lifecycle import CLIENT, SYSTEM_ACTOR, Actor
from tests.cast import moment


class Door:
    """Writes nothing: the first batch waits until the others stand in line; a voice named "bad" is refused."""

    def __init__(self) -> None:
        self.batches: list[list[str]] = []
        self.begun, self.go_on = Event(), Event()
        self.told: dict[str, str] = {}

    def write(self, rows: list[Arrival], actor: Actor, at: datetime) -> list[Received]:
        names = [str(row) for row in rows]
        self.batches.append(names)
        if len(self.batches) == 1:
            self.begun.set()
            assert self.go_on.wait(10)
        if "bad" in names:
            raise ValueError("bad")
        return [Received(name, 1) for name in names]

    def send(self, name: str, actor: Actor) -> None:
        try:
            answer = together(name, actor, moment(), self.write)  # type: ignore[arg-type]
            self.told[name] = answer.receipt
        except ValueError as error:
            self.told[name] = f"refused {error}"

    def meanwhile(self, *sent: tuple[str, Actor]) -> None:
        """Send "first", and while it is being written the others; wait for all."""
        threads = [Thread(target=self.send, args=("first", SYSTEM_ACTOR))]
        threads[0].start()
        assert self.begun.wait(10)
        threads += [Thread(target=self.send, args=one) for one in sent]
        for thread in threads[1:]:
            thread.start()
        while waiting() < len(sent):
            pass
        self.go_on.set()
        for thread in threads:
            thread.join(10)


def waiting() -> int:
    return len(gathering._waiting)


@pytest.fixture
def door() -> Iterator[Door]:
    yield Door()


def test_those_that_wait_together_are_written_together(door: Door) -> None:
    door.meanwhile(("a", SYSTEM_ACTOR), ("b", SYSTEM_ACTOR))
    assert [sorted(batch) for batch in door.batches] == [["first"], ["a", "b"]]
    assert door.told == {"first": "first", "a": "a", "b": "b"}


def test_a_bad_one_does_not_spoil_its_neighbours(door: Door) -> None:
    door.meanwhile(("a", SYSTEM_ACTOR), ("bad", SYSTEM_ACTOR))
    assert door.told == {"first": "first", "a": "a", "bad": "refused bad"}


def test_another_actor_is_written_apart(door: Door) -> None:
    door.meanwhile(("a", SYSTEM_ACTOR), ("b", Actor(CLIENT)))
    assert sorted(door.batches[1:]) == [["a"], ["b"]]


def test_no_more_than_fifty_share_a_write(door: Door) -> None:
    door.meanwhile(*((f"{number:02}", SYSTEM_ACTOR) for number in range(51)))
    assert [len(batch) for batch in door.batches] == [1, 50, 1]
    assert len(door.told) == 52 and waiting() == 0


def test_one_whose_turn_never_came_is_not_written_later(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def read_only() -> None:
        raise OSError("read-only")

    monkeypatch.setattr(gathering, "_turn", read_only)
    with pytest.raises(OSError, match="read-only"):
        door.send("refused", SYSTEM_ACTOR)
    monkeypatch.undo()
    door.go_on.set()
    door.send("a", SYSTEM_ACTOR)
    assert door.batches == [["a"]]


@pytest.mark.skipif(not settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"), reason="SQLite has one writer")
def test_a_bulk_write_gives_way_only_while_somebody_is_at_a_door(door: Door) -> None:
    assert not gathering.give_way()
    at_the_door = Thread(target=door.send, args=("first", SYSTEM_ACTOR))
    at_the_door.start()
    assert door.begun.wait(10)
    started = monotonic()
    assert gathering.give_way()
    assert monotonic() - started >= gathering.WAIT
    door.go_on.set()
    at_the_door.join(10)
    assert not gathering.give_way()
