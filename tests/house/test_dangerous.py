"""What lets text run as code, markup or SQL stands only where this file says so, with the reason."""

import re
from pathlib import Path

import pytest

from tests.house.source import ROOT, python

TEMPLATES = {"html", "js", "txt", "xml", "atom"}
PLAYED = [f"langnghe/demo/{name}.py" for name in ("doors", "play", "player", "texts")]
CODE: dict[str, dict[str, str]] = {
    r"\bmark_safe\b": {},
    r"\bSafeString\(": {"langnghe/web/desk/forms.py": "each value of the list is escaped in the line before"},
    r"\.raw\(": {},
    r"\.extra\(": {"langnghe/reviews/engine.py": "predicates of the release's own tables"},
    r"\bRawSQL\b": {"langnghe/cases/searching.py": "a statement of ours; what is sought goes apart from it"},
    r"shell=True|os\.system|os\.popen": {},
    r"pickle": {"langnghe/core/topics.py": "numpy is told to refuse it"},
    r"\bmarshal\b|\bshelve\b|yaml\.|jsonpickle": {},
    r"(?<![\w.])(?:eval|exec)\(": {},
    r"\bcsrf_exempt$|@csrf_exempt": {
        "langnghe/web/public/notices.py": "one click in a letter, with a signed token in the address",
        "langnghe/web/public/follow.py": "one click in a letter, with a signed token in the address",
    },
    r"\bModelForm\b|\*\*request\.(?:POST|GET)|\*\*form\.data": {},
    r"xml\.etree|xml\.sax|xml\.dom|lxml": {
        "langnghe/reviews/render/docx_marks.py": "only to escape words, or for our own pieces",
        "langnghe/reviews/render/docx_styles.py": "only to escape words, or for our own pieces",
    },
    r"verify=False|CERT_NONE|_create_unverified_context|check_hostname = False": {},
    r"hashlib\.(?:md5|sha1)\b": {},
    r"\burlopen\b": {"langnghe/demo/phone.py": "the demonstration calls its own server"},
    r"^(?:import random$|from random import)": dict.fromkeys(PLAYED, "the demonstration plays the same day again"),
}
PAGES: dict[str, dict[str, str]] = {
    r"\|\s*safe\b|safeseq|autoescape off": {
        "langnghe/web/templates/public/verify.html": "our own script, read from a file",
        "langnghe/web/templates/public/sw.js": "JSON of our own patterns",
        "langnghe/web/templates/parts/_field.html": "our own help text",
    },
    r"\beval\(|new Function|document\.write|outerHTML|insertAdjacentHTML": {},
    r"postMessage": {
        "langnghe/web/templates/public/sw.js": "only between the page and its own worker",
        "langnghe/web/static/speak.js": "only between the page and its own worker",
    },
    r"__proto__|setPrototypeOf|\.prototype\b": {},
    r"\w\[[^\]\n{%]+\]\s*=[^=>]": {"langnghe/web/static/passkey.js": "names of a list in the line before"},
    r"innerHTML": {"langnghe/web/static/speak.js": "a fragment that our own server has escaped"},
}


def pages() -> list[tuple[str, str]]:
    web = ROOT / "langnghe" / "web"
    found = [path for path in web.rglob("*") if path.suffix[1:] in TEMPLATES and "vendor" not in path.parts]
    return [(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in sorted(found)]


@pytest.mark.parametrize("what", CODE)
def test_code_runs_nothing_that_was_typed(what: str) -> None:
    found = {each.name for each in python("langnghe") if re.search(what, each.text, re.MULTILINE)}
    assert found == set(CODE[what])


@pytest.mark.parametrize("what", PAGES)
def test_pages_and_scripts_run_nothing_that_was_typed(what: str) -> None:
    assert {name for name, text in pages() if re.search(what, text)} == set(PAGES[what])


def test_each_exception_says_why() -> None:
    reasons = [reason for places in (*CODE.values(), *PAGES.values()) for reason in places.values()]
    assert all(len(reason.split()) > 3 for reason in reasons)
    assert all(Path(ROOT, name).is_file() for places in (*CODE.values(), *PAGES.values()) for name in places)
