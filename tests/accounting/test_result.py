"""The questions that an inventory answers: totals and views that sum to its rows, and its short view."""

import pytest

from carbon.core.exact import exact_total

SCOPE1, LOCATION, MARKET = 610.0, 50.0, 56.0  # by hand, as in test_company
SCOPE3 = 130.0 + 134.0 + 220.4


def test_both_totals_are_the_ones_worked_by_hand(hand):
    """Scope 1 + scope 2 by one method + scope 3; biogenic CO2 stands beside: 100 L x 0.2 kg."""
    assert hand.total("location-based") == pytest.approx(SCOPE1 + LOCATION + SCOPE3, rel=1e-9)
    assert hand.total("market-based") == pytest.approx(SCOPE1 + MARKET + SCOPE3, rel=1e-9)
    assert hand.table["biogenic_co2_kg"].sum() == pytest.approx(20.0, rel=1e-9)


def test_all_views_sum_to_the_rows(hand):
    """By scope = by category and scope = by site = the rows, for both methods."""
    for method in ("location-based", "market-based"):
        rows = hand.emissions[hand.emissions["scope2_method"].isin(["", method])]
        by_scope = hand.by_scope()
        by_scope = by_scope[by_scope["scope2_method"].isin(["", method])]["co2e_kg"]
        by_site = hand.by_site()
        by_site = by_site[by_site["scope2_method"].isin(["", method])]["co2e_kg"]
        table = hand.table[hand.table["scope2_method"].isin(["", method])]["co2e_kg"]
        for view in (by_scope, by_site, table):
            assert exact_total(view.dropna()) == pytest.approx(hand.total(method), rel=1e-12)
        assert exact_total(rows["co2e_kg"]) == hand.total(method)


def test_the_short_view_is_short_and_stable(hand):
    """The repr is a line with both totals, the text scopes and rows; the HTML carries the ids of its figures."""
    assert repr(hand) == repr(hand) and "location-based" in repr(hand) and "market-based" in repr(hand)
    assert str(hand) == str(hand)
    assert len(str(hand).splitlines()) == 8
    assert 'id="hand/2024/scope2-market"' in hand._repr_html_()


def test_the_display_in_a_notebook_counts_the_breaches(hand):
    """One line: how many are open, and what the largest one is."""
    open_ones = hand.breaches().query("accepted == ''")
    shown = hand._repr_html_()
    assert f"Breaches: {len(open_ones) or 'none'}" in shown
    assert ("inv.breaches()" in shown) == bool(len(open_ones))
