"""Drawings as PNG with a palette: with few colours one byte a pixel is enough, in a third of the size."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import numpy as np
import pandas as pd

COLOURS = 256
"""What a palette holds."""
SHADE = 4
"""Bits of a channel that are one shade: sixteen steps from dark to light."""


def paletted_png(pixels: Any, *, dpi: float) -> bytes:
    """
    PNG of an opaque picture given as rows of RGBA, the same bytes for the same pixels.

    Up to 256 colours are kept exactly; of more, the most frequent ones of each shade, and each other pixel takes the
    nearest of them.
    """
    from PIL import Image

    rgba = np.asarray(pixels, dtype=np.uint8)
    height, width = rgba.shape[:2]
    index, palette = _indexed(np.ascontiguousarray(rgba).view(np.uint32).ravel())
    image = Image.frombuffer("P", (width, height), index, "raw", "P", 0, 1)
    image.putpalette(palette.tobytes())
    written = BytesIO()
    image.save(written, format="png", dpi=(dpi, dpi))
    return written.getvalue()


def _indexed(pixels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """
    Number of each pixel's colour, and the colours (rows of RGB).

    Most pixels are as their left neighbour is: only the first of each run is looked at.
    """
    starts = np.ones(len(pixels), dtype=bool)
    np.not_equal(pixels[1:], pixels[:-1], out=starts[1:])
    first = np.flatnonzero(starts)
    long = np.diff(first, append=len(pixels))
    number, colours = pd.factorize(pixels[first])
    rgb = colours.view(np.uint8).reshape(-1, 4)[:, :3]
    if len(colours) > COLOURS:
        kept = _chosen(rgb, np.bincount(number, weights=long))
        number, rgb = _nearest(rgb, rgb[kept])[number], rgb[kept]
    return np.repeat(number.astype(np.uint8), long), rgb


def _chosen(rgb: np.ndarray, pixels: np.ndarray) -> np.ndarray:
    """
    Which colours a palette holds: the most frequent one of each shade, then the second of each, and so on.

    Where an edge fades into its background, all steps are so near to one that is kept.
    """
    shade = (rgb >> SHADE).astype(np.int32) @ (1, 1 << 8, 1 << 16)
    by_shade = np.lexsort((-pixels, shade))
    starts = np.flatnonzero(np.diff(shade[by_shade], prepend=-1))
    place = np.empty(len(rgb), dtype=np.int64)
    place[by_shade] = np.arange(len(rgb)) - np.repeat(starts, np.diff(starts, append=len(rgb)))
    return np.lexsort((-pixels, place))[:COLOURS]


def _nearest(colours: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """
    Which colour of the palette is nearest to each colour, by the square of the distance.
    """
    # |a - b|² without |a|², which is the same for all b; whole numbers far below 2**24, exact as floats: so
    # every machine gives the same.
    own, given = palette.astype(np.float32), colours.astype(np.float32)
    nearest: np.ndarray = ((own**2).sum(axis=1) - 2 * given @ own.T).argmin(axis=1)
    return nearest
