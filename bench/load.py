"""Sends voices over kept connections, as a process of its own; knows nothing of the platform but its address.

Standard input is one JSON object: port, key (of the client), clients, bodies (JSON texts), keys (idempotency keys).
Standard output is one: seconds, latencies in milliseconds, and how often each status came.
"""

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from http.client import HTTPConnection
from threading import Lock, Thread
from typing import Any

HOST = "127.0.0.1"
PATH = "/api/v1/voices"


class Load:
    """The voices still to send, and what became of those sent."""

    def __init__(self, order: dict[str, Any]) -> None:
        self.order = order
        self.pairs: Iterator[tuple[str, str]] = iter(zip(order["bodies"], order["keys"], strict=True))
        self.lock = Lock()
        self.latencies: list[float] = []
        self.statuses: Counter[int] = Counter()

    def send_all(self) -> None:
        """Send what is left over one connection, one after the other."""
        connection = HTTPConnection(HOST, self.order["port"], timeout=60)
        fixed = {"Authorization": f"Bearer {self.order['key']}", "Content-Type": "application/json"}
        while pair := self.take():
            started = time.perf_counter()
            connection.request("POST", PATH, pair[0].encode(), fixed | {"Idempotency-Key": pair[1]})
            answer = connection.getresponse()
            answer.read()
            self.note(answer.status, 1000 * (time.perf_counter() - started))
        connection.close()

    def take(self) -> tuple[str, str] | None:
        with self.lock:
            return next(self.pairs, None)

    def note(self, status: int, milliseconds: float) -> None:
        with self.lock:
            self.statuses[status] += 1
            self.latencies.append(milliseconds)


def main() -> None:
    load = Load(json.load(sys.stdin))
    threads = [Thread(target=load.send_all) for _ in range(load.order["clients"])]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - started
    json.dump({"seconds": seconds, "latencies": load.latencies, "statuses": load.statuses}, sys.stdout)


if __name__ == "__main__":
    main()
