"""Functions and files stay small."""

from statistics import median

from tests.house.source import Source, length, python


def at_95(sizes: list[int]) -> int:
    """Return the 95th percentile (nearest rank), 0 of nothing."""
    return sorted(sizes)[-(-len(sizes) * 95 // 100) - 1] if sizes else 0


def functions(*folders: str) -> dict[str, int]:
    found = ((source, node) for source in python(*folders) for node in source.functions)
    return {f"{source.name}:{node.lineno} {node.name}": length(node) for source, node in found}


def files(*folders: str) -> dict[str, int]:
    return {source.name: len(source.text.splitlines()) for source in python(*folders)}


def above(limit: int, sizes: dict[str, int]) -> dict[str, int]:
    return {name: size for name, size in sizes.items() if size > limit}


def test_no_function_is_long() -> None:
    assert above(60, functions("langnghe", "tools", "bench", "tests")) == {}


def test_most_functions_are_short() -> None:
    sizes = list(functions("langnghe").values())
    assert median(sizes) <= 8
    assert at_95(sizes) <= 40


def test_no_file_is_long() -> None:
    assert above(500, files("langnghe", "tools", "bench", "tests")) == {}


def test_most_files_are_short() -> None:
    assert at_95(list(files("langnghe").values())) <= 300


def test_tests_are_short() -> None:
    tests = functions("tests")
    assert median(size for name, size in tests.items() if " test_" in name) <= 12


def test_length_counts_the_lines_of_a_function() -> None:
    assert [length(node) for node in Source("x.py", "def a():\n    b = 1\n\n    return b\n").functions] == [4]


def test_the_95th_percentile_is_by_nearest_rank() -> None:
    assert at_95(list(range(1, 101))) == 95
    assert at_95([7]) == 7
