"""Build the web fonts from the vendored ones: one small file a face, with the letters that Vietnamese and English use.

Run as `.venv/bin/python tools/build_fonts.py` with the extra `build`; the files in langnghe/web/static/fonts are the
result, under the same licence (SIL OFL 1.1) and a name of their own, as changed fonts should have.
"""

import tempfile
from pathlib import Path

from fontTools import merge, subset
from fontTools.ttLib import TTFont

STATIC = Path(__file__).parent.parent / "langnghe" / "web" / "static"
FACES = {
    "text-400": ("be-vietnam-pro-latin-400-normal", "be-vietnam-pro-vietnamese-400-normal"),
    "text-600": ("be-vietnam-pro-latin-600-normal", "be-vietnam-pro-vietnamese-600-normal"),
    "head-400": ("source-serif-4-latin-400-normal", "source-serif-4-vietnamese-400-normal"),
}
VIETNAMESE = "àáâãèéêìíòóôõùúýăđĩũơư" + "".join(chr(code) for code in range(0x1EA0, 0x1EFA))
SIGNS = "\u00a0§°±²³·×÷–—‘’“”„…‹›«»€₫→←↑↓≤≥−✓"
LETTERS = "".join(map(chr, range(0x20, 0x7F))) + VIETNAMESE + VIETNAMESE.upper() + SIGNS
NAMES = (1, 3, 4, 6, 16, 21)


def build(name: str, sources: tuple[str, ...], folder: Path) -> None:
    parts = []
    for source in sources:
        font = TTFont(STATIC / "vendor" / "fonts" / f"{source}.woff2")
        font.flavor = None
        parts.append(folder / f"{source}.ttf")
        font.save(parts[-1])
    made = merge.Merger(merge.Options(drop_tables=["STAT", "fvar", "gvar", "avar", "HVAR", "MVAR"])).merge(
        [str(part) for part in parts]
    )
    options = subset.Options(
        layout_features=["kern", "mark", "mkmk", "ccmp", "tnum"], hinting=False, flavor="woff2", name_IDs=["*"]
    )
    chooser = subset.Subsetter(options)
    chooser.populate(text=LETTERS)
    chooser.subset(made)
    for record in made["name"].names:
        if record.nameID in NAMES:
            record.string = f"LangNghe-{name}"
    subset.save_font(made, STATIC / "fonts" / f"{name}.woff2", options)


def main() -> None:
    (STATIC / "fonts").mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        for name, sources in FACES.items():
            build(name, sources, Path(folder))


if __name__ == "__main__":
    main()
