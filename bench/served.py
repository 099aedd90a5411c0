"""The same pages through the real server with several visitors at once: waited for, served, statements, memory."""

import json
import os
import subprocess
import sys
from argparse import Namespace
from pathlib import Path
from typing import Any

from bench import million, postgres
from bench.intake import _server
from bench.pages import PAGES, client_of, path_of
from bench.stopwatch import busy, goal, high_water, percentile, say, taken, ticks

ROOT = Path(__file__).resolve().parents[1]
MILLISECONDS, STATEMENTS, MEGABYTES = 100.0, 12, 200.0
WARM = 10  # visits of each visitor that are not counted


def run(options: Namespace, arguments: list[str]) -> int:
    url = os.environ.get("DATABASE_URL", "")
    if options.postgresql and not url:
        again = [str(ROOT / "tools/with_postgresql.sh"), sys.executable, "-m", "bench", "pages", *arguments]
        return subprocess.call(again, env=os.environ | {"LANGNGHE_FSYNC": "on"})  # noqa: S603 our own command
    home = million.home(options.voices)  # which leaves DATABASE_URL
    from django.core.management import call_command

    call_command("collectstatic", interactive=False, verbosity=0)
    cookies = {role: _cookie(role) for _name, role, _has_goal in PAGES}
    paths = {name: path_of(name) for name, _role, _has_goal in PAGES}
    settings = {"LANGNGHE_SECOND_FACTOR": "0"}
    if options.postgresql:
        postgres.fill(url, home)
        settings["DATABASE_URL"] = url
    say(f"{'PostgreSQL' if options.postgresql else 'SQLite'}, {options.clients} visitors at once, 2 workers")
    with _server(options.port, "bench.wsgi:application", **settings) as server:
        for name, role, has_goal in PAGES:
            _visit(options, paths[name], cookies[role], WARM * options.clients)
            before = ticks()
            seen = _visit(options, paths[name], cookies[role], options.visits)
            _tell(f"{name} {role}".strip(), seen, has_goal, taken(before))
        workers = [high_water(pid) for pid in _children(server.pid)]
    told = ", ".join(f"{size:.0f}" for size in workers)
    say(f"memory of the workers, at most: {told} MB ({goal(max(workers), MEGABYTES)}); {busy()}")
    return 0


def _cookie(role: str) -> str:
    """Return the cookie of a visit of this role; none of a resident."""
    cookies = client_of(role).cookies
    return "; ".join(f"{name}={cookies[name].value}" for name in cookies)


def _children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def _visit(options: Namespace, path: str, cookie: str, visits: int) -> dict[str, Any]:
    order = {"port": options.port, "path": path, "cookie": cookie, "clients": options.clients, "visits": visits}
    command = [sys.executable, "-m", "bench.visits"]
    done = subprocess.run(command, input=json.dumps(order), capture_output=True, check=True, text=True, cwd=ROOT)  # noqa: S603
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


def _tell(name: str, seen: dict[str, Any], has_goal: bool, stolen: str) -> None:
    waited, served = ([percentile(seen[what], percent) for percent in (50, 95)] for what in ("waited", "served"))
    told = f" ({goal(served[1], MILLISECONDS)})" if has_goal else ""
    most = max(seen["statements"])
    many = f" ({goal(most, STATEMENTS)})" if has_goal and most > STATEMENTS else ""
    say(
        f"{name:<21} waited p50 {waited[0]:6.1f} ms, p95 {waited[1]:6.1f} ms; in the server p50 {served[0]:6.1f} ms, "
        f"p95 {served[1]:6.1f} ms{told}; at most {most:.0f} statements{many}; {seen['statuses']}; {stolen}"
    )
