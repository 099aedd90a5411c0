"""The child process of `sheet`: fences itself in, then reads one hostile file and streams its rows."""

import json
import resource
import sys
from collections.abc import Iterator
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from typing import IO, Any

from langnghe.cases.intake import plain_tables, workbook
from langnghe.cases.intake.grids import Grid, Row
from langnghe.cases.intake.sheet import Limits, UnreadableFile

HEAD_ROWS = 40
BATCH_ROWS = 500


def fence(limits: Limits) -> None:
    """Memory, processor time, no core dump, no file may be written."""
    for kind, value in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_CPU, limits.cpu_seconds),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_FSIZE, 0),
    ):
        resource.setrlimit(kind, (value, value))


def grids(path: Path, sheet: str | None, limits: Limits) -> Iterator[Grid]:
    size = path.stat().st_size
    if size == 0:
        raise UnreadableFile("Tệp rỗng (0 byte). Hãy mở lại tệp gốc, lưu, rồi tải lên lại.")
    if size > limits.file_bytes:
        megabytes = limits.file_bytes >> 20
        raise UnreadableFile(f"Tệp lớn hơn {megabytes} MB. Hãy chia tệp thành nhiều phần rồi nhập từng phần.")
    with path.open("rb") as file:
        start = file.read(8192)
    workbook.refuse_other_formats(start, path)
    if start.startswith(b"PK"):
        return workbook.grids(path, sheet, limits)
    return plain_tables.grids(path, start, limits)


def offer(grid: Grid, requests: IO[bytes], answers: IO[bytes]) -> bool:
    """Shows the first rows; streams the whole grid if the parent wants it."""
    rows = iter(grid.rows)
    head = list(islice(rows, HEAD_ROWS))
    say(answers, {"grid": {"name": grid.name, "style": grid.style, "total": grid.total, "head": head}})
    answer = json.loads(requests.readline() or b"{}")
    if "use" not in answer:
        return False
    say(answers, {"rows": head})
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH_ROWS:
            say(answers, {"rows": batch})
            batch = []
    say(answers, {"rows": batch})
    return True


def say(answers: IO[bytes], frame: dict[str, Any]) -> None:
    answers.write(json.dumps(frame, ensure_ascii=False, default=plain, check_circular=False).encode("utf-8", "replace"))
    answers.write(b"\n")
    answers.flush()


def plain(cell: object) -> object:
    """Dates travel as a list of one ISO text, so that no text can be taken for a date."""
    if isinstance(cell, date | datetime):
        return [cell.isoformat()]
    return str(cell)


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    order = json.loads(requests.readline())
    limits = Limits(**order["limits"])
    fence(limits)
    try:
        for grid in grids(Path(order["path"]), order["sheet"], limits):
            if offer(grid, requests, answers):
                break
        say(answers, {"end": True})
    except UnreadableFile as refusal:
        say(answers, {"refused": str(refusal)})
    except (MemoryError, RecursionError):
        sys.exit(3)


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
