"""Uncertainty: rows that share a source share its draw; exact moments and seeded draws agree."""

import math
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtri

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import (
    change,
    contributions,
    distributions,
    draw_totals,
    gsd2_of_percent,
    gsd2_of_scores,
    interval,
    make_uncertain_rows,
    moments,
)
from carbon.emissions.uncertainty import draws as draws_module
from carbon.emissions.uncertainty.streams import Multipliers

SIGMA = math.log(1.5) / 2  # GSD2 = 1.5


def on_factors(kg, factor, *, sigma=SIGMA, distribution="lognormal"):
    """Rows with one doubt each, that of their factor."""
    ids = pd.Series([f"f{i}" for i in factor])
    sources = pd.DataFrame({"source_id": ids.unique(), "of": "factor", "distribution": distribution, "spread": sigma})
    return make_uncertain_rows(np.asarray(kg, float), {"factor": ids}, sources)


def whole(doubts):
    return moments(doubts, np.zeros(len(doubts.kg), int), 1).iloc[0]


def relative(doubts):
    found = whole(doubts)
    return found["sd_kg"] / found["mean_kg"]


def test_a_thousand_rows_on_one_factor_are_as_doubtful_as_one():
    """The shared draw does not average out; a quadrature over rows would give 1 / sqrt(1000) of it."""
    one = relative(on_factors([1000.0], [0]))
    assert one == pytest.approx(math.sqrt(math.expm1(SIGMA**2)))
    assert relative(on_factors(np.ones(1000), np.zeros(1000, int))) == pytest.approx(one)


def test_a_thousand_rows_on_a_thousand_factors_shrink_by_the_root():
    """Independent draws average out; a linear sum would not."""
    one = relative(on_factors([1.0], [0]))
    assert relative(on_factors(np.ones(1000), np.arange(1000))) == pytest.approx(one / math.sqrt(1000))


def test_both_are_seen_beside_each_other():
    """sd as if rows were independent: for one factor it is sqrt(1000) too small."""
    found = whole(on_factors(np.ones(1000), np.zeros(1000, int)))
    assert found["sd_kg"] / found["sd_independent_kg"] == pytest.approx(math.sqrt(1000))


def brute_variance(doubts):
    """sum_ij M_i M_j (prod over shared k of (1 + cv2_k) - 1), pair by pair."""
    means, cv2 = doubts.row_means(), doubts.cv2
    total = 0.0
    for i in range(len(means)):
        for j in range(len(means)):
            shared = [k for k in doubts.codes[:, i] if k >= 0 and k in doubts.codes[:, j]]
            total += means[i] * means[j] * (np.prod([1 + cv2[k] for k in shared]) - 1)
    return total


def mixed(rows=60, seed=4, distribution="lognormal"):
    """Rows with a factor and a meter (some have none), some negative."""
    rng = np.random.default_rng(seed)
    factor = pd.Series([f"f{i}" for i in rng.integers(0, 7, rows)])
    meter = pd.Series(["" if i == 0 else f"m{i}" for i in rng.integers(0, 6, rows)])
    names = [*sorted(factor.unique()), *sorted(set(meter) - {""})]
    sources = pd.DataFrame({"source_id": names, "of": ["factor" if n[0] == "f" else "meter" for n in names],
                            "distribution": distribution, "spread": rng.uniform(0.05, 0.5, len(names))})
    kg = rng.lognormal(3, 1, rows) * np.where(rng.random(rows) < 0.1, -1, 1)
    return make_uncertain_rows(kg, {"factor": factor, "meter": meter}, sources)


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "triangular", "uniform"])
def test_the_closed_form_is_the_sum_over_all_pairs(distribution):
    """Linear time and n x n give the same variance, with two kinds of shared doubt, for every distribution."""
    doubts = mixed(distribution=distribution)
    assert whole(doubts)["sd_kg"] ** 2 == pytest.approx(brute_variance(doubts), rel=1e-12)


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "triangular", "uniform"])
def test_draws_agree_with_the_closed_form(distribution):
    """Mean and sd of 20,000 draws within four Monte Carlo standard errors of the exact ones."""
    doubts = mixed(distribution=distribution)
    groups = np.arange(len(doubts.kg)) % 3
    exact = moments(doubts, groups, 3)
    drawn = draw_totals(doubts, groups, 3, draws=20_000, seed=1).summary()

    assert (abs(drawn["mean_kg"] - exact["mean_kg"]) < 4 * drawn["mean_error_kg"]).all()
    assert drawn["sd_kg"].to_numpy() == pytest.approx(exact["sd_kg"].to_numpy(), rel=0.05)


