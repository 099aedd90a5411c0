"""Every regular expression of the code, found by walking it, meets hostile strings of 10 kB within a second each."""

import ast
import importlib
import re
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

import pytest

from tests.house.source import Source, python

SOURCES = python("langnghe", "witness")
LENGTH, SECOND = 10_000, 1.0
SEEKING = {"search", "findall", "finditer", "sub", "subn", "split"}
USES = {"compile", "match", "fullmatch"} | SEEKING
TEXTS = "\n".join(source.text for source in SOURCES)
SEEDS = ["a", "A", "0", " ", "\n", "\t", ".", "-", ",", "@", "<", "(", "ạ", "a ", "a.", "a-", "0 ", "0.", "a@"]
TAILS = ["", "\n!"]
Pattern = re.Pattern[Any]


def expressions(source: Source) -> Iterator[tuple[int, ast.expr]]:
    """Yield line and pattern of each use of `re`, of each validator and of each `pattern=`."""
    for node in ast.walk(source.tree):
        if not isinstance(node, ast.Call):
            continue
        name = ast.unparse(node.func)
        of_re = name.startswith("re.") and name.removeprefix("re.") in USES
        if node.args and (of_re or name.endswith("RegexValidator")):
            yield node.lineno, node.args[0]
        yield from ((node.lineno, word.value) for word in node.keywords if word.arg == "pattern")


def flags(source: Source, line: int) -> int:
    text = source.text.splitlines()[line - 1]
    return int(re.IGNORECASE * ("IGNORECASE" in text) | re.DOTALL * ("DOTALL" in text))


def in_place_of_values(node: ast.expr) -> ast.expr:
    """Return the pattern with each value that is escaped before it stands in it replaced by a letter."""

    class Letters(ast.NodeTransformer):
        def visit_Call(self, call: ast.Call) -> ast.expr:
            return ast.Constant("a") if ast.unparse(call.func) == "re.escape" else call

    return ast.fix_missing_locations(Letters().visit(node))


def compiled(source: Source, line: int, node: ast.expr) -> Pattern | None:
    """Return the pattern as it stands in its module; None when it is made of what only a call knows."""
    where = dict(vars(module_of(source)))
    try:
        found = eval(compile(ast.Expression(in_place_of_values(node)), source.name, "eval"), where)  # noqa: S307
    except NameError:
        return None
    return found if isinstance(found, re.Pattern) else re.compile(found, flags(source, line))


def seeks(source: Source, line: int) -> bool:
    """Say whether the expression is sought anywhere in a text, not only held against its beginning or its whole."""
    text = source.text.splitlines()[line - 1]
    if (used := re.search(r"\bre\.(\w+)\(", text)) and used[1] != "compile":
        return used[1] in SEEKING
    named = re.match(r"(\w+) = ", text)
    used_as = set(re.findall(rf"\b{named[1]}\.(\w+)\(", TEXTS)) if named else set()
    return not used_as or bool(used_as & SEEKING)


def every_pattern() -> dict[tuple[str | bytes, int, bool], str]:
    """Return each pattern with its flags and whether it is sought, and where it stands."""
    found: dict[tuple[str | bytes, int, bool], str] = {}
    for source in SOURCES:
        for line, node in expressions(source):
            if pattern := compiled(source, line, node):
                found.setdefault((pattern.pattern, pattern.flags, seeks(source, line)), f"{source.name}:{line}")
    for pattern in kept_in_tables():
        found.setdefault((pattern.pattern, pattern.flags, True), "a table")
    return found


def kept_in_tables() -> Iterator[Pattern]:
    """Yield the patterns that modules keep in tuples, which nothing at their place makes readable."""
    left = [value for each in SOURCES if "re.compile" in each.text for value in vars(module_of(each)).values()]
    while left:
        value = left.pop()
        if isinstance(value, tuple):
            left.extend(value)
        elif isinstance(value, re.Pattern):
            yield value


def module_of(source: Source) -> Any:
    return importlib.import_module(source.name.removesuffix(".py").removesuffix("/__init__").replace("/", "."))


def literals(pattern: str | bytes, flag: int) -> set[str]:
    """Return the fixed words in the pattern, so that the strings get past its beginning."""
    words: set[str] = set()

    def walk(parsed: Any) -> None:
        word = ""
        for kind, value in parsed:
            if kind is _constants.LITERAL:
                word += chr(value)
                continue
            words.add(word)
            word = ""
            for each in value if isinstance(value, tuple | list) else [value]:
                for part in each if isinstance(each, list) else [each]:
                    if isinstance(part, _parser.SubPattern):
                        walk(part)
        words.add(word)

    walk(_parser.parse(pattern, flag & ~re.UNICODE if isinstance(pattern, bytes) else flag))
    return {word for word in words if word}


def hostile(pattern: str | bytes, flag: int) -> Iterator[str]:
    own = sorted(literals(pattern, flag), key=len)[:8]
    for seed in dict.fromkeys([*SEEDS, *own, *(f"{word} " for word in own)]):
        for tail in TAILS:
            yield (seed * LENGTH)[:LENGTH] + tail
        for head in own[:3]:
            yield head + (seed * LENGTH)[:LENGTH]


@contextmanager
def within(seconds: float) -> Iterator[None]:
    def stop(*_signal: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)  # of the processor: others may be busy
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def slowest(pattern: Pattern, is_sought: bool = True) -> float:
    """Return the seconds of processor time that the worst string takes; at least SECOND when one was given up."""
    worst = 0.0
    for text in hostile(pattern.pattern, pattern.flags):
        said: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
        started = time.process_time()
        try:
            with within(3 * SECOND):
                pattern.fullmatch(said)
                for _found in pattern.finditer(said) if is_sought else ():
                    pass
        except TimeoutError:
            return 3 * SECOND
        worst = max(worst, time.process_time() - started)
    return worst


def test_no_expression_of_the_code_can_be_trapped() -> None:
    patterns = every_pattern()
    assert len(patterns) > 100
    slow = {where: slowest(re.compile(text, flag), is_sought) for (text, flag, is_sought), where in patterns.items()}
    assert {where: round(seconds, 2) for where, seconds in slow.items() if seconds >= SECOND} == {}


def test_what_only_a_call_knows_stands_escaped_in_an_expression() -> None:
    unknown = [
        f"{source.name}:{line}"
        for source in SOURCES
        for line, node in expressions(source)
        if compiled(source, line, node) is None
    ]
    assert unknown == ["langnghe/cases/filing.py:31"]  # of its own table, which is met above


@pytest.mark.parametrize("trap", [r"(a+)+$", r"(\w|\d)*!x", r"(?:a|a)*b"])
def test_a_trap_is_seen(trap: str) -> None:
    assert slowest(re.compile(trap)) >= SECOND
