"""Activity, mix and own intensity: exact, and the same backwards with the other sign."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.years.lmdi import lmdi, shapley
from carbon.accounting.years.quantity_effects import ACTIVITY, INTENSITY, MIX, effects

LABELS = pd.DataFrame({"scope": "3", "category": 1, "activity": ["a", "a", "b"], "unit": "kg"})


def year(quantity, factor):
    quantity = np.array(quantity, dtype=float)
    return pd.DataFrame({"quantity": quantity, "co2e_kg": quantity * np.array(factor, dtype=float)})


def totals(first, last, drivers=(1.0, 1.0), decompose=lmdi):
    found = effects(LABELS, first, last, drivers, decompose)
    return {step: math.fsum(kg.tolist()) for step, kg in found.effects.items()}, found.signs


def test_growth_mix_and_intensity_by_hand():
    """Twice the driver and twice everything: activity alone. The same group sum moved to a line of a higher factor: mix
    alone. Twice the quantity for the same driver: intensity alone.
    """
    first = year([10, 10, 5], [1, 3, 2])
    assert totals(first, year([20, 20, 10], [1, 3, 2]), (1.0, 2.0))[0] == pytest.approx(
        {ACTIVITY: 50.0, MIX: 0.0, INTENSITY: 0.0})
    assert totals(first, year([5, 15, 5], [1, 3, 2]))[0] == pytest.approx({ACTIVITY: 0.0, MIX: 10.0, INTENSITY: 0.0})
    assert totals(first, year([20, 20, 10], [1, 3, 2]))[0] == pytest.approx(
        {ACTIVITY: 0.0, MIX: 0.0, INTENSITY: 50.0})


def test_a_stream_of_several_factors_is_mix():
    """The same quantity at a higher mean factor, factors being constant: the kinds within the stream have shifted."""
    assert totals(year([10, 10, 5], [1, 3, 2]), year([10, 10, 5], [1, 4, 2]))[0] == pytest.approx(
        {ACTIVITY: 0.0, MIX: 10.0, INTENSITY: 0.0})


@pytest.mark.parametrize(("decompose", "span"), [(lmdi, 20), (shapley, 1)])
def test_the_effects_of_each_stream_sum_to_its_change_over_many_orders(decompose, span):
    """Quantities and factors from 1e-20 to 1e20 (Shapley's own effects outgrow the change: 0.1 to 10), births and
    deaths: to a few units in the last place; backwards, the same with the other sign.
    """
    rng = np.random.Generator(np.random.PCG64(3))
    for _ in range(40):
        first, last = (year(*(10.0 ** rng.uniform(-span, span, (2, 3)) * (rng.random((2, 3)) > 0.1))) for _ in range(2))
        drivers = tuple(10.0 ** rng.uniform(-1, 1, 2))
        forth, back = (effects(LABELS, a, b, d, decompose) for a, b, d in (
            (first, last, drivers), (last, first, drivers[::-1])))
        change = (last["co2e_kg"] - first["co2e_kg"]).to_numpy()
        largest = np.maximum(first["co2e_kg"], last["co2e_kg"]).to_numpy()
        assert (np.abs(sum(forth.effects.values()) - change) <= 1e-12 * largest).all()
        for step in (ACTIVITY, MIX, INTENSITY):
            assert forth.effects[step] == pytest.approx(-back.effects[step], rel=1e-9, abs=1e-10 * largest.max())


def test_what_changes_sign_is_intensity_whole():
    """From 10 kg of invoices to 5 kg of credit notes: -15 kg of intensity: the driver did not grow by it."""
    found, signs = totals(year([0, 0, 10], [1, 1, 1]), year([0, 0, -5], [1, 1, 1]))
    assert found == {ACTIVITY: 0.0, MIX: 0.0, INTENSITY: -15.0}
    assert signs.tolist() == [False, False, True]


def test_amounts_that_cancel_leave_nothing():
    """100 kg, then invoices and credit notes that cancel to rounding: the whole stream went, and no sign changed."""
    last = year([0, 0, 0], [1, 1, 1])
    last.loc[2, "co2e_kg"] = 1e-16
    found, signs = totals(year([0, 0, 100], [1, 1, 1]), last)
    assert found == pytest.approx({ACTIVITY: 0.0, MIX: 0.0, INTENSITY: -100.0})
    assert not signs.any()
