"""Contraction, coverage, what is left of a budget, and the models' closed forms, each once by hand."""

import numpy as np
import pytest
from series_of_years import series

from carbon.trajectory import fit
from carbon.trajectory.fitting import closed_forms


def test_the_line_gives_back_the_slope_it_was_made_of():
    """A series of exactly -5 % a year in logs: the line finds the rate, and its spread is zero."""
    row = closed_forms.log_linear(series(*np.exp(-0.05 * np.arange(9))), [2030]).iloc[0]

    assert row["rate"] == pytest.approx(-0.05)
    assert row["median_kg"] == pytest.approx(np.exp(-0.5))
    assert row["sd"] == pytest.approx(0, abs=1e-9)


def test_the_closed_form_is_what_the_fit_predicts():
    """The shrunken drift alone gives the median that `fit` gives with that model."""
    kg = series(100, 97, 90, 91, 80, 78)

    found = fit(kg, until=2030, model="shrunken_drift")

    alone = closed_forms.shrunken_drift(kg, [2030]).iloc[0]["median_kg"]
    assert found.table.set_index("year").loc[2030, "median_kg"] == pytest.approx(alone)
