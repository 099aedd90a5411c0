"""Schemathesis at every operation of the API: what the description allows, what it forbids, and strangers.

A case fails when the answer is a fault of the server, is not described, or takes what the description forbids.
"""

import hmac
import io
import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from itertools import count
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.specs.openapi import checks

from bench import ground
from bench.stopwatch import say

SECRET = "bi-mat-cua-phep-thu-dai-hon-32-ky-tu"  # noqa: S105 of a throw-away installation
GATEWAY = "sms"
PLACE = "n13264"
WORDS = " ở xã Thư Vũ"
LONGEST = 1500
FOUND_BY = [
    not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
    checks.negative_data_rejection,
]
App = Callable[[dict[str, Any], Any], Iterable[bytes]]
WAYS = {  # how the cases are made, and whether they come from a system that was let in
    "allowed": (GenerationMode.POSITIVE, True),
    "forbidden": (GenerationMode.NEGATIVE, True),
    "strangers": (GenerationMode.POSITIVE, False),
}


def plain(app: App) -> App:
    """Return the application behind a caller that reads no packed answers."""
    return lambda environ, start: app(environ | {"HTTP_ACCEPT_ENCODING": "identity"}, start)


def let_in(app: App, key: str) -> App:
    """Return the application behind a caller that holds a client's key and signs each message."""

    def called(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        moment = str(int(time.time()))
        mark = hmac.new(SECRET.encode(), f"{moment}.".encode() + body, "sha256").hexdigest()
        own: dict[str, Any] = {"HTTP_AUTHORIZATION": f"Bearer {key}", "HTTP_X_LANGNGHE_TIMESTAMP": moment}
        own |= {"HTTP_X_LANGNGHE_SIGNATURE": f"sha256={mark}", "wsgi.input": io.BytesIO(body)}
        return app(environ | own, start)

    return called


def likely(case: Any, number: int, mode: GenerationMode) -> None:
    """Let most cases name the gateway, and every second allowed one be such that the door can take it."""
    if "name" in (case.path_parameters or {}) and number % 4:
        case.path_parameters["name"] = GATEWAY
    body = case.body
    if mode is GenerationMode.NEGATIVE or number % 2 or not isinstance(body, dict):
        return
    if "place" in body:
        body |= {"place": PLACE, "kind": "feedback", "topic": "chieu_sang", "said_on": None}
    if isinstance(body.get("text"), str):
        body["text"] += WORDS
    if "images" in body:
        body["images"] = []


def try_all(app: App, key: str, cases: int) -> Iterator[tuple[str, str, Counter[int], list[str]]]:
    """Yield operation, way, statuses and failures; `cases` are spread evenly over operations and ways."""
    ways = {way: (mode, _operations(app, key if is_known else "")) for way, (mode, is_known) in WAYS.items()}
    each = -(-cases // sum(len(operations) for _mode, operations in ways.values()))
    for way, (mode, operations) in ways.items():
        for operation in operations:
            yield operation.label, way, *tried(operation, mode, each)


def _operations(app: App, key: str) -> list[Any]:
    """Return what the API describes; with a key, without the marks that the caller sets itself."""
    from django.test import Client

    described = json.loads(Client().get("/api/openapi.json").content)
    if key:
        described.pop("security", None)
    for path in described["paths"].values() if key else ():
        for operation in path.values():
            kept = [each for each in operation.get("parameters", []) if not each["name"].startswith("X-Langnghe-")]
            operation["parameters"] = kept
            operation.pop("security", None)  # a case without the key is none that must be refused: the caller adds it
    schema: Any = schemathesis.openapi.from_dict(described)
    schema.app = let_in(plain(app), key) if key else plain(app)
    return [each.ok() for each in schema.get_all_operations()]


def tried(operation: Any, mode: GenerationMode, cases: int) -> tuple[Counter[int], list[str]]:
    """Return how often each status came, and each failure once."""
    from django.core.cache import cache

    statuses: Counter[int] = Counter()
    failures: dict[str, str] = {}
    numbers = count()

    @settings(
        max_examples=cases,
        phases=[Phase.explicit, Phase.generate],
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(mode))
    def one(case: Any) -> None:
        cache.clear()  # nobody is slowed here
        likely(case, next(numbers), mode)
        answer = case.call()
        statuses[answer.status_code] += 1
        try:
            case.validate_response(answer, checks=FOUND_BY)
        except (Failure, FailureGroup) as failure:
            for found in getattr(failure, "exceptions", [failure]):
                failures.setdefault(
                    f"{type(found).__name__} {answer.status_code}", f"{found}\n{case.as_curl_command()}"[:LONGEST]
                )

    one()
    return statuses, list(failures.values())


def run(words: list[str]) -> int:
    cases = int(words[words.index("--cases") + 1]) if "--cases" in words else 10_000
    with ground.throwaway():
        from django.conf import settings as own
        from django.core.wsgi import get_wsgi_application

        from langnghe.registry import actions

        logging.disable(logging.ERROR)  # thousands of refusals are no news
        own.MESSAGES = {GATEWAY: f"{SECRET}@https://vidu.vn/tin"}
        own.ALLOWED_HOSTS = ["*"]
        key = actions.admit_client("Phép thử")
        started, whole, wrong = time.monotonic(), 0, 0
        for label, way, statuses, failures in try_all(get_wsgi_application(), key, cases):
            whole, wrong = whole + statuses.total(), wrong + len(failures)
            said = ", ".join(f"{status}: {number}" for status, number in sorted(statuses.items()))
            say(f"{label} {way}: {said}")
            for failure in failures:
                say(failure)
        say(f"{whole} cases, {wrong} kinds of failure, {time.monotonic() - started:.0f} s")
    return 1 if wrong or whole < cases else 0
