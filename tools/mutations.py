"""Small faults that a programmer could have made, one at a time, in the source of a module."""

import ast
import copy
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

OTHER: dict[type[ast.AST], Any] = {
    ast.Eq: ast.NotEq, ast.NotEq: ast.Eq, ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In, ast.And: ast.Or, ast.Or: ast.And,
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.FloorDiv, ast.FloorDiv: ast.Mult, ast.Div: ast.Mult,
    ast.Mod: ast.Mult, ast.Pow: ast.Mult, ast.LShift: ast.RShift, ast.RShift: ast.LShift, ast.BitAnd: ast.BitOr,
    ast.BitOr: ast.BitAnd, ast.BitXor: ast.BitOr,
}  # fmt: skip
# Words on screen, in logs and in the messages of errors are for people to judge, annotations for mypy.
WORDS = {"_", "gettext", "ngettext", "debug", "info", "warning", "error", "exception"}
Hook = tuple[ast.AST, str, int | None, ast.AST]  # what a node hangs on: parent, field, place in a list; and the node
Site = ast.FunctionDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Mutant:
    """A changed module: the statement of the module or method in which it changed, the line, and what was done."""

    tree: ast.Module
    within: Site
    line: int
    what: str


def mutants(source: str) -> Iterator[Mutant]:
    """Yield each changed module; only functions and the module's own names change, not what classes declare."""
    tree = ast.parse(source)
    for site in _sites(tree):
        for holder, field, place, node, new in list(_changes(site)):
            _put(holder, field, place, new)
            what = f"{_shown(node)} -> {_shown(new)}"
            yield Mutant(copy.deepcopy(tree), site, node.lineno, what)
            _put(holder, field, place, node)


def _sites(tree: ast.Module) -> Iterator[Site]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield from (inner for inner in node.body if isinstance(inner, ast.FunctionDef))
        elif isinstance(node, Site):
            yield node


def _shown(node: ast.AST) -> str:
    return " ".join(ast.unparse(node).split())[:70]


def _put(holder: ast.AST, field: str, place: int | None, new: ast.AST) -> None:
    if place is None:
        setattr(holder, field, new)
    else:
        getattr(holder, field)[place] = new


def _changes(site: Site) -> Iterator[tuple[ast.AST, str, int | None, Any, ast.AST]]:
    """Yield each hook, and what to hang there instead."""
    parts: list[Hook] = []
    if isinstance(site, ast.FunctionDef):
        parts += [(site, "body", place, node) for place, node in enumerate(site.body)]
    elif site.value:
        parts.append((site, "value", None, site.value))
    while parts:
        holder, field, place, node = parts.pop()
        if not _is_words(node):
            for new in _instead(node):
                yield holder, field, place, node, ast.copy_location(new, node)
            parts += _below(node)


def _is_words(node: ast.AST) -> bool:
    """Say whether this is a docstring, a call with words for people, a type, or an assert for mypy."""
    if isinstance(node, ast.Subscript) and getattr(node.value, "id", "") in ("Callable", "Literal"):
        return True
    if isinstance(node, ast.Expr):
        return isinstance(node.value, ast.Constant) or _is_words(node.value)
    called = node.func if isinstance(node, ast.Call) else None
    name = getattr(called, "id", getattr(called, "attr", ""))
    return isinstance(node, ast.Assert) or name in WORDS or name.endswith(("Error", "Refused", "BadCode"))


def _below(node: ast.AST) -> Iterator[Hook]:
    skipped = {"annotation", "returns", "decorator_list"} | ({"args"} if isinstance(node, ast.FunctionDef) else set())
    for field, value in ast.iter_fields(node):
        for place, one in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(one, ast.AST) and field not in skipped:
                yield node, field, place, one


def _instead(node: ast.AST) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, [op, *more], comparators):
            yield ast.Compare(left, [OTHER[type(op)](), *more], comparators)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(OTHER[type(op)](), values)
        case ast.BinOp(left, op, right):
            yield ast.BinOp(left, OTHER[type(op)](), right)
        case ast.UnaryOp(ast.Not(), operand):
            yield operand
        case ast.IfExp(test, body, orelse):
            yield ast.IfExp(test, orelse, body)
        case ast.Constant(value) if value is not None and value is not ...:
            yield ast.Constant(_another(value))
        case ast.stmt():
            yield from _instead_of_statement(node)


def _another(value: Any) -> Any:
    match value:
        case bool():
            return not value
        case str():
            return f"~{value}"
        case bytes():
            return b"~" + value
    return value + 1


def _instead_of_statement(node: ast.stmt) -> Iterator[ast.AST]:
    match node:
        case ast.If(test, body, orelse):
            yield ast.If(ast.UnaryOp(ast.Not(), test), body, orelse)
        case ast.Return(ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(ast.Call()) | ast.AugAssign() | ast.Raise() | ast.Break() | ast.Continue() | ast.Delete():
            yield ast.Pass()
        case ast.Assign([ast.Attribute() | ast.Subscript()]):
            yield ast.Pass()
