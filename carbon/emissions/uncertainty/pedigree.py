"""Scores and percentages as a squared geometric standard deviation."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number

PACKAGE = "carbon.emissions"
CRITERIA = ("reliability", "completeness", "temporal", "geographic", "technical")


def gsd2_of_scores(scores: Mapping[str, int], *, basic: float, best: int) -> float:
    """Calculate GSD2 = exp(sqrt(sum over criteria of ln(U)^2 + ln(basic)^2)) from five scores of 1 to 5.

    Parameters
    ----------
    scores
        Criterion -> score, for all of reliability, completeness, temporal, geographic, technical.
    basic
        Basic uncertainty of the kind of figure, 1 for none.
    best
        Which end is best: 1 (ecoinvent pedigree) or 5 (Bilan Carbone). The direction has no default.

    Raises
    ------
    MethodError
        A criterion without a score (it is never read as the best), an unknown one, a score out of 1 to 5.

    References
    ----------
    Pedigree matrix as in ABC-TransitionBasCarbone/bilan-carbone, services/uncertainty.ts (data/pedigree.yml).
    """
    refuse_no_number("basic uncertainty", at_least=1, basic=basic, hint="1 where there is no basic uncertainty")
    if best not in (1, 5):
        raise MethodError(f"best={best}: state which end of the scale is best, 1 or 5")
    if not isinstance(scores, Mapping):
        raise MethodError(f"scores are {scores!r}", hint=f"one score a criterion: {', '.join(CRITERIA)}")
    not_scored = set(scores) ^ set(CRITERIA) | {c for c, s in scores.items() if s not in range(1, 6)}
    if not_scored or not 1 <= basic < np.inf:
        raise MethodError(f"Scores missing, unknown or not 1 to 5: {sorted(not_scored)}; basic uncertainty {basic}",
                          hint=f"score each of {', '.join(CRITERIA)}; the worst where nothing is known.")
    table = packaged.read_csv(PACKAGE, "data/pedigree.csv", {"score": "integer", "u": "amount"})
    u = table.set_index(["criterion", "score"])["u"]
    logs = [np.log(u[c, s if best == 1 else 6 - s]) for c, s in scores.items()]
    return float(np.exp(np.sqrt(sum(x**2 for x in logs) + np.log(basic) ** 2)))


def gsd2_of_percent(percent: float) -> float:
    """Calculate GSD2 = 1 + p from a published +- p % at 95 % confidence (our convention)."""
    refuse_no_number(f"An uncertainty of {percent} %", at_least=0, percent=percent)
    return 1 + percent / 100
