"""Intervals of an inventory: shares of sources, suppliers, intensities and changes."""

import math

import pandas as pd
import pytest
from rows_of_spend import SPEND

from carbon.accounting.uncertainty import change_between, uncertainty_of
from carbon.core.errors import MethodError


def test_what_is_written_to_shares_of_doubt_is_not_in_the_next_answer(make):
    """They are kept by figure; each caller gets a table of its own."""
    found = uncertainty_of(make({**SPEND}, {**SPEND, "supplier": "other"}))
    first = found.contributions("3.1")
    first.loc[:, "share"] = 0.0

    assert found.contributions("3.1")["share"].sum() == pytest.approx(1.0)
    assert found.by_source("3.1")["share"].sum() == pytest.approx(1.0)


def test_a_shared_rate_widens_the_total_and_not_as_if_rows_were_apart(make):
    """A hundred dollar lines, each on its own supplier: their one exchange rate is one source, with the sum of their
    rows.
    """
    rows = [{**SPEND, "supplier": f"s{i}"} for i in range(100)]
    plain, dollars = (uncertainty_of(make(*rows, currency=[c] * 100)) for c in ("EUR", "USD"))
    table = dollars.contributions("3.1").set_index("source_id")

    rate = table.loc["exchange rate:transaction_date USD>EUR"]
    assert rate["rows"] == 100
    assert not rate["stated"]
    width = [u.table.set_index("figure").loc["3.1", "sd_kg"] for u in (plain, dollars)]
    assert width[1] > width[0]
    by_source = dollars.by_source("3.1").set_index("of")
    assert by_source["share"].sum() == pytest.approx(1.0)
    assert by_source.loc["exchange rate", "share"] == pytest.approx(rate["share"])


def test_each_supplier_has_an_interval_of_its_own_rows(make):
    """90 kg of A on one factor, 2 x 5 kg of B: largest first, each as its rows alone would give, and wider than
    nothing.
    """
    rows = [{**SPEND, "supplier": "A", "co2e_kg": 90.0}, *[{**SPEND, "supplier": "B", "co2e_kg": 5.0}] * 2]
    whole, alone = uncertainty_of(make(*rows)), uncertainty_of(make(rows[0]))
    table = whole.suppliers(5).set_index("figure")

    assert table.index.tolist() == ["supplier/A", "supplier/B"]
    assert table["co2e_kg"].tolist() == [90.0, 10.0]
    expected = alone.table.set_index("figure").loc["3.1", ["low_kg", "high_kg"]]
    assert table.loc["supplier/A", ["low_kg", "high_kg"]].tolist() == expected.tolist()
    assert whole.suppliers(1)["figure"].tolist() == ["supplier/A"]


def test_an_intensity_has_the_doubt_of_both(make):
    """100 kg for 4 people counted exactly: a quarter of the figure and its interval; +- 10 % of revenue widens it as
    two lognormals do.
    """
    found = uncertainty_of(make({**SPEND, "co2e_kg": 100.0}))
    line = found.table.set_index("figure").loc["3.1"]
    exact, wide = found.intensity("3.1", 4, percent=0), found.intensity("3.1", 4, percent=10)

    assert exact["kg"] == wide["kg"] == 25.0
    assert [exact["low_kg"], exact["high_kg"]] == pytest.approx([line["low_kg"] / 4, line["high_kg"] / 4])
    log_width = [math.log(i["high_kg"] / i["low_kg"]) / (2 * 1.959964) for i in (exact, wide)]
    assert log_width[1] ** 2 - log_width[0] ** 2 == pytest.approx((math.log(1.1) / 2) ** 2, rel=1e-5)
    for amount in (0, -1, float("nan")):
        with pytest.raises(MethodError, match="No intensity"):
            found.intensity("3.1", amount, percent=0)


def test_the_interval_knows_which_rows_share_a_factor(hand):
    """The figure lies inside; as if rows shared nothing it is narrower; shares of the sources sum to 1; draws agree."""
    found = hand.uncertainty()
    table = found.table.set_index("figure")

    assert table.loc["total-market", "co2e_kg"] == hand.total("market-based")
    assert (table["low_kg"] < table["co2e_kg"]).all()
    assert (table["co2e_kg"] < table["high_kg"]).all()
    assert table.loc["scope3", "high_independent_kg"] < table.loc["scope3", "high_kg"]
    assert found.contributions("scope3")["share"].sum() == pytest.approx(1.0)
    assert found.requests("scope3", 3)["narrows"].is_monotonic_decreasing
    drawn = found.simulate(draws=5_000, seed=1).set_index("figure")
    assert (abs(drawn["mean_kg"] - table["mean_kg"]) < 5 * drawn["mean_error_kg"]).all()
    assert drawn["p97.5_kg"].to_numpy() == pytest.approx(table["high_kg"].to_numpy(), rel=0.05)


def test_figures_taken_together_have_the_intervals_they_have_alone(hand, monkeypatch):
    """All figures in one go, or one after the other as for long tables: the same to the last bit."""
    together = hand.uncertainty()
    monkeypatch.setattr("carbon.accounting.uncertainty.TOGETHER", 0)

    pd.testing.assert_frame_equal(hand.uncertainty().table, together.table, check_exact=True)
    pd.testing.assert_frame_equal(hand.uncertainty().suppliers(5), together.suppliers(5), check_exact=True)


def test_the_change_of_equal_years_is_surer_than_their_level(hand):
    """The same year twice: what both share cancels in %."""
    found = change_between(hand, hand, scope2_method="market-based")
    level = hand.uncertainty().table.set_index("figure").loc["total-market"]

    assert found.share == pytest.approx(0.0)
    assert found.ratio_sd < level["sd_kg"] / level["mean_kg"]
