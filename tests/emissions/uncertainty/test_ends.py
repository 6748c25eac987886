"""Intervals against a plain Monte Carlo simulation written here, on twelve small inventories."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.emissions.uncertainty import make_uncertain_rows
from carbon.emissions.uncertainty.defaults import uncertain_rows_of
from carbon.emissions.uncertainty.ends import CLOSED, DRAWN, EXACT, ends_of
from carbon.emissions.uncertainty.rules import defaults

DRAWS = 400_000
RNG = np.random.default_rng(20)


def drawn(kind, spread, rng):
    if kind == "lognormal":
        return np.exp(spread * rng.standard_normal(DRAWS))
    if kind == "normal":
        return 1 + spread * rng.standard_normal(DRAWS)
    if kind == "triangular":
        return rng.triangular(1 - spread, 1, 1 + spread, DRAWS)
    return rng.uniform(1 - spread, 1 + spread, DRAWS)


def plain_percentiles(kg, kinds, sources):
    """Row by row, each source by numpy's own generator of its distribution."""
    rng = np.random.default_rng(7)
    multiplier = {name: drawn(kind, spread, rng) for name, (kind, spread) in sources.items()}
    total = np.zeros(DRAWS)
    for i, x in enumerate(kg):
        row = np.full(DRAWS, float(x))
        for names in kinds.values():
            row *= multiplier[names[i]] if names[i] else 1.0
        total += row
    return np.percentile(total, [2.5, 97.5])


def log(**spread):
    return {name: ("lognormal", s) for name, s in spread.items()}


SPEND = RNG.lognormal(2, 1, 40)
TWELVE = {
    "one row, two sources": ([100], {"factor": ["a"], "quantity": ["q"]}, log(a=0.3, q=0.2), CLOSED),
    "many rows on a few factors": (
        SPEND, {"factor": [f"f{i % 6}" for i in range(40)], "quantity": [f"q{i}" for i in range(40)]},
        log(**{f"f{i}": 0.29 for i in range(6)}, **{f"q{i}": 0.05 for i in range(40)}), CLOSED),
    "near zero": ([100, -95], {"factor": ["a", "b"]}, log(a=0.1, b=0.1), DRAWN),
    "below zero": ([60, -95], {"factor": ["a", "b"]}, log(a=0.2, b=0.2), DRAWN),
    "credit notes on the factor of their invoice": (
        [100, -30, 40], {"factor": ["a", "a", "b"], "quantity": ["q", "q", "r"]}, log(a=0.3, b=0.2, q=0.05, r=0.05),
        None),
    "credit notes on another factor": ([100, 40, -35], {"factor": ["a", "b", "c"]}, log(a=0.2, b=0.35, c=0.4), None),
    "a wide row next to a sure one": ([100, 100], {"factor": ["a", "b"]}, log(a=0.01, b=0.7), DRAWN),
    "a dominant row": ([900, 10, 10, 10], {"factor": list("abcd")}, log(a=0.6, b=0.1, c=0.1, d=0.1), None),
    "triangular": ([100, 30], {"factor": ["a", "b"]}, {"a": ("triangular", 0.6), **log(b=0.1)}, DRAWN),
    "uniform": ([100, 30], {"factor": ["a", "b"]}, {"a": ("uniform", 0.4), **log(b=0.1)}, DRAWN),
    "factors of one model": (
        [50, 40, 30], {"factor": ["a", "b", "c"], "factor family": ["m"] * 3}, log(a=0.2, b=0.2, c=0.2, m=0.2), None),
    "two models, one wide": (
        [50, 40, 30, 20], {"factor": list("abcd"), "factor family": ["m", "m", "n", "n"]},
        log(a=0.1, b=0.1, c=0.4, d=0.4, m=0.1, n=0.5), None),
}


@pytest.mark.parametrize("name", TWELVE)
def test_ends_are_those_of_a_plain_simulation(name):
    """Both ends within 3 % of 400,000 draws row by row; of a total near zero within 3 % of the interval's width."""
    kg, kinds, sources, how = TWELVE[name]
    of = {n: kind for kind, names in kinds.items() for n in names}
    table = pd.DataFrame([(n, of[n], d, s) for n, (d, s) in sources.items()],
                         columns=["source_id", "of", "distribution", "spread"])
    rows = make_uncertain_rows(np.asarray(kg, float), {k: pd.Series(v) for k, v in kinds.items()}, table)
    found, plain = ends_of(rows), plain_percentiles(kg, kinds, sources)

    size = np.abs(plain) if plain[0] > 0 else np.full(2, plain[1] - plain[0])
    assert (np.abs(np.array(found[:2]) - plain) < 0.03 * size).all()
    assert how is None or found.how.startswith(how)


BLOCKS = [0, *(pytest.param(block, marks=pytest.mark.torture) for block in range(1, 30))]
"""Five inventories each: five in the quick suite, a hundred and fifty at length."""


