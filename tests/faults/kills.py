"""SIGKILL at the n-th system call of a client, and of the database's own process."""

import random
from contextlib import suppress
from functools import partial
from pathlib import Path

from django.db import Error, connection

from tests.faults import client, tracing
from tests.faults.ground import Ground, Site, wait_until
from tests.faults.history import Verdict

# How often a day of six voices makes each call, and a little more: a point beyond the end is counted apart.
MOST = {"pwrite64": 565, "fdatasync": 15, "fsync": 36, "write": 23, "rename": 9, "openat": 55}
CALLS = [*["pwrite64"] * 5, *["fdatasync"] * 2, *["fsync"] * 2, "write", "rename", "openat"]
MOST_POSTGRESQL = {"sendto": 122, "recvfrom": 122, "poll": 122, "fsync": 36, "write": 23, "rename": 9}
CALLS_POSTGRESQL = [*["sendto"] * 5, *["recvfrom"] * 3, "poll", "fsync", "write", "rename"]
MOST_BACKEND = {"sendto": 90, "recvfrom": 90, "pwrite64": 20, "fdatasync": 14}


def kill_sqlite(ground: Ground, times: int, seed: int) -> Verdict:
    """Kill the client of an SQLite installation as it enters its n-th call, and check after each."""
    found = Verdict()
    with ground.site() as site:
        for time in range(seed, seed + times):
            dice = random.Random(time)
            call = dice.choice(CALLS)
            at = partial(tracing.kill_at, call=call, number=dice.randrange(1, MOST[call]))
            code = site.run(client.day, str(time), 6, tracer=at)
            found = found.then(site.check())
            found.counts[call if code else "not reached"] += 1
    return found


def kill_postgresql(ground: Ground, times: int, seed: int) -> Verdict:
    """Kill the client of a PostgreSQL installation as it enters its n-th call, and check after each."""
    found = Verdict()
    with ground.site("postgresql") as site:
        for time in range(seed, seed + times):
            dice = random.Random(time)
            call = dice.choice(CALLS_POSTGRESQL)
            at = partial(tracing.kill_at, call=call, number=dice.randrange(1, MOST_POSTGRESQL[call]))
            code = site.run(client.day, str(time), 6, tracer=at)
            found = found.then(_check_settled(ground, site))
            found.counts[call if code else "not reached"] += 1
    return found


def kill_backend(ground: Ground, times: int, seed: int) -> Verdict:
    """Kill the server's process behind the client at its n-th call: all sessions end, the log is recovered."""
    found = Verdict()
    with ground.site("postgresql") as site:
        assert ground.cluster is not None
        for time in range(seed, seed + times):
            dice = random.Random(time)
            call = dice.choice(list(MOST_BACKEND))
            child = site.start(_day_behind, str(time), 6)
            backend = _backend(site)
            tracer = tracing.kill_at(backend, call, dice.randrange(1, MOST_BACKEND[call]))
            _mark(site).unlink()
            child.wait()
            tracer.terminate()
            tracer.wait()
            wait_until(ground.cluster.is_up)
            found = found.then(_check_settled(ground, site))
            found.counts[call] += 1
    return found


def stop_postgresql(ground: Ground, times: int, seed: int) -> Verdict:
    """Stop the whole server with `immediate` (SIGQUIT to all, no flush) while voices come in, and start it again."""
    found = Verdict()
    with ground.site("postgresql") as site:
        assert ground.cluster is not None
        for time in range(seed, seed + times):
            before = site.history.count("ok")
            child = site.start(_until_refused, str(time))
            goal = before + random.Random(time).randrange(1, 40)
            wait_until(lambda: site.history.count("ok") >= goal)  # noqa: B023
            ground.cluster.stop()
            child.wait()
            ground.cluster.start()
            found = found.then(_check_settled(ground, site))
            found.counts["stops"] += 1
    return found


def _check_settled(ground: Ground, site: Site) -> Verdict:
    assert ground.cluster is not None
    ground.cluster.settle(site.url.rsplit("/", 1)[1])
    return site.check()


def _mark(site: Site) -> Path:
    return site.home / "backend"


def _day_behind(site: Site, name: str, voices: int) -> None:
    """Say which process of the server serves this client, and begin when the parent has taken note."""
    import psycopg

    connection.ensure_connection()
    new = site.home / "backend.new"
    new.write_text(str(connection.connection.info.backend_pid))
    new.rename(_mark(site))
    wait_until(lambda: not _mark(site).exists())
    with suppress(Error, psycopg.Error):  # the desk's move or the sequencer met the end of the session
        client.day(site, name, voices)


def _until_refused(site: Site, name: str) -> None:
    number = 0
    while client.send(site, client.voice(f"{name}-{number}")):
        number += 1


def _backend(site: Site) -> int:
    wait_until(_mark(site).exists)
    return int(_mark(site).read_text())
