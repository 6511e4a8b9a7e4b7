#!/usr/bin/env python3
"""Makes the embedded fonts from the originals; see README.md in this folder.

Usage: subset.py INTER_FOLDER PHOSPHOR_TTF   (needs fonttools)
"""
import pathlib
import re
import sys

from fontTools import subset
from fontTools.ttLib import TTFont

ASSETS = pathlib.Path(__file__).resolve().parent
ICON_TABLE = ASSETS.parent / "src" / "app" / "icon.rs"

# Latin, Latin-1 and Latin Extended-A; Greek; punctuation, super- and subscripts, currency, letterlike signs;
# arrows, mathematical signs, geometric shapes, check marks.
TEXT = [
    *range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x370, 0x400),
    *range(0x2010, 0x2028), *range(0x2030, 0x203B), *range(0x2070, 0x209D), 0x20AC, 0x2122, 0x2126,
    *range(0x2150, 0x215F), *range(0x2190, 0x21AA), *range(0x2200, 0x22A0), 0x2318, *range(0x25A0, 0x2600), *range(0x2713, 0x2718),
]


def save(font, codepoints, features, name):
    options = subset.Options(layout_features=features, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14], notdef_outline=True)
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codepoints)
    subsetter.subset(font)
    font.save(ASSETS / name)
    print(f"{name}: {(ASSETS / name).stat().st_size} bytes, {len(font.getBestCmap())} characters")


def tabular_digits(font):
    """Makes the digits of equal width the default: egui has no switch for OpenType features."""
    features = font["GSUB"].table.FeatureList.FeatureRecord
    lookups = {index for feature in features if feature.FeatureTag == "tnum" for index in feature.Feature.LookupListIndex}
    tabular = {}
    for index in lookups:
        for table in font["GSUB"].table.LookupList.Lookup[index].SubTable:
            tabular.update(getattr(table, "ExtSubTable", table).mapping)
    for table in font["cmap"].tables:
        for digit in range(ord("0"), ord("9") + 1):
            if digit in table.cmap:  # tables may share one mapping: a digit already exchanged stays
                table.cmap[digit] = tabular.get(table.cmap[digit], table.cmap[digit])
    glyphs = [font.getBestCmap()[digit] for digit in range(ord("0"), ord("9") + 1)]
    widths = [font["hmtx"][glyph][0] for glyph in glyphs]
    assert max(widths) - min(widths) <= font["head"].unitsPerEm // 500, widths
    for glyph in glyphs:  # one digit of SemiBold is a thousandth of an em narrower than the rest
        font["hmtx"][glyph] = (max(widths), font["hmtx"][glyph][1])


def main(inter, phosphor):
    for name in ("Inter-Regular.otf", "Inter-SemiBold.otf"):
        font = TTFont(pathlib.Path(inter) / name, recalcTimestamp=False)
        tabular_digits(font)
        save(font, TEXT, ["kern", "mark", "mkmk", "ccmp", "locl"], name)
    icons = {int(code, 16) for code in re.findall(r"\\u\{([0-9a-fA-F]+)\}", ICON_TABLE.read_text())}
    font = TTFont(phosphor, recalcTimestamp=False)
    missing = icons - font.getBestCmap().keys()
    assert not missing, missing
    save(font, icons, [], "Phosphor.ttf")


if __name__ == "__main__":
    main(*sys.argv[1:])
