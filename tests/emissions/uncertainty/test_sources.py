"""Sources of uncertainty that are unknown or impossible are not accepted."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import (
    gsd2_of_percent,
    interval,
    make_uncertain_rows,
)

SIGMA = math.log(1.5) / 2  # GSD2 = 1.5


def on_factors(kg, factor, *, sigma=SIGMA, distribution="lognormal"):
    """Rows with one doubt each, that of their factor."""
    ids = pd.Series([f"f{i}" for i in factor])
    sources = pd.DataFrame({"source_id": ids.unique(), "of": "factor", "distribution": distribution, "spread": sigma})
    return make_uncertain_rows(np.asarray(kg, float), {"factor": ids}, sources)


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
