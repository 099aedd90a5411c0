"""What a measurement says: lines, percentiles, seconds, memory, and how busy the machine was."""

import os
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def busy() -> str:
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"load {load} on {os.cpu_count()} cores"


def ticks() -> tuple[int, int]:
    """Return the ticks so far in which another guest of the host had our processors, and all ticks (Linux)."""
    fields = [int(field) for field in Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9]]
    return fields[7], sum(fields)


def taken(before: tuple[int, int]) -> str:
    """Return which share of the time since then the host took away."""
    steal, whole = (now - then for now, then in zip(ticks(), before, strict=True))
    return f"the host took {100 * steal / max(whole, 1):.0f} % of the processors away"


def percentile(values: Sequence[float], percent: int) -> float:
    """Return the percentile by nearest rank; the values need no order, there must be one."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def memory() -> tuple[float, float]:
    """Return the highest memory so far, in megabytes, of this process and of the largest child it has waited for.

    Not ru_maxrss of the process itself, which counts what its parent had when it was started (Linux).
    """
    return high_water(os.getpid()), resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def high_water(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def peak() -> str:
    own, child = memory()
    return f"peak memory {own:.0f} MB" + (f", largest child {child:.0f} MB" if child else "")


def goal(value: float, limit: float, *, least: bool = False) -> str:
    """Return how the value stands to its goal, as a factor that is above 1 when the goal is met."""
    factor = value / limit if least else limit / value
    return f"goal {'≥' if least else '≤'} {limit:g}: {'met' if factor >= 1 else 'MISSED'}, {factor:.1f}×"


def flushes(folder: Path, seconds: float = 2.0) -> float:
    """Return how often a second the disk takes 4 KB for good (fdatasync): the bound of commits one by one."""
    path, count, end = folder / "flushes", 0, time.monotonic() + seconds
    with path.open("wb") as handle:
        while time.monotonic() < end:
            os.pwrite(handle.fileno(), bytes(4096), 4096 * (count % 256))
            os.fdatasync(handle.fileno())
            count += 1
    path.unlink()
    return count / seconds


@contextmanager
def timed(label: str, limit: float | None = None) -> Iterator[None]:
    """Say how many seconds the block took, how many of them on a processor, and what that is to its goal."""
    started, spent = time.perf_counter(), time.process_time()
    yield
    seconds, spent = time.perf_counter() - started, time.process_time() - spent
    told = f"; {goal(seconds, limit)}" if limit else ""
    say(f"{label}: {seconds:.2f} s (own processor time {spent:.2f} s{told})")
