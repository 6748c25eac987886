"""From levers.yml to a plan: the example companies, and files that are refused."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import yaml

from carbon.core.errors import MethodError, ParamsError, UsageError
from carbon.core.ghg_protocol import LOCATION, SCOPES
from carbon.inventory import inventories
from carbon.levers import effect
from carbon.levers.choose import least_cost
from carbon.levers.company import plan_of
from carbon.levers.model import levers_of, templates
from carbon.levers.problem import NEVER
from carbon.levers.result import OPTIMAL, OUT_OF_REACH
from carbon.records.levers import read_levers
from carbon.records.project import Project, find_project

COMPANY = "nuage-logiciels"


@pytest.fixture(scope="module")
def history():
    """Inventories of one example company."""
    return inventories(COMPANY)


@pytest.fixture(scope="module")
def made(history):
    """Its plan."""
    return plan_of(read_levers(COMPANY), history)


def written(tmp_path: Path, change) -> Project:
    """A project whose levers.yml is the example's, changed."""
    source = find_project().params_folder(COMPANY) / "levers.yml"
    values = yaml.safe_load(source.read_text(encoding="utf-8"))
    change(values)
    folder = tmp_path / "params" / COMPANY
    folder.mkdir(parents=True)
    (folder / "levers.yml").write_text(yaml.safe_dump(values, allow_unicode=True), encoding="utf-8")
    return Project(tmp_path)


def setter(path: str, value):
    """A change of one key of the file, by its dotted path."""
    def change(values):
        *parents, last = path.split(".")
        for key in parents:
            values = values[int(key) if isinstance(values, list) else key]
        values[last] = value
    return change


@pytest.mark.parametrize(("path", "value", "names"), [
    ("levers.charging.cuts.0.reduction", -0.1, ("levers.charging.cuts.0.reduction", "not negative")),
    ("levers.charging.cuts.0.reduction", 1.2, ("levers.charging.cuts.0.reduction", "more than the stream has")),
    ("levers.charging.cuts.0.reduction", {"low": 0.3, "likely": 0.2, "high": 0.4}, ("charging", "must rise")),
    ("levers.charging.cost", {"currency": "EUR", "capex": 1, "opex_per_year": 0, "savings_per_year": 0},
     ("levers.charging.cost.price_year", "missing")),
    ("levers.charging.cost.currency", None, ("levers.charging.cost.currency",)),
    ("levers.charging.cost.capex", -5, ("levers.charging.cost.capex",)),
    ("levers.charging.prerequisites", ["nobody"], ("lever charging, prerequisites", "nobody")),
    ("levers.controls.prerequisites", ["heat-pump-nantes"], ("prerequisites", "circular")),
    ("levers.charging.exclusions", ["charging"], ("lever charging, exclusions",)),
    ("levers.charging.track", "location", ("levers.charging.track",)),
    ("levers.charging.lifetime", 4, ("levers.charging.lifetime", "unknown key")),
    ("levers.charging.evidence", "", ("levers.charging.evidence",)),
    ("levers.charging.decarbonisation_lever", "magic", ("levers.charging.decarbonisation_lever", "magic")),
    ("plan.last_year", 2020, ("plan", "before first_year")),
])
def test_a_bad_file_is_refused_with_file_lever_and_field(tmp_path: Path, path: str, value, names):
    """
    Negative and excessive reductions, cost without currency or price year, unknown and circular relations, typos.
    """
    with pytest.raises(ParamsError) as refused:
        read_levers(COMPANY, project=written(tmp_path, setter(path, value)))
    text = str(refused.value)
    assert f"params/{COMPANY}/levers.yml" in text
    for name in names:
        assert name in text


def test_the_companys_own_kind_of_lever_goes_before_the_templates(tmp_path: Path):
    """
    A template has a kind, the entry may say another, and an entry with `cuts` has none unless it says one.
    """
    def change(values):
        values["levers"]["hosting"]["decarbonisation_lever"] = "use of renewable energy"
        del values["levers"]["charging"]["decarbonisation_lever"]

    records = read_levers(COMPANY, project=written(tmp_path, change))
    kinds = {v.id: v.decarbonisation_lever for v in levers_of(records.file, name=records.name)}
    assert kinds["hosting"] == "use of renewable energy"
    assert kinds["electric-fleet"] == "electrification"
    assert kinds["charging"] is None


