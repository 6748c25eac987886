"""Streams of an inventory: exact sums by what the bridge decomposes."""

import numpy as np
import pytest

from carbon.accounting.years.streams import streams
from carbon.core.errors import MethodError


def test_streams_are_exact_sums_whether_lines_stand_alone_or_together(make_emissions):
    """Alone, a line is its own sum; together, 1e16 + 1 + 1 - 1e16 is 2; all lines in one stream lose no decimal."""
    alone = {"site": "a", "co2e_kg": 0.3, "quantity": 0.1}
    lines = [{"site": "b", "co2e_kg": kg, "quantity": 0.5} for kg in (1e16, 1.0, 1.0, -1e16)]
    made = streams(make_emissions(alone, *lines)).set_index("site")
    assert made["co2e_kg"].to_dict() == {"a": 0.3, "b": 2.0}
    assert made["quantity"].to_dict() == {"a": 0.1, "b": 2.0}
    together = streams(make_emissions({"co2e_kg": 0.3, "quantity": 0.25}, {"co2e_kg": 0.4, "quantity": 0.5}))
    assert together[["co2e_kg", "quantity"]].to_numpy().tolist() == [[0.7, 0.75]]


def test_a_line_that_is_no_number_is_refused_even_where_it_stands_alone(make_emissions):
    """An unknown quantity never becomes zero or a silent gap."""
    rows = make_emissions({"site": "a"}, {"site": "b"})
    rows.loc[0, "co2e_kg"] = np.nan
    with pytest.raises(MethodError):
        streams(rows)
