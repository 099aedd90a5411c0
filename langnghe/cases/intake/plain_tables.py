"""CSV and JSON: the file is decoded whole within its limit, then given out row by row."""

import csv
import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from langnghe.cases.intake.grids import Grid, Row
from langnghe.cases.intake.sheet import Limits, UnreadableFile
from langnghe.core.legacy import decode_bytes

DELIMITERS = ",;\t|"
GUARDED = re.compile(r"'(?= *[=+\-@\t\r＝＋－＠])")
TOO_LONG = "Ô dài hơn {most} ký tự. Hãy rút gọn, hoặc kiểm tra dấu nháy kép có được đóng không."


def grids(path: Path, start: bytes, limits: Limits) -> Iterator[Grid]:
    text, _ = decode_bytes(_inflated(path, start, limits))
    text = text.removeprefix("\ufeff")
    head = text[:4096].lstrip()
    if not head:
        raise UnreadableFile("Tệp không có nội dung nào. Hãy kiểm tra lại tệp gốc rồi tải lên lại.")
    if head[0] == "{" or re.match(r"\[\s*[\[{\]]", head):
        yield _json_grid(text)
    else:
        yield _csv_grid(text, limits)


def _inflated(path: Path, start: bytes, limits: Limits) -> bytes:
    try:
        with gzip.open(path) if start.startswith(b"\x1f\x8b") else path.open("rb") as file:
            content = file.read(limits.text_bytes + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise UnreadableFile("Tệp nén .gz bị hỏng hoặc tải lên chưa trọn. Hãy nén lại rồi tải lên lại.") from error
    if len(content) > limits.text_bytes:
        megabytes = limits.text_bytes >> 20
        raise UnreadableFile(f"Tệp chứa hơn {megabytes} MB chữ. Hãy chia tệp thành nhiều phần rồi nhập từng phần.")
    return content


def _csv_grid(text: str, limits: Limits) -> Grid:
    hint = re.match(r"sep=(.)\r?\n", text)
    delimiter = hint[1] if hint else _delimiter(text[:65536])
    rows = _csv_rows(text, delimiter, limits)
    body = text.rstrip("\r\n")
    return Grid("CSV", "csv", max(body.count("\n"), body.count("\r")) + 1, rows)


def _delimiter(sample: str) -> str:
    """The delimiter under which the most rows share the greatest width."""

    def weight(delimiter: str) -> int:
        reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
        widths = Counter(len(row) for row, _ in zip(reader, range(50), strict=False))
        return max(((width - 1) * count for width, count in widths.items()), default=0)

    return max(DELIMITERS, key=weight)


def _csv_rows(text: str, delimiter: str, limits: Limits) -> Iterator[Row]:
    csv.field_size_limit(max(len(text), 1))
    open_quote = text.count('"') % 2 == 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    held: Row | None = None
    for number, cells in enumerate(reader, 1):
        if not any(cell.strip() for cell in cells):
            continue
        if held is not None:
            yield held
        held = _csv_row(number, cells, limits)
    if held is not None:
        yield _unclosed(held) if open_quote else held


def _csv_row(number: int, cells: list[str], limits: Limits) -> Row:
    cells = [GUARDED.sub("", cell, count=1) if cell.startswith("'") else cell for cell in cells]
    most = limits.cell_characters
    long = [(column, TOO_LONG.format(most=most)) for column, cell in enumerate(cells) if len(cell) > most]
    return [number, cells, [], long] if long else [number, cells]


def _unclosed(row: Row) -> Row:
    """The last row has swallowed what followed an opening quote: say so, do not import it as one voice."""
    column = next((column for column, cell in enumerate(row[1]) if "\n" in cell), None)
    if column is None:
        return row
    message = "Dấu nháy kép mở ở ô này không được đóng, nên các dòng sau bị gộp vào đây. Hãy thêm dấu nháy đóng."
    return [row[0], row[1], [], [(column, message)]]


def _json_grid(text: str) -> Grid:
    items = _items(text)
    titles: dict[str, int] = {}
    flat = [_flat(item) for item in items]
    for pairs in flat:
        for key in pairs:
            titles.setdefault(key, len(titles))
    rows = [[0, list(titles)]]
    rows.extend(_json_row(number, pairs, titles) for number, pairs in enumerate(flat, 1))
    return Grid("JSON", "json", len(items), rows)


def _items(text: str) -> list[Any]:
    """The objects of an array, of {"requests": [...]}, of a single object, or one a line."""
    try:
        whole = json.loads(text, parse_float=str, parse_int=str, parse_constant=str)
    except json.JSONDecodeError as error:
        return _lines(text, error)
    except RecursionError as error:
        raise UnreadableFile(
            "Tệp JSON lồng quá nhiều tầng. Hãy xuất lại thành một mảng các đối tượng phẳng."
        ) from error
    if isinstance(whole, dict):
        lists = [value for value in whole.values() if isinstance(value, list)]
        whole = whole.get("requests", lists[0] if len(lists) == 1 == len(whole) else [whole])
    if not isinstance(whole, list) or not whole:
        raise UnreadableFile('Tệp JSON không có mục nào. Cần một mảng [{…}, …] hoặc {"requests": [{…}, …]}.')
    return whole


def _lines(text: str, error: json.JSONDecodeError) -> list[Any]:
    lines = [line for line in text.split("\n") if line.strip()]
    items = [_line(line) for line in lines]
    if sum(isinstance(item, dict) for item in items) * 2 < len(items) or len(items) < 2:  # noqa: PLR2004
        raise UnreadableFile(
            f"Tệp JSON sai cú pháp ở dòng {error.lineno}, cột {error.colno}. Hãy xuất lại từ hệ thống gốc."
        ) from error
    return items


def _line(line: str) -> Any:
    try:
        return json.loads(line, parse_float=str, parse_int=str, parse_constant=str)
    except (json.JSONDecodeError, RecursionError):
        return line


def _flat(item: Any) -> dict[str, str]:
    """One level of nesting becomes `outer.inner`; deeper values stay as JSON text."""
    if not isinstance(item, dict):
        return {"?": item if isinstance(item, str) else json.dumps(item, ensure_ascii=False)}
    flat: dict[str, str] = {}
    for key, value in item.items():
        if isinstance(value, dict):
            flat.update({f"{key}.{inner}": _text(below) for inner, below in value.items()})
        else:
            flat[key] = _text(value)
    return flat


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _json_row(number: int, pairs: dict[str, str], titles: dict[str, int]) -> Row:
    cells = [pairs.get(title, "") for title in titles]
    if "?" not in pairs:
        return [number, cells]
    fault = "Mục này không phải là một đối tượng JSON {…}. Hãy sửa mục này theo dạng của các mục khác."
    return [number, cells, [], [(titles["?"], fault)]]
