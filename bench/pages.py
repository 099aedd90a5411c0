"""How long the server takes for a page, and with how many statements, on a million voices."""

import time
from argparse import ArgumentParser
from typing import Any

from bench import million
from bench.stopwatch import busy, goal, percentile, say

ROUNDS = 30
MILLISECONDS = 50.0
OK = 200
SOUGHT = "%C4%91%C3%A8n+duong+ngo"  # “đèn duong ngo”: in one published case of five
# URL name (or ours for a search), whose page it is, and whether it has a goal.
PAGES = (
    ("queue", "officer", True),
    ("desk_case", "officer", True),
    ("desk_search", "officer", True),
    ("case", "", True),
    ("home", "", False),
    ("cases", "", False),
    ("search", "", True),
    ("situation", "", False),
    ("overview", "leader", True),
    ("overview", "commission", True),
    ("comparison", "commission", True),
)


def run(arguments: list[str]) -> int:
    parser = ArgumentParser(prog="python -m bench pages")
    parser.add_argument("--voices", type=int, default=1_000_000)
    parser.add_argument("--served", action="store_true", help="through the real server, several visitors at once")
    parser.add_argument("--postgresql", action="store_true", help="with --served: on a throw-away server")
    parser.add_argument("--clients", type=int, default=8, help="with --served")
    parser.add_argument("--visits", type=int, default=400, help="with --served: how many of each page")
    parser.add_argument("--port", type=int, default=8799, help="with --served")
    options = parser.parse_args(arguments)
    if options.served:
        from bench import served

        return served.run(options, arguments)
    million.home(options.voices)
    from django.conf import settings
    from django.core.management import call_command

    settings.SECOND_FACTOR = False  # nobody types codes here
    call_command("collectstatic", interactive=False, verbosity=0)
    for name, role, has_goal in PAGES:
        say(_line(name, role, has_goal))
    say(busy())
    return 0


def _line(name: str, role: str, has_goal: bool) -> str:
    from django.urls import NoReverseMatch

    try:
        path = path_of(name)
    except NoReverseMatch:
        return f"{name:<11} there is no page of this name yet"
    client = client_of(role)
    answer = client.get(path)
    if answer.status_code != OK:
        return f"{name:<11} {path} answers {answer.status_code}"
    statements, in_database = _statements(client, path)
    times = [_milliseconds(client, path) for _ in range(ROUNDS)]
    middle, slow = percentile(times, 50), percentile(times, 95)
    told = f" ({goal(middle, MILLISECONDS)})" if has_goal else ""
    size = len(answer.content) / 1000
    return (
        f"{name:<11} median {middle:6.1f} ms, p95 {slow:6.1f} ms, {statements} statements "
        f"({in_database:.1f} ms in the database), {size:.0f} kB{told}"
    )


def path_of(name: str) -> str:
    from django.urls import NoReverseMatch, reverse

    from langnghe.cases.models import Case
    from langnghe.registry.models import Account

    if name in {"search", "desk_search"}:
        return reverse("cases" if name == "search" else "queue") + "?tim=" + SOUGHT
    if name not in {"case", "desk_case"}:
        return reverse(name)
    body = Account.objects.get(username=million.OFFICER).memberships.get().body
    rows = Case.objects.filter(holder=body, is_public=True)
    case = rows.filter(settled=None).first() if name == "desk_case" else rows.exclude(settled=None).last()
    assert case is not None  # noqa: S101
    try:
        return reverse(name, args=[case.code])
    except NoReverseMatch:
        return reverse(name, args=[case.pk])


def client_of(role: str) -> Any:
    from django.test import Client

    from langnghe.registry.models import Account

    client = Client(raise_request_exception=False, headers={"host": "localhost"})
    if role:
        client.force_login(Account.objects.get(username=f"bench-{role}"))
    return client


def _statements(client: Any, path: str) -> tuple[int, float]:
    """Return how many statements a page takes, and the milliseconds they took together."""
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    with CaptureQueriesContext(connection) as queries:
        client.get(path)
    for query in queries:
        if float(query["time"]) > MILLISECONDS / 2000:
            say(f"  slow, {query['time']} s: {query['sql'][:600]}")
    return len(queries), sum(1000 * float(query["time"]) for query in queries)


def _milliseconds(client: Any, path: str) -> float:
    started = time.perf_counter()
    client.get(path)
    return 1000 * (time.perf_counter() - started)
