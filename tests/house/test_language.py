"""Every Vietnamese string of the screens has its English, with the same values in it."""

import ast
import re
from collections.abc import Iterator

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.house.source import ROOT, Source, python

ENGLISH = ROOT / "langnghe/locale/en/LC_MESSAGES/django.po"
PLAIN = {"_", "gettext", "gettext_lazy", "gettext_noop", "ngettext", "ngettext_lazy"}
WITH_CONTEXT = {"pgettext", "pgettext_lazy", "npgettext", "npgettext_lazy"}
STRING = r"u?(?:'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
CALL = re.compile(rf"(?<!\w)(\w*gettext|_)\(\s*({STRING}(?:\s*,\s*{STRING})*)")
VALUES = re.compile(r"%\(\w+\)[sd]|\{\w*\}")
Said = tuple[str, str | None]  # the string and its context


def said_in_python(source: Source) -> Iterator[Said]:
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and node.args:
            name = ast.unparse(node.func).rpartition(".")[2]
            if name in PLAIN | WITH_CONTEXT:
                yield _said(name, node.args)
            elif name == "BadCode":  # `core` knows no languages; the doors say these, see web/fields.py
                yield _said(name, node.args[1:])


def _said(name: str, arguments: list[ast.expr]) -> Said:
    words = [node.value if isinstance(node, ast.Constant) else None for node in arguments[:2]]
    context, text = words if name in WITH_CONTEXT else (None, words[0])
    assert isinstance(text, str), f"not a plain string: {ast.unparse(arguments[0])}"
    return text, context


def said_in_template(text: str) -> Iterator[Said]:
    for name, strings in CALL.findall(templatize(text)):
        words = ast.literal_eval(f"[{strings}]")
        yield (words[1], words[0]) if name in WITH_CONTEXT else (words[0], None)


def catalogue() -> Catalog:
    if not ENGLISH.exists():
        return Catalog(locale="en")
    with ENGLISH.open("rb") as handle:
        return read_po(handle, locale="en", abort_invalid=True)


def is_translated(message: Message | None) -> bool:
    if message is None or message.fuzzy:
        return False
    strings = message.string if isinstance(message.string, tuple | list) else [message.string]
    return all(strings)


def all_said() -> set[Said]:
    templates = sorted((ROOT / "langnghe").rglob("templates/**/*.html"))
    said = {one for source in python("langnghe") for one in said_in_python(source)}
    return said.union(*(said_in_template(path.read_text(encoding="utf-8")) for path in templates))


def test_every_string_has_its_english() -> None:
    english = catalogue()
    assert sorted(text for text, context in all_said() if not is_translated(english.get(text, context))) == []


def test_the_english_shows_the_same_values() -> None:
    said = [m for m in catalogue() if m.id and isinstance(m.id, str) and isinstance(m.string, str)]
    differ = [m.id for m in said if set(VALUES.findall(m.id)) != set(VALUES.findall(m.string))]
    assert differ == []


def test_a_template_gives_its_strings() -> None:
    block = "{% blocktranslate with n=x trimmed %}\n có {{ n }} việc\n{% endblocktranslate %}"
    other = "{% translate 'Gửi' %}{% translate \"Xã\" context 'nơi' %}"
    tag = '{% include "x.html" with label=_("Tên") %}'
    wanted = {("có %(n)s việc", None), ("Gửi", None), ("Xã", "nơi"), ("Tên", None)}
    assert set(said_in_template(block + other + tag)) == wanted


def test_code_gives_its_strings() -> None:
    lines = "_('Một ' 'hai')\npgettext('nơi', 'Xã')\nngettext('%(n)s việc', '%(n)s việc', n)"
    wanted = [("Một hai", None), ("Xã", "nơi"), ("%(n)s việc", None)]
    assert list(said_in_python(Source("x.py", lines))) == wanted


def test_an_empty_or_unsure_translation_is_none() -> None:
    assert not is_translated(None)
    assert not is_translated(Message("Gửi", ""))
    assert not is_translated(Message("Gửi", "Send", flags={"fuzzy"}))
    assert is_translated(Message("Gửi", "Send"))


def test_every_string_has_one_english_sentence() -> None:
    """Catalogues are merged line by line: a sentence said twice, or one left without its string, would go unseen."""
    heads = re.findall(r"^(msgid|msgid_plural|msgstr|msgstr\[\d\]) ", ENGLISH.read_text(), re.MULTILINE)
    pairs = "".join("i" if head == "msgid" else "p" if head == "msgid_plural" else "s" for head in heads)
    assert re.fullmatch(r"(?:is|ips+)+", pairs)
    once = sum(1 for _each in catalogue())
    assert pairs.count("i") == once
