"""
Letters as Pillow sets them: the same font and the same look as matplotlib's, in a tenth of the time.

Matplotlib shapes each text with a library made for all scripts and draws it letter by letter, anew in each figure; that
took most of a figure's time. What needs such shaping (Arabic, combined accents, mathematics) is still matplotlib's.
"""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import Any

import numpy as np
from matplotlib.backends.backend_agg import RendererAgg
from matplotlib.font_manager import FontProperties, findfont
from PIL import ImageFont

POINT = 72
"""Points in an inch."""
LEVELS = 17
"""Steps between two greys of a letter's edge: sixteen of them, so that a picture has few colours."""
_PLAIN = re.compile(r"[ -~\u00a0-\u02ff\u0370-\u052f\u1e00-\u1fff\u2010-\u2027\u202f-\u205f\u2070-\u2bff]*")
"""Scripts whose letters stand one after the other: Latin, Greek, Cyrillic, and signs."""


class Letters(RendererAgg):
    """
    Matplotlib's renderer, with plain text upright or turned by a quarter set by Pillow.
    """

    def __init__(self, width: float, height: float, dpi: float) -> None:
        super().__init__(width, height, dpi)
        self._files: dict[FontProperties, str] = {}

    def get_text_width_height_descent(self, s: str, prop: FontProperties, ismath: Any) -> tuple[float, float, float]:
        """
        Width and height of a text, and how far it reaches below its line [pixel].
        """
        if ismath or not _PLAIN.fullmatch(s):
            return super().get_text_width_height_descent(s, prop, ismath)
        return _size(s, *self._font(prop))

    def draw_text(self, gc: Any, x: float, y: float, s: str, prop: FontProperties, angle: float, ismath: Any = False,
                  mtext: Any = None) -> None:
        """
        Draw a text whose line starts at (x, y), counted from the upper left corner.
        """
        if ismath or angle not in (0, 90) or not _PLAIN.fullmatch(s):
            super().draw_text(gc, x, y, s, prop, angle, ismath, mtext)
            return
        grey, right, down = _drawn(s, *self._font(prop))
        if angle == 90:
            grey, right, down = np.rot90(grey), down, -right - grey.shape[1]
        self.draw_image(gc, round(x) + right, self.height - round(y) - down - grey.shape[0], _inked(grey, gc.get_rgb()))

    def _font(self, prop: FontProperties) -> tuple[str, float]:
        """
        File of a font and its size [pixel]. The same settings hold for all of a picture.
        """
        file = self._files.get(prop)
        if file is None:
            file = self._files[prop.copy()] = str(findfont(prop))
        return file, float(prop.get_size_in_points() * self.dpi / POINT)


def _inked(grey: np.ndarray, colour: tuple[float, ...]) -> np.ndarray:
    """
    Letters in a colour, its rows from below as matplotlib takes them.
    """
    image = np.empty((*grey.shape, 4), dtype=np.uint8)
    image[..., :3] = np.rint(np.multiply(colour[:3], 255))
    image[..., 3] = grey if colour[3] == 1 else np.rint(grey * colour[3])
    return image[::-1]


@lru_cache(maxsize=64)
def _font(file: str, pixels: float) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(file, pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def _size(text: str, file: str, pixels: float) -> tuple[float, float, float]:
    left, top, right, bottom = _font(file, pixels).getbbox(text, anchor="ls")
    return float(right - min(left, 0)), float(bottom - top), float(max(bottom, 0))


@lru_cache(maxsize=1024)
def _drawn(text: str, file: str, pixels: float) -> tuple[np.ndarray, int, int]:
    """
    Greys of a text, and where their upper left corner lies from the start of its line [pixel].
    """
    mask, (right, down) = _font(file, pixels).getmask2(text, mode="L", anchor="ls")
    width, height = mask.size
    grey = np.frombuffer(bytes(mask), dtype=np.uint8).reshape(height, width)
    few = (grey.astype(np.uint16) + LEVELS // 2) // LEVELS * LEVELS
    return few.astype(np.uint8), math.floor(right), math.floor(down)
