"""Streams of an inventory: exact sums by what the bridge decomposes."""

import math
from decimal import Decimal

import numpy as np
import pytest

from carbon.accounting.years.streams import decimal_sums, streams
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


def test_money_is_summed_as_read(make_emissions):
    """0.10 + 0.20 - 0.30 EUR is 0, not 5e-17; of a quantity in litres the float sum stays what it is."""
    lines = [{"quantity": q, "unit": "EUR", "activity": "purchase"} for q in (0.1, 0.2, -0.3)]
    lines += [{"quantity": q, "unit": "L"} for q in (0.1, 0.2, -0.3)]
    made = streams(make_emissions(*lines)).set_index("unit")["quantity"]
    assert made["EUR"] == 0.0
    assert made["L"] != 0.0


def test_decimal_sums_are_those_of_decimal_numbers():
    """Ten thousand cents and thousandths in fifty groups, against `decimal`; a group with a converted amount is summed
    as its floats.
    """
    rng = np.random.Generator(np.random.PCG64(1))
    values = np.round(rng.normal(0, 10_000, 10_000), rng.integers(0, 4))
    code = rng.integers(0, 50, 10_000)
    expected = [float(sum((Decimal(repr(v)) for v in values[code == g].tolist()), Decimal(0))) for g in range(50)]
    assert decimal_sums(values, code, 50).tolist() == expected
    values[0] = 1 / 3
    group = int(code[0])
    assert decimal_sums(values, code, 50)[group] == math.fsum(values[code == group].tolist())
