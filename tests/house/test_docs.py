"""The documents name every setting, verb, model, state and action."""

import ast
import re
import subprocess
import sys

from django.apps import apps

from langnghe.cases.models import Case
from langnghe.cli import VERBS
from tests.house.source import ROOT, Source, actions, documents, python


def settings_of(source: Source) -> set[str]:
    """Return the names read from the environment."""
    found = set()
    for node in ast.walk(source.tree):
        match node:
            case ast.Call(func=func, args=[ast.Constant(value=str(name)), *_]):
                if ast.unparse(func) in ("os.environ.get", "environ.get", "os.getenv", "getenv"):
                    found.add(name)
            case ast.Subscript(value=value, slice=ast.Constant(value=str(name))):
                if ast.unparse(value) in ("os.environ", "environ"):
                    found.add(name)
    return found


def missing(names: set[str], text: str) -> list[str]:
    return sorted(name for name in names if not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text))


def test_every_setting_is_documented() -> None:
    names = set().union(*(settings_of(source) for source in python("langnghe")))
    assert "DATABASE_URL" in names
    assert missing(names, documents()) == []


def test_every_verb_of_the_command_line_is_documented() -> None:
    assert missing({f"langnghe {verb}" for verb in VERBS}, documents()) == []


def test_every_model_is_documented() -> None:
    models = [model for model in apps.get_models() if model.__module__.startswith("langnghe.")]
    assert missing({model.__name__ for model in models}, documents()) == []


def test_every_case_state_is_documented() -> None:
    assert missing(set(Case.State.values), documents()) == []


def test_every_action_is_documented() -> None:
    assert actions()
    assert missing(set(actions()), documents()) == []


def test_a_setting_is_seen_however_it_is_read() -> None:
    lines = "os.environ.get('A', '')\nos.environ['B']\nos.getenv('C')\nvalues.get('D')"
    assert settings_of(Source("x.py", lines)) == {"A", "B", "C"}


def test_a_name_inside_another_word_does_not_count() -> None:
    assert missing({"close", "load"}, "unclosed; load-places") == ["close", "load"]


def test_documents_made_from_tables_and_code_are_current() -> None:
    done = subprocess.run([sys.executable, "tools/write_docs.py", "--check"], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout == ""
