"""Attaches strace to a running child, to fail or kill it at its n-th system call of a name."""

import os
import subprocess
import sys
import time
from collections import Counter
from functools import cache
from pathlib import Path
from shutil import which


def attach(pid: int, *expressions: str, output: Path | None = None) -> "subprocess.Popen[bytes]":
    """Return strace once it holds the process, with `-e` for each expression."""
    options = [word for expression in expressions for word in ("-e", expression)]
    command = ["strace", "-qq", "-o", str(output or os.devnull), "-p", str(pid), *options]
    tracer = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _time in range(5000):
        if "TracerPid:\t0\n" not in Path(f"/proc/{pid}/status").read_text():
            return tracer
        if tracer.poll() is not None:
            break
        time.sleep(0.001)
    tracer.kill()
    tracer.wait()
    raise OSError("strace did not attach")


def kill_at(pid: int, call: str, number: int) -> "subprocess.Popen[bytes]":
    """Let SIGKILL meet the process as it enters its n-th such call from now on: the call is not made."""
    return attach(pid, f"trace={call}", f"inject={call}:signal=KILL:when={number}")


def fail_at(pid: int, call: str, error: str, when: str) -> "subprocess.Popen[bytes]":
    """Let the calls that `when` selects fail with the error, without being made."""
    return attach(pid, f"trace={call}", f"inject={call}:error={error}:when={when}")


def counted(path: Path) -> Counter[str]:
    """Return how often each call stands in what strace wrote."""
    return Counter(line.split("(")[0] for line in path.read_text().splitlines() if "(" in line)


@cache
def lacking() -> str:
    """Return why no process can be traced here, or nothing."""
    if not which("strace"):
        return "not installed: strace"
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    try:
        attach(child.pid).terminate()
    except OSError:
        return "this kernel or container does not let a process be traced"
    finally:
        child.kill()
        child.wait()
    return ""
