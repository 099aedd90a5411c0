"""All scenarios with how often each is tried: in the tests, in `make faults` and in `make faults-long`."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from tests.faults import disk, disks, door, importing, jobs, kills, postgresql, power, tampering, tracing
from tests.faults.ground import Ground
from tests.faults.history import Verdict


@dataclass(frozen=True)
class Scenario:
    """`run(ground, times, seed)` tries one installation `batch` times at most; the three counts are in its own unit."""

    name: str
    run: Callable[..., Verdict]
    unit: str
    batch: int
    short: int
    normal: int
    long: int
    needs: tuple[Callable[[], str], ...] = ()

    def lacking(self) -> str:
        """Return why this machine cannot try it, or nothing."""
        return "; ".join(reason for reason in (need() for need in self.needs) if reason)


LOOP, TRACE, POSTGRESQL = disk.lacking, tracing.lacking, postgresql.lacking
SCENARIOS = [
    Scenario("power-cut", power.cut_after_answers, "cuts", 25, 15, 200, 1000, (LOOP,)),
    Scenario("power-cut-new-keys", power.cut_with_new_keys, "cuts", 10, 2, 10, 50, (LOOP,)),
    Scenario("power-cut-mid-call", power.cut_at_a_call, "cuts", 25, 10, 200, 1000, (LOOP, TRACE)),
    Scenario("power-cut-postgresql", power.cut_postgresql, "cuts", 10, 1, 20, 100, (LOOP, POSTGRESQL)),
    Scenario("kill-backend", kills.kill_backend, "kills", 25, 3, 50, 500, (TRACE, POSTGRESQL)),
    Scenario("stop-postgresql", kills.stop_postgresql, "stops", 10, 1, 20, 100, (POSTGRESQL,)),
    Scenario("disk-full", disks.fill, "fillings", 5, 1, 10, 50, (LOOP,)),
    Scenario("disk-read-only", disks.turn_read_only, "remounts", 5, 1, 10, 50, (LOOP,)),
    Scenario("flush-fails", disks.fail_flush, "rounds", 10, 4, 50, 500, (LOOP, TRACE)),
    Scenario("workers-killed", jobs.kill_workers, "jobs", 2000, 400, 2000, 10_000),
    Scenario("clock-jumps", jobs.jump, "rounds", 10, 2, 20, 100),
    Scenario("double-click", door.double_click, "voices, 100 clicks each", 5, 1, 5, 20),
    Scenario("double-click-processes", door.double_click_processes, "voices, 100 processes each", 5, 1, 5, 20),
    Scenario("flood", door.flood, "posts", 1000, 200, 1000, 5000),
    Scenario("server-killed", door.kill_server, "kills", 5, 1, 5, 50),
    Scenario("row-edited", tampering.edit_a_row, "edits", 12, 6, 12, 60),
    Scenario("backup-restored", tampering.restore_an_old_backup, "restores", 5, 1, 5, 20),
    Scenario("import-killed", importing.kill_import, "imports, 3 kills each", 5, 1, 10, 100, (TRACE,)),
]
SCENARIOS += [
    replace(
        scenario,
        name=f"{scenario.name}-postgresql",
        run=partial(scenario.run, kind="postgresql"),
        needs=(*scenario.needs, POSTGRESQL),
    )
    for scenario in SCENARIOS
    if scenario.name in ("workers-killed", "clock-jumps", "double-click-processes", "flood", "import-killed")
]
SCENARIOS += [
    Scenario("kill", kills.kill_sqlite, "kill points", 50, 30, 1000, 10_000, (TRACE,)),
    Scenario("kill-postgresql", kills.kill_postgresql, "kill points", 50, 20, 1000, 10_000, (TRACE, POSTGRESQL)),
]


def play(ground: Ground, scenario: Scenario, times: int, done: int = 0) -> Verdict:
    """Try the next batch of the scenario, at most `times`; the seed of each try is its number."""
    return scenario.run(ground, min(scenario.batch, times - done), done)
