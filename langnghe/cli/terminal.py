"""What the command line shows: lines, progress that overwrites itself, errors."""

import json
import sys
import time
from collections.abc import Callable
from getpass import getpass
from typing import Any

from langnghe.core.refusal import Refused


def say(line: str = "") -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def fail(line: str) -> int:
    sys.stderr.write(f"Lỗi: {line}\n")
    return 2


def show_json(value: Any) -> None:
    say(json.dumps(value, ensure_ascii=False, indent=1, default=str))


def bar(label: str) -> Callable[[int, int], None]:
    """Return a progress function (done, total); on a terminal it redraws one line, elsewhere it prints the end."""
    started = time.monotonic()
    live = sys.stdout.isatty()

    def show(done: int, total: int) -> None:
        if live or done >= total:
            seconds = time.monotonic() - started
            end = "\n" if done >= total else ""
            sys.stdout.write(("\r" if live else "") + f"  {label}: {done}/{total} ({seconds:.1f} s){end}")
            sys.stdout.flush()

    return show


def ask_secret(question: str, again: str = "") -> str:
    """Return what is typed unseen, twice the same if there is a second question; a line of the input elsewhere."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().strip()
    answer = getpass(question)
    if again and getpass(again) != answer:
        raise Refused("Hai lần gõ khác nhau.")
    return answer
