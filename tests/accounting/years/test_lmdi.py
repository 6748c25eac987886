"""Decomposition: effects sum exactly, zeros and equal totals have their limits, time reversal changes the sign only."""

from decimal import Decimal, localcontext

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.years.lmdi import lmdi, lmdi_multiplicative, logarithmic_mean, shapley
from carbon.core.errors import MethodError


def random_tables(rng: np.random.Generator, rows: int, factors: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    names = [f"x{k}" for k in range(factors)]
    values = rng.lognormal(0, 1, (2, rows, factors))
    kind = rng.integers(0, 10, rows)
    values[0, kind == 0, 0] = 0.0  # births
    values[1, kind == 1, 1] = 0.0  # deaths
    values[1, kind == 2] = values[0, kind == 2]  # nothing moved
    values[0, kind == 3, :2] = 0.0  # two zeros at once
    return tuple(pd.DataFrame(v, columns=names) for v in values)


def test_the_logarithmic_mean_has_its_limits():
    """L(a, a) = a, L(0, b) = 0, and near equality no digit is lost."""
    assert logarithmic_mean(3.0, 3.0) == 3.0
    assert logarithmic_mean(0.0, 5.0) == 0.0
    # L(1, e) = (e - 1)/1
    assert logarithmic_mean(1.0, np.e) == pytest.approx(np.e - 1, rel=1e-14)
    assert logarithmic_mean(np.e, 1.0) == logarithmic_mean(1.0, np.e)
    # Near equality and on both sides of where the series takes over, against forty digits of (a - 1) / ln a.
    for a in (1.0 + 1e-12, 1.00001, 1.0018, 1.0022, 1.5):
        with localcontext(prec=40):
            exact = float((Decimal(a) - 1) / Decimal(a).ln())
        assert logarithmic_mean(a, 1.0) == pytest.approx(exact, rel=1e-15, abs=0)


def test_the_logarithmic_mean_keeps_its_digits_over_forty_orders():
    """Ratios from 1 + 1e-16 to 1e20 and back, of either sign, at any size, against sixty digits: within 4 units in the
    last place. The form with atanh loses all digits from a ratio of 1e16 on.
    """
    rng = np.random.Generator(np.random.PCG64(7))
    ratios = [*(10.0 ** rng.uniform(-20, 20, 300)), *(1 + 10.0 ** rng.uniform(-16, 0, 100)), 2.0, 0.5, 1e-20, 1e20]
    for ratio, size in zip(ratios, 10.0 ** rng.uniform(-20, 20, len(ratios)), strict=True):
        a, b = float(ratio * size), float(size)
        with localcontext(prec=60):
            exact = float(Decimal(a) if a == b else (Decimal(a) - Decimal(b)) / (Decimal(a) / Decimal(b)).ln())
        for one, other, sign in ((a, b, 1), (b, a, 1), (-a, -b, -1)):
            assert logarithmic_mean(one, other) == pytest.approx(sign * exact, rel=9e-16, abs=0)


def test_effects_sum_to_the_change_on_ten_thousand_inventories():
    """Births, deaths, zeros, equal totals: sum of effects = V_T - V_0 for every source."""
    rng = np.random.Generator(np.random.PCG64(11))
    start, end = random_tables(rng, 10_000, 4)
    effects = lmdi(start, end).sum(axis=1)
    change = end.prod(axis=1) - start.prod(axis=1)
    assert np.allclose(effects, change, rtol=1e-11, atol=1e-12)


def test_time_reversal_changes_the_sign_only():
    """Effects from T to 0 are minus the effects from 0 to T."""
    start, end = random_tables(np.random.Generator(np.random.PCG64(12)), 1_000, 3)
    assert np.allclose(lmdi(start, end), -lmdi(end, start), rtol=1e-12, atol=1e-14)


def test_an_unchanged_factor_has_no_effect():
    """Where x_k is the same at both ends its effect is zero."""
    start, end = random_tables(np.random.Generator(np.random.PCG64(13)), 500, 3)
    end["x2"] = start["x2"]
    assert np.allclose(lmdi(start, end).loc[(start.prod(axis=1) > 0) & (end.prod(axis=1) > 0), "x2"], 0)


def test_offsetting_effects_show_when_totals_are_equal():
    """Activity doubles, intensity halves: + and - the same, not nothing."""
    effects = lmdi(pd.DataFrame({"a": [2.0], "i": [3.0]}), pd.DataFrame({"a": [4.0], "i": [1.5]}))
    # L(6, 6) ln 2 = 6 x 0.6931
    assert effects.iloc[0].tolist() == pytest.approx([6 * np.log(2), -6 * np.log(2)])


def test_a_source_that_appears_gives_its_whole_to_the_factor_that_was_zero():
    """0 x 5 -> 4 x 5: activity takes 20; with two zeros each takes half."""
    one = lmdi(pd.DataFrame({"a": [0.0], "i": [5.0]}), pd.DataFrame({"a": [4.0], "i": [5.0]}))
    two = lmdi(pd.DataFrame({"a": [0.0], "i": [0.0]}), pd.DataFrame({"a": [4.0], "i": [5.0]}))
    assert one.iloc[0].tolist() == [20.0, 0.0]
    assert two.iloc[0].tolist() == [10.0, 10.0]


def test_a_textbook_example_is_met():
    """Two sectors, energy = activity x structure x intensity; L-weighted logs by hand."""
    # Sector 1: 10 -> 20 in activity, intensity 1.0 -> 0.8: V 10 -> 16; L = 6/ln 1.6 = 12.7655
    effects = lmdi(pd.DataFrame({"q": [10.0], "i": [1.0]}), pd.DataFrame({"q": [20.0], "i": [0.8]}))
    assert effects["q"].item() == pytest.approx(6 / np.log(1.6) * np.log(2))
    assert effects["i"].item() == pytest.approx(6 / np.log(1.6) * np.log(0.8))


def test_the_multiplicative_form_multiplies_to_the_ratio_and_is_linked():
    """prod D_k = V_T/V_0 and dV_k = L(V_T, V_0) ln D_k."""
    start, end = random_tables(np.random.Generator(np.random.PCG64(14)), 200, 3)
    d = lmdi_multiplicative(start, end)
    v0, v1 = start.prod(axis=1).sum(), end.prod(axis=1).sum()
    assert d.prod() == pytest.approx(v1 / v0)
    assert (logarithmic_mean(v1, v0) * np.log(d)).tolist() == pytest.approx(lmdi(start, end).sum().tolist())


def test_shapley_takes_zeros_and_negatives_and_sums_exactly():
    """An option for few factors: the sum holds even where logarithms do not exist."""
    start = pd.DataFrame({"a": [2.0, 0.0, -1.0], "i": [3.0, 4.0, 2.0]})
    end = pd.DataFrame({"a": [1.0, 5.0, 1.0], "i": [5.0, 2.0, 2.0]})
    assert shapley(start, end).sum(axis=1).tolist() == pytest.approx((end.prod(axis=1) - start.prod(axis=1)).tolist())


def test_small_totals_and_six_factors_are_no_limit():
    """Half a kilogram has a ratio like any other; six factors are the most that Shapley takes."""
    half = pd.DataFrame({"a": [0.5], "i": [1.0]})
    assert lmdi_multiplicative(half, half * [2.0, 1.0]).tolist() == pytest.approx([2.0, 1.0])
    six = pd.DataFrame(np.ones((1, 6)), columns=list("abcdef"))
    assert shapley(six, six * [2.0, 1, 1, 1, 1, 1]).iloc[0].tolist() == pytest.approx([1.0, 0, 0, 0, 0, 0])


def test_sign_changes_zero_totals_and_too_many_factors_are_refused():
    """Each with its remedy."""
    with pytest.raises(MethodError, match="changes sign"):
        lmdi(pd.DataFrame({"a": [1.0], "i": [1.0]}), pd.DataFrame({"a": [-1.0], "i": [-1.0]}))
    with pytest.raises(MethodError, match="positive totals"):
        lmdi_multiplicative(pd.DataFrame({"a": [0.0]}), pd.DataFrame({"a": [1.0]}))
    with pytest.raises(MethodError, match="orders"):
        wide = pd.DataFrame(np.ones((1, 7)))
        shapley(wide, wide)
    start = pd.DataFrame({"a": [1.0], "i": [1.0]})
    for other in (start.rename(index={0: 1}), start.rename(columns={"i": "j"})):
        with pytest.raises(MethodError, match="same sources and factors"):
            lmdi(start, other)
    with pytest.raises(MethodError, match="not a number"):
        lmdi(pd.DataFrame({"a": [np.nan], "i": [1.0]}), pd.DataFrame({"a": [1.0], "i": [1.0]}))
