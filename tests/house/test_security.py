"""docs/security.md names every requirement of ASVS 5.0.0 level 2 once, and nothing that is not there."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

from django.apps import apps
from django.contrib.auth.hashers import Argon2PasswordHasher

from langnghe import installation, settings
from langnghe.registry.passwords import OURS, OneAtATime
from langnghe.web.noted import LINES
from tests.house.source import ROOT, python

READ = {name: (ROOT / "docs" / name).read_text("utf-8") for name in ("operate.md", "decisions/0020-accounts.md")}
TEXT = (ROOT / "docs" / "security.md").read_text("utf-8")
STATES = {"xong", "không áp dụng", "còn mở"}
# How many requirements of levels 1 and 2 each section has; in each they stand before those of level 3.
SECTIONS = {
    **{"1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1},
    **{"3.2": 2, "3.3": 4, "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4},
    **{"5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3, "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4},
    **{"7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1},
    **{"9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4, "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3},
    **{"11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1, "12.1": 3, "12.2": 2, "12.3": 4},
    **{"13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3, "15.1": 3, "15.2": 3, "15.3": 7},
    **{"16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4, "17.3": 2},
}


def rows() -> list[list[str]]:
    """Return the cells of each row of the full table."""
    table = TEXT.partition("## Bảng đủ 253 yêu cầu")[2]
    return [
        [cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines() if re.match(r"\| \d", line)
    ]


def test_all_253_requirements_of_level_2_stand_there_once() -> None:
    wanted = [f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)]
    assert len(wanted) == 253
    assert [row[0] for row in rows()] == wanted


def test_each_has_a_state_and_what_stands_behind_it() -> None:
    assert {row[2] for row in rows()} == STATES
    assert [row for row in rows() if len(row) != 4 or not all(row)] == []
    assert [row[0] for row in rows() if row[2] == "xong" and not re.search(r"`tests/[\w/]+\.py`", row[3])] == []


def test_nothing_of_what_was_chosen_from_the_beginning_is_open() -> None:
    chosen = [
        line.strip("|").split(" | ")
        for line in TEXT.partition("\n## ")[0].splitlines()
        if line[:3].strip("| ").isdigit()
    ]
    numbers = {number for row in chosen for number in re.findall(r"\d+\.\d+\.\d+", row[0])}
    assert len(numbers) > 60 and {row[2] for row in chosen} == {"xong"}
    assert [row[0] for row in rows() if row[0] in numbers and row[2] == "còn mở"] == []


def test_the_sum_in_words_is_the_sum_of_the_table() -> None:
    counts = Counter(row[2] for row in rows())
    said = f"Xong: {counts['xong']}; không áp dụng: {counts['không áp dụng']}; còn mở: {counts['còn mở']}."
    assert said in TEXT


def test_every_file_that_is_named_is_there() -> None:
    named = set(re.findall(r"`((?:tests|langnghe)/[\w/]+\.(?:py|html))`", TEXT))
    named |= {f"docs/{name}" for name in re.findall(r"\]\(([\w/.-]+\.md)\)", TEXT)}
    assert len(named) > 60
    assert [name for name in sorted(named) if not Path(ROOT, name).is_file()] == []


def section(title: str) -> list[list[str]]:
    """Return the cells of the rows under this heading, without the names of its columns."""
    lines = TEXT.partition(f"## {title}\n")[2].partition("\n## ")[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in lines if line.startswith("| ")][1:]


def test_what_must_fit_together_and_who_reads_what_is_tested_line_by_line() -> None:
    for title, count in (("Các ô phải hợp nhau", 3), ("Ô nào ai đọc, ai sửa", 4), ("Mức dữ liệu", 4)):
        assert len(section(title)) > 3 and {len(row) for row in section(title)} == {count}
        assert [row[0] for row in section(title) if not re.search(r"`tests/[\w/]+\.py`", row[-1])] == []


def test_each_table_of_the_database_has_one_level() -> None:
    named = Counter(name for row in section("Mức dữ liệu") for name in re.findall(r"`(\w+)`", row[1]))
    ours = {model.__name__ for model in apps.get_models() if model.__module__.startswith("langnghe.")}
    assert {name for name, count in named.items() if count > 1} == set()
    assert set(named) - ours == {"Session", "Authenticator", "SocialAccount"} and ours - set(named) == set()


def test_the_graver_a_fault_of_a_library_the_sooner_it_is_mended() -> None:
    days = [int(row[-1]) for row in section("Hạn vá thư viện")]
    assert len(days) == 5 and days == sorted(set(days))


def test_every_key_that_the_code_asks_for_is_listed_with_its_algorithm() -> None:
    listed = {name for row in section("Khóa và thuật toán") for name in re.findall(r"`([a-z]+)`", row[0])}
    asked = {
        name
        for each in python("langnghe")
        for name in re.findall(r"""(?:installation\.key|(?:un)?seal(?:_apart)?)\([^"\n]*"(\w+)"[,)]""", each.text)
    }
    assert asked >= {"django", "person", "mfa", "spool", "raw"}
    assert asked | set(installation.SECRETS) | {"files"} == listed
    assert asked - {"raw"} <= set(installation.SECRETS)


def test_every_line_about_signing_in_and_every_forbidden_word_is_documented() -> None:
    assert [line for line in LINES if f"`{line}`" not in READ["operate.md"]] == []
    written = set(re.findall(r'note\("([\w -]+)"', "\n".join(each.text for each in python("langnghe/web"))))
    assert written == LINES
    assert [word for word in OURS if f"`{word}`" not in READ["decisions/0020-accounts.md"]] == []


def test_behind_tls_nothing_of_djangos_own_list_is_missing(tmp_path: Path) -> None:
    own = {"LANGNGHE_HOME": str(tmp_path), "LANGNGHE_TLS": "1", "DJANGO_SETTINGS_MODULE": "langnghe.settings"}
    for words in (["langnghe", "init"], ["django", "check", "--deploy", "--fail-level", "WARNING"]):
        done = subprocess.run([sys.executable, "-m", *words], env=os.environ | own, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr


def test_files_of_the_site_get_the_policy_too() -> None:
    order = [name.rpartition(".")[2] for name in settings.MIDDLEWARE]
    assert order.index("SecurityMiddleware") < order.index("CSPMiddleware") < order.index("WhiteNoiseMiddleware")


def test_passwords_are_kept_with_argon2_and_nothing_is_debugged() -> None:
    assert settings.PASSWORD_HASHERS == ["langnghe.registry.passwords.OneAtATime"]
    assert issubclass(OneAtATime, Argon2PasswordHasher)
    assert settings.DEBUG is False


def test_only_two_kinds_of_ciphers_are_used() -> None:
    texts = {each.name: each.text for each in python("langnghe")}
    found = {name for name, text in texts.items() if re.search(r"import .*(?:AESGCM|SecretBox)|hazmat.*ciphers", text)}
    assert found == {"langnghe/cases/sealing.py", "langnghe/cases/sealed/boxes.py"}
    assert [
        name for name, text in texts.items() if re.search(r"\bmodes\.|\bECB\b|\bCBC\b|PKCS1v15|TripleDES", text)
    ] == []
