"""Where one request ends and the next begins, asked of the server as `serve` starts it, byte by byte."""

import socket
import subprocess
import time
from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path

import pytest

from langnghe.cli.verbs import _granian

ECHO = """
def application(environ, start):
    said = environ["PATH_INFO"].encode() + b" " + environ["wsgi.input"].read()
    start("200 OK", [("Content-Length", str(len(said)))])
    return [said]
"""
POST = b"POST /first HTTP/1.1\r\nHost: localhost\r\n"
SECOND = b"GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number: int = free.getsockname()[1]
    folder = Path(tmp_path_factory.mktemp("echo"))
    (folder / "echo.py").write_text(ECHO)
    command = [*_granian(Namespace(host="127.0.0.1", port=number, workers=1))[:-1], "echo:application"]
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _turn in range(300):
        with socket.socket() as knock:
            if knock.connect_ex(("127.0.0.1", number)) == 0:
                break
        time.sleep(0.1)
    yield number
    process.terminate()
    process.wait()


def told(port: int, sent: bytes) -> bytes:
    """Return all that comes back until the server closes, or says nothing for a second."""
    said = b""
    with socket.create_connection(("127.0.0.1", port), 5) as line:
        line.sendall(sent)
        line.settimeout(1)
        try:
            while part := line.recv(65536):
                said += part
        except TimeoutError:
            pass
    return said


def test_two_whole_requests_get_two_answers(port: int) -> None:
    said = told(port, POST + b"Content-Length: 4\r\n\r\nabcd" + SECOND)
    assert b"/first abcd" in said and b"/second" in said


@pytest.mark.parametrize(
    "doubtful",
    [
        b"Content-Length: 0\r\nContent-Length: 5\r\n\r\nabcde",
        b"Content-Length: +5\r\n\r\nabcde",
        b"Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n",
        b"X-Folded: a\r\n b\r\n\r\n",
    ],
)
def test_a_request_whose_end_is_in_doubt_is_refused_with_what_follows(port: int, doubtful: bytes) -> None:
    said = told(port, POST + doubtful + SECOND)
    assert said.startswith(b"HTTP/1.1 400") and b"/first" not in said and b"/second" not in said


def test_chunks_count_and_not_a_length_beside_them(port: int) -> None:
    said = told(port, POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n" + SECOND)
    assert b"/first abcd" in said and b"HTTP/1.1" not in said[9:]  # and the line is closed after it
