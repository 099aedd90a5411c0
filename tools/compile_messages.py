"""Compiles message catalogues (.po) to what Django reads (.mo), without GNU gettext."""

import sys
from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po


def compile_catalogue(source: Path) -> Path:
    with source.open("rb") as handle:
        catalogue = read_po(handle, abort_invalid=True)
    target = source.with_suffix(".mo")
    with target.open("wb") as handle:
        write_mo(handle, catalogue)
    return target


if __name__ == "__main__":
    for name in sys.argv[1:]:
        print(compile_catalogue(Path(name)))
