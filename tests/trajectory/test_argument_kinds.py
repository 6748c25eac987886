"""What an analyst types in one line, with an argument of another kind: an answer in words with its remedy, no trace."""

from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
import pytest

import carbon as cb
from carbon.core.errors import CarbonError
from carbon.trajectory import budget_state, likelihood
from carbon.trajectory.pathways import (
    economic_pathway,
    milestones,
    renewable_share,
    sector_decarbonisation,
)

YEARS = range(2015, 2025)
KG = pd.Series(1000 * 0.95 ** np.arange(10.0), index=YEARS) * [1, 1.01, 0.99, 1.02, 0.98, 1, 1.01, 0.99, 1, 1]
TARGET = cb.Target("t", scopes=("1",), scope2_method="location-based", base_year=2015, target_year=2030, reduction=0.42)
BUDGET = budget_state(KG, TARGET.pathway(1000.0), convention="annual_sum")
FIT = cb.fit(KG, until=2030)
AHEAD = pd.Series(100.0, index=range(2025, 2031))
ECONOMIC = {"base_kg": 1.0, "yearly_rate": 0.07}


@pytest.mark.parametrize(("call", "said"), [
    (lambda: FIT.p_meet("t"), "p_meet: `target` is the string 't'; it takes Target"),
    (lambda: TARGET.check(KG, rules=["esrs_e1_set1"], on=date(2026, 1, 1)), "`history` is a Series; it takes"),
    (lambda: likelihood(None), "None is no probability"),
    (lambda: FIT.p_text("likely"), "likely is no probability"),
    (lambda: BUDGET.exhausted_on([1, 2]), "one series of kg by year is needed, not a list"),
    (lambda: BUDGET.exhausted_on(AHEAD * np.nan), "a budget needs every year"),
    (lambda: BUDGET.exhausted_on(AHEAD.rename({2026: 2031})), "a budget needs every year, in order"),
    (lambda: BUDGET.exhausted_on(AHEAD * np.inf), "infinite emissions"),
    (lambda: economic_pathway([1, 2], **ECONOMIC), "value added by year is a Series, not a list"),
    (lambda: economic_pathway(KG.astype(str), **ECONOMIC), "not a known number"),
    (lambda: economic_pathway(KG.head(0), **ECONOMIC), r"is given for the years \[\]"),
    (lambda: economic_pathway(KG.set_axis([2015] * 10), **ECONOMIC), "is given for the years"),
    (lambda: economic_pathway(KG, base_kg=1.0, yearly_rate="7 %"), "yearly_rate is '7 %', not a known number"),
    (lambda: sector_decarbonisation([1], [1], [1], base_kg=1, market_share=True), "`company_activity` is a list"),
    (lambda: milestones([1, 2]), "`points` is a list; it takes dict"),
    (lambda: milestones({2020: "a", 2030: 1.0}), "no negative or unknown value"),
    (lambda: renewable_share("2030", {2025: 0.8}), "'2030' is not a calendar year"),
    (lambda: renewable_share(2030, {}), "a schedule without a year"),
    (lambda: renewable_share(2030, {2025: "most"}), "2025 is 'most'"),
    (lambda: cb.restate(KG, pd.DataFrame({"event_id": []}), as_of="2024-12-31", base_year=2015, threshold=0.05,
                        measure="gross"), "lack the missing columns .*'delta_kg'"),
])
def test_an_argument_of_another_kind_is_answered_with_a_remedy(call: Callable[[], Any], said: str):
    """The error is the package's own, says what was given, and has a hint."""
    with pytest.raises(CarbonError, match=said) as refused:
        call()
    assert refused.value.hint
