"""A table file (XLSX, CSV, JSON) as a header and a stream of raw rows, read in a fenced child process."""

import json
import logging
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Any, NamedTuple, Protocol, Self

Cell = str | float | date | datetime | None
log = logging.getLogger(__name__)
WORKER = "langnghe.cases.intake.sheet_worker"
PIPE = 1 << 20  # bytes, so that the child reads on while its last rows are being written
ROOT = Path(__file__).resolve().parents[3]


class UnreadableFile(Exception):
    """The file as a whole cannot be read; the message says in Vietnamese why and what to do."""


class RawRow(NamedTuple):
    """One row as the clerk sees it: `number` counts from 1, `formulas` and `faults` name columns from 0."""

    number: int
    cells: tuple[Cell, ...]
    formulas: tuple[int, ...] = ()
    faults: tuple[tuple[int, str], ...] = ()


class Header(NamedTuple):
    """The rows `first`..`last` (0..0 when there is none) that carry the titles, one title per column."""

    first: int
    last: int
    titles: tuple[str, ...]


class Headings(Protocol):
    """What a reader looks for: titles to name in a message, and the search in the first rows of a sheet."""

    @property
    def expected(self) -> Sequence[str]: ...

    def find(self, rows: Sequence[RawRow]) -> Header | None: ...


class FirstFullRow:
    """Takes the first row with at least two filled cells as the header."""

    expected: Sequence[str] = ()

    def find(self, rows: Sequence[RawRow]) -> Header | None:
        for row in rows:
            if sum(cell is not None for cell in row.cells) > 1:
                return Header(row.number, row.number, tuple(cell_text(cell) for cell in row.cells))
        return None


@dataclass(frozen=True)
class Limits:
    """What one file may cost; a larger file is refused with advice, never half read."""

    file_bytes: int = 100 << 20
    inflated_bytes: int = 1 << 30
    text_bytes: int = 100 << 20
    parts: int = 5_000
    cell_bytes: int = 1 << 20
    cell_characters: int = 100_000
    memory_bytes: int = 3 << 30
    cpu_seconds: int = 120


LIMITS = Limits()


class Sheet:
    """An open table; iterate `rows` once, then close it (or use `with`)."""

    def __init__(self, child: "_Child", grid: dict[str, Any], header: Header) -> None:
        self.name: str = grid["name"]
        self.style: str = grid["style"]  # workbook, csv or json
        self.total: int = max(0, int(grid["total"]) - header.last)
        self.header = header
        self.rows: Iterator[RawRow] = child.rows(header.last)
        self.close = child.close

    @property
    def header_row(self) -> tuple[str, ...]:
        return self.header.titles

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_sheet(
    path: Path, sheet: str | None = None, limits: Limits = LIMITS, *, headings: Headings | None = None
) -> Sheet:
    """The named sheet, or the first one whose header `headings` recognises; raises UnreadableFile.

    UnreadableFile may also come while `rows` is read, when the file breaks off in the middle.
    """
    headings = headings or FirstFullRow()
    child = _Child(path, sheet, limits)
    try:
        return _choose(child, headings, limits)
    except BaseException:
        child.close()
        raise


def sheet_names(path: Path, limits: Limits = LIMITS) -> list[str]:
    """Return the names of the visible sheets, in order; raises UnreadableFile."""
    child, names = _Child(path, None, limits), []
    try:
        while "grid" in (frame := child.receive()):
            names.append(str(frame["grid"]["name"]))
            child.send({"next": True})
    finally:
        child.close()
    return names


def _choose(child: "_Child", headings: Headings, limits: Limits) -> Sheet:
    names: list[str] = []
    while "grid" in (frame := child.receive()):
        grid = frame["grid"]
        names.append(grid["name"])
        header = headings.find([_row(row) for row in grid["head"]])
        if header is not None:
            child.send({"use": header.last})
            return _filled(Sheet(child, grid, header))
        child.send({"next": True})
    raise UnreadableFile(_no_header(names, headings.expected))


