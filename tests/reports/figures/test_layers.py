"""The numbers of stacked bars: each line of the table is in one of them, and only one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from matplotlib import pyplot as plt

from carbon.reports.figures.layers import by_pair, layers, stack

ENERGY = pd.DataFrame({"month": ["2024-02", "2024-01", "2024-02"], "carrier": ["gas", "power", "power"],
                       "co2e_t": [1.0, 2.0, np.nan]})


def test_layers_stand_in_order_and_without_holes():
    """Places and parts are sorted; where a part has no line, or no figure, its layer is 0."""
    months, carriers = layers(ENERGY, "month", "carrier")

    assert months == ["2024-01", "2024-02"]
    # gas: none in January, 1 in February;  power: 2 in January, not known in February
    assert {of: values.tolist() for of, values in carriers.items()} == {"gas": [0.0, 1.0], "power": [2.0, 0.0]}
    assert list(carriers) == ["gas", "power"]


def test_a_table_without_lines_has_no_layers():
    """Nothing is drawn of an empty table."""
    assert layers(ENERGY.head(0), "month", "carrier") == ([], {})


def test_two_lines_of_one_bar_are_refused():
    """Of two lines with the same place and part one would be lost: a figure says so instead of drawing the other."""
    twice = pd.concat([ENERGY, ENERGY.head(1)])

    with pytest.raises(ValueError, match=r"2024-02.*gas"):
        by_pair(twice, "month", "carrier")


def test_what_is_below_zero_is_drawn_to_the_other_side():
    """3 and -2 of one bar: neither lies on the other, and the bar ends where what is above zero ends."""
    _, ax = plt.subplots()
    ends = stack(ax, [0], [(np.array([3.0]), "r", "a"), (np.array([-2.0]), "g", "b"), (np.array([1.0]), "b", "c")])
    assert [(bar.get_x(), bar.get_width()) for bar in ax.patches] == [(0.0, 3.0), (0.0, -2.0), (3.0, 1.0)]
    assert ends.tolist() == [4.0]
