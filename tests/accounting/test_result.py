"""The questions that an inventory answers: totals and views that sum to its rows, and its short view."""

import contextlib
from dataclasses import replace

import pandas as pd
import pytest

from carbon.core.exact import exact_total
from carbon.params.shapes.company import AcceptedRejects

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


def test_a_copy_with_other_fields_answers_from_them(hand):
    """Shares, energy states and totals of a copy are those of its own ledger, params and emissions, also where the
    first inventory has answered before.
    """
    first = len(hand.rejected_shares), len(hand.energy_states()), hand.total("location-based")
    accepted = {"purchases": AcceptedRejects(rows=0.25, amount=0.25)}
    other = replace(hand, emissions=hand.emissions.iloc[:0],
                    params=hand.params.model_copy(update={"max_rejected_share": accepted}))

    limits = other.rejected_shares.set_index("kind")["limit"]
    assert set(limits["purchases":"purchases"]) == {0.25} and not len(other.energy_states())
    assert (len(hand.rejected_shares), len(hand.energy_states()), hand.total("location-based")) == first
    assert first[1] > 0 and other.total("location-based") != first[2]


def test_the_short_view_is_short_and_stable(hand):
    """The repr is a line with both totals, the text scopes and rows; the HTML carries the ids of its figures."""
    assert repr(hand) == repr(hand) and "location-based" in repr(hand) and "market-based" in repr(hand)
    assert str(hand) == str(hand)
    assert len(str(hand).splitlines()) == 10
    assert 'id="hand/2024/scope2-market"' in hand._repr_html_()


def test_the_display_in_a_notebook_counts_the_breaches(hand):
    """One line: how many are open, and what the largest one is."""
    open_ones = hand.breaches().query("accepted == ''")
    shown = hand._repr_html_()
    assert f"Breaches: {len(open_ones) or 'none'}" in shown
    assert ("inv.breaches()" in shown) == bool(len(open_ones))


def frames_of(inventory):
    """Every table that a public attribute, property or call without further arguments gives, by its name."""
    calls = ("by_scope", "by_category", "by_site", "by_carrier", "by_tier", "coverage", "causes", "energy_states",
             "expectations", "breaches", "boundary", "counted_twice", "unused_factors")
    found = {name: getattr(inventory, name) for name in dir(inventory) if not name.startswith("_")}
    found |= {name: found[name]() for name in calls}
    asked, method = inventory.what_if(), {"scope2_method": "market-based"}
    found |= {"rows": inventory.rows(**method), "pivot": inventory.pivot("site", "scope", **method),
              "what if": asked.inventory.emissions, "what if rows": asked.inventory.rows(**method),
              "explored": inventory.explore().table("3"), "interval": inventory.uncertainty().table,
              "explained": inventory.explain("scope1").rows,
              "library": inventory.library.table, **{f"records {k}": t for k, t in inventory.records.items()}}
    return {name: value for name, value in found.items() if isinstance(value, pd.DataFrame)}


@pytest.mark.filterwarnings("ignore")
def test_no_table_that_is_handed_out_changes_a_total(hand_company, tmp_path):
    """Every cell of every public table is overwritten, by its columns, arrays and views: all figures stay."""
    inventory = hand_company.inventory(tmp_path)
    figures = inventory.by_scope(), inventory.by_category(), inventory.by_tier(), inventory.explain("3.6").rows
    tables = frames_of(inventory)
    assert len(tables) > 30
    for name in tables:
        for place in range(tables[name].shape[1]):
            column = tables[name].iloc[:, place]
            for array in (column.array, column.values, column.to_numpy(), column.to_numpy()[:1]):
                with contextlib.suppress(ValueError, AttributeError):
                    array.setflags(write=True)
                with contextlib.suppress(ValueError, TypeError, IndexError, AttributeError):
                    array[:] = array[::-1] * 2
                with contextlib.suppress(ValueError, TypeError, IndexError, AttributeError):
                    array[0] = array[-1]
        with contextlib.suppress(ValueError, TypeError):
            tables[name].iloc[:, :] = tables[name].iloc[::-1].to_numpy()
        del tables[name]["co2e_kg" if "co2e_kg" in tables[name] else tables[name].columns[0]]
    again = inventory.by_scope(), inventory.by_category(), inventory.by_tier(), inventory.explain("3.6").rows
    for before, after in zip(figures, again, strict=True):
        pd.testing.assert_frame_equal(before, after)
