"""Sources of uncertainty that are unknown or impossible are not accepted."""


import pandas as pd
import pytest
from rows_on_factors import on_factors

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import (
    gsd2_of_percent,
    interval,
    make_uncertain_rows,
)


def test_what_cannot_be_is_refused():
    """A lognormal interval around a negative mean, GSD2 below 1, an unknown source, a spread below zero."""
    with pytest.raises(MethodError, match="No lognormal"):
        interval(-1.0, 2.0)
    with pytest.raises(MethodError, match="impossible spread"):
        on_factors([1.0], [0], sigma=-0.1)
    with pytest.raises(MethodError, match="impossible spread"):
        on_factors([1.0], [0], distribution="beta")
    with pytest.raises(MethodError, match="unknown sources"):
        make_uncertain_rows([1.0], {"factor": pd.Series(["x"])}, pd.DataFrame(
            {"source_id": ["f"], "of": ["factor"], "distribution": ["normal"], "spread": [0.1]}))
    with pytest.raises(MethodError):
        gsd2_of_percent(-5)
