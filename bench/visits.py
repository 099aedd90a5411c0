"""Asks for one page over kept connections, as a process of its own; knows nothing of the platform but its address.

Standard input is one JSON object: port, path, cookie, clients, visits. Standard output is one: the milliseconds until
the whole answer was here, those the server says it took, its statements, and how often each status came.
"""

import json
import sys
import time
from collections import Counter
from http.client import HTTPConnection
from threading import Lock, Thread
from typing import Any

HOST = "127.0.0.1"
TIME, STATEMENTS = "X-Bench-Milliseconds", "X-Bench-Statements"


class Visits:
    """The visits still to make, and what became of those made."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order, self.left, self.lock = order, order["visits"], Lock()
        self.seen: dict[str, list[float]] = {"waited": [], "served": [], "statements": []}
        self.statuses: Counter[int] = Counter()

    def make_all(self) -> None:
        """Make what is left over one connection, one after the other."""
        connection = HTTPConnection(HOST, self.order["port"], timeout=60)
        headers = {"Host": "localhost", "Cookie": self.order["cookie"], "Accept-Encoding": "gzip"}  # as browsers ask
        while self.take():
            started = time.perf_counter()
            connection.request("GET", self.order["path"], headers=headers)
            answer = connection.getresponse()
            answer.read()
            self.note(answer, 1000 * (time.perf_counter() - started))
        connection.close()

    def take(self) -> bool:
        with self.lock:
            self.left -= 1
            return bool(self.left >= 0)

    def note(self, answer: Any, waited: float) -> None:
        with self.lock:
            self.statuses[answer.status] += 1
            self.seen["waited"].append(waited)
            self.seen["served"].append(float(answer.headers.get(TIME, "nan")))
            self.seen["statements"].append(float(answer.headers.get(STATEMENTS, "nan")))


def main() -> None:
    visits = Visits(json.load(sys.stdin))
    threads = [Thread(target=visits.make_all) for _ in range(visits.order["clients"])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    json.dump(visits.seen | {"statuses": visits.statuses}, sys.stdout)


if __name__ == "__main__":
    main()
