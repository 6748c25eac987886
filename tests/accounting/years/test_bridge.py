"""The bridge: bars sum to the reported change, and each cause lands in its own bar."""

import dataclasses
import math
from itertools import pairwise
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.company import inventory
from carbon.accounting.years.bridge import (
    FACTORS,
    LADDER,
    SIGN,
    STEPS,
    Bridge,
    _drivers,
    _events_between,
    bridge,
    bridge_streams,
    chained,
)
from carbon.accounting.years.rerun import rerun
from carbon.accounting.years.streams import STREAM
from carbon.core.errors import MethodError
from carbon.core.ghg_protocol import LOCATION, MARKET


def table(rows: list[tuple[str, str, str, float, float, float]]) -> pd.DataFrame:
    """(activity, site, supplier, quantity, kg per unit, market minus location kg)"""
    data = [("2", 0, a, "kWh", "FR", site, supplier, q * f, q, m) for a, site, supplier, q, f, m in rows]
    return pd.DataFrame(data, columns=[*STREAM, "co2e_kg", "quantity", "market_kg"])


def random_states(rng: np.random.Generator, *, spread: float) -> tuple[list[pd.DataFrame], tuple[float, float]]:
    """Nine states of a dozen streams; quantities and factors are lognormal with this spread of their logarithm."""
    def year(spread: float = spread) -> pd.DataFrame:
        n = int(rng.integers(1, 12))
        chosen = rng.choice(20, n, replace=False)
        quantity = rng.lognormal(3, spread, n) * np.where(rng.random(n) < 0.15, -1, 1)
        quantity[rng.random(n) < 0.1] = 0.0
        factor = rng.lognormal(-1, spread, n)
        rows = [(f"a{c % 3}", f"s{c % 4}", f"p{c}", *values)
                for c, *values in zip(chosen, quantity, factor, rng.normal(0, 10, n), strict=True)]
        return table(rows)

    def refactored(state: pd.DataFrame) -> pd.DataFrame:
        if rng.random() < 0.3:
            return state
        return state.assign(co2e_kg=state["co2e_kg"] * rng.lognormal(0, 0.3, len(state)))

    states = [year()]
    states += [pd.concat([states[0], year(1.0)]).drop_duplicates(STREAM, ignore_index=True)]
    states += [refactored(states[1]), year()]
    for _ in range(5):
        states.append(refactored(states[-1]))
    return states, (float(rng.lognormal(2, 1)), float(rng.lognormal(2, 1)))


BASE = table([("electricity", "lyon", "", 100.0, 0.5, 0.0), ("electricity", "nantes", "", 300.0, 0.5, -20.0)])


LATER = ("constant", *LADDER)


def made(start: pd.DataFrame, end: pd.DataFrame, *, same_boundary=None, restated=None, drivers=(1.0, 1.0),
         scope2_method=LOCATION, decomposition="lmdi", years=(2023, 2024), **later) -> Bridge:
    """A bridge of nine states; each state of the later year that is not given is that of the step after it."""
    wider = start if same_boundary is None else same_boundary
    states = [end]
    for name in reversed(LATER[:-1]):
        states.insert(0, later.get(name.replace(" ", "_"), states[0]))
    return bridge_streams([start, wider, wider if restated is None else restated, *states], years=years,
                          scope2_method=scope2_method, drivers=drivers, decomposition=decomposition)


def run(start: pd.DataFrame, end: pd.DataFrame, **given) -> pd.Series:
    return made(start, end, **{"drivers": (10.0, 10.0), **given}).table.set_index("step")["kg"]


def test_growth_at_the_same_intensity_is_activity():
    """Twice the employees and twice the kWh: all in "activity level"."""
    double = BASE.assign(quantity=BASE["quantity"] * 2, co2e_kg=BASE["co2e_kg"] * 2)
    steps = run(BASE, double, drivers=(10.0, 20.0))
    # 400 kWh x 0.5 = 200 kg more
    assert steps["activity level"] == pytest.approx(200.0)
    assert steps.iloc[1:-1].drop("activity level").tolist() == pytest.approx([0] * 9)


