"""A throw-away PostgreSQL with fsync on, that can be stopped hard and started again."""

import os
import signal
import subprocess
import time
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
        self.server: subprocess.Popen[bytes] | None = None
        how = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--data-checksums")
        subprocess.run(self._command("initdb", *how, "--no-sync"), cwd="/", capture_output=True, check=True)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> None:
        """Start the server as a child of this process: an orphan that nobody buries would look alive to the next."""
        settings = ("listen_addresses=", f"unix_socket_directories={self.sockets}", "max_connections=200")
        options = [word for setting in settings for word in ("-c", setting)]
        with (self.sockets / "server.log").open("a") as log:
            command = self._command("postgres", *options)
            self.server = subprocess.Popen(command, cwd="/", stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        for _time in range(600):
            if self.is_up():
                return
            if self.server.poll() is not None:
                break
            time.sleep(0.05)
        raise OSError((self.sockets / "server.log").read_text()[-2000:])

    def is_up(self) -> bool:
        import psycopg

        try:
            self.sql("SELECT 1")
        except psycopg.OperationalError:
            return False
        return True

    def stop(self) -> None:
        """Let all processes of the server quit at once, without writing or flushing anything (mode "immediate")."""
        if self.server and self.server.poll() is None:
            os.kill(int((self.folder / "postmaster.pid").read_text().split()[0]), signal.SIGQUIT)
            self.server.wait()

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

    def _command(self, program: str, *options: str) -> list[str]:
        folder = programs()
        assert folder is not None, lacking()
        return [*self.as_user, str(folder / program), "-D", str(self.folder), *options]
