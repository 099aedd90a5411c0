"""Reads one table file as an import would, and prints seconds | megabytes | what came of it; for `refusals`."""

import sys
import time
from pathlib import Path

from bench.stopwatch import memory, say


def main(path: Path) -> None:
    from langnghe.cases.intake.sheet import UnreadableFile, open_sheet

    started = time.perf_counter()
    try:
        with open_sheet(path) as sheet:
            answer = f"read, {sum(1 for _row in sheet.rows)} rows"
    except UnreadableFile as refusal:
        answer = f"refused: {refusal}"
    own, child = memory()
    say(f"{time.perf_counter() - started}|{own + child:.0f}|{answer}")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
