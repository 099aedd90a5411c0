"""A throw-away PostgreSQL with fsync on, that can be stopped hard and started again."""

import os
import subprocess
from pathlib import Path
from types import TracebackType
from typing import Any, Self

TEMPLATE = "template_langnghe"


def programs() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: float(path.parts[-3]))
    return found[-1].parent if found else None


def lacking() -> str:
    return "" if programs() else "not installed: PostgreSQL (tools/setup_tests.sh)"


class Cluster:
    """One server on a folder; `with` starts it and stops it. As root it runs as the user postgres."""

    def __init__(self, folder: Path, sockets: Path) -> None:
        self.folder, self.sockets = folder, sockets
        self.as_user = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
        for path in {folder, sockets}:
            path.mkdir(parents=True, exist_ok=True)
            if self.as_user:
                subprocess.run(["chown", "postgres", str(path)], check=True)
        self._call("initdb", "--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8",
                   "--data-checksums", "--no-sync")  # fmt: skip

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop("immediate")

    def start(self) -> None:
        options = f"-c listen_addresses='' -c unix_socket_directories={self.sockets} -c max_connections=200"
        self._call("pg_ctl", "start", "--wait", "--silent", f"--log={self.sockets}/server.log", f"--options={options}")

    def stop(self, mode: str) -> None:
        if (self.folder / "postmaster.pid").exists():
            self._call("pg_ctl", "stop", "--wait", "--silent", f"--mode={mode}")

    def url(self, database: str) -> str:
        return f"postgres://postgres@{str(self.sockets).replace('/', '%2F')}/{database}"

    def sql(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        """Run a statement on the maintenance database, over a connection of its own."""
        import psycopg

        with psycopg.connect(host=str(self.sockets), user="postgres", dbname="postgres", autocommit=True) as line:
            cursor = line.execute(statement, values or None)
            return cursor.fetchall() if cursor.description else []

    def settle(self, database: str) -> None:
        """Wait until the sessions of killed clients have come to their end."""
        for _time in range(500):
            left = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'"
            if self.sql(left, database)[0][0] == 0:
                return
            self.sql("SELECT pg_sleep(0.01)")
        raise TimeoutError(f"sessions are left on {database}")

    def _call(self, program: str, *options: str) -> None:
        folder = programs()
        assert folder is not None, lacking()
        command = [*self.as_user, str(folder / program), f"--pgdata={self.folder}", *options]
        with (self.sockets / "calls.log").open("a") as log:  # a pipe would stay open in the server
            code = subprocess.call(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        if code:
            raise OSError((self.sockets / "calls.log").read_text()[-2000:])
