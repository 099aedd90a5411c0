"""The door for other systems under storms: the real server, its death, and a hundred clicks at once."""

import json
import os
import random
import socket
import subprocess
import time
from argparse import Namespace
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPConnection, HTTPException
from signal import SIGKILL
from threading import Barrier, Thread

from tests.cast import COMMUNE
from tests.faults import client
from tests.faults.ground import ROOT, Ground, Site, wait_until
from tests.faults.history import FAIL, INVOKE, OK, UNKNOWN, Verdict

HOST, PATH = "127.0.0.1", "/api/v1/voices"
CLICKS = 100
DONE = (200, 201)


def post_inside(site: Site, text: str) -> int:
    """Post through Django without a server; the status."""
    from django.test import Client

    inside = Client(raise_request_exception=False, headers=_headers(site.api_key, text) | {"host": "localhost"})
    return inside.post(PATH, _body(text), content_type="application/json").status_code


def _body(text: str) -> str:
    return json.dumps({"text": text, "place": COMMUNE, "topic": "chieu_sang"})


def _headers(api_key: str, text: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {api_key}", "Idempotency-Key": f"a long enough key of {text}"}


class Server:
    """The pages' server as `langnghe serve` starts it, in a process group of its own."""

    def __init__(self, site: Site) -> None:
        self.site = site
        with socket.socket() as free:
            free.bind((HOST, 0))
            self.port: int = free.getsockname()[1]

    def start(self) -> None:
        from langnghe.cli.verbs import _granian

        command = _granian(Namespace(host=HOST, port=self.port, workers=2))
        out = self.site.history.path.with_suffix(".server").open("a")
        self.process = subprocess.Popen(
            command, env=self.site.environment(), stdout=out, stderr=out, cwd=ROOT, start_new_session=True
        )
        out.close()
        wait_until(self.answers, 60)

    def kill(self) -> None:
        """Kill the server and its workers at once."""
        os.killpg(self.process.pid, SIGKILL)
        self.process.wait()

    def answers(self) -> bool:
        line = HTTPConnection(HOST, self.port, timeout=5)
        try:
            line.request("GET", "/robots.txt")
            return line.getresponse().status < 500
        except (OSError, HTTPException):
            return False
        finally:
            line.close()

    def send(self, text: str) -> bool:
        """Hand in one voice over a connection of its own, and note what the client knows; True when acknowledged."""
        self.site.history.note(INVOKE, text)
        line = HTTPConnection(HOST, self.port, timeout=60)
        try:
            headers = _headers(self.site.api_key, text) | {"Content-Type": "application/json"}
            line.request("POST", PATH, _body(text), headers)
            answer = line.getresponse()
            content = answer.read()
        except (OSError, HTTPException):
            self.site.history.note(UNKNOWN, text)
            return False
        finally:
            line.close()
        if answer.status in DONE:
            self.site.history.note(OK, text, json.loads(content)["receipt"])
        else:
            self.site.history.note(FAIL, text, str(answer.status))
        return answer.status in DONE


@contextmanager
def served(site: Site) -> Iterator[Server]:
    server = Server(site)
    try:
        server.start()
        yield server
    finally:
        server.kill()


def flood(ground: Ground, times: int, seed: int, kind: str = "sqlite") -> Verdict:
    """Post different voices from one address over eight lines at once: all are received."""
    with ground.site(kind) as site:
        with served(site) as server:
            texts = [f"flood {seed + number}" for number in range(times)]
            _in_threads([lambda part=part: [server.send(text) for text in part] for part in _parts(texts, 8)])
        return _all_in(site, times, "posts")


def double_click(ground: Ground, times: int, seed: int, kind: str = "sqlite") -> Verdict:
    """Post one voice with one key a hundred times at the same moment: one voice, one receipt, a hundred answers."""
    with ground.site(kind) as site:
        with served(site) as server:
            for round_ in range(seed, seed + times):
                barrier = Barrier(CLICKS)
                _in_threads([lambda: (barrier.wait(), server.send(f"click {round_}"))] * CLICKS)  # noqa: B023
        verdict = _all_in(site, times, "clicked voices")
        verdict.counts["clicks"] = CLICKS * times
        if site.history.count(OK) != CLICKS * times:
            verdict.problems.append(f"{site.history.count(OK)} of {CLICKS * times} clicks were answered well")
        return verdict


def double_click_processes(ground: Ground, times: int, seed: int, kind: str = "sqlite") -> Verdict:
    """The same without the server: a hundred processes call `receive` at the same moment."""
    with ground.site(kind) as site:
        for round_ in range(seed, seed + times):
            gate = site.home / f"gate-{round_}"
            children = [site.start(_click, f"click {round_}", str(gate)) for _time in range(CLICKS)]
            gate.touch()
            for child in children:
                child.wait()
        verdict = _all_in(site, times, "clicked voices")
        verdict.counts["clicks"] = CLICKS * times
        if site.history.count(OK) != CLICKS * times:
            verdict.problems.append(f"{site.history.count(OK)} of {CLICKS * times} clicks were answered well")
        return verdict


def _click(site: Site, words: str, gate: str) -> None:
    wait_until(lambda: os.path.exists(gate))
    client.send(site, client.voice(words))


def kill_server(ground: Ground, times: int, seed: int, kind: str = "sqlite") -> Verdict:
    """Kill the server with all its workers while eight lines post; the clients post again, same key, until answered."""
    with ground.site(kind) as site:
        with served(site) as server:
            for round_ in range(seed, seed + times):
                texts = [f"killed {round_}-{number}" for number in range(120)]
                threads = _started([lambda part=part: _insist(server, part) for part in _parts(texts, 8)])
                goal = site.history.count(OK) + random.Random(round_).randrange(5, 80)
                wait_until(lambda: site.history.count(OK) >= goal)  # noqa: B023
                server.kill()
                server.start()
                for thread in threads:
                    thread.join()
        verdict = _all_in(site, 120 * times, "voices")
        verdict.counts.update(kills=times, unknown=site.history.count(UNKNOWN))
        return verdict


def _insist(server: Server, texts: list[str]) -> None:
    for text in texts:
        while not server.send(text):
            time.sleep(0.2)


def _all_in(site: Site, wanted: int, name: str) -> Verdict:
    """Check, and miss those that were never acknowledged, too."""
    verdict = site.check()
    verdict.counts[name] = wanted
    if verdict.acknowledged != wanted:
        refused = [line for line in site.history.lines() if line[0] == FAIL][:1]
        verdict.problems.append(f"{verdict.acknowledged} of {wanted} voices were acknowledged {refused}")
    return verdict


def _parts(texts: list[str], number: int) -> list[list[str]]:
    return [texts[first::number] for first in range(number)]


def _started(works: list[Callable[[], object]]) -> list[Thread]:
    threads = [Thread(target=work) for work in works]
    for thread in threads:
        thread.start()
    return threads


def _in_threads(works: list[Callable[[], object]]) -> None:
    for thread in _started(works):
        thread.join()
