"""No signals: what happens is written where it happens."""

import ast
import re

from tests.house.source import Source, python

SIGNALS = re.compile(r"django\.(dispatch|(\w+\.)+signals)\b")


def signals(source: Source) -> list[str]:
    imports = [n for n in ast.walk(source.tree) if isinstance(n, ast.Import | ast.ImportFrom)]
    lines = [ast.unparse(node).replace(" import ", ".") for node in imports]
    return [f"{source.name}: {line}" for line in lines if SIGNALS.search(line)]


def test_no_room_uses_signals() -> None:
    assert [line for source in python("langnghe") for line in signals(source)] == []


def test_an_import_of_signals_is_seen() -> None:
    lines = "from django.db.models.signals import post_save\nfrom django.dispatch import receiver"
    more = "from django.db.models import signals\nimport django.core.signals"
    assert len(signals(Source("x.py", f"{lines}\n{more}"))) == 4


def test_the_signals_of_the_operating_system_are_not_meant() -> None:
    assert signals(Source("x.py", "import signal\nfrom django.db import models")) == []
