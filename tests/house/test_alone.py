"""The project stands alone: it names nothing of the place where it was written, and no package registry."""

import re

import pytest

from tests.house.source import texts

# Written in pieces, so that this file holds none of the words it looks for.
PLACE_WORDS = re.compile(
    "|".join(
        (
            r"\.\./sha" + r"red",
            r"(?<![\w.\-/])/wo" + r"rk(?![\w-])",
            r"/t" + r"mp/ln\b",
            r"(?i:\b(?:this|last|next|previous|earlier|another|later|coding) ses" + r"sions?\b)",
            r"(?i:\bhel" + r"pers?\b)",
            r"(?i:\bsub-?age" + r"nts?\b)",
            r"(?i:\bcla" + r"ude\b|\banth" + r"ropic\b|\bchat" + r"gpt\b|\blanguage mo" + r"dels?\b)",
        )
    )
)
HOSTS = [
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("proxy", "golang", "org"),
        ("crates", "io"),
        ("unpkg", "com"),
        ("jsdelivr", "net"),
    )
]
HOST = re.compile("|".join(map(re.escape, HOSTS)), re.IGNORECASE)


def found(pattern: re.Pattern[str], name: str, text: str) -> list[str]:
    lines = enumerate(text.splitlines(), start=1)
    return [f"{name}:{number} {line.strip()[:80]}" for number, line in lines if pattern.search(line)]


def test_no_file_names_the_place_where_it_was_written() -> None:
    own = [(name, text) for name, text in texts() if "/vendor/" not in name]
    assert [line for name, text in own for line in found(PLACE_WORDS, name, text)] == []


def test_no_file_names_a_package_registry() -> None:
    assert [line for name, text in texts() for line in found(HOST, name, text)] == []


@pytest.mark.parametrize("host", HOSTS)
def test_a_registry_is_seen(host: str) -> None:
    assert found(HOST, "x", f"see https://{host}/simple")


@pytest.mark.parametrize("words", ["../sha" + "red/x", "in /wo" + "rk/main", "this ses" + "sion", "a hel" + "per"])
def test_words_of_the_workplace_are_seen(words: str) -> None:
    assert found(PLACE_WORDS, "x", words)


@pytest.mark.parametrize("words", ["request.session", "a dialogue session", "docs/work", "working day"])
def test_ordinary_words_are_left_alone(words: str) -> None:
    assert found(PLACE_WORDS, "x", words) == []
