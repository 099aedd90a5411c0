"""The project's own files, as the rules of the house read them."""

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Source:
    """One Python file: its name from the root of the project, its text and its syntax tree."""

    name: str
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    @property
    def functions(self) -> list[Function]:
        return [node for node in ast.walk(self.tree) if isinstance(node, Function)]


@cache
def python(*folders: str) -> tuple[Source, ...]:
    """Return the Python files under the folders, migrations left out."""
    paths = sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))
    own = [path for path in paths if "migrations" not in path.parts]
    return tuple(Source(path.relative_to(ROOT).as_posix(), path.read_text(encoding="utf-8")) for path in own)


def is_action(source: Source) -> bool:
    """Say whether the file is a room's actions.py, or one of its actions/ package."""
    path = Path(source.name)
    return path.name == "actions.py" or path.parent.name == "actions"


def length(node: Function) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


@cache
def tracked() -> tuple[Path, ...]:
    """Return the files that git holds or would take."""
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z", "-co", "--exclude-standard"]
    names = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    paths = {ROOT / name for name in names.split("\0") if name}
    return tuple(sorted(path for path in paths if path.is_file()))


def texts() -> Iterator[tuple[str, str]]:
    """Yield name and text of every file that git holds and that is text."""
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content:
            yield path.relative_to(ROOT).as_posix(), content.decode("utf-8", errors="replace")


def documents() -> str:
    """Return README and docs as one text."""
    paths = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
    return "\n".join(path.read_text(encoding="utf-8") for path in paths if path.exists())


def actions() -> dict[str, str]:
    """Return the public actions, name to file: public functions of actions.py, or what actions/ gives out."""
    found: dict[str, str] = {}
    for source in filter(is_action, python("langnghe")):
        package = Path(source.name).parent.name == "actions"
        if not package:
            names = [node.name for node in source.tree.body if isinstance(node, Function)]
        elif source.name.endswith("__init__.py"):
            names = _given_out(source)
        else:
            continue
        found |= {name: source.name for name in names if not name.startswith("_")}
    return found


def _given_out(source: Source) -> list[str]:
    nodes = source.tree.body
    imported = [name.asname or name.name for n in nodes if isinstance(n, ast.ImportFrom) for name in n.names]
    own = [node.name for node in nodes if isinstance(node, Function)]
    return own + [name for name in imported if name.islower()]