@pytest.mark.parametrize(("path", "value", "names"), [
    ("levers.charging.cost.price_year", 2020, ("lever charging, cost", "2020")),
    ("levers.hosting.template", "magic", ("lever hosting, template", "magic")),
    ("levers.hosting.parameters", {"share": 0.2}, ("lever hosting, parameters", "kg_ratio")),
    ("levers.hosting.parameters.kg_ratio", 1.4, ("lever hosting, parameters.kg_ratio", "outside")),
    ("levers.it-6-years.parameters.new_life_years", 3, ("lever it-6-years, parameters", "does not get longer")),
    ("levers.green-power.track", "both", ("lever green-power, track", "market")),
])
def test_a_bad_template_is_refused_with_file_lever_and_field(tmp_path: Path, path: str, value, names):
    """
    Another price year, unknown template, missing or impossible parameter, wrong track.
    """
    records = read_levers(COMPANY, project=written(tmp_path, setter(path, value)))
    with pytest.raises(ParamsError) as refused:
        levers_of(records.file, name=records.name)
    text = str(refused.value)
    assert f"params/{COMPANY}/levers.yml" in text
    for name in names:
        assert name in text


@pytest.mark.parametrize(("path", "value", "names"), [
    ("levers.charging.cuts.0.where", {"activity": ["unobtainium"]}, ("lever charging, cuts.0.where", "no stream")),
    ("levers.electric-fleet.to", {"site": ["nowhere"]}, ("lever electric-fleet, adds.0.to", "no stream")),
    ("plan.targets", ["moonshot"], ("plan.targets", "moonshot")),
])
def test_an_unknown_stream_or_target_is_refused(tmp_path: Path, history, path: str, value, names):
    """
    A lever that acts on nothing is a mistake, never a lever without effect.
    """
    records = read_levers(COMPANY, project=written(tmp_path, setter(path, value)))
    with pytest.raises(ParamsError) as refused:
        plan_of(records, history)
    text = str(refused.value)
    assert f"params/{COMPANY}/levers.yml" in text
    for name in names:
        assert name in text


def test_no_file_is_an_error_with_its_name(tmp_path: Path):
    """
    A company without levers.yml has no plan, and is told which file to write; one that is not there is told apart.
    """
    project = Project(tmp_path)
    (tmp_path / "params").mkdir()
    own = find_project().params_file("petit-studio").read_text(encoding="utf-8")
    project.params_file("acme").write_text(own.replace("company: petit-studio", "company: acme"), encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape("params/acme/levers.yml")):
        read_levers("acme", project=project)
    with pytest.raises(UsageError, match=re.escape("No company 'nobody'")):
        read_levers("nobody", project=project)


def test_the_baseline_starts_from_the_inventory_and_follows_its_trajectory(made, history):
    """
    Streams sum to the last inventory by both methods; the group's median is the trajectory's own.
    """
    inv = history.inventories[2025]
    streams = made.baseline.streams
    assert streams["location_kg"].sum() == pytest.approx(inv.total("location-based"), rel=1e-12)
    assert streams["market_kg"].sum() == pytest.approx(inv.total("market-based"), rel=1e-12)
    fitted = made.baseline.fits["3"]
    group = (streams["group"] == "3").to_numpy()
    assert made.baseline.location_kg[group].sum(axis=0) == pytest.approx(fitted.table["median_kg"].to_numpy())


def test_every_stream_has_its_baseline_and_the_range_of_its_group(made):
    """
    Streams of a year sum to their group, and their ranges to the 80 % interval of the group's own trajectory.
    """
    table = made.baseline.by_stream(2030)
    fitted = made.baseline.fits["3"]
    at = fitted.table["year"] == 2030
    own = table[table["group"] == "3"]
    assert own["location_kg"].sum() == pytest.approx(fitted.table.loc[at, "median_kg"].item(), rel=1e-9)
    for column, p in (("low_kg", 0.1), ("high_kg", 0.9)):
        assert own[column].sum() == pytest.approx(fitted.predictive.quantile(p)[at.to_numpy()].item(), rel=1e-9)
    groups = made.baseline.table().query("year == 2030").set_index("group")["location_kg"]
    assert groups.sum() == pytest.approx(table["location_kg"].sum(), rel=1e-12)
    with pytest.raises(MethodError, match="2019"):
        made.baseline.by_stream(2019)


def test_no_kg_is_lost_between_streams_and_rows(made):
    """
    Rows of the problem sum to the baseline by both methods.
    """
    problem = made.plan.problem
    for method, kg in (("location-based", made.baseline.location_kg), ("market-based", made.baseline.market_kg)):
        assert problem.base[problem.mask(SCOPES, method)].sum(axis=0) == pytest.approx(kg.sum(axis=0), rel=1e-12)


