"""Power cuts: after the answer, at a system call of the intake, and under a database server."""

import os
import random
import shutil
import tempfile
from pathlib import Path

from tests.faults import client, disk, postgresql, tracing
from tests.faults.ground import Ground, Site, forget
from tests.faults.history import Verdict
from tests.faults.kills import CALLS, MOST

LOOP = 96
LOOP_POSTGRESQL = 700


def cut_after_answers(ground: Ground, times: int, seed: int) -> Verdict:
    """Cut strictly after `receive` returned, in the same thread: no flush is under way, all acknowledged must stay."""
    found = Verdict()
    with disk.LoopDisk(ground.folder / f"loop-{seed}", LOOP) as loop, ground.site(at=loop.mount_point) as site:
        for time in range(seed, seed + times):
            code = site.run(_day_and_cut, str(time), random.Random(time).randrange(1, 12))
            loop.come_back()
            found = found.then(site.check())
            found.counts["cuts"] += 1
            if code:
                found.problems.append(f"the client of cut {time} ended with {code}")
    return found


def _day_and_cut(site: Site, name: str, voices: int) -> None:
    client.day(site, name, voices, numbered=int(name) % 2 == 0)
    disk.cut(site.home)


def cut_with_new_keys(ground: Ground, times: int, seed: int) -> Verdict:
    """Cut after the very first voice of an installation, which also made its keys: they are as lasting as the voice."""
    found = Verdict()
    with disk.LoopDisk(ground.folder / f"loop-{seed}", LOOP) as loop:
        for time in range(seed, seed + times):
            with ground.site(at=loop.mount_point) as site:
                shutil.rmtree(site.home / "keys")
                os.sync()
                site.run(_first_day_and_cut, str(time))
                loop.come_back()
                ground.forget()
                found += site.check()
                ground.forget()
                found.counts["cuts"] += 1
    return found


def _first_day_and_cut(site: Site, name: str) -> None:
    forget()
    client.day(site, name, 2)
    disk.cut(site.home)


def cut_at_a_call(ground: Ground, times: int, seed: int) -> Verdict:
    """Kill the client as it enters its n-th write, flush or rename, then cut: the power goes in mid-request."""
    found = Verdict()
    with disk.LoopDisk(ground.folder / f"loop-{seed}", LOOP) as loop, ground.site(at=loop.mount_point) as site:
        for time in range(seed, seed + times):
            dice = random.Random(time)
            call = dice.choice(CALLS)
            number = dice.randrange(1, MOST[call])
            code = site.run(client.day, str(time), 6, tracer=lambda pid: tracing.kill_at(pid, call, number))  # noqa: B023
            loop.cut_power()
            found = found.then(site.check())
            found.counts["cuts" if code else "cuts at the end"] += 1
    return found


def cut_postgresql(ground: Ground, times: int, seed: int) -> Verdict:
    """Stop the server without a flush (immediate) after the answers, then cut the power under its data directory."""
    found = Verdict()
    sockets = Path(tempfile.mkdtemp(prefix="sockets-", dir=ground.folder))
    with disk.LoopDisk(ground.folder / f"loop-pg-{seed}", LOOP_POSTGRESQL) as loop:
        cluster = postgresql.Cluster(loop.mount_point / "data", sockets)
        with cluster, ground.site() as site:
            site.url = ground.prepare(cluster)
            ground.warm(site, "")
            cluster.sql("CHECKPOINT")
            os.sync()
            for time in range(seed, seed + times):
                site.run(client.day, str(time), random.Random(time).randrange(1, 12))
                cluster.stop()
                loop.cut_power()
                cluster.start()
                found = found.then(site.check())
                found.counts["cuts"] += 1
    return found
