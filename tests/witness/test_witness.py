"""The witness as a process: it follows an honest log, refuses a fork, forgets nothing, and no body stops it."""

import http.client
import json
import os
import random
import re
import stat
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from langnghe.core.merkle import consistency_proof
from langnghe.core.notes import Checkpoint, Signer, add_signature, open_note, sign
from tests.core.trees import edge, files, reader, some

PROGRAM = Path(__file__).parents[2] / "witness" / "witness.py"
LOG = Signer("so.example/nhat-ky", bytes(32))
ENTRIES = some(1000)
FORKED = [*ENTRIES[:3], b"doi", *ENTRIES[4:]]


def call(home: Path, *words: str) -> subprocess.CompletedProcess[str]:
    env = os.environ | {"WITNESS_HOME": str(home)}
    return subprocess.run([sys.executable, PROGRAM, *words], env=env, capture_output=True, text=True, timeout=60)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A new witness that knows our log."""
    assert call(tmp_path / "w", "init", "bao.example/lam-chung").returncode == 0
    (tmp_path / "w" / "logs.txt").write_text(f"{LOG.verifier}\n")
    return tmp_path / "w"


class Running:
    """The witness serving on a port of its own."""

    def __init__(self, home: Path) -> None:
        words = [sys.executable, PROGRAM, "serve", "127.0.0.1", "0"]
        env = os.environ | {"WITNESS_HOME": str(home)}
        self.process = subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self.process.stdout
        found = re.match(r"http://127\.0\.0\.1:(\d+)/add-checkpoint (\S+)", self.process.stdout.readline())
        assert found
        self.port, self.vkey = int(found[1]), found[2]

    def post(self, body: bytes | str, path: str = "/add-checkpoint") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        connection.request("POST", path, body.encode() if isinstance(body, str) else body)
        answer = connection.getresponse()
        return answer.status, answer.read().decode(), answer.headers["Content-Type"]

    def stop(self) -> None:
        self.process.kill()
        self.process.wait()


@pytest.fixture
def witness(home: Path) -> Iterator[Running]:
    running = Running(home)
    yield running
    assert running.process.poll() is None, "the witness fell over"
    running.stop()


def note(size: int, entries: list[bytes] = ENTRIES, signer: Signer = LOG) -> str:
    return sign(Checkpoint(signer.name, size, edge(entries[:size]).root()).text, signer)


def request(old: int, size: int, entries: list[bytes] = ENTRIES) -> str:
    proof = consistency_proof(old, size, reader(entries))
    return "\n".join([f"old {old}", *(b64encode(one).decode() for one in proof)]) + f"\n\n{note(size, entries)}"


def evidence(home: Path) -> list[tuple[str, str, str]]:
    """Return kind, known note and shown note of each kept contradiction."""
    folders = sorted((home / "evidence").glob("*"))
    return [
        (one.name.split("-")[0], (one / "known.txt").read_text(), (one / "shown.txt").read_text()) for one in folders
    ]


def test_the_key_is_made_once_and_is_the_owners_alone(home: Path) -> None:
    assert stat.S_IMODE((home / "key").stat().st_mode) == 0o600
    assert call(home, "init", "khac.example").returncode != 0


def test_an_honest_log_is_cosigned_as_it_grows(witness: Running) -> None:
    for old, size in [(0, 1), (1, 1), (1, 7), (7, 8), (8, 300), (300, 1000)]:
        status, line, _ = witness.post(request(old, size))
        assert status == 200
        assert open_note(add_signature(note(size), line), [witness.vkey])[1] == ["bao.example/lam-chung"]


def test_a_fork_is_refused_and_both_sides_are_kept(witness: Running, home: Path) -> None:
    witness.post(request(0, 5))
    assert witness.post(request(5, 5, FORKED)) == (409, "5\n", "text/x.tlog.size")
    assert witness.post(request(5, 9, FORKED))[0] == 422
    assert witness.post(add_signature(request(5, 9, FORKED), Signer("x", bytes(32)).line(b"")))[0] == 422
    assert evidence(home) == [("fork", note(5), note(5, FORKED)), ("unproven", note(5), note(9, FORKED))]
    assert witness.post(request(5, 9))[0] == 200


def test_a_replay_learns_the_size_and_changes_nothing(witness: Running, home: Path) -> None:
    witness.post(request(0, 5))
    witness.post(request(5, 9))
    before = (home / "state.json").read_bytes()
    assert witness.post(request(0, 5)) == (409, "9\n", "text/x.tlog.size")
    assert witness.post(request(5, 9))[:2] == (409, "9\n")
    assert (home / "state.json").read_bytes() == before
    assert evidence(home) == []


def test_a_restart_forgets_nothing(home: Path) -> None:
    first = Running(home)
    assert first.post(request(0, 6))[0] == 200
    first.stop()
    again = Running(home)
    assert again.vkey == first.vkey
    assert again.post(request(0, 6))[:2] == (409, "6\n")
    assert again.post(request(6, 6, FORKED))[0] == 409
    assert again.post(request(6, 10))[0] == 200
    again.stop()


def test_a_witness_without_its_memory_does_not_begin_again(home: Path) -> None:
    (home / "state.json").unlink()
    assert call(home, "serve", "127.0.0.1", "0").returncode != 0


def test_each_wrong_request_has_its_answer(witness: Running) -> None:
    stranger, thief = Signer("khac.example", b"1" * 32), Signer(LOG.name, b"1" * 32)
    witness.post(request(0, 5))
    assert witness.post(f"old 0\n\n{note(5, signer=stranger)}")[0] == 404
    assert witness.post(f"old 5\n\n{note(9, signer=thief)}")[0] == 403
    assert witness.post(request(5, 9).replace("\n9\n", "\n8\n"))[0] == 403
    assert witness.post(f"old 9\n\n{note(5)}")[0] == 400
    assert witness.post(f"old 05\n\n{note(9)}")[0] == 400
    assert witness.post("old 5\n" + f"{b64encode(bytes(32)).decode()}\n" * 64 + f"\n{note(9)}")[0] == 400
    assert witness.post(f"old 5\n\n{note(9)}")[0] == 422
    assert witness.post(f"old 5\n{b64encode(bytes(32)).decode()}\n\n{note(5)}")[0] == 422
    assert witness.post(request(5, 9), path="/khac")[0] == 404
    assert witness.post(b"x" * 70_000)[0] == 400


def test_no_body_makes_it_fall(witness: Running) -> None:
    dice, good = random.Random(1), request(5, 9).encode()
    witness.post(request(0, 5))
    for body in [b"", b"\n\n", b"\xff\xfe", b"old", b"old 5\n\n", f"old 5\n\n{LOG.name}".encode(), b"\0" * 100]:
        assert witness.post(body)[0] in (400, 403, 404)
    for _ in range(150):
        at = dice.randrange(len(good))
        changed = good[:at] + dice.randbytes(dice.randrange(3)) + good[at + dice.randrange(1, 4) :]
        assert witness.post(changed)[0] in (400, 403, 404, 409, 422)
    assert witness.post(good)[0] == 200


@pytest.fixture
def site(tmp_path: Path) -> Iterator[tuple[str, Path]]:
    """A folder served as the log's public files."""
    (tmp_path / "site").mkdir()
    handler = partial(SimpleHTTPRequestHandler, directory=tmp_path / "site")
    handler.log_message = lambda *_: None  # type: ignore[attr-defined]
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", tmp_path / "site"
    server.shutdown()


def publish(folder: Path, size: int, entries: list[bytes] = ENTRIES) -> None:
    for path, content in files(entries, size).items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)
    (folder / "checkpoint").write_text(note(size, entries), "utf-8")


def test_watching_follows_an_honest_log_through_its_tiles(home: Path, site: tuple[str, Path]) -> None:
    for size in (5, 5, 300, 512, 1000):
        publish(site[1], size)
        seen = call(home, "watch", site[0])
        assert seen.returncode == 0
        assert open_note(note(size) + seen.stdout, [LOG.verifier])
        assert f"\n{size}\n" in json.loads((home / "state.json").read_text("utf-8"))[LOG.name]


def test_watching_sees_a_fork_and_a_log_that_shrank(home: Path, site: tuple[str, Path]) -> None:
    publish(site[1], 300)
    call(home, "watch", site[0])
    publish(site[1], 1000, FORKED)
    assert call(home, "watch", site[0]).returncode != 0
    publish(site[1], 200)
    assert "300" in call(home, "watch", site[0]).stderr
    assert sorted(kind for kind, _, _ in evidence(home)) == ["smaller", "unproven"]