def test_many_small_doubts_taken_together_agree_with_the_closed_form():
    """12,000 meters of two parts each, too many to draw one by one: their pairs are kept, and so is the variance."""
    n = 12_000
    meter = pd.Series([f"m{i}" for i in range(n)] * 2)
    factor = pd.Series(["combustion"] * n + ["upstream"] * n)
    kg = np.concatenate([np.full(n, 3.0), np.full(n, 1.0)])
    sources = pd.DataFrame({"source_id": [*meter[:n], "combustion", "upstream"], "of": ["meter"] * n + ["factor"] * 2,
                            "distribution": "lognormal", "spread": [2.0] * n + [0.01, 0.02]})
    doubts = make_uncertain_rows(kg, {"factor": factor, "meter": meter}, sources)
    one = np.zeros(2 * n, int)
    exact, drawn = moments(doubts, one, 1).iloc[0], draw_totals(doubts, one, 1, draws=20_000, seed=3)

    assert drawn.together == n
    assert drawn.summary()["sd_kg"].item() == pytest.approx(exact["sd_kg"], rel=0.03)
    assert drawn.summary()["mean_kg"].item() == pytest.approx(exact["mean_kg"], rel=0.002)


def test_percentiles_are_those_of_the_naive_simulation():
    """500 rows drawn one by one, 20,000 times: 2.5th and 97.5th percentile within 1 %."""
    rng = np.random.default_rng(8)
    factor = rng.integers(0, 20, 500)
    kg = rng.lognormal(2, 1, 500)
    doubts = on_factors(kg, factor, sigma=0.2)
    naive = np.exp(0.2 * rng.standard_normal((20_000, 20)))[:, factor] @ kg
    drawn = draw_totals(doubts, np.zeros(500, int), 1, draws=20_000, seed=5).summary().iloc[0]

    assert drawn["p2.5_kg"] == pytest.approx(np.percentile(naive, 2.5), rel=0.01)
    assert drawn["p97.5_kg"] == pytest.approx(np.percentile(naive, 97.5), rel=0.01)


def test_the_same_seed_gives_the_same_bits_in_any_row_order():
    """Twice the same; shuffled rows and added rows move no stream; another seed moves within the stated error."""
    doubts = mixed()
    one = np.zeros(len(doubts.kg), int)
    first = draw_totals(doubts, one, 1, draws=4_000, seed=7)
    order = np.random.default_rng(0).permutation(len(doubts.kg))
    again, shuffled = (draw_totals(d, one, 1, draws=4_000, seed=7) for d in (doubts, doubts.take(order)))
    other = draw_totals(doubts, one, 1, draws=4_000, seed=8)

    assert first.totals.tobytes() == again.totals.tobytes() == shuffled.totals.tobytes()
    gap = abs(other.summary()["p97.5_kg"] - first.summary()["p97.5_kg"]).item()
    assert 0 < gap < 6 * first.summary()["p97.5_error_kg"].item()


@pytest.mark.parametrize("rows", [60, 30_000])
def test_threads_move_no_bit(rows):
    """One thread and two, few sources and many: products are made in fixed blocks."""
    doubts = mixed(rows) if rows == 60 else on_factors(
        np.random.default_rng(2).lognormal(2, 1, rows), np.arange(rows) % 9_000)
    groups = np.arange(len(doubts.kg)) % 7
    one, two = (draw_totals(doubts, groups, 7, draws=3_000, seed=7, threads=t) for t in (1, 2))

    assert one.totals.tobytes() == two.totals.tobytes()
    assert len(np.unique(one.totals)) == one.totals.size


