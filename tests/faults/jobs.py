"""Workers killed over and over while jobs run: each effect in the database once, each job done."""

import random
import time
from collections import Counter
from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connections

from langnghe.ledger import actions, worker
from langnghe.ledger.models import LogEntry, OutboxJob
from tests.cast import moment
from tests.faults.ground import Child, Ground, Site, wait_until
from tests.faults.history import Verdict

WORKERS = 2
KILL_EVERY = 88  # jobs, so that ten thousand see a hundred kills
FASTER = 300  # a lease of five minutes ends after a second
LONGEST = 180


def kill_workers(ground: Ground, times: int, seed: int, kind: str = "sqlite") -> Verdict:
    """Run `times` jobs with two workers, killing one after about every hundred; count effects inside and outside."""
    with ground.site(kind) as site:
        site.enter()
        jobs = [OutboxJob(name="tests.effect", arguments={"number": n}, not_before=moment()) for n in range(times)]
        OutboxJob.objects.bulk_create(jobs)
        outside = site.history.path.with_suffix(".outside")
        outside.touch()
        kills, seconds = _killing(site, outside, times, random.Random(seed))
        site.enter()
        verdict = _verdict(times, outside)
        verdict.counts.update(jobs=times, kills=kills)
        connections.close_all()
        return verdict


def _killing(site: Site, outside: Path, jobs: int, dice: random.Random) -> tuple[int, float]:
    """Keep two workers running until no job waits, kill one each time that some more jobs were done."""
    begun, kills = time.monotonic(), 0
    children = [_worker(site, outside, begun) for _time in range(WORKERS)]
    try:
        while True:
            goal = _lines(outside) + dice.randrange(KILL_EVERY * 2 // 3, KILL_EVERY * 4 // 3)
            wait_until(lambda: _lines(outside) >= goal or not _waiting(site), LONGEST)  # noqa: B023
            if not _waiting(site):
                return kills, time.monotonic() - begun
            time.sleep(dice.random() / 20)
            victim = dice.randrange(WORKERS)
            children[victim].kill()
            children[victim].wait()
            kills += 1
            children[victim] = _worker(site, outside, begun)
    finally:
        for child in children:
            child.kill()
            child.wait()


def _worker(site: Site, outside: Path, begun: float) -> Child:
    return site.start(_work, str(outside), begun)


def _work(site: Site, outside: str, begun: float) -> None:
    """Run jobs for ever, by a clock that runs faster."""

    def effect(now: datetime, arguments: Mapping[str, Any]) -> None:
        LogEntry.objects.create(event="effect", subject=str(arguments["number"]), day=now.date(), seal=b"")
        with Path(outside).open("a") as handle:
            handle.write(f"{arguments['number']}\n")

    worker.jobs["tests.effect"] = effect
    own = worker.Worker(lambda: moment() + FASTER * timedelta(seconds=time.monotonic() - begun))
    while True:
        if not own.turn():
            time.sleep(0.02)


def _lines(path: Path) -> int:
    return path.read_bytes().count(b"\n")


def _waiting(site: Site) -> bool:
    site.enter()
    try:
        return OutboxJob.objects.filter(state=OutboxJob.State.WAITING).exists()
    finally:
        connections.close_all()


def _verdict(jobs: int, outside: Path) -> Verdict:
    """Read jobs as voices: acknowledged when enqueued, lost without effect, duplicate with two."""
    effects = Counter(int(subject) for subject in LogEntry.objects.values_list("subject", flat=True))
    done = OutboxJob.objects.filter(state=OutboxJob.State.DONE).count()
    repeats = _lines(outside) - len(set(outside.read_text().split()))
    return Verdict(
        acknowledged=jobs,
        lost=sum(not effects[number] for number in range(jobs)),
        phantom=sum(not 0 <= number < jobs for number in effects),
        duplicates=sum(count - 1 for count in effects.values()),
        problems=[] if done == jobs else [f"{jobs - done} jobs are not done"],
        counts=Counter({"outside repeats": repeats}),
    )


def jump(ground: Ground, times: int, seed: int, kind: str = "sqlite") -> Verdict:
    """Let the clock of the machine jump days back and forth between calls.

    Deadlines hang on the day alone, steps stay in the order in which they were made, and jobs get done.
    """
    with ground.site(kind) as site:
        for round_ in range(seed, seed + times):
            site.run(_jumping, round_)
        verdict = site.check()
        verdict.counts["jumps"] = times * 12
        return verdict


def _jumping(site: Site, seed: int) -> None:
    from langnghe.cases.models import Case
    from tests.faults import client

    dice = random.Random(seed)
    twin = client.voice(f"{seed}-twin")
    assert client.send(site, twin, moment())
    actions.enqueue("tests.nothing", {}, moment())
    worker.jobs["tests.nothing"] = lambda now, arguments: None
    for number in range(6):
        sent = client.voice(f"{seed}-{number}")
        assert client.send(site, sent, _thrown(dice))
        client.accept(site, sent, _thrown(dice))
        _run_one(_thrown(dice))
    due = set(Case.objects.filter(voices__text__startswith=f"{seed}-").values_list("due", flat=True))
    assert len(due) <= 2, f"one day, different deadlines: {due}"
    _run_one(moment() + timedelta(days=400))
    assert not OutboxJob.objects.exclude(state=OutboxJob.State.DONE).exists(), "a job was lost in time"


def _run_one(now: datetime) -> None:
    if taken := actions.lease(now):
        worker.run(taken, now)


def _thrown(dice: random.Random) -> datetime:
    return moment() + timedelta(days=dice.randrange(-3, 4), hours=dice.randrange(-12, 12))
