"""
The font that a page carries: DejaVu Sans as matplotlib ships it, cut down to the characters of both languages.

It stands last among the named fonts: a reader's own font is used first, and this one where that lacks a character
(the small 2 of CO₂e, the narrow space of French numbers) or where there is none.
"""

from __future__ import annotations

import base64
from functools import lru_cache
from io import BytesIO

NAME = "DejaVu Subset"
CHARACTERS = (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x2080, 0x208A), *range(0x2010, 0x2027), 0x202F, 0x2032,
              0x2039, 0x203A, 0x20AC, 0x2190, 0x2192, 0x2212, 0x2248, 0x2264, 0x2265)
"""Latin with its accents, subscripts, dashes and quotation marks, the euro, arrows and signs of comparison."""
LEGAL = [0, 1, 2, 3, 4, 5, 6, 13, 14]
"""Entries of the name table that stay, the copyright and the licence among them."""


@lru_cache(maxsize=1)
def font_face() -> str:
    """
    The rule for a style sheet with the font as WOFF; the same bytes for the same matplotlib and fontTools.

    References
    ----------
    DejaVu Fonts, Bitstream Vera licence: copies may be changed and passed on with their notice, under another name
    than Vera.
    """
    encoded = base64.b64encode(_woff()).decode()
    return f'@font-face {{ font-family: "{NAME}"; src: url(data:font/woff;base64,{encoded}) format("woff"); }}'


def _woff() -> bytes:
    import matplotlib as mpl

    # This part of fontTools ships no types.
    from fontTools import subset  # type: ignore[import-untyped]

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
