"""A service: sums by tier, step and item, and calls that are not accepted."""

from __future__ import annotations

import math
import re

import pytest

import carbon as cb
from carbon.core.errors import UsageError


def test_tiers_steps_and_items_sum_to_the_total(run):
    """Tier sum = step sum = item sum = total, also of the low and high runs."""
    result = run()
    value, low, high, whole = result.total()
    assert whole
    for column in ("tier", "step", "item"):
        table = result.by(column)
        assert (table["value"].sum(), table["low"].sum(), table["high"].sum()) == pytest.approx((value, low, high))
        assert table["share"].sum() == pytest.approx(1)
    assert low < value < high


def test_doubling_the_users_doubles_terminals_and_network_only(run):
    """The data centre is answered in servers and disks."""
    one, two = (run(users=n).by("tier").set_index("tier")["value"] for n in (1000, 2000))
    assert two["terminals"] == pytest.approx(2 * one["terminals"])
    assert two["network"] == pytest.approx(2 * one["network"])
    assert two["data centre"] == one["data centre"]


def test_no_user_has_no_share_of_a_budget(run):
    """Zero users: terminals and network are zero, a share per user is no data."""
    table = run(users=0).budgets()
    assert math.isnan(table["percent_per_user"].iloc[0])


def test_a_grid_of_another_zone_is_refused(run):
    """The factor must be of the zone in the answers."""
    with pytest.raises(UsageError, match="is of FR, the answer is DE"):
        run(datacentre_zone="DE")


def test_words_have_two_significant_digits(run):
    """The title says what it is: an order of magnitude with a range."""
    assert repr(run()).startswith("Service(shop 2025, order of magnitude: about 1.6 t CO2e a year (1.1 to 2.6)")


@pytest.mark.parametrize("call", [
    lambda: cb.service({"a": 1}, grid_users=None, grid_datacentre=None),
    lambda: cb.Lever(),
    lambda: cb.Lever(id="a", nonsense=1),
])
def test_a_wrong_call_is_answered_by_one_box(call):
    """No bare AttributeError, and no address of another project's pages."""
    with pytest.raises(UsageError) as error:
        call()
    assert error.value.hint
    assert not re.search("https?://", str(error.value))