def test_a_contract_never_moves_the_location_figure(made):
    """
    The renewable contract alone changes the market-based total and leaves the location-based one bit for bit.
    """
    problem = made.plan.problem
    start = np.full(len(problem.names), NEVER)
    start[problem.names.index("green-power")] = 0
    kg = effect.emissions(problem, start)
    location, market = problem.mask(SCOPES, LOCATION), problem.mask(SCOPES, "market-based")
    assert (kg[location] == problem.base[location]).all()
    assert kg[market].sum() < problem.base[market].sum()


def test_electrification_moves_emissions_to_electricity(made):
    """
    Scope 1 falls and scope 2 rises by the stated kg per kg cut, less what the grid pathway takes off.
    """
    problem = made.plan.problem
    start = np.full(len(problem.names), NEVER)
    start[problem.names.index("electric-fleet")] = 0
    kg = effect.emissions(problem, start)
    cut = (problem.base - kg)[problem.mask(["1"], LOCATION)].sum(axis=0)
    added = (kg - problem.base)[problem.mask(["2"], LOCATION)].sum(axis=0)
    # full effect in the third year: 0.05 kg per kg cut x French grid, straight from 1 (2025) to 0.9 (2030): 0.94
    assert added[2] == pytest.approx(0.05 * 0.94 * cut[2], rel=1e-9)
    assert (cut > added).all()


def test_the_example_plan_is_proven_and_recomputed(made):
    """
    Status, cost and every limit stand when recomputed from the levers.
    """
    assert made.plan.status == OPTIMAL
    assert made.plan.meets
    assert made.plan.cost == effect.total_cost(made.plan.problem, made.plan.start)
    table = made.compare().set_index("order")
    assert table.loc["plan", "shortfall_kg"] == 0


def test_a_target_no_lever_reaches_gives_the_closest_plan_and_its_shortfall(made):
    """
    A tenth of the scope 3 target is out of reach: never an empty plan, and the shortfall is the excess over the limit.
    """
    first, second = made.plan.problem.limits
    tight = made.plan.problem.with_limits([first, replace(second, kg=second.kg / 10)])
    plan = least_cost(tight, time_limit_s=60)
    assert plan.status == OUT_OF_REACH
    assert plan.levers
    assert plan.shortfall_kg == pytest.approx(plan.excess["excess_kg"].sum())
    assert "short" in repr(plan)


@pytest.mark.parametrize("company", ["petit-studio", "cap-conseil"])
def test_every_example_company_has_a_proven_answer(company: str):
    """
    Least cost, or the closest there is: in both cases proven.
    """
    made = plan_of(read_levers(company), inventories(company))
    assert made.plan.status in (OPTIMAL, OUT_OF_REACH)
    assert made.plan.meets == (made.plan.status == OPTIMAL)


def test_the_chance_is_the_same_for_the_same_seed(made):
    """
    Two computations from one seed agree in every bit; all limits together are no likelier than one of them.
    """
    from carbon.levers.chance import p_meet

    first, again = (p_meet(made.plan, made.baseline, seed=7, draws=2000).table for _ in range(2))
    assert first.equals(again)
    assert first["p"].iloc[-1] <= first["p"].iloc[:-1].min()


def test_certain_levers_leave_the_trajectorys_own_probability(made):
    """
    With no lever in the plan, P(meet) is P(baseline <= target) of the fitted trajectory.
    """
    from carbon.levers.chance import p_meet

    idle = replace(made.plan, start=np.full(len(made.plan.start), NEVER))
    table = p_meet(idle, made.baseline, seed=3, draws=20_000).table.set_index("limit")
    limit = made.plan.problem.limits[1]
    expected = made.baseline.fits["3"].p_at_most(float(limit.kg[-1]), 2030)
    assert table.loc[limit.name, "p"] == pytest.approx(expected, abs=0.015)


def test_every_template_reads_and_says_what_it_needs():
    """
    Each packaged template has parameters with a unit and limits, a source, and a known formula.
    """
    from carbon.levers.formulas import FORMULAS

    assert len(templates()) >= 16
    for name, template in templates().items():
        assert template.formula in FORMULAS, name
        assert template.parameters and template.source and template.note, name
        assert all(p.unit and p.minimum < p.maximum for p in template.parameters.values()), name
