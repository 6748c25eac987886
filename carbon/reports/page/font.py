"""The font that a page carries: DejaVu Sans, cut down to the characters of both languages by scripts/cut_font.py.

It is last among the named fonts: a reader's own font is used first, and this one where that lacks a character
(the small 2 of CO₂e, the narrow space of French numbers) or where none is installed.
"""

from __future__ import annotations

import base64
from functools import lru_cache

from carbon.core import packaged

NAME = "DejaVu Subset"


@lru_cache(maxsize=1)
def font_face() -> str:
    """Return the rule for a style sheet with the font as WOFF (Bitstream Vera licence: copies under another name)."""
    encoded = base64.b64encode(packaged.read_bytes("carbon.reports", "data/dejavu_subset.woff")).decode()
    return f'@font-face {{ font-family: "{NAME}"; src: url(data:font/woff;base64,{encoded}) format("woff"); }}'
