"""What the speak-up form sends, as it is kept and as its key must look; asks the database for nothing."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from langnghe.cases.filing import Stored
from langnghe.web import sealed
from langnghe.web.public.forms import Speak

SENT = tuple(name for name in Speak.base_fields if name not in {"key", "attached"})


def payload(data: Mapping[str, str], files: Sequence[Stored] = ()) -> bytes:
    """Return what was sent, field by field as typed, in one order: the same words and files give the same bytes."""
    sent: dict[str, Any] = {name: data.get(name, "") for name in SENT}
    if files:
        sent["files"] = [{"name": file.name, "sha256": file.digest.hex()} for file in files]
    return json.dumps(sent, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def sealed_kind(data: Mapping[str, str]) -> str:
    """Return complaint or denunciation when it is, or may be, one; else nothing."""
    text = "" if data.get("ordinary") else Speak.base_fields["text"].to_python(data.get("text", ""))
    return sealed.kind_of(str(text), str(data.get("kind", "")))
