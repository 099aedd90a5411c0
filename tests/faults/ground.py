"""Installations to break: copies of one prepared template, and forked children that work on them.

Django and the law are loaded once in the parent; a child per kill point costs milliseconds, not a start.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from signal import SIGKILL
from types import TracebackType
from typing import Any, Self

from django.core.management import call_command
from django.db import connection, connections

from langnghe import settings
from tests import cast
from tests.faults import history, postgresql
from tests.faults.history import History, Verdict

Tracer = Callable[[int], "subprocess.Popen[bytes]"]
ROOT = Path(__file__).resolve().parents[2]
ABSENT = object()


class Broken(Exception):
    """A child came to an end that its work does not explain."""


@dataclass
class Child:
    """A forked process at work; `wait` returns its exit code, negative for a signal."""

    pid: int
    errors: Path
    tracer: "subprocess.Popen[bytes] | None" = None
    is_over: bool = False

    def kill(self) -> None:
        os.kill(self.pid, SIGKILL)

    def end(self) -> None:
        """Kill it if the run was broken off while it worked."""
        if not self.is_over:
            self.kill()
            self.wait()

    def wait(self) -> int:
        code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        self.is_over = True
        if self.tracer:
            self.tracer.wait()
        if code > 0:
            raise Broken(self.errors.read_text())
        return code


@dataclass
class Site:
    """One installation: its folder, its database (a URL, or the SQLite file in the folder), its clients' history."""

    home: Path
    history: History
    url: str = ""
    api_key: str = ""
    children: list[Child] = field(default_factory=list)

    def enter(self) -> None:
        """Let this process read and write the installation from now on."""
        os.environ["LANGNGHE_HOME"] = str(self.home)
        _connect(self.url, self.home)

    def start(self, work: Callable[..., None], *values: object, tracer: Tracer | None = None) -> Child:
        """Fork a child that calls `work(site, *values)`, once the tracer holds it, and exits without clean-up."""
        connections.close_all()  # a child must never close what the parent still uses
        errors = self.history.path.with_suffix(".errors")
        ready, go = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(go)
            _work(self, work, values, ready, errors)
        os.close(ready)
        child = Child(pid, errors)
        self.children.append(child)
        try:
            child.tracer = tracer(pid) if tracer else None
        finally:
            os.close(go)
        return child

    def run(self, work: Callable[..., None], *values: object, tracer: Tracer | None = None) -> int:
        """Start a child and wait for it; its exit code, negative for a signal."""
        return self.start(work, *values, tracer=tracer).wait()

    def check(self) -> Verdict:
        self.enter()
        try:
            return history.check(self.history)
        finally:
            connection.close()

    def command(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run `langnghe WORDS` on the installation as an operator would."""
        command = [sys.executable, "-m", "langnghe", *words]
        return subprocess.run(command, env=self.environment(), capture_output=True, text=True, cwd=ROOT)

    def environment(self) -> dict[str, str]:
        own = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        own |= {"LANGNGHE_HOME": str(self.home), "DJANGO_SETTINGS_MODULE": "langnghe.settings"}
        return own | ({"DATABASE_URL": self.url} if self.url else {})


def _work(site: Site, work: Callable[..., None], values: tuple[object, ...], ready: int, errors: Path) -> None:
    code = 1
    try:
        os.read(ready, 1)
        site.enter()
        work(site, *values)
        code = 0
    except BaseException:
        errors.write_text(traceback.format_exc())
    finally:
        os._exit(code)


def _connect(url: str, home: Path) -> None:
    """Point Django's only connection of this process to another database."""
    chosen = settings.database(url)
    if not url:
        chosen["NAME"] = home / "langnghe.sqlite3"
    connections["default"].close()
    connections.settings["default"] = connections.settings["default"] | {"OPTIONS": {}} | chosen
    del connections["default"]


def forget() -> None:
    """Empty every cache of the package: keys and law of another installation must not be used."""
    for name, module in list(sys.modules.items()):
        if name.startswith("langnghe"):
            for value in list(vars(module).values()):
                if hasattr(value, "cache_clear"):
                    value.cache_clear()


class Ground:
    """The templates, on SQLite at once and on PostgreSQL when asked for; `with` removes all of it."""

    def __init__(self) -> None:
        self.stack = ExitStack()
        self.numbers = count(1)
        self.cluster: postgresql.Cluster | None = None
        self.template_home: Path | None = None
        self.api_keys: dict[str, str] = {}
        self.warmed = ""

    def __enter__(self) -> Self:
        self.before = os.environ.get("LANGNGHE_HOME", ABSENT), dict(connections.settings["default"])
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(prefix="langnghe-faults-"))
        self.folder = Path(folder)
        self.folder.chmod(0o755)  # PostgreSQL runs as a user of its own
        self.template_home = self._template("sqlite", "")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        home, database = self.before
        connections.close_all()
        connections.settings["default"] = database
        del connections["default"]
        if isinstance(home, str):
            os.environ["LANGNGHE_HOME"] = home
        forget()
        self.stack.close()

    def _template(self, name: str, url: str) -> Path:
        """Make an installation with places, law, bodies, an officer and a client."""
        home = self.folder / name
        if self.template_home:
            shutil.copytree(self.template_home, home, ignore=shutil.ignore_patterns("*.sqlite3*"))
        home.mkdir(exist_ok=True)
        site = Site(home, History(self.folder / f"{name}.jsonl"), url)
        site.enter()
        forget()
        call_command("migrate", verbosity=0)
        cast.load_world()
        self.api_keys["postgresql" if url else "sqlite"] = _people()
        self.warm(site, "")
        return home

    def warm(self, site: Site, kind: str) -> None:
        """Fill the caches of this process with the site's law and keys, so that children need not."""
        from tests.faults import client

        site.enter()
        forget()
        client.warm()
        self.warmed = kind
        connections.close_all()  # the last one out leaves no write-ahead log

    def forget(self) -> None:
        """Let the next site fill the caches anew."""
        forget()
        self.warmed = ""

    @contextmanager
    def site(self, kind: str = "sqlite", at: Path | None = None) -> Iterator[Site]:
        """Give a fresh installation, in the folder if one is named, and remove it."""
        number = next(self.numbers)
        home = (at or self.folder) / f"home-{number}"
        assert self.template_home is not None
        shutil.copytree(self.template_home, home, ignore=None if kind == "sqlite" else _no_database)
        site = Site(home, History(self.folder / f"history-{number}.jsonl"))
        if kind == "postgresql":
            site.url = self._database(number)
        site.api_key = self.api_keys[kind]
        if self.warmed != kind:
            self.warm(site, kind)
        os.sync()  # what was copied is there; only what intake writes is tried
        try:
            yield site
        finally:
            for child in site.children:
                child.end()
            connections.close_all()
            shutil.rmtree(home, ignore_errors=True)
            if kind == "postgresql" and self.cluster:
                wait_until(self.cluster.is_up)
                self.cluster.sql(f"DROP DATABASE site_{number} WITH (FORCE)")

    def _database(self, number: int) -> str:
        """Copy the template database of the cluster, made at first use."""
        if self.cluster is None:
            folder = self.folder / "postgresql"
            self.cluster = self.stack.enter_context(postgresql.Cluster(folder / "data", folder))
            self.prepare(self.cluster)
        self.cluster.sql(f"CREATE DATABASE site_{number} TEMPLATE {postgresql.TEMPLATE} STRATEGY file_copy")
        return self.cluster.url(f"site_{number}")

    def prepare(self, cluster: postgresql.Cluster) -> str:
        """Make the template database in the cluster and return its URL."""
        cluster.sql(f"CREATE DATABASE {postgresql.TEMPLATE}")
        url = cluster.url(postgresql.TEMPLATE)
        shutil.rmtree(self._template(f"template-{next(self.numbers)}", url))
        return url


def _no_database(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if ".sqlite3" in name]


def _people() -> str:
    """Make the officer who accepts, and the client whose key the door for other systems asks for."""
    from langnghe.registry.actions import admit_client

    assert cast.Cast().officer
    return admit_client("faults")


def wait_until(true: Callable[[], Any], seconds: float = 30) -> None:
    end = time.monotonic() + seconds
    while not true():
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.005)