def random_inventory(g):
    """Rows of mixed size: plain, with credit notes, near zero, or with a dominant one; shared factors, quantities and
    models; one source in three not lognormal, spreads up to a factor of seven.
    """
    n, mode = int(g.integers(2, 25)), g.integers(0, 4)
    kg = g.lognormal(2, g.uniform(0.3, 2), n)
    if mode == 1:
        kg[g.random(n) < 0.3] *= -1
    elif mode == 2:
        kg[0] = -kg[1:].sum() * g.uniform(0.8, 1.1)
    elif mode == 3:
        kg[0] = kg.sum() * 10
    kinds = {"factor": [f"f{i}" for i in g.integers(0, int(g.integers(1, n + 1)), n)]}
    if g.random() < 0.6:
        kinds["quantity"] = [f"q{i}" if g.random() < 0.8 else "" for i in range(n)]
    if g.random() < 0.4:
        kinds["factor family"] = [f"m{int(x[1:]) % 2}" for x in kinds["factor"]]
    most = {"factor": g.choice([0.1, 0.3, 0.7, 1.0]), "quantity": 0.4, "factor family": 0.5}
    sources = {}
    for kind, names in kinds.items():
        for name in sorted({*names} - {""}):
            shape, spread = str(g.choice(["lognormal"] * 6 + ["normal", "triangular", "uniform"])), float(
                g.uniform(0.02, most[kind]))
            sources[name] = (shape, min(spread, {"lognormal": 1.0, "normal": 0.3}.get(shape, 0.95)))
    return kg, kinds, sources


@pytest.mark.parametrize("block", BLOCKS)
def test_ends_of_inventories_that_nobody_chose_are_those_of_a_plain_simulation(block):
    """Both ends within 3 % as above, of an end nearer to zero than a tenth of the width within 3 % of that tenth; with
    20,000 draws for all, and credit notes taken for a lognormal, six in 120 are not.
    """
    for seed in range(block * 5, block * 5 + 5):
        kg, kinds, sources = random_inventory(np.random.default_rng(seed))
        of = {n: kind for kind, names in kinds.items() for n in names}
        rows = make_uncertain_rows(kg, {k: pd.Series(v) for k, v in kinds.items()}, pd.DataFrame(
            [(n, of[n], d, s) for n, (d, s) in sources.items()], columns=["source_id", "of", "distribution", "spread"]))
        plain = plain_percentiles(kg, kinds, sources)
        width = plain[1] - plain[0]
        size = np.maximum(np.abs(plain), width / 10) if plain[0] > 0 else np.full(2, width)
        assert (np.abs(np.array(ends_of(rows)[:2]) - plain) < 0.03 * size).all(), seed


def test_a_total_without_a_source_is_exact():
    """Nothing is known to be uncertain: both ends are the figure."""
    rows = make_uncertain_rows([5.0], {"factor": pd.Series(["f"])}, pd.DataFrame(
        {"source_id": ["f"], "of": ["factor"], "distribution": ["lognormal"], "spread": [0.0]}))
    assert ends_of(rows) == (5.0, 5.0, EXACT)


PARTS = {"activity": "car.petrol", "tier": "measured", "site": "", "supplier": "", "group": "", "quality": "",
         "year": 2024, "unit": "km", "source_id": "ademe_base_carbone_23"}


@pytest.mark.parametrize("percent", [5.0, 20.0, 60.0, 100.0])
def test_a_stated_uncertainty_is_exact_however_the_factor_is_split(percent):
    """+-60 % of a whole car-kilometre in combustion, upstream and manufacture: the same ends as unsplit, to 1e-12.

    By hand: sigma = ln(1.6) / 2 = 0.235; [100 exp(-1.96 sigma), 100 exp(1.96 sigma)] = [63.1, 158.5] kg. Three parts
    of a third, each drawn for itself, would give a width of about 1 / sqrt(3) of that.
    """
    def made(*kg):
        rows = pd.DataFrame([{**PARTS, "factor_id": f"p{i}", "part": part, "co2e_kg": x} for i, (x, part) in
                             enumerate(zip(kg, ("combustion", "upstream", "manufacture"), strict=False))])
        facts = {f"p{i}": percent for i in range(len(kg))}
        sure = pd.DataFrame([("meter", "m", "measured", "", "", "", 1.0)], columns=[
            "of", "class", "tier", "activity", "part", "unit", "gsd2"])
        table = pd.concat([defaults().query("of == 'factor'"), sure.assign(
            shared_by="activity", shared_over_years=1.0, correlation=0.0, effort="", after=1.0, ask="",
            narrower_because="")], ignore_index=True)
        return uncertain_rows_of(rows, facts, split_years=False, table=table, elements=dict.fromkeys(facts, "element"))

    whole, split = ends_of(made(100.0)), ends_of(made(50.0, 20.0, 30.0))
    sigma = math.log(1 + percent / 100) / 2

    assert split[:2] == pytest.approx(whole[:2], rel=1e-12)
    assert whole[:2] == pytest.approx((100 * math.exp(-1.959964 * sigma), 100 * math.exp(1.959964 * sigma)), rel=1e-6)
