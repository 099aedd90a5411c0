"""How a line of the server's log looks: JSON, with where and what kind of error, never with what anyone typed."""

import json
import logging
import traceback
from datetime import UTC, datetime


class JsonLines(logging.Formatter):
    """One JSON object a line. Messages are the template without its values; an error is its type and its places.

    A library's message without values may have been put together before, with what was typed in it, and is left out.
    """

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: no argument of a message, no text of an exception, no address that was asked for."""
        facts: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": str(record.msg) if record.args or record.name.startswith("langnghe") else "",
        }
        if status := getattr(record, "status_code", None):
            facts["status"] = status
        if record.name == "langnghe.web.noted":
            facts |= {"account": getattr(record, "account", None), "how": getattr(record, "how", "")}
        if record.exc_info and record.exc_info[0]:
            facts["error"] = record.exc_info[0].__qualname__
            frames = traceback.extract_tb(record.exc_info[2])
            facts["places"] = [f"{frame.filename.rpartition('langnghe/')[2]}:{frame.lineno}" for frame in frames[-8:]]
        if request := getattr(record, "request", None):
            match = getattr(request, "resolver_match", None)
            facts["view"] = match.view_name if match else None
            facts["method"] = getattr(request, "method", None)
        return json.dumps(facts, ensure_ascii=False)
