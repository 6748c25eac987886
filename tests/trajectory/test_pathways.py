"""Sector, economic, forward-looking and national pathways; rulesets and their findings."""


from datetime import date

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION
from carbon.trajectory import Situation, Target
from carbon.trajectory.pathways import (
    economic_pathway,
    forward_looking_limit,
    milestones,
    renewable_share,
    sector_decarbonisation,
)

YEARS = pd.Index(range(2020, 2031), name="year")
SECTOR = pd.Series(np.linspace(2.0, 0.5, 11), index=YEARS)
FLAT = pd.Series(100.0, index=YEARS)


@pytest.mark.parametrize("growth", [0.9, 1.0, 1.3])
def test_a_company_converges_to_its_sector_whatever_its_market_share(growth: float):
    """SDA: at the end year CI = SI_end for any m; at the base year p = m = 1 gives CI_b."""
    company = pd.Series(np.linspace(10, 10 * growth, 11), index=YEARS)
    table = sector_decarbonisation(company, FLAT, SECTOR, base_kg=30.0, market_share=True)
    # CI_b = 30 kg / 10 units = 3
    assert table["intensity"].iloc[0] == pytest.approx(3.0)
    assert table["intensity"].iloc[-1] == pytest.approx(0.5)


def test_growing_faster_than_the_sector_asks_for_a_steeper_cut():
    """m is the inverse of the change in market share; leaving it out is a named choice."""
    company = pd.Series(np.linspace(10, 20, 11), index=YEARS)
    with_share = sector_decarbonisation(company, FLAT, SECTOR, base_kg=30.0, market_share=True)
    without = sector_decarbonisation(company, FLAT, SECTOR, base_kg=30.0, market_share=False)
    assert (with_share["intensity"].iloc[1:-1] < without["intensity"].iloc[1:-1]).all()


def test_a_company_below_the_sectors_end_is_not_raised_in_silence():
    """d < 0 is clipped to the intensity it has, and flagged: 10 kg / 100 units = 0.1, below the sector's 0.5."""
    table = sector_decarbonisation(FLAT, FLAT, SECTOR, base_kg=10.0, market_share=True)
    assert table["clipped"].all()
    assert table["intensity"].tolist() == pytest.approx([0.1] * 11)


def test_series_of_other_years_and_targets_that_are_due_are_refused():
    """The company's or the sector's years alone are enough; a target of the most recent year is no ambition."""
    later = FLAT.rename(lambda y: y + 1)
    for company, sector in ((later, FLAT), (FLAT, later)):
        with pytest.raises(MethodError, match="do not have the same years"):
            sector_decarbonisation(company, sector, SECTOR, base_kg=30.0, market_share=True)
    with pytest.raises(MethodError, match="not after the most recent year"):
        forward_looking_limit(1000, 500, base_year=2020, recent_year=2030, target_year=2030, net_zero_year=2050,
                              yearly_rate=0.042, residual=0.10)


def test_only_the_economic_pathway_compounds():
    """GEVA: 1 - 0.93^n."""
    value = pd.Series(1.0, index=YEARS)
    assert economic_pathway(value, base_kg=1.0, yearly_rate=0.07)["intensity"].iloc[-1] == pytest.approx(0.93**10)


def test_the_stricter_forward_looking_condition_binds():
    """A company that has halved already is bound by its most recent year."""
    # from base: 1000 (1 - 0.042 x 10) = 580; from recent: 500 (1 - 0.9 x 6/26) = 396.15
    table = forward_looking_limit(1000, 500, base_year=2020, recent_year=2024, target_year=2030, net_zero_year=2050,
                                  yearly_rate=0.042, residual=0.10)
    assert table["limit_kg"].tolist() == pytest.approx([580.0, 396.1538], abs=1e-3)
    assert table["binds"].tolist() == [False, True]


def test_milestones_are_met():
    """The path passes through each milestone; one of them is no path."""
    assert milestones({2020: 100.0, 2022: 60.0}).to_dict() == {2020: 100.0, 2021: 80.0, 2022: 60.0}
    with pytest.raises(MethodError, match="at least two years"):
        milestones({2020: 100.0})
    path = milestones({2020: 100.0, 2024: 60.0, 2030: 0.0})
    assert path.loc[2022] == pytest.approx(80)
    assert path.loc[2030] == 0
    assert renewable_share(2027, {2025: 0.8, 2030: 1.0}) == pytest.approx(0.88)


def target(**changes: object) -> Target:
    return Target(**{"id": "t", "scopes": ("1", "2"), "scope2_method": LOCATION, "base_year": 2020, "target_year": 2030,
                     "reduction": 0.42, **changes})


