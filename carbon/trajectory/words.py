"""Probabilities in words, for readers: the IPCC's likelihood scale.

Source: Mastrandrea et al. 2010, Guidance Note for Lead Authors of the IPCC Fifth Assessment Report on Consistent
Treatment of Uncertainties.
"""

from __future__ import annotations

import numpy as np

from carbon.core.errors import MethodError

WORDS_BELOW_YEARS = 8
LEAST, MOST = 0.02, 0.98
"""No probability of a forecast is given as less or more."""
_SCALE = ((0.10, "very unlikely"), (0.33, "unlikely"), (0.66, "about as likely as not"), (0.90, "likely"))


def likelihood(p: float) -> str:
    """Return a probability in words.

    very unlikely < 10 %, unlikely < 33 %, about as likely as not <= 66 %, likely <= 90 %, very likely above.

    Raises MethodError: No probability.
    """
    if not isinstance(p, int | float | np.number) or isinstance(p, bool) or not 0 <= p <= 1:
        raise MethodError(f"{p} is no probability", hint="a share between 0 and 1")
    if p < _SCALE[0][0]:
        return _SCALE[0][1]
    if p < _SCALE[1][0]:
        return _SCALE[1][1]
    if p <= _SCALE[2][0]:
        return _SCALE[2][1]
    return _SCALE[3][1] if p <= _SCALE[3][0] else "very likely"


def probability_text(p: float, *, years: int) -> str:
    """Words below eight years of data, else words with whole percent; never 0 or 100 %."""
    word = likelihood(p)
    sign, rounded = bounded(p)
    return word if years < WORDS_BELOW_YEARS else f"{word} ({sign}{rounded:.0%})"


def bounded(p: float) -> tuple[str, float]:
    """Return a probability as it may be printed, no forecast being certain: a sign in front, and 2 to 98 %."""
    return ("> ", MOST) if p > MOST else ("< ", LEAST) if p < LEAST else ("", p)
