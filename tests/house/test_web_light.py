"""A worker of the web server starts light: what only reviews and analysis need is not loaded."""

import os
import subprocess
import sys

HEAVY = (
    "altair",
    "docx",
    "duckdb",
    "fido2",
    "jwt",
    "numba",
    "openpyxl",
    "pandas",
    "pyarrow",
    "requests",
    "scipy",
    "sklearn",
    "zxcvbn",
)
LOAD = """
import sys
{first}
print(*sorted(set({heavy}) & set(sys.modules)))
"""
WHOLE_SITE = """
import langnghe.wsgi
from django.urls import get_resolver
assert get_resolver().url_patterns
"""


def loaded_after(first: str) -> str:
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "langnghe.settings"}
    command = [sys.executable, "-c", LOAD.format(first=first, heavy=HEAVY)]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def test_the_site_loads_nothing_heavy() -> None:
    assert loaded_after(WHOLE_SITE) == ""


def test_a_heavy_import_is_seen() -> None:
    assert "duckdb" in loaded_after("import duckdb")
