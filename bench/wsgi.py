"""The pages' application with two more headers on each answer: milliseconds in the server, and statements."""

import time
from collections.abc import Callable, Iterable
from typing import Any

from langnghe.wsgi import application as pages

TIME, STATEMENTS = "X-Bench-Milliseconds", "X-Bench-Statements"
Start = Callable[..., Any]


def application(environ: dict[str, Any], start: Start) -> Iterable[bytes]:
    from django.db import connection

    begun, counted = time.perf_counter(), [0]

    def count(execute: Callable[..., Any], *arguments: Any) -> Any:
        counted[0] += 1
        return execute(*arguments)

    def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        spent = 1000 * (time.perf_counter() - begun)
        return start(status, [*headers, (TIME, f"{spent:.2f}"), (STATEMENTS, str(counted[0]))], *rest)

    with connection.execute_wrapper(count):  # pages are whole before they begin
        return pages(environ, begin)