def test_a_cleaner_grid_is_the_grid():
    """The same kWh at half the factor: all in the step whose state has it, and none claimed as own intensity."""
    cleaner = BASE.assign(co2e_kg=BASE["co2e_kg"] / 2)
    for at, step in enumerate(LADDER):
        before = {name.replace(" ", "_"): BASE for name in LATER[:at + 1]}
        steps = run(BASE, cleaner, **before)
        assert steps[step] == pytest.approx(-100.0)
        assert steps.iloc[1:-1].drop(step).tolist() == pytest.approx([0] * 9)


def test_a_new_factor_database_alone_lands_whole_in_the_method_step():
    """The old records run with new factors equal the new year: nothing else moves."""
    revised = BASE.assign(co2e_kg=BASE["co2e_kg"] * 1.3)
    steps = run(BASE, revised, restated=revised)
    assert steps["method"] == pytest.approx(60.0)
    assert steps[FACTORS].abs().max() == pytest.approx(0)


def test_a_contract_moves_only_the_market_bar():
    """Market instruments appear in the market-based bridge, never in the location-based one."""
    greener = BASE.assign(market_kg=BASE["market_kg"] - 50.0)
    assert run(BASE, greener, grid=BASE)["market instruments"] == 0.0
    steps = run(BASE, greener, grid=BASE, scope2_method=MARKET)
    assert steps["market instruments"] == pytest.approx(-100.0)
    assert steps[FACTORS].abs().max() == pytest.approx(0)


def test_a_site_bought_is_boundary():
    """What the old year would have had with today's boundary is not growth."""
    bought = table([("electricity", "namur", "", 50.0, 0.5, 0.0)])
    wider = pd.concat([BASE, bought])
    steps = run(BASE, wider, same_boundary=wider, restated=wider)
    assert steps["boundary"] == pytest.approx(25.0)
    assert steps[FACTORS].abs().max() == pytest.approx(0)


