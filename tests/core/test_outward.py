"""The server calls the machine that was looked up and checked, and no other, whatever a name answers later."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest

from langnghe.core import outward


class Called(Exception):
    """Somebody was called."""


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Keep whom the server calls, and let nobody answer."""
    found: list[str] = []

    def connect(where: tuple[str, int], _timeout: float) -> socket.socket:
        found.append(where[0])
        raise OSError

    monkeypatch.setattr(socket, "create_connection", connect)
    return found


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> Callable[..., list[str]]:
    """Let each look-up of any name give the next of the answers, as a hostile name server does."""

    def answer(*answers: str) -> list[str]:
        asked: list[str] = []

        def look_up(host: str, port: int, **_kind: Any) -> list[Any]:
            asked.append(host)
            given = answers[min(len(asked), len(answers)) - 1].split()
            return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (each, port)) for each in given]

        monkeypatch.setattr(socket, "getaddrinfo", look_up)
        return asked

    return answer


CLOSED = (
    *("127.0.0.1", "127.8.8.8", "::1", "0.0.0.1", "::", "169.254.169.254", "fe80::1", "fd00:ec2::254"),
    *("224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1", "100.100.100.200", "192.0.2.1", "198.18.0.1"),
    *("::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::"),
)


@pytest.mark.parametrize("machine", CLOSED)
def test_a_name_that_leads_inside_is_called_nowhere(machine: str, names: Any, called: list[str]) -> None:
    names(machine)
    with pytest.raises(outward.Unreachable):
        outward.post("https://tongdai.tinh.example/tin", b"{}", {}, 1)
    assert called == []


@pytest.mark.parametrize("machine", ["203.162.0.1", "10.20.30.40", "192.168.1.9", "fd12:3456::1", "2405:4800::1"])
def test_the_open_network_and_the_provinces_own_are_called(machine: str, names: Any, called: list[str]) -> None:
    names(machine)
    with pytest.raises(OSError):
        outward.post("https://tongdai.tinh.example/tin", b"{}", {}, 1)
    assert called == [machine]


def test_a_name_that_answers_otherwise_the_second_time_gains_nothing(names: Any, called: list[str]) -> None:
    asked = names("203.162.0.1", "127.0.0.1")
    with pytest.raises(OSError):
        outward.post("https://tongdai.tinh.example/tin", b"{}", {}, 1)
    assert (asked, called) == (["tongdai.tinh.example"], ["203.162.0.1"])


def test_one_closed_machine_among_many_closes_the_name(names: Any, called: list[str]) -> None:
    names("203.162.0.1 169.254.169.254")
    with pytest.raises(outward.Unreachable):
        outward.post("https://tongdai.tinh.example/", b"", {}, 1)
    assert called == []


def test_localhost_is_this_machine_or_nothing(names: Any, called: list[str]) -> None:
    names("203.162.0.1")
    with pytest.raises(outward.Unreachable):
        outward.post("http://localhost:8000/", b"", {}, 1)
    assert called == []


@pytest.mark.parametrize("address", ["http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/", "http://127.1/"])
def test_this_machine_is_not_found_under_another_spelling(address: str, called: list[str]) -> None:
    with pytest.raises(outward.Unreachable):
        outward.post(address, b"", {}, 1)
    assert called == []


@pytest.mark.parametrize("address", ["ftp://a.example/", "https://", "//a.example", "https://ten:mk@a.example/", "x"])
def test_what_is_no_plain_address_is_called_nowhere(address: str, called: list[str]) -> None:
    with pytest.raises(outward.Unreachable):
        outward.post(address, b"", {}, 1)


def test_the_second_machine_of_a_name_is_tried_when_the_first_is_silent(names: Any, called: list[str]) -> None:
    names("203.162.0.1 203.162.0.2")
    with pytest.raises(OSError):
        outward.post("https://tongdai.tinh.example/", b"", {}, 1)
    assert called == ["203.162.0.1", "203.162.0.2"]


def test_a_certificate_must_be_of_the_name_that_was_written_down(names: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []

    class Context:
        def wrap_socket(self, _plain: object, server_hostname: str) -> None:
            seen.append(server_hostname)
            raise Called

    names("203.162.0.1")
    monkeypatch.setattr(socket, "create_connection", lambda *_where: object())
    monkeypatch.setattr(outward.ssl, "create_default_context", Context)
    with pytest.raises(Called):
        outward.post("https://tongdai.tinh.example/", b"", {}, 1)
    assert seen == ["tongdai.tinh.example"]


@pytest.mark.parametrize(("host", "machine"), [("2130706433", "127.0.0.1"), ("::1", "::1"), ("vidu.vn", "")])
def test_a_host_may_be_a_number(host: str, machine: str) -> None:
    assert outward.by_number(host) == (ip_address(machine) if machine else None)
