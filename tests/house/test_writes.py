"""State changes only in a room's actions."""

import ast
import re

import pytest

from tests.house.source import Source, is_action, python

MAKES = {"create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
ASKS = {"objects", "_default_manager", "_base_manager", "all", "filter", "exclude", "select_for_update", "on"}
WRITING_SQL = re.compile(r"\s*(insert|update|delete|replace|truncate)\b", re.IGNORECASE)
# File and the reason why it writes although it is not an action.
EXCEPTIONS: dict[str, str] = {
    "langnghe/cli/migrating.py": "copies rows as they are into another database",
    "langnghe/situation/judging.py": "fills a search table in memory, to compare with",
}


def related_names() -> set[str]:
    found = (re.findall(r'related_name="(\w+)"', source.text) for source in python("langnghe"))
    return {name for names in found for name in names}


def assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    found: dict[str, list[ast.expr]] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            found.setdefault(node.targets[0].id, []).append(node.value)
    return found


def is_query(node: ast.expr, names: dict[str, list[ast.expr]], related: set[str]) -> bool:
    """Say whether the expression is, as far as its words tell, a manager or a query set."""
    match node:
        case ast.Call(func=inner):
            return is_query(inner, names, related)
        case ast.Attribute(value=inner, attr=attr):
            return attr in ASKS | related or attr.endswith("_set") or is_query(inner, names, related)
        case ast.Name(id=name):
            rest = {key: value for key, value in names.items() if key != name}
            return any(is_query(value, rest, related) for value in names.get(name, []))
    return False


def is_write(call: ast.Call, names: dict[str, list[ast.expr]], related: set[str]) -> bool:
    match call:
        case ast.Call(func=ast.Attribute(attr=verb)) if verb in MAKES:
            return True
        case ast.Call(func=ast.Attribute(attr="save"), args=[]):  # a workbook is saved to a place: an argument
            return True
        case ast.Call(func=ast.Attribute(attr="delete"), args=[], keywords=[]):
            return True
        case ast.Call(func=ast.Attribute(attr="update", value=receiver), args=[], keywords=[_, *_]):
            return is_query(receiver, names, related)
        case ast.Call(func=ast.Attribute(attr="execute" | "executemany"), args=[ast.Constant(value=sql), *_]):
            return bool(WRITING_SQL.match(str(sql)))
    return False


def writes(source: Source) -> list[str]:
    tree, related = source.tree, related_names()
    names = assigned(tree)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    found = [call for call in calls if is_write(call, names, related)]
    return [f"{source.name}:{call.lineno} {ast.unparse(call)[:80]}" for call in found]


def test_records_change_only_in_actions() -> None:
    readers = [s for s in python("langnghe") if not is_action(s) and s.name not in EXCEPTIONS]
    assert [line for source in readers for line in writes(source)] == []


def test_each_exception_still_writes() -> None:
    named = [source for source in python("langnghe") if source.name in EXCEPTIONS]
    assert {source.name for source in named if writes(source)} == set(EXCEPTIONS)


@pytest.mark.parametrize(
    "line",
    [
        "Case.objects.create(state=1)",
        "case.replies.create(text='')",
        "Case.objects.bulk_create(rows, batch_size=500)",
        "case.save(update_fields=['state'])",
        "case.delete()",
        "Case.objects.filter(pk=1).delete()",
        "Case.objects.filter(pk=1).update(state=2)",
        "rows = Case.objects.all()\nrows.update(state=2)",
        "cursor.execute('UPDATE cases_case SET state = 1')",
    ],
)
def test_a_write_is_seen(line: str) -> None:
    assert len(writes(Source("x.py", line))) == 1


@pytest.mark.parametrize(
    "line",
    [
        "known.update(fresh)",
        "known.update(a=1)",
        "digest.update(b'x')",
        "workbook.save(path)",
        "cache.delete(key)",
        "Case.objects.filter(pk=1).get()",
        "cursor.execute('SELECT 1')",
    ],
)
def test_other_calls_are_left_alone(line: str) -> None:
    assert writes(Source("x.py", line)) == []
