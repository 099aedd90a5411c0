"""What a file that must be turned away costs: seconds and memory, in the reader's process and at the form."""

import gzip
import os
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

from bench import ground
from bench.load import HOST
from bench.stopwatch import busy, goal, high_water, say

SECONDS, MEGABYTES = 1.0, 200.0
UPLOADED = 30 << 20  # bytes, more than any form may send


def run(_arguments: list[str]) -> int:
    with tempfile.TemporaryDirectory(prefix="langnghe-bench-") as name:
        for what, make in FILES.items():
            path = make(Path(name))
            _reads(what, path)
            path.unlink()
    with ground.throwaway():
        _uploads()
    return 0


def _reads(what: str, path: Path) -> None:
    """Read the file in a process of its own, and say what it answered and what it cost with its child."""
    command = [sys.executable, "-m", "bench.reader", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)  # noqa: S603 our own
    seconds, memory, answer = done.stdout.strip().split("|", 2)
    say(f"{what} ({path.stat().st_size / 2**20:.1f} MB): {answer}")
    goals = f" ({goal(float(seconds), SECONDS)}; {goal(float(memory), MEGABYTES)})" if "refused" in answer else ""
    say(f"  {float(seconds):.2f} s, {memory} MB{goals}; {busy()}")


def _plain(folder: Path) -> Path:
    from openpyxl import Workbook

    book = Workbook()
    book.worksheets[0].append(["Ngày", "Nội dung", "Địa chỉ"])
    book.worksheets[0].append(["05/01/2026", "zzz", "xã Vũ Thư"])
    path = folder / "plain.xlsx"
    book.save(path)
    return path


def _rewritten(folder: Path, name: str, new: Callable[[str], str]) -> Path:
    """Return a copy of a small book whose sheet and words are written anew."""
    path = folder / name
    with zipfile.ZipFile(_plain(folder)) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target:
        for part in source.namelist():
            content = source.read(part).decode()
            target.writestr(part, new(content) if part.startswith("xl/") else content)
    return path


def _large_cell(folder: Path) -> Path:
    longest = "A" * (200 << 20)
    return _rewritten(folder, "cell.xlsx", lambda xml: xml.replace("zzz", longest))


def _empty_rows(folder: Path) -> Path:
    rows = "".join(f'<row r="{number}"/>' for number in range(3, 1_000_003))
    return _rewritten(folder, "rows.xlsx", lambda xml: xml.replace("</sheetData>", rows + "</sheetData>"))


def _bomb(folder: Path) -> Path:
    path = folder / "bomb.csv.gz"
    with gzip.open(path, "wb", compresslevel=9) as handle:
        for _part in range(1024):
            handle.write(b"a,b,c\n" * (1 << 18))
    return path


def _too_large(folder: Path) -> Path:
    path = folder / "large.xlsx"
    path.write_bytes(b"PK\x03\x04")
    os.truncate(path, 150 << 20)
    return path


def _empty(folder: Path) -> Path:
    path = folder / "empty.xlsx"
    path.touch()
    return path


FILES = {
    "a cell of 200 MB": _large_cell,
    "a CSV of 1.6 GB in a small gzip": _bomb,
    "a file over the limit": _too_large,
    "an empty file": _empty,
    "1,000,000 empty rows, which are no reason to refuse": _empty_rows,
}


def _uploads() -> None:
    """Send the form more than it takes, and say when it was refused and what the server's memory grew by."""
    from django.core.management import call_command

    from bench.intake import _server

    call_command("collectstatic", interactive=False, verbosity=0)
    with _server(8798) as server:
        _post(8798, 1 << 20)  # so that its code is loaded
        before = _memory(server.pid)
        started = time.perf_counter()
        status = _post(8798, UPLOADED)
        seconds = time.perf_counter() - started
        say(f"{UPLOADED >> 20} MB to the form: {status} after {seconds:.2f} s ({goal(seconds, SECONDS)})")
        say(f"  memory of the server with its workers: {before:.0f} MB before, {_memory(server.pid):.0f} MB at most")


def _post(port: int, length: int) -> int:
    connection = HTTPConnection(HOST, port, timeout=30)
    headers = {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(length)}
    connection.putrequest("POST", "/gui-phan-anh")
    for name, value in headers.items():
        connection.putheader(name, value)
    connection.endheaders()
    try:
        for _part in range(length >> 20):
            connection.send(bytes(1 << 20))
    except (BrokenPipeError, ConnectionResetError):
        say("  the server closed the line before all was sent")
    return connection.getresponse().status


def _memory(pid: int) -> float:
    """Return the highest memory so far, in megabytes, of the process and its children together (Linux)."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return high_water(pid) + sum(_memory(int(child)) for child in children)
