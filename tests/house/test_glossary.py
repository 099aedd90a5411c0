"""The glossary and the code use the same names, and the word that misleads is in no name."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from django.apps import apps
from django.db.models import Choices

from tests.house.source import ROOT, Source, actions, python, tracked

GLOSSARY = ROOT / "docs" / "glossary.md"
BANNED = "report"
NOT_YET = ("(kế hoạch)", "(planned)")


def rows(text: str) -> Iterator[list[str]]:
    """Yield the cells of each line of the tables, heads and rules left out."""
    lines = text.splitlines()
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        is_head = following.startswith("|") and not set(following) - set("|-: ")
        if line.startswith("|") and set(line) - set("|-: ") and not is_head:
            yield [cell.strip() for cell in line.strip().strip("|").split("|")]


def names_of(cell: str) -> list[str]:
    """Return the code names of a cell: `A.B.C/D` is A.B.C and A.B.D; `act()` is act; `x.py` stays a file."""
    found = []
    for token in re.findall(r"`([^`]+)`", cell):
        if token == BANNED:  # named only to be forbidden
            continue
        if token.endswith(".py"):
            found.append(token)
            continue
        first, *others = token.replace("()", "").split("/")
        base = first.rpartition(".")[0]
        found += [first, *(f"{base}.{other}".strip(".") for other in others if other.isidentifier())]
    return found


def _names(node: ast.AST, within: str = "") -> Iterator[str]:
    """Yield what the syntax tree defines, members with their class: Voice, Voice.Kind, Voice.Kind.PRAISE."""
    for child in ast.iter_child_nodes(node):
        inner = within
        match child:
            case ast.ClassDef(name=name):
                yield from (name, f"{within}{name}")
                inner = f"{within}{name}."
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                yield from (name, f"{within}{name}")
            case ast.Name(id=name, ctx=ast.Store()):
                yield from (name, f"{within}{name}")
            case ast.arg(arg=name) | ast.Attribute(attr=name, ctx=ast.Store()):
                yield name
        yield from _names(child, inner)


def defined(source: Source) -> set[str]:
    return set(_names(source.tree))


@cache
def code_names() -> set[str]:
    sources = python("langnghe")
    paths = {part for source in sources for part in Path(source.name).with_suffix("").parts}
    return paths.union(*(defined(source) for source in sources))


def exists(name: str) -> bool:
    if name.endswith(".py"):
        return any(source.name.endswith(f"/{name}") for source in python("langnghe"))
    return name in code_names()


def glossary() -> list[list[str]]:
    return list(rows(GLOSSARY.read_text(encoding="utf-8")))


def unlisted(wanted: set[str]) -> list[str]:
    listed = {name.rpartition(".")[2] for row in glossary() for name in names_of(row[-1])}
    return sorted(wanted - listed)


def test_each_name_of_the_glossary_is_in_the_code() -> None:
    today = [row for row in glossary() if not any(mark in cell for mark in NOT_YET for cell in row)]
    assert [name for row in today for name in names_of(row[-1]) if not exists(name)] == []


def test_each_model_is_in_the_glossary() -> None:
    models = [model for model in apps.get_models() if model.__module__.startswith("langnghe.")]
    assert unlisted({model.__name__ for model in models}) == []


def test_each_state_is_in_the_glossary() -> None:
    models = [model for model in apps.get_models() if model.__module__.startswith("langnghe.")]
    states = [model.State for model in models if hasattr(model, "State")]
    assert all(issubclass(state, Choices) for state in states)
    assert unlisted({name for state in states for name in state.names}) == []


def test_each_action_is_in_the_glossary() -> None:
    assert unlisted(set(actions())) == []


def test_no_name_has_the_word_that_misleads() -> None:
    sources = python("langnghe", "tools", "bench", "tests")
    found = {f"{source.name}: {name}" for source in sources for name in defined(source)}
    files = {str(path.relative_to(ROOT)) for path in tracked() if "vendor" not in path.parts}
    assert sorted(name for name in found | files if BANNED in name.lower()) == []


def test_a_cell_gives_its_code_names() -> None:
    cell = "`Place.Level.PROVINCE/COMMUNE`, `extend()`, `core/merkle.py`, the word, `Publication.lead/…`"
    wanted = ["Place.Level.PROVINCE", "Place.Level.COMMUNE", "extend", "core/merkle.py", "Publication.lead"]
    assert names_of(cell) == wanted


def test_heads_and_rules_of_a_table_are_not_rows() -> None:
    assert list(rows("| a | b |\n|---|---|\n| c | `d` |\n")) == [["c", "`d`"]]


def test_a_member_is_known_by_its_class() -> None:
    names = defined(Source("x.py", "class A:\n    class B:\n        C = 1\n\ndef f(x): pass"))
    assert {"A.B.C", "A.B", "f", "x"} <= names
    assert "A.C" not in names
