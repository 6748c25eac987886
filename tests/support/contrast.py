"""Contrast of two colours (WCAG 2)."""

from __future__ import annotations

import numpy as np
from matplotlib import colors


def grey(colour: str) -> float:
    """Relative luminance (WCAG 2)."""
    rgb = np.array(colors.to_rgb(colour))
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """Ratio of the lighter to the darker colour, 1 to 21."""
    light, dark = sorted((grey(one), grey(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)
