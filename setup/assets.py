"""What is built from sources instead of committed: the web typeface and the compiled translations."""

from __future__ import annotations

import logging
from importlib.metadata import version
from pathlib import Path

import font_manrope
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from fontTools import subset

# Latin, Russian and the neighbours' Cyrillic, punctuation, arrows, signs of money and number.
CHARACTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x100),
    *range(0x400, 0x460),
    *(0x490, 0x491),
    *range(0x2010, 0x2027),
    *(0x202F, 0x2030, 0x2039, 0x203A, 0x20BD, 0x2116, 0x2190, 0x2191, 0x2192, 0x2193, 0x2212, 0x2248, 0x2713),
]
# Figures of one width (tables of money) and the usual shaping.
FEATURES = ["kern", "liga", "calt", "ccmp", "locl", "mark", "mkmk", "tnum", "lnum", "pnum", "case"]


def build_font(assets: Path) -> Path:
    """The part of Manrope the pages use, as a variable woff2 below `assets`; made again when the package changes."""
    target = assets / "fonts" / "manrope.woff2"
    made_from = assets / "fonts" / "manrope.version"
    wanted = f"{version('font-manrope')} {len(CHARACTERS)} {' '.join(FEATURES)}"
    if target.exists() and made_from.exists() and made_from.read_text() == wanted:
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    logging.getLogger("fontTools").setLevel(logging.ERROR)
    options = subset.Options(flavor="woff2", layout_features=FEATURES, recalc_timestamp=False)
    font = subset.load_font(_source(), options)
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=CHARACTERS)
    cutter.subset(font)
    coming = target.with_suffix(".new")
    subset.save_font(font, str(coming), options)
    font.close()
    coming.replace(target)
    made_from.write_text(wanted)
    return target


def compile_translations(root: Path) -> int:
    """Compile each .po that is newer than its .mo; how many were."""
    compiled = 0
    for folder in (root / "locale", root / "doctorlike"):
        for source in sorted(folder.rglob("LC_MESSAGES/*.po")):
            target = source.with_suffix(".mo")
            if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
                continue
            with source.open("rb") as file:
                catalog = read_po(file, locale=source.parent.parent.name)
            coming = target.with_suffix(".mo.new")
            with coming.open("wb") as file:
                write_mo(file, catalog)
            coming.replace(target)
            compiled += 1
    return compiled


def _source() -> str:
    return str(Path(font_manrope.font_directory) / "Manrope-VariableFont_wght.ttf")
