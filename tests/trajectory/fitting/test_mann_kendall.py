"""Mann-Kendall on both sides of the limit between counting and approximation."""

import math

import numpy as np
import pytest

from carbon.core.errors import MethodError
from carbon.trajectory import mann_kendall


def two_sided(z: float) -> float:
    return math.erfc(z / math.sqrt(2))


def test_ten_values_are_counted_and_eleven_are_approximated():
    """Strictly rising: 2 / 10! of the orders of ten; for eleven S = 55, variance = 11 x 10 x 27 / 18 = 165, z = 54 /
    sqrt.
    """
    assert mann_kendall(np.arange(10)) == (45, pytest.approx(2 / math.factorial(10)))
    assert mann_kendall(np.arange(11)) == (55, pytest.approx(two_sided(54 / math.sqrt(165)), rel=1e-9))
    assert mann_kendall(-np.arange(11))[0] == -55


def test_ties_narrow_the_variance():
    """Six pairs of equal values: S = 66 - 6 = 60; variance = (12 x 11 x 29 - 6 x 2 x 1 x 9) / 18 = 3,720 / 18."""
    expected = two_sided(59 / math.sqrt(3720 / 18))
    assert mann_kendall(np.repeat(np.arange(6), 2)) == (60, pytest.approx(expected, rel=1e-9))
    assert mann_kendall(np.ones(12)) == (0, 1.0)
    assert mann_kendall([1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1]) == (0, 1.0)


def test_two_values_or_one_unknown_have_no_direction():
    """Each alone is refused."""
    for values in ([1.0, 2.0], [1.0, 2.0, math.nan, 4.0], [1.0, math.inf, 2.0]):
        with pytest.raises(MethodError, match="at least three finite values"):
            mann_kendall(values)
