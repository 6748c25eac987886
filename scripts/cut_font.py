"""Cut the font that a page carries out of DejaVu Sans as matplotlib ships it: the characters of both languages,
packaged, so that no process that writes a page cuts it anew.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path

import matplotlib as mpl
import yaml
from fontTools import subset

DATA = Path(__file__).parent.parent / "carbon" / "reports" / "data"
FONT, CITATION = DATA / "dejavu_subset.woff", DATA / "dejavu_subset.yml"
CHARACTERS = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2080, 0x208A), *range(0x2010, 0x2027), 0x202F, 0x2032,
              0x2039, 0x203A, 0x20AC, 0x2190, 0x2192, 0x2212, 0x2248, 0x2264, 0x2265)
"""Latin with its accents, subscripts, dashes and quotation marks, the euro, arrows and signs of comparison."""
LEGAL = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Entries of the name table that stay, the copyright and the licence among them."""


def woff() -> bytes:
    """The cut font; the same bytes for the same matplotlib and fontTools."""
    options = subset.Options()
    options.layout_features, options.hinting, options.recalc_timestamp = ["kern"], False, False
    options.name_IDs, options.drop_tables = LEGAL, [*options.drop_tables, "FFTM"]
    font = subset.load_font(f"{mpl.get_data_path()}/fonts/ttf/DejaVuSans.ttf", options)
    cut = subset.Subsetter(options)
    cut.populate(unicodes=CHARACTERS)
    cut.subset(font)
    font.flavor = "woff"
    out = BytesIO()
    font.save(out)
    return out.getvalue()


def main() -> None:
    """Write the font, and its hash into its citation."""
    font = woff()
    FONT.write_bytes(font)
    citation = yaml.safe_load(CITATION.read_text(encoding="utf-8"))
    citation["font_sha256"] = hashlib.sha256(font).hexdigest()
    CITATION.write_text(yaml.safe_dump(citation, sort_keys=False, allow_unicode=True, width=110), encoding="utf-8")


if __name__ == "__main__":
    main()