def check(t: Target, rules: str, *, covered: float = 1000.0, scope3: float = 200.0) -> pd.DataFrame:
    shares = {"1": 0.6, "2": 0.4} if len(t.scopes) == 2 else {"2": 1.0}
    by_scope = pd.Series({"1": 0.6 * covered, "2": 0.4 * covered, "3": scope3})
    plain = Situation(base_kg=1000 * pd.Series(shares), recent_kg=by_scope[[*shares]], recent_year=2024,
                      by_scope=by_scope, excluded_kg=pd.Series({"1": 1000.0 - covered}))
    return t.check(plain, rules=[rules], on=date(2025, 6, 30)).set_index("rule")


def test_one_target_can_pass_one_record_and_fail_another():
    """-42 % in ten years is 4.2 % a year: enough before April 2026; base 2020 to net zero 2040 asks for 5 % of scope 2.
    Of 600 and 400 kg, scope 1 may keep 58 % and scope 2 half: 548 kg, 32 kg less than the target's 580.
    """
    two = target(scopes=("2",))
    assert check(two, "sbti_near_term_pre_2026").loc["ambition", "ok"]
    later = check(two, "sbti_near_term_2026_reading").loc["ambition"]
    # (1 / 20 - 0.042) x 10 years x 1000 kg = 80 kg = 0.080 t
    assert not later["ok"]
    assert later["missing_t"] == pytest.approx(0.080)
    assert later["evidence"] == "to confirm"
    both = check(target(), "sbti_near_term_2026_reading").loc["ambition"]
    assert (both["verdict"], both["missing_t"]) == ("missed", pytest.approx(0.032))


def test_coverage_is_a_share_of_tonnes_and_says_how_many_are_missing():
    """95 % of 1,000 kg: 900 kg covered leaves 50 kg = 0.05 t missing."""
    assert check(target(), "sbti_near_term_pre_2026", covered=900).loc["coverage", "missing_t"] == pytest.approx(0.05)


def test_a_large_scope_3_needs_its_own_target():
    """1,500 of 2,500 kg in scope 3 is 60 %, above the 40 % limit: 67 % of it is missing."""
    row = check(target(), "sbti_near_term_pre_2026", scope3=1500).loc["scope 3 target required"]
    assert not row["ok"]
    assert row["missing_t"] == pytest.approx(0.67 * 1.5)


@pytest.mark.parametrize(("scope3", "needed"), [(600.0, False), (2000 / 3, True)])
def test_a_smaller_scope_3_needs_none(scope3: float, needed: bool):
    """600 of 1,600 kg are 37.5 %; 2,000/3 of 5,000/3 kg are 40 %, the limit itself."""
    row = check(target(), "sbti_near_term_pre_2026", scope3=scope3).loc["scope 3 target required"]
    assert row["ok"] != needed
    assert (row["missing_t"] > 0) == needed


def test_what_is_met_misses_no_tonnes():
    """More than 95 % covered, and more than 4.2 % a year: nothing is missing, and nothing is negative."""
    table = check(target(reduction=0.5), "sbti_near_term_pre_2026", covered=990)
    assert table.loc[["ambition", "coverage"], "missing_t"].tolist() == [0, 0]
    assert table.loc[["ambition", "coverage"], "ok"].tolist() == [True, True]


def test_the_last_bit_of_a_percentage_is_no_missing_tonne_and_a_gram_is():
    """42 % less 1e-12 is met; 1e-6 of 1,000 kg in ten years is a gram missing."""
    assert check(target(reduction=0.42 - 1e-12), "sbti_near_term_pre_2026").loc["ambition", "ok"]
    row = check(target(reduction=0.42 - 1e-6), "sbti_near_term_pre_2026").loc["ambition"]
    assert not row["ok"]
    assert row["missing_t"] == pytest.approx(1e-6)


def test_a_sector_may_rise_and_a_company_grow():
    """The ends are the first and the last year, whatever lies between: SI 1, 3, 2; CI_b = 60 / 10 = 6, d = 4,
    p = 1, -1, 0; tonnes are those of each year's own activity.
    """
    years = pd.Index([2020, 2021, 2022])
    own, sector = pd.Series([10.0, 20.0, 30.0], index=years), pd.Series([1.0, 3.0, 2.0], index=years)
    table = sector_decarbonisation(own, own, sector, base_kg=60.0, market_share=False)
    assert table["p"].tolist() == [1.0, -1.0, 0.0]
    assert table["intensity"].tolist() == [6.0, -2.0, 2.0]
    assert table["co2e_kg"].tolist() == [60.0, -40.0, 60.0]
    # Exactly at the sector's end it neither falls nor is clipped.
    at_end = sector_decarbonisation(own, own, sector, base_kg=20.0, market_share=False)
    assert at_end["intensity"].tolist() == [2.0] * 3
    assert not at_end["clipped"].any()


