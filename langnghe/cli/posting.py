"""The verb `posters`: writes the posters of a commune and its villages as a PDF."""

from argparse import Namespace
from pathlib import Path

from langnghe.cli.terminal import say
from langnghe.cli.verbs import output_folder
from langnghe.core.refusal import Refused
from langnghe.registry import law
from langnghe.registry.models import Place
from langnghe.web import posters
from langnghe.web.now import today
from langnghe.web.places import where


def run(arguments: Namespace) -> int:
    place = _place(arguments.place)
    villages = _lines(Path(arguments.villages)) if arguments.villages else []
    pages = posters.posters(place, villages, arguments.phone)
    path = Path(arguments.out) if arguments.out else output_folder("") / f"to-dan-{place.key}.pdf"
    path.write_bytes(posters.pdf(pages, today()))
    say(f"Đã ghi {len(pages)} tờ dán của {place}: {path}")
    say(f"Mã vuông mở {pages[0].address}")
    return 0


def _place(words: str) -> Place:
    book = law.gazetteer()
    found = where(book.path(book.units[words]) if words in book.units else words, "", today())
    if found.place is None:
        raise Refused(" ".join([found.problem, *(f"{label} ({key})" for key, label in found.choices)]))
    return found.place


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8-sig").splitlines()
    except UnicodeDecodeError:
        raise Refused(f"{path} không phải văn bản UTF-8.") from None