def test_the_size_of_a_round_moves_no_bit(monkeypatch):
    """Draws come in rounds that memory allows; many short ones give the bits of a single one, the last being
    shorter.
    """
    doubts = mixed(distribution=["lognormal", "uniform", "normal", "triangular", "lognormal"] * 2 + ["normal"] * 2)
    one = np.zeros(len(doubts.kg), int)
    whole_round = draw_totals(doubts, one, 1, draws=2_050, seed=7)
    monkeypatch.setattr(draws_module, "_KEPT", 100)
    rounds = draw_totals(doubts, one, 1, draws=2_050, seed=7, threads=2)

    assert whole_round.totals.tobytes() == rounds.totals.tobytes()


def test_normal_numbers_are_the_inverse_of_their_distribution():
    """Within 6e-7 everywhere, the ends among them; and mirrored bits give the mirrored number."""
    spread = np.linspace(0, 2**32 - 1, 200_001).astype(np.uint32)
    raw = np.concatenate([spread, np.array([0, 1, 2**31 - 1, 2**31, 2**32 - 1], dtype=np.uint32)])
    found = distributions.standard_normal(raw)

    assert np.abs(found - ndtri(distributions.uniform(raw))).max() < 6e-7
    assert np.abs(found + distributions.standard_normal(~raw)).max() < 1e-12


def test_an_invoice_and_its_credit_note_cancel_in_every_draw():
    """They share factor and supplier: nothing is left to be doubtful about."""
    doubts = on_factors([100.0, -100.0], [0, 0])

    assert whole(doubts)["sd_kg"] == 0.0
    assert not draw_totals(doubts, np.zeros(2, int), 1, draws=100, seed=1).totals.any()


def test_a_bias_of_all_years_cancels_in_the_change_and_not_in_the_level():
    """One factor in both years: the change is sure in %, the level is not; independent factors leave both doubtful."""
    later = np.array([False, True])
    shared, apart = on_factors([100.0, 80.0], [0, 0]), on_factors([100.0, 80.0], [0, 1])

    assert change(shared, later).ratio_sd == pytest.approx(0.0, abs=1e-12)
    assert change(shared, later).low_share == pytest.approx(-0.2)
    assert relative(shared) > 0.2
    assert change(apart, later).ratio_sd == pytest.approx(math.sqrt(2 * math.expm1(SIGMA**2)))


def test_contributions_sum_to_one_and_the_largest_comes_first():
    """90 kg on a doubtful factor outweigh 10 kg on another; knowing it would leave sqrt(1 - share) of the width."""
    table = contributions(on_factors([90.0, 10.0], [0, 1]))

    assert table["source_id"].tolist() == ["f0", "f1"]
    assert table["share"].sum() == pytest.approx(1.0)
    assert table["share"].iloc[0] == pytest.approx(8100 / 8200)
    assert table["narrows"].iloc[0] == pytest.approx(1 - math.sqrt(100 / 8200))


def test_the_interval_has_the_moments_and_the_width_of_its_lognormal():
    """One row with GSD2 = 1.5: about 95 % lies in [x / 1.5, x * 1.5]."""
    found = whole(on_factors([100.0], [0]))
    low, high = interval(found["mean_kg"], found["sd_kg"])

    assert found["mean_kg"] == pytest.approx(100 * math.exp(SIGMA**2 / 2))
    assert (low, high) == pytest.approx((100 / 1.5, 150), rel=0.01)


def test_perfectly_certain_data_have_no_width():
    """GSD2 = 1: the interval is the figure, in closed form and drawn."""
    doubts = on_factors([100.0, 0.0], [0, 1], sigma=0.0)

    assert interval(*whole(doubts)[["mean_kg", "sd_kg"]]) == (100.0, 100.0)
    assert (draw_totals(doubts, np.zeros(2, int), 1, draws=10, seed=1).totals == 100.0).all()


def test_no_rows_are_zero_without_doubt():
    """An empty year: 0, not an error and not NaN."""
    doubts = on_factors([1.0], [0]).take(np.array([], int))
    found = moments(doubts, np.array([], int), 1).iloc[0]

    assert (found["mean_kg"], found["sd_kg"]) == (0.0, 0.0)
    assert (draw_totals(doubts, np.array([], int), 1, draws=5, seed=1).totals == 0).all()