def test_a_sector_may_end_in_nothing_and_a_company_begin_so():
    """An intensity of zero is one, and so are base-year emissions of nothing; less than nothing is not, nor is an
    activity of nothing in any year, or a second unit.
    """
    years = pd.Index([2020, 2021, 2022])
    own, sector = pd.Series([10.0, 20.0, 30.0], index=years), pd.Series([2.0, 1.0, 0.0], index=years)
    assert sector_decarbonisation(own, own, sector, base_kg=20.0, market_share=True)["co2e_kg"].iloc[-1] == 0.0
    assert sector_decarbonisation(own, own, sector, base_kg=0.0, market_share=True)["co2e_kg"].tolist() == [0.0] * 3
    with pytest.raises(MethodError, match="base-year emissions are -1"):
        sector_decarbonisation(own, own, sector, base_kg=-1.0, market_share=True)
    with pytest.raises(MethodError, match=r"sector's activity in \[2021\]"):
        sector_decarbonisation(own, own.where(own != 20.0, 0.0), sector, base_kg=20.0, market_share=True)
    told = own.copy()
    told.attrs["unit"] = "t"
    other = own.copy()
    other.attrs["unit"] = "km"
    assert len(sector_decarbonisation(told, own, sector, base_kg=20.0, market_share=True)) == 3
    with pytest.raises(MethodError, match="km and t have no common intensity"):
        sector_decarbonisation(told, other, sector, base_kg=20.0, market_share=True)


def test_net_zero_lies_after_the_most_recent_year():
    """In the most recent year itself there is no way left to go."""
    given = {"base_year": 2020, "recent_year": 2024, "target_year": 2030, "yearly_rate": 0.042, "residual": 0.10}
    with pytest.raises(MethodError, match="net-zero year 2024 is not after"):
        forward_looking_limit(1000, 500, net_zero_year=2024, **given)
    assert forward_looking_limit(1000, 500, net_zero_year=2030, **given)["limit_kg"].iloc[1] == pytest.approx(50.0)


def test_a_net_zero_pathway_may_stand_still():
    """Two equal cuts are a plateau, and what may be left is the end; years may be given in any order."""
    path = milestones({2020: 100.0, 2040: 20.0, 2030: 50.0, 2025: 50.0})
    assert path.loc[[2020, 2025, 2028, 2030, 2035, 2040]].tolist() == [100.0, 50.0, 50.0, 50.0, 35.0, 20.0]


def test_a_schedule_is_read_in_the_order_of_its_years():
    """Constant outside them, straight between them, whatever the order they are written in."""
    schedule = {2030: 1.0, 2025: 0.8}
    shares = [renewable_share(y, schedule) for y in (2020, 2025, 2027, 2030, 2040)]
    assert shares == pytest.approx([0.8, 0.8, 0.88, 1, 1])


def test_a_market_share_is_that_of_a_sector_that_changes():
    """The sector doubles while the company stands still: its share halves, so m is 2."""
    years = pd.Index([2020, 2021, 2022])
    own, whole = pd.Series(10.0, index=years), pd.Series([100.0, 200.0, 400.0], index=years)
    sector = pd.Series([2.0, 1.0, 0.5], index=years)
    table = sector_decarbonisation(own, whole, sector, base_kg=30.0, market_share=True)
    assert table["m"].tolist() == [1.0, 2.0, 4.0]


def test_a_company_below_the_sectors_end_keeps_the_intensity_of_its_base_year():
    """1 kg over 10 units in the base year is 0.1 kg a unit, whatever it makes later: 0.1 x 20 = 2 kg."""
    years = pd.Index([2020, 2021, 2022])
    own, sector = pd.Series([10.0, 20.0, 30.0], index=years), pd.Series([2.0, 1.0, 0.5], index=years)
    table = sector_decarbonisation(own, own, sector, base_kg=1.0, market_share=True)
    assert table["intensity"].tolist() == pytest.approx([0.1] * 3)
    assert table["co2e_kg"].tolist() == pytest.approx([1.0, 2.0, 3.0])


