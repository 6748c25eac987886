"""Contraction, coverage, what is left of a budget, and the models' closed forms, each once by hand."""

import numpy as np
import pytest
from series_of_years import series

from carbon.trajectory import fit
from carbon.trajectory.fitting import closed_forms


def test_lines_give_back_the_slope_they_were_made_of():
    """A series of exactly -5 % a year in logs: every line finds the rate, and the least-squares spread is zero."""
    kg = series(*np.exp(-0.05 * np.arange(9)))
    found = {f.__name__: f(kg, [2030]).iloc[0] for f in (closed_forms.log_linear, closed_forms.theil_sen,
                                                         closed_forms.broken_line)}

    for row in found.values():
        assert row["rate"] == pytest.approx(-0.05)
        assert row["median_kg"] == pytest.approx(np.exp(-0.5))
    assert found["log_linear"]["sd"] == pytest.approx(0, abs=1e-9)


def test_the_closed_form_is_what_the_fit_predicts():
    """The shrunken drift alone gives the median that `fit` gives with that model."""
    kg = series(100, 97, 90, 91, 80, 78)

    found = fit(kg, until=2030, model="shrunken_drift")

    alone = closed_forms.shrunken_drift(kg, [2030]).iloc[0]["median_kg"]
    assert found.table.set_index("year").loc[2030, "median_kg"] == pytest.approx(alone)
