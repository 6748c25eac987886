"""The bridge: bars sum to the reported change, and each cause lands in its own bar."""

import numpy as np
import pandas as pd
import pytest

from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.inventory.bridge import FACTORS, STREAM, bridge


def table(rows: list[tuple[str, str, str, float, float, float]]) -> pd.DataFrame:
    """(activity, site, supplier, quantity, kg per unit, market minus location kg)"""
    data = [("2", 0, a, "kWh", "FR", site, supplier, q * f, q, m) for a, site, supplier, q, f, m in rows]
    return pd.DataFrame(data, columns=[*STREAM, "co2e_kg", "quantity", "market_kg"]).set_index(STREAM)


BASE = table([("electricity", "lyon", "", 100.0, 0.5, 0.0), ("electricity", "nantes", "", 300.0, 0.5, -20.0)])


def run(start: pd.DataFrame, end: pd.DataFrame, **changes: object) -> pd.Series:
    given = {"years": (2023, 2024), "scope2_method": LOCATION, "same_boundary": start, "restated": start,
             "drivers": (10.0, 10.0), **changes}
    return bridge(start, end, **given).table.set_index("step")["kg"]


def test_growth_at_the_same_intensity_is_activity():
    """
    Twice the employees and twice the kWh: all in "activity level".
    """
    double = BASE.assign(quantity=BASE["quantity"] * 2, co2e_kg=BASE["co2e_kg"] * 2)
    steps = run(BASE, double, drivers=(10.0, 20.0))
    # 400 kWh x 0.5 = 200 kg more
    assert steps["activity level"] == pytest.approx(200.0)
    assert steps[["own intensity", "mix", "grid and supplier factors"]].tolist() == pytest.approx([0, 0, 0])


def test_a_cleaner_grid_is_the_grid():
    """
    The same kWh at half the factor: all in "grid and supplier factors", and none claimed as own intensity.
    """
    cleaner = BASE.assign(co2e_kg=BASE["co2e_kg"] / 2)
    steps = run(BASE, cleaner)
    assert steps["grid and supplier factors"] == pytest.approx(-100.0)
    assert steps["own intensity"] == pytest.approx(0)


def test_a_new_factor_database_alone_lands_whole_in_the_method_step():
    """
    The old records run with new factors equal the new year: nothing else moves.
    """
    revised = BASE.assign(co2e_kg=BASE["co2e_kg"] * 1.3)
    steps = run(BASE, revised, restated=revised)
    assert steps["method and factor release"] == pytest.approx(60.0)
    assert steps[FACTORS].abs().max() == pytest.approx(0)


def test_a_contract_moves_only_the_market_bar():
    """
    Market instruments appear in the market-based bridge, never in the location-based one.
    """
    greener = BASE.assign(market_kg=BASE["market_kg"] - 50.0)
    assert run(BASE, greener)["market instruments"] == 0.0
    assert run(BASE, greener, scope2_method=MARKET)["market instruments"] == pytest.approx(-100.0)


def test_a_site_bought_is_boundary():
    """
    What the old year would have had with today's boundary is not growth.
    """
    bought = table([("electricity", "namur", "", 50.0, 0.5, 0.0)])
    wider = pd.concat([BASE, bought])
    steps = run(BASE, wider, same_boundary=wider, restated=wider)
    assert steps["boundary"] == pytest.approx(25.0)
    assert steps[FACTORS].abs().max() == pytest.approx(0)


def test_bars_sum_to_the_reported_change_on_random_inventories():
    """
    With births, deaths, credit notes, lines that cancel and both scope 2 methods.
    """
    rng = np.random.Generator(np.random.PCG64(5))
    for _ in range(300):
        years = []
        for _ in range(2):
            n = int(rng.integers(1, 12))
            chosen = rng.choice(20, n, replace=False)
            quantity = rng.lognormal(3, 1, n) * np.where(rng.random(n) < 0.15, -1, 1)
            quantity[rng.random(n) < 0.1] = 0.0
            factor, market = rng.lognormal(-1, 1, n), rng.normal(0, 10, n)
            rows = [(f"a{c % 3}", f"s{c % 4}", f"p{c}", *values)
                    for c, *values in zip(chosen, quantity, factor, market, strict=True)]
            years.append(table(rows))
        for method in (LOCATION, MARKET):
            steps = run(*years, scope2_method=method, drivers=(10.0, 13.0))
            assert steps.iloc[0] + steps.iloc[1:-1].sum() == pytest.approx(steps.iloc[-1], rel=1e-9, abs=1e-6)


def test_real_change_is_claimed_against_the_restated_base_only():
    """
    Reported 200, restated 260, now 130: real change is -50 %, not -35 %.
    """
    restated = BASE.assign(co2e_kg=BASE["co2e_kg"] * 1.3)
    now = restated.assign(quantity=restated["quantity"] / 2, co2e_kg=restated["co2e_kg"] / 2)
    result = bridge(BASE, now, years=(2023, 2024), scope2_method=LOCATION, same_boundary=BASE, restated=restated,
                    drivers=(1.0, 1.0))
    assert result.real_change == pytest.approx(-0.5)
    assert result.by("site").sum().sum() == pytest.approx(-130.0)
