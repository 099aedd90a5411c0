"""A line of the server's log says what broke and where, and nothing that anyone typed."""

import json
import logging
import sys

from langnghe.logs import JsonLines

SECRET = "0912345678 Nguyễn"


def line(**extra: object) -> str:
    record = logging.LogRecord(
        "langnghe", logging.ERROR, __file__, 1, "job %s failed", (SECRET,), extra.pop("exc", None)
    )  # type: ignore[arg-type]
    record.__dict__.update(extra)
    return JsonLines().format(record)


def test_a_line_is_json_without_the_values() -> None:
    facts = json.loads(line())
    assert (facts["level"], facts["message"]) == ("error", "job %s failed")
    assert SECRET not in line()


def test_an_error_is_its_type_and_places() -> None:
    try:
        raise ValueError(SECRET)
    except ValueError:
        found = line(exc=sys.exc_info())
    assert json.loads(found)["error"] == "ValueError"
    assert "test_logs.py" in found
    assert SECRET not in found
