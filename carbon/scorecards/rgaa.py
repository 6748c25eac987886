"""The accessibility rate of the French State's method (RGAA), with its own rounding and status."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from carbon.core.errors import MethodError

CRITERIA = 106
COMPLIANT, FAILS, NOT_APPLICABLE, UNTESTED = "compliant", "non_compliant", "not_applicable", "untested"
NONE, PARTLY, WHOLLY = "non conforme", "partiellement conforme", "totalement conforme"


def rgaa_rate(compliant: int, non_compliant: int, *, untested: int) -> float:
    """round(100 x compliant / (compliant + non_compliant)), half up [percent]; criteria over the whole sample.

    NaN ("no data") while a criterion is untested, or where none applies. A mean of page rates is not this rate.

    References
    ----------
    DISIC/Ara, audit.service.ts (MIT): JavaScript rounds half up, Python's round does not; Ara prints 0 where
    nothing applies.
    """
    total = _applicable(compliant, non_compliant, untested)
    if untested or not total:
        return math.nan
    return float((200 * compliant + total) // (2 * total))


def rgaa_status(compliant: int, non_compliant: int, *, untested: int) -> str:
    """Status from the exact counts: under one half "non conforme", from one half (included) "partiellement conforme",
    "totalement conforme" only without a failure; "" where there is no rate.
    """
    total = _applicable(compliant, non_compliant, untested)
    if untested or not total:
        return ""
    return NONE if 2 * compliant < total else PARTLY if non_compliant else WHOLLY


def criterion_over_sample(pages: Sequence[str]) -> str:
    """Return the result of a criterion over all pages.

    It fails if one page fails; is compliant if one page is and no page fails; not applicable if so on all pages; else
    untested.
    """
    results = set(pages)
    unknown = results - {COMPLIANT, FAILS, NOT_APPLICABLE, UNTESTED}
    if unknown or not results:
        raise MethodError(f"Unknown results of a criterion: {sorted(map(str, unknown)) or 'none'}",
                          hint=f"one result a page: {COMPLIANT}, {FAILS}, {NOT_APPLICABLE} or {UNTESTED}")
    if FAILS in results:
        return FAILS
    if UNTESTED in results:
        return UNTESTED
    return COMPLIANT if COMPLIANT in results else NOT_APPLICABLE


def _applicable(compliant: int, non_compliant: int, untested: int) -> int:
    counts = (compliant, non_compliant, untested)
    if any(isinstance(c, bool) or not isinstance(c, int | np.integer) for c in counts):
        raise MethodError(f"RGAA counts {counts} are not whole numbers", hint="count criteria, not shares")
    if min(counts) < 0 or compliant + non_compliant + untested > CRITERIA:
        raise MethodError(f"RGAA counts {compliant}, {non_compliant}, {untested} are not of {CRITERIA} criteria",
                          hint="count each criterion once, over the whole sample")
    return compliant + non_compliant