@pytest.mark.parametrize("rate", [0.0, 1.0, 1.5, -0.07])
def test_a_rate_of_nothing_or_of_all_is_no_economic_pathway(rate: float):
    """7 is not 7 %, and nothing a year is no target."""
    with pytest.raises(MethodError, match=r"yearly.rate") as wrong:
        economic_pathway(pd.Series(1.0, index=YEARS), base_kg=5.0, yearly_rate=rate)
    assert "7 % a year" in wrong.value.hint


def test_an_economic_pathway_has_its_absolute_tonnes_beside_it():
    """1,000 t over 100 of value added, 7 % a year less per value: where value grows by 10 % a year, 0.93 x 1.1 = 1.023,
    so emissions may rise by 2.3 % a year, which the intensity alone hides.
    """
    value = pd.Series(100.0 * 1.1 ** np.arange(4), index=range(2020, 2024))
    table = economic_pathway(value, base_kg=1e6, yearly_rate=0.07)
    assert table["year"].tolist() == [2020, 2021, 2022, 2023]
    assert table["intensity"].to_numpy() == pytest.approx(1e4 * 0.93 ** np.arange(4))
    assert table["co2e_t"].to_numpy() == pytest.approx(1000 * 1.023 ** np.arange(4))
    assert table["co2e_kg"].to_numpy() == pytest.approx(1000 * table["co2e_t"].to_numpy())
    assert economic_pathway(value.iloc[::-1], base_kg=1e6, yearly_rate=0.07).equals(table)
    assert economic_pathway(value * 1e-9, base_kg=0.5, yearly_rate=0.07)["co2e_kg"].iloc[0] == pytest.approx(0.5)


@pytest.mark.parametrize(("changed", "year"), [
    ({2021: -1.0}, 2021), ({2022: 0.0}, 2022), ({2020: float("nan")}, 2020), ({2023: float("inf")}, 2023)])
def test_value_added_that_changes_its_sign_has_no_intensity(changed: dict[int, float], year: int):
    """Negative, nothing, unknown or endless in any year, or a year left out: refused by name; so is a base of
    nothing.
    """
    value = pd.Series(100.0, index=range(2020, 2024))
    with pytest.raises(MethodError, match=rf"value added is not positive or not known in \[{year}\]"):
        economic_pathway(pd.Series({**value.to_dict(), **changed}), base_kg=1e6, yearly_rate=0.07)
    with pytest.raises(MethodError, match=r"not known in \[2021\]"):
        economic_pathway(value.drop(2021), base_kg=1e6, yearly_rate=0.07)
    with pytest.raises(MethodError, match="emissions per value added"):
        economic_pathway(value, base_kg=0.0, yearly_rate=0.07)


def test_forward_looking_conditions_take_small_amounts_and_refuse_what_is_no_number():
    """Half a kilogram is a base and nothing at all is a most recent year; a rate, a residual or a year that is not
    known is none, and a negative one neither.
    """
    given = {"base_year": 2020, "recent_year": 2024, "target_year": 2030, "net_zero_year": 2050, "yearly_rate": 0.042,
             "residual": 0.10}
    table = forward_looking_limit(0.5, 0.0, **given)
    assert table["limit_kg"].tolist() == pytest.approx([0.29, 0.0])
    for name, wrong in (("yearly_rate", -0.01), ("residual", float("nan")), ("base_year", float("nan")),
                        ("net_zero_year", float("nan")), ("target_year", float("nan"))):
        with pytest.raises(MethodError, match=name):
            forward_looking_limit(1000.0, 500.0, **{**given, name: wrong})


def test_milestones_have_an_end():
    """A milestone without end is none."""
    for wrong in (float("inf"), float("nan"), -1.0):
        with pytest.raises(MethodError, match="no negative or unknown value"):
            milestones({2020: wrong, 2030: 0.0})


def test_a_base_of_nothing_has_no_forward_looking_limit():
    """A percentage of zero does not exist: refused, not a limit of 0."""
    with pytest.raises(MethodError, match="a percentage of nothing"):
        forward_looking_limit(0.0, 80.0, base_year=2019, recent_year=2024, target_year=2030, net_zero_year=2050,
                              yearly_rate=0.042, residual=0.1)


def test_pathways_without_a_base_or_a_direction_are_refused():
    """A sector that does not move, a company without activity, a value added of nothing."""
    years = pd.Index([2020, 2030])
    activity, sector = pd.Series([10.0, 10.0], index=years), pd.Series([0.5, 0.2], index=years)
    for own, intensity, message in ((activity, sector * 0 + 0.5, "does not change"),
                                    (activity * 0, sector, "company's activity in .2020, 2030. is not known")):
        with pytest.raises(MethodError, match=message):
            sector_decarbonisation(own, activity, intensity, base_kg=8.0, market_share=True)
