"""Voices per second through the door for other systems, with the server as `langnghe serve` starts it."""

import json
import os
import secrets
import subprocess
import sys
import time
from argparse import ArgumentParser, Namespace
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from bench import books, ground, words
from bench.load import HOST, PATH
from bench.stopwatch import busy, flushes, goal, percentile, say, taken, ticks

ROOT = Path(__file__).resolve().parents[1]
PER_SECOND, STATEMENTS = 300, 12
WARM, COUNTED = 200, 100


def run(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench intake")
    parser.add_argument("--voices", type=int, default=3000)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--port", type=int, default=8799)
    parser.add_argument("--postgresql", action="store_true", help="on a throw-away server, with fsync on")
    parser.add_argument("--during-import", action="store_true", help="while a book of 100,000 voices is imported")
    options = parser.parse_args(arguments)
    if options.postgresql and "DATABASE_URL" not in os.environ:
        again = [str(ROOT / "tools/with_postgresql.sh"), sys.executable, "-m", "bench", "intake", *arguments]
        return subprocess.call(again, env=os.environ | {"LANGNGHE_FSYNC": "on"})  # noqa: S603 our own command
    if not options.postgresql:
        os.environ.pop("DATABASE_URL", None)
    with ground.throwaway() as home:
        say(f"{flushes(home):.0f} fdatasync of 4 KB a second")
        _measure(options, home)
    return 0


def _measure(options: Namespace, home: Path) -> None:
    from django.core.management import call_command
    from django.db import connection

    from langnghe.cases.models import Voice
    from langnghe.registry.actions import admit_client

    call_command("collectstatic", interactive=False, verbosity=0)
    key = admit_client("bench")
    voices = words.bodies(_places(), _topics(), WARM + options.voices + COUNTED)
    say(f"database: {connection.vendor}")
    _count_statements(key, voices[-COUNTED:])
    before = Voice.objects.filter(channel="api").count()
    with _server(options.port) as server:
        _send(options, key, voices[:WARM])
        started = _processor(server.pid)
        with _import(home) if options.during_import else nullcontext():
            since = ticks()
            answer = _send(options, key, voices[WARM:-COUNTED])
            told = taken(since)
        spent = _processor(server.pid) - started
    kept = Voice.objects.filter(channel="api").count() - before - WARM
    _tell(answer, kept)
    say(f"processor time of the server: {1000 * spent / options.voices:.2f} ms a voice; {told}")


@contextmanager
def _import(home: Path) -> Iterator[None]:
    """Let another process import a book, as an officer might, and stop it when the voices are in."""
    books.write_book(home / "book.xlsx", 100_000)
    (home / "book.toml").write_text(books.MAPPING, encoding="utf-8")
    words_ = ("import", str(home / "book.xlsx"), "--mapping", str(home / "book.toml"))
    process = subprocess.Popen([sys.executable, "-m", "langnghe", *words_], stdout=subprocess.DEVNULL)  # noqa: S603
    time.sleep(5)  # until it writes
    yield
    say("the import was still running" if process.poll() is None else "THE IMPORT HAD ENDED BEFORE")
    process.terminate()
    process.wait()


def _processor(pid: int) -> float:
    """Return the seconds of processor time that the process and its children have had (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK") + sum(_processor(int(c)) for c in children)


def _tell(answer: dict[str, Any], kept: int) -> None:
    sent, latencies = len(answer["latencies"]), answer["latencies"]
    rate = sent / answer["seconds"]
    say(f"{sent} voices in {answer['seconds']:.1f} s: {rate:.0f} voices/s ({goal(rate, PER_SECOND, least=True)})")
    middle, high = (percentile(latencies, percent) for percent in (50, 95))
    say(f"latency p50 {middle:.1f} ms, p95 {high:.1f} ms, longest {max(latencies):.0f} ms; {busy()}")
    say(f"answers by status {answer['statuses']}; found in the database afterwards: {kept} of {sent}")


def _places() -> list[tuple[str, str]]:
    """Return key and name of each commune of the province whose name alone is clear to the door."""
    from langnghe.registry.gazetteer import released
    from langnghe.registry.models import Place

    rows = Place.objects.filter(parent__key=ground.PROVINCE).select_related("parent")
    named = [(row.key, f"{row.name}, {row.parent}") for row in rows]
    return [(key, name) for key, name in named if released().resolve(name).unit is not None]


def _topics() -> set[str]:
    from langnghe.registry import law

    return set(law.topics())


def _count_statements(key: str, voices: list[dict[str, Any]]) -> None:
    """Say how many statements one voice costs, in this process, with caches as warm as in a server."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client(headers={"authorization": f"Bearer {key}", "host": "localhost"})
    counts = []
    for number, voice in enumerate(voices * 2):
        with CaptureQueriesContext(connection) as queries:
            headers = {"idempotency-key": secrets.token_urlsafe(24)}
            answer = client.post(PATH, json.dumps(voice), content_type="application/json", headers=headers)
        assert answer.status_code == 201, answer.content  # noqa: S101, PLR2004
        if number >= len(voices):
            counts.append(Counter(_is_bracket(query["sql"]) for query in queries))
    own, brackets = [count[False] for count in counts], [count[True] for count in counts]
    mean = sum(own) / len(own)
    say(
        f"statements per voice: mean {mean:.1f}, least {min(own)}, most {max(own)} ({goal(max(own), STATEMENTS)}); "
        f"BEGIN and COMMIT apart: {sum(brackets) / len(brackets):.1f}"
    )


def _is_bracket(sql: str) -> bool:
    return sql.split(" ")[0] in {"BEGIN", "COMMIT"}


@contextmanager
def _server(
    port: int, application: str = "langnghe.wsgi:application", **settings: str
) -> Iterator[subprocess.Popen[bytes]]:
    """Start the pages' server as `langnghe serve` does, with these settings in its environment, and stop it."""
    from langnghe.cli.verbs import _granian

    command = [*_granian(Namespace(host=HOST, port=port, workers=2))[:-1], application]
    process = subprocess.Popen(command, env=os.environ | settings, cwd=ROOT)  # noqa: S603 our own command
    try:
        _wait(port)
        yield process
    finally:
        process.terminate()
        process.wait()


def _wait(port: int) -> None:
    for _ in range(200):
        try:
            connection = HTTPConnection(HOST, port, timeout=5)
            connection.request("GET", "/robots.txt")
            connection.getresponse().read()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError(f"no server on port {port}")


def _send(options: Namespace, key: str, voices: list[dict[str, Any]]) -> dict[str, Any]:
    order = {
        "port": options.port,
        "key": key,
        "clients": options.clients,
        "bodies": [json.dumps(voice) for voice in voices],
        "keys": [secrets.token_urlsafe(24) for _ in voices],
    }
    command = [sys.executable, "-m", "bench.load"]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, check=True, text=True, cwd=ROOT)  # noqa: S603
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
