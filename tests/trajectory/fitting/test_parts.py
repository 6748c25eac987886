"""Total and parts: shared shocks keep the sum's interval honest, and the gap between both ways is printed."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import CarbonError, MethodError
from carbon.trajectory import fit_parts
from carbon.trajectory.fitting.parts import PRIOR_STEPS, _correlation

YEARS = range(2015, 2025)
KG = pd.Series([1000 * 0.95**i * (1 + 0.02 * (-1) ** i) for i in range(10)], index=YEARS)


def but(year: int, value: float, series: pd.Series = KG) -> pd.Series:
    return series.where(series.index != year, value)


def table(shared: float, own: float, *, rates=(-0.06, 0.0, 0.04), n: int = 14, seed: int = 3) -> pd.DataFrame:
    rng = np.random.Generator(np.random.PCG64(seed))
    shock = rng.normal(0, shared, (n, 1)) + rng.normal(0, own, (n, len(rates)))
    kg = 1000 * np.exp(np.cumsum(np.array(rates) + shock, axis=0))
    return pd.DataFrame(kg, index=range(2012, 2012 + n), columns=["1", "2", "3.1"][:len(rates)])


def test_the_gap_between_bottom_up_and_top_down_is_shown():
    """Parts that fall and parts that rise: the growing part takes over, so the sum bends up against the total's own
    trend.
    """
    made = fit_parts(table(0.0, 0.02), until=2035, seed=1)
    last = made.gap.iloc[-1]
    assert last["gap_kg"] == pytest.approx(last["bottom_up_kg"] - last["top_down_kg"])
    assert last["gap_kg"] > 0
    assert "bottom-up +" in repr(made)


def test_shared_shocks_do_not_average_out():
    """The same spread of each part: common shocks leave the interval of the sum far wider than independent ones."""
    common = fit_parts(table(0.08, 0.01, rates=(0.0, 0.0, 0.0)), until=2030, seed=1)
    apart = fit_parts(table(0.01, 0.08, rates=(0.0, 0.0, 0.0)), until=2030, seed=1)
    assert common.shared > 0.6 > apart.shared
    width = [np.log(p.gap["high_80_kg"] / p.gap["low_80_kg"]).iloc[-1] for p in (common, apart)]
    assert width[0] > 1.15 * width[1]


def test_the_same_seed_gives_the_same_bits():
    """And another seed nearly the same figures."""
    one, two, other = (fit_parts(table(0.03, 0.03), until=2030, seed=s) for s in (5, 5, 6))
    assert one.gap.equals(two.gap)
    assert other.gap["bottom_up_kg"].to_numpy() == pytest.approx(one.gap["bottom_up_kg"].to_numpy(), rel=0.01)


def test_a_closed_source_ends_and_a_source_with_zeros_is_held():
    """Nothing is fitted on a log scale where there is a zero, and nothing is dropped."""
    parts = table(0.02, 0.02).assign(closed=[5.0] * 10 + [0.0] * 4, started=[0.0] * 10 + [40.0] * 4)
    made = fit_parts(parts, until=2030, seed=1)
    assert made.closed == ("closed",)
    assert made.held == {"started": 40.0}
    without = fit_parts(parts.drop(columns=["closed", "started"]), until=2030, seed=1)
    assert made.gap["bottom_up_kg"].to_numpy() == pytest.approx(without.gap["bottom_up_kg"].to_numpy() + 40.0)


def test_parts_say_their_seed_their_draws_and_what_was_left_out():
    """Kept with the figure: another seed is another figure, and a category that was not known is in neither sum."""
    years = range(2018, 2024)
    table = pd.DataFrame({"a": np.linspace(90, 80, 6), "b": np.linspace(50, 55, 6)}, index=years)
    table.attrs["left_out"] = ("3.6", "3.7")
    made = fit_parts(table, until=2026, seed=7, draws=300)
    assert (made.seed, made.draws, made.left_out) == (7, 300, ("3.6", "3.7"))


@pytest.mark.parametrize(("change", "message"), [
    (lambda t: t[["1"]], "too few"), (lambda t: t[t.index != 2015].reindex(t.index), "years without a figure"),
    (lambda t: t.assign(credits=-5.0), "negative"), (lambda t: t.iloc[:2], "too few"),
])
def test_parts_that_cannot_be_fitted_are_refused(change, message: str):
    """Each with its remedy."""
    with pytest.raises(MethodError, match=message):
        fit_parts(change(table(0.02, 0.02)), until=2030, seed=1)


def test_where_one_part_is_nearly_all_its_interval_is_that_of_the_sum():
    """The second part is a millionth: the simulated sum has the median and the 80 % interval of the first part's own
    fit, within what 20,000 draws can tell, whether the two move together or not.
    """
    years = range(2014, 2024)
    steps = np.array([0.05, -0.1, 0.02, -0.06, 0.08, -0.12, 0.03, -0.04, 0.01, -0.02])
    main = 1000.0 * np.exp(np.cumsum(steps))
    for tiny in (1e-3 * np.exp(np.cumsum(steps)), 1e-3 * np.exp(np.cumsum(steps[::-1]))):
        made = fit_parts(pd.DataFrame({"1": main, "2": tiny}, index=years), until=2026, seed=3, draws=20_000)
        own = made.parts["1"].table
        assert made.gap["bottom_up_kg"].to_numpy() == pytest.approx(own["median_kg"].to_numpy(), rel=0.01)
        assert made.gap["low_80_kg"].to_numpy() == pytest.approx(own["low_80_kg"].to_numpy(), rel=0.02)
        assert made.gap["high_80_kg"].to_numpy() == pytest.approx(own["high_80_kg"].to_numpy(), rel=0.02)


def test_the_correlation_is_shrunk_to_the_mean_of_the_pairs():
    """Three parts, two that move as one and a third that moves alone: shocks of 4 years count as much as the
    prior's.
    """
    steps = np.array([[0.1, 0.1, 0.1], [-0.1, -0.1, 0.1], [0.1, 0.1, -0.1], [-0.1, -0.1, -0.1]])
    logs = np.vstack([np.zeros(3), np.cumsum(steps, axis=0)])
    made = _correlation(logs)
    # own: 1, 0, 0, mean 1/3; (4 own + PRIOR_STEPS / 3) / (4 + PRIOR_STEPS)
    weight = 4 / (4 + PRIOR_STEPS)
    expected = np.array([weight + (1 - weight) / 3, (1 - weight) / 3, (1 - weight) / 3])
    assert made[np.triu_indices(3, 1)] == pytest.approx(expected, rel=1e-6)
    assert np.diagonal(made) == pytest.approx(np.ones(3))
    assert _correlation(logs[:, :1]).tolist() == [[1.0]]


def test_three_years_of_parts_are_fitted_and_their_sum_is_not_simulated():
    """Without an interval of the parts there is nothing to draw: medians stand, what is simulated is NaN, and it is
    said.
    """
    made = fit_parts(table(0.02, 0.02, n=3), until=2030, seed=1)
    assert made.gap[["top_down_kg", "sum_of_medians_kg"]].notna().all(axis=None)
    assert made.gap[["bottom_up_kg", "low_80_kg", "high_80_kg", "gap_kg"]].isna().all(axis=None)
    assert "cannot be simulated" in repr(made)


def test_parts_of_which_none_can_be_fitted_are_summed_as_they_stand():
    """One part ends in zero, the other began so: it is held at its last 1 kg, the sum has no fitted part, and the total
    is 1 kg in each year.
    """
    parts = pd.DataFrame({"a": [1.0] * 9 + [0.0], "b": [0.0] * 9 + [1.0]}, index=YEARS)
    made = fit_parts(parts, until=2026, seed=1)
    assert (made.closed, dict(made.held), dict(made.parts)) == (("a",), {"b": 1.0}, {})
    assert made.gap["bottom_up_kg"].tolist() == [1.0, 1.0]
    assert made.gap["sum_of_medians_kg"].tolist() == [1.0, 1.0]


def test_parts_are_read_in_the_order_of_their_years():
    """A part that ends in zero in 2024 is closed in whatever order the rows stand; none is held at the value of
    2015.
    """
    table = pd.DataFrame({"a": KG, "b": 2 * KG, "shut": but(2024, 0.0)})
    plain = fit_parts(table, until=2030, seed=1, draws=200)
    assert plain.closed == ("shut",)
    for other in (table[::-1], table.sample(frac=1, random_state=2)):
        turned = fit_parts(other, until=2030, seed=1, draws=200)
        assert turned.closed == ("shut",)
        assert turned.gap.equals(plain.gap)
    told_parts = table[::-1].copy()
    told_parts.attrs["breaks"] = (("sale", 2018),)
    with pytest.raises(CarbonError, match="crosses sale"):
        fit_parts(told_parts, until=2030, seed=1, draws=200)
