"""Temperature scores: never without their method, one decimal, and nothing where a ratio does not exist."""

import pytest

from carbon.core.errors import MethodError
from carbon.trajectory.temperature import budget_temperature, covered_ambition, slope_temperature

BUDGET = {"benchmark_c": 1.5, "global_budget_gt": 400.0, "tcre_c_per_gt": 0.0006}


def test_a_score_carries_its_method_and_one_decimal():
    """Twice the budget: 1.5 + 400 x (2 - 1) x 0.0006 = 1.74, printed as 1.7 with its method."""
    made = budget_temperature(20.0, 10.0, method="example, version 1", **BUDGET)
    assert made.celsius == pytest.approx(1.74)
    assert str(made) == "1.7 °C (example, version 1)"
    assert repr(made) == "Temperature(1.7 °C, 'example, version 1')"


def test_a_company_that_keeps_its_budget_has_the_benchmark():
    """Overshoot 0: the benchmark's own warming."""
    assert budget_temperature(10.0, 10.0, method="example", **BUDGET).celsius == 1.5


def test_a_steep_cut_is_never_below_zero():
    """2.7 - 0.3 x 20 would be -3.3 degrees."""
    assert slope_temperature(0.20, slope=-0.3, intercept=2.7, method="example").celsius == 0.0
    assert slope_temperature(0.05, slope=-0.3, intercept=2.7, method="example").celsius == pytest.approx(1.2)


def test_what_cannot_be_scored_is_refused_with_a_remedy():
    """No method, no budget, shares that are percentages."""
    for call in (lambda: slope_temperature(0.05, slope=-0.3, intercept=2.7, method=" "),
                 lambda: budget_temperature(1.0, 0.0, method="example", **BUDGET),
                 lambda: covered_ambition(0.42, 95, threshold=0.95)):
        with pytest.raises(MethodError) as refused:
            call()
        assert refused.value.hint
