"""Attribution of investees' emissions: worked examples of the Technical Guidance (ch. 15) and of PCAF Part A (2022)."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from carbon.activities.kinds import attribution
from carbon.core.errors import MethodError


def test_equity_of_examples_15_1_and_15_2():
    """493,000 t by reports; by revenue 90,000, 562,500, 690,000 and 990,000 kg (the guidance prints 900,000)."""
    t = attribution.financed_kg(np.array([120_000.0, 200_000, 1_600_000, 60_000]),
                                attribution=np.array([0.4, 0.15, 0.25, 0.25]))
    assert t.sum() == pytest.approx(493_000)
    kg = attribution.financed_by_revenue_kg(
        np.array([3_000_000.0, 7_500_000, 1_150_000, 3_300_000, 2_200_000]),
        kg_per_revenue=np.array([0.6, 0.5, 3.0, 2.0, 1.5]), attribution=np.array([0.05, 0.15, 0.2, 0.1, 0.1]))
    assert kg == pytest.approx([90_000, 562_500, 690_000, 660_000, 330_000])


def test_projects_of_examples_15_3_and_15_4():
    """26,833 t by reports and share of costs; 7,519 t by cost or revenue and sector."""
    share = attribution.attribution_factor(pd.Series([1e6, 5e6, 3e6, 1e7]), pd.Series([2e7, 5e7, 6e7, 9e7]))
    t = attribution.financed_kg(pd.Series([200_000.0, 10_000, 250_000, 30_000]), attribution=share)
    assert round(t.sum()) == 26_833
    t = attribution.financed_by_revenue_kg(np.array([20.0, 8, 3, 15]), kg_per_revenue=np.array([310.0, 325, 500, 9000]),
                                           attribution=np.array([0.07, 0.1, 0.05, 0.05]))
    assert t.sum() == pytest.approx(7519)


def test_projected_lifetime_of_example_15_5():
    """7,000,000 t x 30 or 60 years x 15 % = 31,500,000 or 63,000,000 t."""
    t = attribution.project_lifetime_kg(7e6, lifetime_years=np.array([30.0, 60.0]), attribution=0.15)
    assert t == pytest.approx([31_500_000, 63_000_000])


def test_evic_attributes_all_of_a_company():
    """PCAF box 5: equity 50, debt 50, cash 20: half to equity and half to debt, 100 % in all."""
    value = attribution.evic(ordinary_shares=50.0, preferred_shares=0.0, debt=50.0, minority_interests=0.0)
    assert attribution.attribution_factor(50.0, value) + attribution.attribution_factor(50.0, value) == 1.0


def test_negative_equity_counts_as_zero():
    """PCAF, footnote 90: all emissions go to the debt."""
    assert attribution.equity_plus_debt(-30.0, 20.0) == 20.0
    assert attribution.equity_plus_debt(pd.Series([30.0, -30.0]), pd.Series([20.0, 20.0])).tolist() == [50.0, 20.0]


def test_a_portfolio_of_pcaf():
    """Table 5-9: scope 1 6,100 t and scope 2 1,260 t of three companies."""
    share = np.array([0.1, 0.25, 0.2])
    assert attribution.financed_kg(np.array([1000.0, 20_000, 5000]), attribution=share).sum() == pytest.approx(6100)
    assert attribution.financed_kg(np.array([100.0, 5000, 0]), attribution=share).sum() == pytest.approx(1260)


def test_scores_of_pcaf():
    """Box 8: the loans weigh to 3.03; options have the scores of tables 5-3, 5-14 and 5-16."""
    outstanding = np.array([522_425.0, 187_449, 82_778, 108_997, 67_556, 54_762])
    assert round(attribution.weighted_pcaf_score(outstanding, np.array([3, 5, 1, 1, 2, 5])), 2) == 3.03
    assert [attribution.pcaf_score("listed_equity", o) for o in ("1a", "1b", "2a", "2b", "3a", "3b", "3c")] == [
        1, 2, 2, 3, 4, 5, 5]
    assert [attribution.pcaf_score("mortgage", o) for o in ("1a", "1b", "2a", "2b", "3")] == [1, 2, 3, 4, 5]
    assert [attribution.pcaf_score("motor_vehicle_loan", o) for o in ("1a", "1b", "2a", "2b", "3a", "3b")] == [
        1, 1, 2, 3, 4, 5]


def test_sovereign_debt_of_pcaf():
    """Table 5-20: a million dollars of Singapore 106 t, of Hong Kong 91 t (printed to whole tonnes); scores of 5-26."""
    share = attribution.attribution_factor(1.0, np.array([579_762.0, 469_182.0]))
    t = attribution.financed_kg(np.array([61_451_586.0, 42_654_105.0]), attribution=share)
    assert t.round().tolist() == [106, 91]
    assert [attribution.pcaf_score("sovereign_debt", o) for o in ("1a", "1b", "2a", "3a", "3b")] == [1, 2, 3, 4, 5]


def test_amounts_alone():
    """Option 3c: 1,000 outstanding x turnover 0.5 x 0.2 kg = 100 kg."""
    assert attribution.financed_by_assets_kg(1000.0, kg_per_asset=0.2, asset_turnover=0.5) == 100.0


@pytest.mark.parametrize("wrong", [
    lambda: attribution.attribution_factor(10.0, 0.0), lambda: attribution.attribution_factor(10.0, 5.0),
    lambda: attribution.attribution_factor(-1.0, 5.0), lambda: attribution.financed_kg(1.0, attribution=40.0),
    lambda: attribution.pcaf_score("crypto", "1a"), lambda: attribution.pcaf_score("mortgage", "3c"),
    lambda: attribution.weighted_pcaf_score(np.array([1.0]), np.array([6])),
    lambda: attribution.weighted_pcaf_score(np.array([0.0]), np.array([3])),
    lambda: attribution.project_lifetime_kg(1.0, lifetime_years=0.0, attribution=0.1)])
def test_impossible_shares_raise(wrong):
    """An EVIC of zero, an amount above it, a percentage for a share: never a figure."""
    with pytest.raises(MethodError):
        wrong()