def test_what_cannot_be_is_refused():
    """A lognormal interval around a negative mean, GSD2 below 1, an unknown source, a spread below zero."""
    with pytest.raises(MethodError, match="No lognormal"):
        interval(-1.0, 2.0)
    with pytest.raises(MethodError, match="impossible spread"):
        on_factors([1.0], [0], sigma=-0.1)
    with pytest.raises(MethodError, match="impossible spread"):
        on_factors([1.0], [0], distribution="beta")
    with pytest.raises(MethodError, match="unknown sources"):
        make_uncertain_rows([1.0], {"factor": pd.Series(["x"])}, pd.DataFrame(
            {"source_id": ["f"], "of": ["factor"], "distribution": ["normal"], "spread": [0.1]}))
    with pytest.raises(MethodError):
        gsd2_of_percent(-5)


def test_a_squared_deviation_holds_ninety_five_percent_of_one_row():
    """GSD2 = 1.5: of a million normal numbers times its sigma, 95.45 % (two sigma) lie within a factor of 1.5 either
    way.
    """
    sigma = float(distributions.sigma_of_gsd2(1.5))
    inside = np.abs(sigma * np.random.default_rng(0).standard_normal(1_000_000)) < math.log(1.5)

    assert inside.mean() == pytest.approx(0.9545, abs=0.001)


@pytest.mark.parametrize("number", [math.nan, math.inf])
def test_what_is_not_a_number_is_refused_by_every_formula(number):
    """NaN and infinity would go through comparisons and come out as an interval without ends."""
    certain = dict.fromkeys(("reliability", "completeness", "temporal", "geographic", "technical"), 1)
    for ask in (lambda: distributions.sigma_of_gsd2([1.2, number]), lambda: gsd2_of_percent(number),
                lambda: gsd2_of_scores(certain, basic=number, best=1), lambda: interval(number, 1.0),
                lambda: interval(1.0, number), lambda: interval(number, 0.0), lambda: interval(1.0, -0.1)):
        with pytest.raises(MethodError):
            ask()


@pytest.mark.parametrize("seed", [1.5, "1", None, True])
def test_a_seed_is_a_whole_number(seed):
    """1.5 would draw as 1 and be printed as 1.5: nobody could repeat it."""
    with pytest.raises(MethodError, match="whole number"):
        draw_totals(on_factors([1.0], [0]), np.zeros(1, int), 1, draws=10, seed=seed)
    same = [draw_totals(on_factors([1.0], [0]), np.zeros(1, int), 1, draws=10, seed=s) for s in (7, np.int64(7))]
    assert same[0].totals.tobytes() == same[1].totals.tobytes()


def test_pedigree_scores_become_a_gsd2():
    """ln(1.2)^2 + ln(1.1)^2 + ln(1.03)^2 + 0 + ln(1.5)^2 under the root; the worst counts, a missing score is
    refused.
    """
    scores = {"reliability": 4, "completeness": 4, "temporal": 2, "geographic": 1, "technical": 4}
    by_hand = math.exp(math.sqrt(math.log(1.2)**2 + math.log(1.1)**2 + math.log(1.03)**2 + math.log(1.5)**2))

    assert gsd2_of_scores(scores, basic=1, best=1) == pytest.approx(by_hand)
    assert gsd2_of_scores({c: 6 - s for c, s in scores.items()}, basic=1, best=5) == pytest.approx(by_hand)
    assert gsd2_of_scores(scores, basic=1.2, best=1) > by_hand
    with pytest.raises(MethodError, match="temporal"):
        gsd2_of_scores({c: s for c, s in scores.items() if c != "temporal"}, basic=1, best=1)


def with_own_doubts(kg, factor, sigma):
    """Rows on factors (sd of the logarithm 0.2), each with a doubt of its own."""
    ids = pd.Series([f"f{i}" for i in factor])
    own = pd.Series([f"r{i:06d}" for i in range(len(kg))])
    sources = pd.DataFrame({"source_id": [*ids.unique(), *own], "of": ["factor"] * ids.nunique() + ["row"] * len(own),
                            "distribution": "lognormal", "spread": [*[0.2] * ids.nunique(), *sigma]})
    return make_uncertain_rows(np.asarray(kg, float), {"factor": ids, "row": own}, sources)


def naive_totals(kg, factor, sigma, groups, draws, seed):
    """Every row of every draw, by numpy's own normal numbers."""
    rng = np.random.default_rng(seed)
    totals = np.empty((draws, groups.max() + 1))
    for i in range(draws):
        shared = np.exp(0.2 * rng.standard_normal(factor.max() + 1))[factor]
        totals[i] = np.bincount(groups, kg * shared * np.exp(sigma * rng.standard_normal(len(kg))))
    return totals


def test_rows_taken_together_have_the_percentiles_of_rows_drawn_one_by_one():
    """Groups of 100 rows and more, too many rows to draw each: 2.5th and 97.5th percentile within 1 % of the naive
    ones.
    """
    rng = np.random.default_rng(11)
    factor, groups, kg = rng.integers(0, 50, 4_000), np.arange(4_000) % 8, rng.lognormal(2, 0.5, 4_000)
    sigma = np.full(4_000, 0.1)
    drawn = draw_totals(with_own_doubts(kg, factor, sigma), groups, 8, draws=10_000, seed=4)
    naive = naive_totals(kg, factor, sigma, groups, 10_000, 6)

    assert drawn.together > 3_000
    ours, theirs = (np.percentile(t, [2.5, 97.5], axis=0) for t in (drawn.totals, naive))
    assert np.abs(ours / theirs - 1).max() < 0.01


def test_a_row_that_rules_its_group_is_drawn_itself():
    """Its skew is the group's: percentiles within four standard errors of the naive ones; a normal number would miss
    them.
    """
    rng = np.random.default_rng(12)
    factor, groups, kg = rng.integers(0, 50, 4_000), np.arange(4_000) % 4, rng.lognormal(0, 0.5, 4_000)
    sigma = np.full(4_000, 0.1)
    kg[:4], sigma[:4] = 3_000.0, 1.2
    doubts = with_own_doubts(kg, factor, sigma)
    drawn = draw_totals(doubts, groups, 4, draws=10_000, seed=4)
    naive = naive_totals(kg, factor, sigma, groups, 10_000, 6)
    ours, exact = drawn.summary(), moments(doubts, groups, 4)

    for p, column in ((2.5, "p2.5"), (97.5, "p97.5")):
        gap = np.abs(ours[f"{column}_kg"].to_numpy() - np.percentile(naive, p, axis=0))
        assert (gap < 4 * math.sqrt(2) * ours[f"{column}_error_kg"]).all()
    as_if_normal = exact["mean_kg"] - 1.96 * exact["sd_kg"]
    assert (ours["p2.5_kg"] - as_if_normal > 20 * ours["p2.5_error_kg"]).all()


@pytest.mark.parametrize(("distribution", "low", "high"), [
    ("lognormal", math.exp(-1.959964 * 0.4), math.exp(1.959964 * 0.4)), ("normal", 1 - 0.783986, 1 + 0.783986),
    ("triangular", 1 - 0.4 * (1 - math.sqrt(0.05)), 1 + 0.4 * (1 - math.sqrt(0.05))),
    ("uniform", 1 - 0.4 * 0.95, 1 + 0.4 * 0.95)])
def test_a_single_row_has_the_percentiles_of_its_distribution(distribution, low, high):
    """100 kg with spread 0.4, worked by hand from each distribution's inverse."""
    doubts = on_factors([100.0], [0], sigma=0.4, distribution=distribution)
    found = draw_totals(doubts, np.zeros(1, int), 1, draws=40_000, seed=2).summary().iloc[0]

    assert abs(found["p2.5_kg"] - 100 * low) < 4 * found["p2.5_error_kg"]
    assert abs(found["p97.5_kg"] - 100 * high) < 4 * found["p97.5_error_kg"]


def test_a_zero_factor_adds_no_width_however_doubtful():
    """0 kg on a factor of which nobody knows anything: mean and sd stay those of the other row, in closed form and
    drawn.
    """
    sure, both = on_factors([100.0], [0]), on_factors([100.0, 0.0], [0, 1], sigma=[SIGMA, 3.0])
    one = np.zeros(2, int)

    assert whole(both)[["mean_kg", "sd_kg"]].tolist() == whole(sure)[["mean_kg", "sd_kg"]].tolist()
    assert np.array_equal(draw_totals(both, one, 1, draws=500, seed=1).totals,
                          draw_totals(sure, one[:1], 1, draws=500, seed=1).totals)


def test_credit_notes_above_their_invoices_are_drawn_not_forced_into_a_lognormal():
    """-300 kg and 100 kg on two factors: the closed interval is refused, mean and sd of the draws are the exact
    ones.
    """
    doubts = on_factors([100.0, -300.0], [0, 1])
    exact = whole(doubts)
    found = draw_totals(doubts, np.zeros(2, int), 1, draws=40_000, seed=2).summary().iloc[0]

    with pytest.raises(MethodError, match="No lognormal"):
        interval(exact["mean_kg"], exact["sd_kg"])
    assert abs(found["mean_kg"] - exact["mean_kg"]) < 4 * found["mean_error_kg"]
    assert found["sd_kg"] == pytest.approx(exact["sd_kg"], rel=0.02)
    assert found["p97.5_kg"] < 0


@pytest.mark.parametrize("metered", [0.05, 0.3, 1.0])
@pytest.mark.parametrize("distribution", ["lognormal", "triangular"])
def test_a_draw_is_the_sum_of_its_rows_times_their_multipliers(metered, distribution):
    """Row by row and draw by draw with the streams themselves: few rows with two sources, some, all; the same
    totals.
    """
    rng = np.random.default_rng(5)
    n = 400
    factor = pd.Series([f"f{i:02d}" for i in rng.integers(0, 30, n)])
    meter = pd.Series([f"m{i % 9}" if metered > u else "" for i, u in enumerate(rng.random(n))])
    names = sorted({*factor, *meter} - {""})
    sources = pd.DataFrame({"source_id": names, "of": ["factor" if x[0] == "f" else "meter" for x in names],
                            "distribution": distribution, "spread": rng.uniform(0.1, 0.6, len(names))})
    doubts = make_uncertain_rows(rng.normal(5, 4, n), {"factor": factor, "meter": meter}, sources)
    groups = np.arange(n) % 4
    found = draw_totals(doubts, groups, 4, draws=300, seed=9)

    streams = Multipliers(doubts.sources, 9)
    with ThreadPoolExecutor(1) as pool:
        drawn = streams.draw(300, pool)[streams.row]
    rows = doubts.kg[:, None] * drawn[doubts.codes].prod(axis=0)  # the code -1 finds the last row, of ones
    naive = np.stack([rows[groups == g].sum(axis=0) for g in range(4)], axis=1)
    assert found.totals == pytest.approx(naive, rel=1e-11, abs=1e-9)


def test_added_rows_and_sources_move_no_draw_of_others():
    """A group keeps its totals when another group gets rows on new sources; a seed may be any whole number."""
    few = on_factors([100.0, 40.0, 7.0], [3, 5, 5])
    more = on_factors([100.0, 40.0, 7.0, 11.0, 13.0], [3, 5, 5, 1, 9])
    for seed in (0, -1, 2**70):
        alone = draw_totals(few, np.zeros(3, int), 1, draws=250, seed=seed).totals[:, 0]
        beside = draw_totals(more, np.array([0, 0, 0, 1, 1]), 2, draws=250, seed=seed).totals[:, 0]
        assert alone == pytest.approx(beside, rel=1e-14)
        assert len(np.unique(alone)) == 250
    assert np.corrcoef(*(draw_totals(few, np.zeros(3, int), 1, draws=2_000, seed=s).totals[:, 0] for s in (0, -1))
                       )[0, 1] == pytest.approx(0, abs=0.1)