def check_random(trials: int, seed: int) -> None:
    rng = np.random.Generator(np.random.PCG64(seed))
    for trial in range(trials):
        states, drivers = random_states(rng, spread=(1.0, 23.0)[trial % 2])
        method = (LOCATION, MARKET)[trial // 2 % 2]
        forth = bridge_streams(states, years=(2023, 2024), scope2_method=method, drivers=drivers)
        kg = forth.table["kg"].tolist()
        assert abs(math.fsum([*kg[:-1], -kg[-1]])) <= max(1e-3, 1e-12 * max(abs(kg[0]), abs(kg[-1])))
        swapped = [states[3]] * 3 + [states[2]] * 6
        back = bridge_streams(swapped, years=(2023, 2024), scope2_method=method, drivers=drivers[::-1])
        for step in FACTORS:
            one, other = (b.table.set_index("step")["kg"][step] for b in (forth, back))
            assert one == pytest.approx(-other, rel=1e-9, abs=1e-10 * max(map(abs, kg)))


def test_bars_sum_to_the_reported_change_on_random_inventories():
    """With births, deaths, credit notes, lines that cancel, ratios from 1e-20 to 1e20 and both scope 2 methods: to a
    gram, or to 1e-12 of the larger total. Swapped in time, activity, mix and own intensity change their sign alone.
    """
    check_random(40, seed=5)


@pytest.mark.torture
def test_bars_sum_to_the_change_of_ten_thousand_inventories_bridged_one_by_one():
    """As above, each inventory in a bridge of its own, forth and back."""
    check_random(10_000, seed=26)


def ten_thousand(rng: np.random.Generator) -> list[pd.DataFrame]:
    """Nine states of 10,000 inventories of eight streams each; `site` is the inventory, and in each activity's name."""
    n, size = 10_000, 8
    inventory, line = np.divmod(np.arange(n * size), size)
    labels = pd.DataFrame({"scope": "3", "category": 1, "activity": [f"{i}/{k % 3}" for i, k in zip(
        inventory.tolist(), line.tolist(), strict=True)], "unit": "EUR", "region": "FR",
        "site": inventory.astype(str), "supplier": line.astype(str)})[STREAM]

    def year() -> tuple[np.ndarray, np.ndarray]:
        quantity = 10.0 ** rng.uniform(-10, 10, n * size) * np.where(rng.random(n * size) < 0.2, -1, 1)
        return quantity * (rng.random(n * size) > 0.15), 10.0 ** rng.uniform(-10, 10, n * size)

    def state(quantity: np.ndarray, factor: np.ndarray) -> pd.DataFrame:
        is_there = quantity != 0
        return labels[is_there].assign(co2e_kg=(quantity * factor)[is_there], quantity=quantity[is_there],
                                       market_kg=(factor * rng.normal(0, 0.1, n * size) * quantity)[is_there])

    quantity, factor = year()
    states = [state(quantity, factor), state(quantity, factor), state(quantity, factor * rng.lognormal(0, 1, n * size))]
    quantity, factor = year()
    for _ in range(6):
        states.append(state(quantity, factor))
        factor = factor * rng.lognormal(0, 1, n * size)
        quantity = quantity * rng.choice([1.0, 0.9], n * size)
    return states


@pytest.mark.parametrize("method", [LOCATION, MARKET])
def test_bars_sum_to_the_change_of_each_of_ten_thousand_inventories(method):
    """Credit notes, births, deaths, editions, rates, ratios from 1e-20 to 1e20 of quantities and of factors: the bars
    of each inventory sum to its change, to a gram or to 1e-12 of its larger total (of what it sums where that is
    larger: totals of cancelling lines have no more digits). Swapped in time, activity, mix and own intensity of each
    change their sign alone, to 1e-9 or to 1e-10 of its gross kilograms. Rows of `site` are an inventory: all at once,
    as a bridge of each alone is (`check_random`) and takes 0.1 s.
    """
    states = ten_thousand(np.random.Generator(np.random.PCG64(8)))
    made = bridge_streams(states, years=(2023, 2024), scope2_method=method, drivers=(10.0, 13.0))
    rows = made.streams.assign(change=made.streams["start"] + made.streams[STEPS].sum(axis=1))
    end = states[-1].assign(end=states[-1]["co2e_kg"] + states[-1]["market_kg"] * (method == MARKET))
    both = rows.merge(end[[*STREAM, "end"]], on=STREAM, how="outer", validate="one_to_one").fillna(0.0)
    size = both[["start", "end"]].abs().max(axis=1)
    off = (both["change"] - both["end"]).groupby(both["site"]).sum().abs()
    assert off.size == 10_000
    assert (off <= np.maximum(1e-3, 1e-12 * size.groupby(both["site"]).sum())).all()
    back = bridge_streams([states[3]] * 3 + [states[2]] * 6, years=(2023, 2024), scope2_method=method,
                          drivers=(13.0, 10.0))
    forth_kg, back_kg = (b.streams.groupby("site")[list(FACTORS)].sum() for b in (made, back))
    missed = (forth_kg + back_kg.reindex(forth_kg.index)).abs()
    gross = sum(np.abs(s["co2e_kg"] + s["market_kg"] * (method == MARKET)).groupby(s["site"]).sum().reindex(
        forth_kg.index, fill_value=0.0) for s in states[2:4])
    assert missed.le(np.maximum(1e-9 * forth_kg.abs(), 1e-10 * gross.to_numpy()[:, None])).all(axis=None)


def test_bars_that_miss_the_change_are_refused():
    """A bar moved by 2 g of 200 kg is no bridge, wherever it is made; half a gram is rounding."""
    good = link((2021, 2022), 100, 200)
    for off, refused in ((2e-3, True), (5e-4, False), (float("nan"), True)):
        table = good.table.copy()
        table.loc[3, "kg"] += off
        if refused:
            with pytest.raises(MethodError, match="miss the change"):
                dataclasses.replace(good, table=table)
        else:
            dataclasses.replace(good, table=table)


def test_real_change_is_claimed_against_the_restated_base_only():
    """Reported 200, restated 260, now 130: real change is -50 %, not -35 %."""
    restated = BASE.assign(co2e_kg=BASE["co2e_kg"] * 1.3)
    now = restated.assign(quantity=restated["quantity"] / 2, co2e_kg=restated["co2e_kg"] / 2)
    result = made(BASE, now, restated=restated)
    assert result.real_change == pytest.approx(-0.5)
    assert result.constant_kg == pytest.approx(-130.0)
    assert result.by("site")[FACTORS].sum().sum() == pytest.approx(-130.0)


def test_no_real_change_is_claimed_of_a_start_of_nothing():
    """A company that emitted nothing before has no percentage, neither infinite nor missing: the bars stay."""
    nothing = BASE.assign(co2e_kg=0.0, quantity=0.0)
    result = made(nothing, BASE)
    with pytest.raises(MethodError, match="a share of it does not exist"):
        _ = result.real_change
    assert result.table["kg"].iloc[1:-1].sum() == pytest.approx(BASE["co2e_kg"].sum())


def test_a_factor_database_that_moves_the_residual_mix_lands_in_the_method_step_too():
    """Market minus location of the rerun start is what the instruments are held against."""
    revised = BASE.assign(market_kg=BASE["market_kg"] + 30.0)
    steps = run(BASE, revised, restated=revised, scope2_method=MARKET)
    assert steps["method"] == pytest.approx(60.0)
    assert steps["market instruments"] == 0.0


def test_shapley_is_exact_as_well():
    """An option: births, deaths and lines that stay, all in the sum."""
    end = pd.concat([BASE.iloc[:1].assign(quantity=70.0, co2e_kg=49.0), table([("gas", "lyon", "", 9.0, 0.2, 0.0)])])
    steps = run(BASE, end, decomposition="shapley", drivers=(10.0, 12.0))
    assert steps.iloc[0] + steps.iloc[1:-1].sum() == pytest.approx(steps.iloc[-1], abs=1e-9)


def test_a_chain_leads_from_the_first_start_to_the_last_end():
    """200 kg, then half, then a quarter of the factor: -100 and -50 in one bar, three years, each link named; links
    that do not follow one another are no chain.
    """
    half, quarter = (BASE.assign(co2e_kg=BASE["co2e_kg"] * f) for f in (0.5, 0.25))
    links = [made(a, b, years=y, grid=a) for a, b, y in ((BASE, half, (2022, 2023)), (half, quarter, (2023, 2024)))]
    whole = chained(links)
    kg = whole.table.set_index("step")["kg"]
    assert kg.index[[0, -1]].tolist() == ["reported 2022", "reported 2024"]
    assert kg.iloc[[0, -1]].tolist() == [200.0, 50.0]
    assert kg["market instruments"] + kg["grid"] == pytest.approx(-150.0)
    assert whole.years == (2022, 2023, 2024)
    assert whole.streams["link"].unique().tolist() == ["2022-2023", "2023-2024"]
    with pytest.raises(MethodError, match="do not form a chain"):
        chained(links[::-1])


def test_a_sale_within_the_start_year_is_boundary_for_what_that_year_still_held():
    """From 2022 to 2024: sold on the first day of 2022 is in neither year; within 2022, its months of 2022 leave with
    the boundary step; in 2025 it had not happened.
    """
    start, end = (SimpleNamespace(year=y, params=SimpleNamespace(reporting_year_starts="01-01")) for y in (2022, 2024))
    days = pd.to_datetime(["2022-01-01", "2022-07-01", "2024-12-31", "2025-01-01"]).astype("datetime64[s]")
    events = pd.DataFrame({"event_id": list("abcd"), "date": days, "year": 2022, "kind": "divestment", "delta_kg": 1.0})
    assert _events_between(events, start, end)["event_id"].tolist() == ["b", "c"]


@pytest.fixture(scope="module", params=["petit-studio", "nuage-logiciels", "cap-conseil"])
def years(request):
    return [inventory(request.param, year) for year in (2022, 2023, 2024)]


def test_the_examples_are_explained_to_the_gram(years):
    """Both methods, both decompositions, chained over two links, down to site, category and supplier."""
    for method in (LOCATION, MARKET):
        links = [bridge(a, b, scope2_method=method, driver="employees") for a, b in pairwise(years)]
        made = chained(links)
        kg = made.table["kg"]
        # Each stream is rounded once, then their sum: a last bit, 2e-10 kg of 2,263 t.
        assert kg.iloc[0] == pytest.approx(years[0].total(method), rel=1e-15)
        assert kg.iloc[-1] == pytest.approx(years[-1].total(method), rel=1e-15)
        assert kg.iloc[0] + kg.iloc[1:-1].sum() == pytest.approx(kg.iloc[-1], abs=1e-3)
        for column in ("site", "category", "supplier"):
            bars = made.by(column)[STEPS].sum().sum()
            assert bars == pytest.approx(kg.iloc[-1] - kg.iloc[0], abs=1e-3)


def test_a_divestment_between_the_years_is_the_boundary_bar(years):
    """The entity's deltas of the start year, from the ledger of events."""
    from carbon.params.files.company_overrides import read_base_year_events
    from carbon.params.files.project import find_project

    events, _ = read_base_year_events(find_project(), "cap-conseil")
    sold = events[events["year"] == 2020].assign(year=2022, date=pd.Timestamp("2023-06-30").as_unit("s"))
    start, end = years[:2]
    made = bridge(start, end, scope2_method=LOCATION, driver="employees", events=sold).table
    kg = made.set_index("step")["kg"]
    # 8.1 + 24.4 + 187.0 + 3.1 + 63.0 t
    assert kg["boundary"] == pytest.approx(-285_600.0)
    assert kg.iloc[0] + kg.iloc[1:-1].sum() == pytest.approx(kg.iloc[-1], abs=1e-3)


def test_what_no_bridge_can_span_is_refused(years):
    """Backwards, another company, an unknown choice, no employees, records that are gone."""
    start, end = years[:2]
    for wrong, message in (({"driver": "revenue"}, "not one of"), ({"scope2_method": "both"}, "not one of"),
                           ({"decomposition": "wishful"}, "not one of")):
        with pytest.raises(MethodError, match=message):
            bridge(start, end, **{"scope2_method": LOCATION, "driver": "none", **wrong})
    with pytest.raises(MethodError, match="earlier to a later"):
        bridge(end, start, scope2_method=LOCATION, driver="none")
    with pytest.raises(MethodError, match="no number of employees"):
        bridge(start, dataclasses.replace(end, params=end.params.model_copy(update={"employees": {}})),
               scope2_method=LOCATION, driver="employees")
    with pytest.raises(MethodError, match="holds no records"):
        rerun(dataclasses.replace(start, records={}), end.params, SimpleNamespace())


def test_the_restated_start_holds_boundary_methods_and_corrections():
    """650 kg reported, 450 of them an error; a site of 50 kg bought; new factors x 1.3: (200 + 50) x 1.3 = 325 kg, and
    162.5 kg now are half of it, though a quarter of what was reported. Contracts are no part of it.
    """
    wrong = BASE.assign(quantity=[1000.0, 300.0], co2e_kg=[500.0, 150.0])
    site = table([("electricity", "lille", "", 100.0, 0.5, 0.0)])
    wider, bought = (pd.concat([t, site], ignore_index=True) for t in (wrong, BASE))
    today = bought.assign(co2e_kg=bought["co2e_kg"] * 1.3)
    now = today.assign(co2e_kg=today["co2e_kg"] / 2, quantity=today["quantity"] / 2, market_kg=-10.0)
    for method in (LOCATION, MARKET):
        result = made(wrong, now, same_boundary=wider, restated=today, scope2_method=method,
                      grid=now.assign(market_kg=today["market_kg"]))
        steps = result.table.set_index("step")["kg"]
        # The error is part of the method step: 75 kg of factors less 450 kg.
        assert steps[["boundary", "method"]].tolist() == pytest.approx([50.0, -375.0])
        assert result.restated_kg == pytest.approx(325.0 - 20.0 * (method == MARKET))
        assert result.real_change == pytest.approx(-162.5 / result.restated_kg)


def test_credit_notes_are_real_and_no_growth():
    """A supplier with 10 kg of invoices, then 5 kg of credit: its -15 kg are own intensity, named, and in the real
    change of 200 + 10 kg.
    """
    lines = [("paper", "lyon", "a", 10.0, 1.0, 0.0)], [("paper", "lyon", "a", -5.0, 1.0, 0.0)]
    start, end = (pd.concat([BASE, table(line)], ignore_index=True) for line in lines)
    result = made(start, end)
    assert result.table.set_index("step")["kg"]["own intensity"] == pytest.approx(-15.0)
    assert result.real_change == pytest.approx(-15.0 / 210.0)
    assert result.parts[["step", "part", "kg"]].values.tolist() == [["own intensity", SIGN, pytest.approx(-15.0)]]


def test_links_of_other_choices_or_with_a_hole_are_no_chain():
    """Another scope 2 method, driver or decomposition; a year left out. The chain names all of its years."""
    def link(years, **choices):
        given = {"scope2_method": LOCATION, "drivers": (1.0, 1.0), **choices}
        return bridge_streams([BASE] * 9, years=years, **given)

    first = link((2021, 2022))
    assert chained([first, link((2022, 2023)), link((2023, 2024))]).years == (2021, 2022, 2023, 2024)
    for other in (link((2022, 2023), scope2_method=MARKET), link((2022, 2023), driver="employees"),
                  link((2022, 2023), decomposition="shapley"), link((2023, 2024))):
        with pytest.raises(MethodError, match="do not form a chain"):
            chained([first, other])
    for drivers in ((0.0, 1.0), (1.0, 0.0), (-1.0, 1.0)):
        with pytest.raises(MethodError, match="drivers must be positive"):
            link((2021, 2022), drivers=drivers)


def test_events_between_two_years_are_those_after_the_first_day_of_the_start():
    """Reporting years from July: 1 July 2022 begins 2023, whose inventory holds it whole. Events within 2023, of 2024
    and on its last day are between 2023 and 2024; the first day of 2023 and all of 2025 are not. The start year's
    deltas count, less those of the end year for an event within it: that year has only the days since.
    """
    days = {"before": "2022-06-30", "first": "2022-07-01", "within": "2022-07-02", "next": "2023-07-01",
            "last": "2024-06-30", "after": "2024-07-01"}
    rows = [{"event_id": name, "kind": "acquisition", "date": day, "entity": name, "year": year, "scope": "1",
             "category": 0, "scope2_method": "", "delta_kg": 1.0, "reason": "r", "evidence": "e",
             "recorded_on": "2025-01-01"} for name, day in days.items() for year in (2022, 2023, 2024)]
    ledger = pd.DataFrame(rows)
    ledger = ledger.assign(**{c: pd.to_datetime(ledger[c]).astype("datetime64[s]") for c in ("date", "recorded_on")})
    params = SimpleNamespace(reporting_year_starts="07-01", employees={2023: 10.0, 2024: 12.0})
    end = SimpleNamespace(year=2024, params=params)
    start = SimpleNamespace(year=2023, params=SimpleNamespace(reporting_year_starts="01-01", employees={2023: 99.0}))
    between = _events_between(ledger, start, end)
    assert between["event_id"].tolist() == ["within", "next", "last", "last"]
    assert between["delta_kg"].tolist() == [1.0, 1.0, 1.0, -1.0]
    assert set(between["year"]) == {2023}
    assert _events_between(ledger.head(0), start, end).empty
    # The number of employees as the later report knows it, for both years.
    assert _drivers(start, end, "employees") == (10.0, 12.0)
    assert _drivers(start, end, "none") == (1.0, 1.0)
    with pytest.raises(MethodError, match=r"no number of employees for \[2022\]"):
        _drivers(SimpleNamespace(year=2022), end, "employees")


def link(years: tuple[int, int], start_kg: float, end_kg: float) -> Bridge:
    start, end = (table([("electricity", "lyon", "", kg * 2, 0.5, 0.0)]) for kg in (start_kg, end_kg))
    return made(start, end, years=years)


def test_a_chain_of_chains_leads_from_the_first_start_to_the_last_end():
    """100, 200, 400 and 800 kg: three links, or a chain of two and a third, are the same bars; each link has its
    years.
    """
    first, second, third = link((2021, 2022), 100, 200), link((2022, 2023), 200, 400), link((2023, 2024), 400, 800)
    plain, nested = chained([first, second, third]), chained([chained([first, second]), third])
    for whole in (plain, nested):
        assert whole.table["kg"].iloc[[0, -1]].tolist() == [100.0, 800.0]
        assert whole.table.set_index("step")["kg"]["own intensity"] == pytest.approx(700.0)
    assert plain.years == (2021, 2022, 2023, 2024)
    assert nested.years == (2021, 2023, 2024)
    assert sorted(set(nested.streams["link"])) == ["2021-2023", "2023-2024"]
    with pytest.raises(MethodError, match="do not form a chain"):
        chained([chained([first, second]), second])


def test_a_bridge_says_its_years_and_tonnes_in_one_line():
    """100 t and 200 t, by which method, decomposition and driver; in a notebook with its steps in tonnes."""
    first = link((2021, 2022), 100_000, 200_000)
    assert repr(first) == "Bridge(2021 100.0 t -> 2022 200.0 t, location-based, by lmdi, driver given)"
    assert "<td>200</td>" in first._repr_html_()
    assert "<td>0.123</td>" in link((2021, 2022), 100_000, 123.4567)._repr_html_()
    whole = chained([first, link((2022, 2023), 200_000, 50_000), link((2023, 2024), 50_000, 25_000)])
    assert repr(whole).startswith("Bridge(2021 100.0 t -> 2024 25.0 t")


def test_the_bars_by_a_column_are_in_its_order_and_no_column_is_a_step():
    """Sites in the order of their names, whatever the order of the records; a step or a word that is no column is
    refused.
    """
    start = table([("electricity", "nantes", "", 100.0, 0.5, 0.0), ("electricity", "lyon", "", 300.0, 0.5, 0.0)])
    end = start.assign(quantity=start["quantity"] * 2, co2e_kg=start["co2e_kg"] * 2)
    result = made(start, end, drivers=(1.0, 2.0))
    bars = result.by("site")
    assert bars.index.tolist() == ["lyon", "nantes"]
    assert bars["activity level"].tolist() == pytest.approx([150.0, 50.0])
    assert result.by("activity").index.tolist() == ["electricity"]
    for column in ("boundary", "activity level", "postcode", "kg"):
        with pytest.raises(MethodError, match=f"no column '{column}'"):
            result.by(column)


def test_no_step_has_the_name_of_a_column_of_the_streams():
    """A step beside the columns of its stream, which it would replace in silence."""
    assert not {*STEPS, "start", "link"} & {*STREAM, "co2e_kg", "quantity", "market_kg"}


def test_half_a_kilogram_is_a_start_of_which_a_share_exists():
    """From 0.5 kg to 0.25 kg: half of it, however little."""
    assert link((2023, 2024), 0.5, 0.25).real_change == pytest.approx(-0.5)


@pytest.fixture(scope="module")
def two_years():
    return [inventory("nuage-logiciels", year) for year in (2022, 2023)]


def a_year_later(inv):
    """The same records a year later: rows, keys and answers; no exchange rate moves."""
    return dataclasses.replace(
        inv, year=inv.year + 1, emissions=inv.emissions.assign(year=inv.year + 1),
        activities=inv.activities.assign(year=inv.activities["year"] + 1, record_unit=""),
        keys=inv.keys.assign(year=inv.keys["year"] + 1))


def change_of(kind: str, year: int) -> pd.DataFrame:
    """An event of the start year: 3,000 kg of scope 1 less, known by the middle of the year after it."""
    return pd.DataFrame({"event_id": [kind], "kind": [kind], "date": [pd.Timestamp(f"{year + 1}-06-30").as_unit("s")],
                         "entity": ["X"], "year": [year], "scope": ["1"], "category": [0], "scope2_method": [""],
                         "delta_kg": [-3000.0], "reason": ["r"], "evidence": ["e"],
                         "recorded_on": [pd.Timestamp(f"{year + 1}-07-01").as_unit("s")]})


def test_an_error_of_the_start_year_is_its_correction_and_a_sale_its_boundary(two_years):
    """The same tonnes as an error and as a sale land each in their own bar and in no other; so does a whole inventory
    corrected by half, whose factors are those of the end already.
    """
    start, end = two_years
    plain = bridge(start, end, scope2_method=LOCATION, driver="none").table.set_index("step")["kg"]
    for kind, bar in (("error", "method"), ("divestment", "boundary")):
        result = bridge(start, end, scope2_method=LOCATION, driver="none", events=change_of(kind, start.year))
        kg = result.table.set_index("step")["kg"]
        assert kg[bar] == pytest.approx(-3000.0)
        assert kg.drop([bar, *FACTORS]).to_numpy() == pytest.approx(plain.drop([bar, *FACTORS]).to_numpy())
        assert result.restated_kg == pytest.approx(kg.iloc[0] - 3000.0)
        corrected = result.parts.set_index("part")["kg"].get("correction of errors", 0.0)
        assert corrected == pytest.approx(-3000.0 if kind == "error" else 0.0)
    half = dataclasses.replace(start, emissions=start.emissions.assign(co2e_kg=start.emissions["co2e_kg"] / 2))
    result = bridge(start, end, scope2_method=LOCATION, driver="none", corrected=half)
    kg = result.table.set_index("step")["kg"]
    assert kg["method"] == pytest.approx(-start.total(LOCATION) / 2)
    assert kg["boundary"] == 0.0
    assert result.parts["part"].tolist()[0] == "correction of errors"
    assert kg.iloc[0] + kg.iloc[1:-1].sum() == pytest.approx(kg.iloc[-1], abs=1e-3)


def test_events_stand_beside_a_new_factor_release(two_years):
    """Doubled factors and a sale: the method bar is what the old records gain, the boundary bar what was sold,
    unscaled.
    """
    from carbon.factors import load

    start = two_years[0]
    library = load(start.params.factors.release)
    doubled = dataclasses.replace(library, table=library.table.assign(co2e_kg=library.table["co2e_kg"] * 2))
    later = a_year_later(rerun(start, start.params, doubled))
    events = pd.concat([change_of("divestment", start.year), change_of("error", start.year)], ignore_index=True)
    alone, both = (bridge(start, later, scope2_method=LOCATION, driver="none", library=doubled, events=e)
                   for e in (None, events))
    kg, alone_kg = (b.table.set_index("step")["kg"] for b in (both, alone))
    assert kg["boundary"] == pytest.approx(-3000.0)
    assert kg["method"] == pytest.approx(alone_kg["method"] - 3000.0)
    parts = both.parts.set_index("part")["kg"]
    assert parts["parameters and factor release"] == pytest.approx(alone_kg["method"])
    assert parts["correction of errors"] == pytest.approx(-3000.0)
    assert kg.iloc[0] + kg.iloc[1:-1].sum() == pytest.approx(kg.iloc[-1], abs=1e-3)


def test_a_bridge_stands_on_two_inventories(two_years):
    """A Series, a table or a year in the place of either of them: refused with what to type."""
    start, end = two_years
    for a, b in ((start, pd.Series([1.0])), (pd.Series([1.0]), end), (2022, 2023)):
        with pytest.raises(MethodError, match="needs two inventories") as refused:
            bridge(a, b, scope2_method=LOCATION, driver="none")
        assert "history.bridge" in refused.value.hint
    with pytest.raises(MethodError, match="of one company, not from"):
        bridge(start, dataclasses.replace(end, company="another"), scope2_method=LOCATION, driver="none")
    with pytest.raises(MethodError, match="earlier to a later"):
        bridge(start, dataclasses.replace(end, year=start.year), scope2_method=LOCATION, driver="none")
    lone = end.params.model_copy(update={"employees": {start.year: 3.0}})
    with pytest.raises(MethodError, match=rf"no number of employees for \[{end.year}\]"):
        bridge(start, dataclasses.replace(end, params=lone), scope2_method=LOCATION, driver="employees")


@pytest.mark.parametrize("decomposition", ["lmdi", "shapley"])
def test_what_appears_or_disappears_is_no_credit_note(decomposition: str):
    """A site that opens, one that closes, and a credit note that is not followed by another: each has its limit in the
    bars of mix and intensity; only what changes its sign is activity whole, and named.
    """
    opened = pd.concat([BASE, table([("electricity", "lille", "", 100.0, 0.5, 0.0)])], ignore_index=True)
    credit = pd.concat([BASE, table([("electricity", "lyon", "a", -20.0, 0.5, 0.0)])], ignore_index=True)
    for start, end in ((BASE, opened), (opened, BASE), (credit, BASE), (BASE, credit)):
        result = made(start, end, decomposition=decomposition)
        change = float(end["co2e_kg"].sum() - start["co2e_kg"].sum())
        assert result.parts.empty
        assert result.constant_kg == pytest.approx(change)


@pytest.mark.parametrize("size", [1.0, 1e-3])
def test_a_group_whose_lines_cancel_has_no_shares(size: float):
    """10 and -10 kWh are a group of none: what became of its two lines, 5 + 2.5 kg, is intensity whole, in grams as in
    kilograms.
    """
    lines = (("a", 10.0), ("b", -10.0)), (("a", 20.0), ("b", -5.0))
    start, end = (pd.concat([BASE, table([("gas", "lyon", s, q * size, 0.5, 0.0) for s, q in those])],
                            ignore_index=True) for those in lines)
    steps = run(start, end)
    assert steps["own intensity"] == pytest.approx(7.5 * size)
    assert steps[["mix", "activity level"]].to_numpy() == pytest.approx(0.0)


def test_one_unit_is_a_quantity_like_any_other():
    """1 kWh, then 2 of the same factor: intensity, and no change of sign; nor where one becomes none."""
    one, two = (table([("electricity", "lyon", "", q, 0.5, 0.0)]) for q in (1.0, 2.0))
    for start, end, kg in ((one, two, 0.5), (two, one, -0.5)):
        steps = run(start, end)
        assert steps["own intensity"] == pytest.approx(kg)
        assert steps["activity level"] == 0.0