def _filled(sheet: Sheet) -> Sheet:
    if sheet.total <= 0:
        raise UnreadableFile(
            f"Trang «{sheet.name}» chỉ có dòng tiêu đề, không có dòng nào để nhập. "
            "Hãy kiểm tra có chọn đúng tệp không rồi tải lên lại."
        )
    return sheet


def _no_header(names: Sequence[str], expected: Sequence[str]) -> str:
    wanted = "; ".join(f"«{title}»" for title in expected) or "một dòng tiêu đề có từ hai cột trở lên"
    found = ", ".join(f"«{name}»" for name in names)
    return (
        f"Không tìm thấy dòng tiêu đề cần có. Các trang đã xem: {found}. Cần có các cột: {wanted}. "
        "Hãy chọn đúng trang, đúng mẫu nhập, hoặc sửa tên cột rồi tải lên lại."
    )


class _Child:
    """The fenced process that holds the file; both sides speak one JSON object a line."""

    def __init__(self, path: Path, sheet: str | None, limits: Limits) -> None:
        environment = {"PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"}
        self.process = subprocess.Popen(  # noqa: S603 (nothing of the request is on the command line)
            [sys.executable, "-m", WORKER],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
            pipesize=PIPE,
        )
        self.send({"path": str(Path(path).resolve()), "sheet": sheet, "limits": asdict(limits)})

    def send(self, message: dict[str, Any]) -> None:
        pipe = _pipe(self.process.stdin)
        try:
            pipe.write(json.dumps(message).encode() + b"\n")
            pipe.flush()
        except BrokenPipeError:
            self._died()

    def receive(self) -> dict[str, Any]:
        line = _pipe(self.process.stdout).readline()
        if not line.endswith(b"\n"):
            self._died()
        frame: dict[str, Any] = json.loads(line)
        if "refused" in frame:
            raise UnreadableFile(frame["refused"])
        return frame

    def rows(self, after: int) -> Iterator[RawRow]:
        while "rows" in (frame := self.receive()):
            for row in frame["rows"]:
                if row[0] > after:
                    yield _row(row)
        self.close()

    def close(self) -> None:
        """Ends the child, whether or not it was read to the end; safe to call twice."""
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
        self.process.kill()
        self.process.wait()

    def _died(self) -> None:
        code = self.process.wait()
        log.warning("sheet worker ended early with code %s", code)
        raise UnreadableFile(
            "Không đọc được tệp: tệp cần quá nhiều bộ nhớ hoặc thời gian. Thường là do có ô nằm rất xa bảng, "
            "hoặc tệp hỏng. Hãy chép riêng bảng cần nhập sang tệp Excel mới, hoặc chia nhỏ, rồi tải lên lại."
        )


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    if pipe is None:
        raise RuntimeError("the worker was started without pipes")
    return pipe


def _row(row: list[Any]) -> RawRow:
    number, cells, *marks = row
    read = tuple([(cell or None) if cell.__class__ is str else _cell(cell) for cell in cells])
    if not marks:
        return RawRow(number, read)
    return RawRow(number, read, tuple(marks[0]), tuple((column, text) for column, text in marks[1]))


def _cell(cell: Any) -> Cell:
    if cell.__class__ is list:
        text: str = cell[0]
        return datetime.fromisoformat(text) if "T" in text else date.fromisoformat(text)
    if cell.__class__ is bool:
        return "TRUE" if cell else "FALSE"
    return None if cell is None else float(cell)


def cell_text(cell: Cell) -> str:
    """The cell as a clerk reads it: dates day first, whole numbers without a point."""
    if cell is None or isinstance(cell, str):
        return cell or ""
    if isinstance(cell, datetime):
        return cell.strftime("%d/%m/%Y %H:%M") if cell.time() != datetime.min.time() else f"{cell:%d/%m/%Y}"
    if isinstance(cell, date):
        return f"{cell:%d/%m/%Y}"
    return str(int(cell)) if cell.is_integer() else repr(cell)


def column_letters(column: int) -> str:
    """0 is A, 25 is Z, 26 is AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters
