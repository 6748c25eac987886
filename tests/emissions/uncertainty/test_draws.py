"""Seeded draws agree with the exact moments, and give the same bits in any order."""

import math

import numpy as np
import pytest
from rows_on_factors import mixed, on_factors, whole

from carbon.core.errors import MethodError
from carbon.emissions.uncertainty import (
    draw_totals,
    interval,
    moments,
)
from carbon.emissions.uncertainty import draws as draws_module


@pytest.mark.parametrize("distribution", ["lognormal", "normal", "triangular", "uniform"])
def test_draws_agree_with_the_closed_form(distribution):
    """Mean and sd of 20,000 draws within four Monte Carlo standard errors of the exact ones."""
    doubts = mixed(distribution=distribution)
    groups = np.arange(len(doubts.kg)) % 3
    exact = moments(doubts, groups, 3)
    drawn = draw_totals(doubts, groups, 3, draws=20_000, seed=1).summary()

    assert (abs(drawn["mean_kg"] - exact["mean_kg"]) < 4 * drawn["mean_error_kg"]).all()
    assert drawn["sd_kg"].to_numpy() == pytest.approx(exact["sd_kg"].to_numpy(), rel=0.05)


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


def test_an_invoice_and_its_credit_note_cancel_in_every_draw():
    """They share factor and supplier: nothing is left to be doubtful about."""
    doubts = on_factors([100.0, -100.0], [0, 0])

    assert whole(doubts)["sd_kg"] == 0.0
    assert not draw_totals(doubts, np.zeros(2, int), 1, draws=100, seed=1).totals.any()


@pytest.mark.parametrize("seed", [1.5, "1", None, True])
def test_a_seed_is_a_whole_number(seed):
    """1.5 would draw as 1 and be printed as 1.5: nobody could repeat it."""
    with pytest.raises(MethodError, match="whole number"):
        draw_totals(on_factors([1.0], [0]), np.zeros(1, int), 1, draws=10, seed=seed)
    same = [draw_totals(on_factors([1.0], [0]), np.zeros(1, int), 1, draws=10, seed=s) for s in (7, np.int64(7))]
    assert same[0].totals.tobytes() == same[1].totals.tobytes()


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


def test_the_size_of_blocks_moves_no_bit(monkeypatch):
    """Few sources, with a last block that is shorter than the others: blocks of a hundred draws give the same bits."""
    doubts, one = mixed(), np.zeros(len(mixed().kg), int)
    large = draw_totals(doubts, one, 1, draws=20_050, seed=7).totals
    monkeypatch.setattr(draws_module, "_CELLS", 1)
    assert (draw_totals(doubts, one, 1, draws=20_050, seed=7).totals == large).all()
