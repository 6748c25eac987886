"""From levers.yml to a plan: the example companies."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd
import pytest

from carbon.accounting import inventories
from carbon.accounting.years.history_tables import PlainHistory
from carbon.core import schemas
from carbon.core.errors import ParamsError, UsageError
from carbon.levers import effect
from carbon.levers.baseline import carry_forward
from carbon.levers.company import _against, plan_of
from carbon.levers.result import OPTIMAL, OUT_OF_REACH
from carbon.params.files.levers import read_levers
from carbon.params.files.project import Project, find_project
from carbon.reports.exhibits.target_view import target_views
from carbon.reports.filings import esrs_actions
from carbon.reports.words.language import Words
from carbon.trajectory import Target, course, fit, groups_of

COMPANY = "nuage-logiciels"


@pytest.mark.parametrize(("path", "value", "names"), [
    ("levers.charging.cuts.0.where", {"activity": ["unobtainium"]}, ("lever charging, cuts.0.where", "no stream")),
    ("levers.electric-fleet.to", {"site": ["nowhere"]}, ("lever electric-fleet, adds.0.to", "no stream")),
    ("plan.targets", ["moonshot"], ("plan.targets", "moonshot")),
])
def test_an_unknown_stream_or_target_is_refused(tmp_path: Path, history, path: str, value, names, setter, written):
    """A lever that acts on nothing is a mistake, never a lever without effect."""
    records = read_levers(COMPANY, project=written(tmp_path, setter(path, value)))
    with pytest.raises(ParamsError) as refused:
        plan_of(records, history)
    text = str(refused.value)
    assert f"params/{COMPANY}/levers.yml" in text
    for name in names:
        assert name in text


def test_no_file_is_an_error_with_its_name(tmp_path: Path):
    """A company without levers.yml has no plan, and is told which file to write; one that is not there is told
    apart.
    """
    project = Project(tmp_path)
    (tmp_path / "params").mkdir()
    own = find_project().params_file("petit-studio").read_text(encoding="utf-8")
    project.params_file("acme").write_text(own.replace("company: petit-studio", "company: acme"), encoding="utf-8")
    with pytest.raises(UsageError, match=re.escape("params/acme/levers.yml")):
        read_levers("acme", project=project)
    with pytest.raises(UsageError, match=re.escape("No company 'nobody'")):
        read_levers("nobody", project=project)


def test_the_example_plan_is_proven_and_recomputed(made):
    """Status, cost and every limit stand when recomputed from the levers."""
    assert made.plan.status in (OPTIMAL, OUT_OF_REACH)
    assert made.plan.meets == (made.plan.status == OPTIMAL)
    assert made.plan.cost == effect.total_cost(made.plan.problem, made.plan.start)
    table = made.compare().set_index("order")
    assert (table.loc["plan", "shortfall_kg"] == 0) == made.plan.meets


def test_plan_page_and_filing_have_one_trajectory_to_the_digit(made, history):
    """Of each target: the page's median is the plan's own, its exceptional years marked in both; the pathway is the
    plan's limit, the filing's target and the budget's; what a declared grid pathway moves is named.
    """
    inventory, view, words = history.inventories[2025], history.restated(), Words("en")
    filed = esrs_actions.targets_table(inventory, view, words)
    pages = target_views(history.params, view, inventory.year, words)
    limits = made.plan.problem.limits
    for page, limit, (_, line), way in zip(pages, limits, filed.iterrows(), made.courses, strict=True):
        fitted = made.baseline.fits["+".join(way.target.scopes)]
        rows = page.table.set_index("year")
        assert fitted.event_years == page.course.fit.event_years == tuple(sorted(history.params.event_years))
        assert (rows.loc[made.baseline.years, "median_t"] * 1000).tolist() == pytest.approx(
            fitted.table["median_kg"].tolist(), rel=1e-15)
        assert rows.loc[2030, "pathway_t"] == line["target_t"] == limit.kg[-1] / 1000
        assert made.basis.base_kg[way.target.id] / 1000 == line["base_year_t"]
        assert page.course.budget.remaining_kg == way.budget.remaining_kg
        assert fitted.p_at_most(limit.kg[-1], 2030) == page.course.fit.p_meet(way.target)
        alone = fit(view.series(way.target.scopes, way.target.scope2_method), until=2030)
        assert alone.table.equals(page.course.fit.table)
        _adds_up(made.against_trajectory().query("target == @way.target.id"))
    against = made.against_trajectory().set_index("target")
    assert (against[["parts_kg"]] == 0).all(axis=None)
    # The grid pathway moves upstream and losses of electricity, and nothing else of scope 3.
    assert (against.loc["scope-3", "grid_kg"] < 0).all()


def _adds_up(table: pd.DataFrame) -> None:
    ways = table[["trajectory_kg", "parts_kg", "restated_kg", "grid_kg"]].sum(axis=1)
    assert ways.tolist() == pytest.approx(table["baseline_kg"].tolist(), rel=1e-12)


def test_a_model_of_the_plan_alone_is_refused(tmp_path: Path, history, setter, written):
    """A plan on another trend than the pages': the file, both models, and where to state it once."""
    records = read_levers(COMPANY, project=written(tmp_path, setter("plan.model", "drift")))
    with pytest.raises(ParamsError, match=r"plan.model 'drift' is not the model of the company's trajectory, 'auto'"):
        plan_of(records, history)


def test_a_target_over_another_has_its_difference_named():
    """Targets on scope 1 and on scopes 1 and 3: scope 1 has the trajectory of its own target; of the other the plan's
    two parts are not the one fit, and the difference is a column. The restated last year has 5 kg of no stream.
    """
    kg = {"1": [100.0, 90, 85, 84, 70, 66], "3": [200.0, 210, 190, 230, 240, 230]}
    lines = [("c", 2019 + i, scope, 0, "", v, "reported", "g", "b", "")
             for scope in kg for i, v in enumerate(kg[scope])]
    past = PlainHistory(pd.DataFrame(lines, columns=[*schemas.HISTORY.columns]))
    targets = [Target(i, s, "location-based", 2019, 2030, 0.5) for i, s in (("one", ("1",)), ("all", ("1", "3")))]
    assert groups_of(targets) == {"1": (("1",), "location-based"), "2": (("2",), "location-based"),
                                  "3": (("3",), "location-based")}
    table = pd.DataFrame({"scope": ["1", "3"], "category": [0, 1], "activity": ["gas", "food"], "region": "FR",
                          "location_kg": [66.0, 225.0], "market_kg": [66.0, 225.0]})
    baseline = carry_forward(table, past, targets=targets, first_year=2025, last_year=2030, grid={})
    one, both = (_against(course(past, t), baseline) for t in targets)
    _adds_up(one)
    _adds_up(both)
    assert one["parts_kg"].tolist() == one["restated_kg"].tolist() == [0.0] * 6
    assert (both["parts_kg"].abs() > 0).all()
    assert both["restated_kg"].tolist() == pytest.approx((-5 * baseline.trend("3")).tolist())


def test_every_example_company_has_a_proven_answer(small_made):
    """Least cost, or the closest there is: in both cases proven."""
    for made in (small_made, plan_of(read_levers("cap-conseil"), inventories("cap-conseil"))):
        assert made.plan.status in (OPTIMAL, OUT_OF_REACH)
        assert made.plan.meets == (made.plan.status == OPTIMAL)


def test_a_plan_states_its_baseline_beside_the_trajectory_of_the_page(made):
    """Of each target, in the last year: where a grid pathway is declared the two differ, and both are printed."""
    last = made.against_trajectory().query("year == 2030").set_index("target")
    for target, row in last.iterrows():
        baseline, trajectory = (f"{row[name] / 1000:,.1f} t" for name in ("baseline_kg", "trajectory_kg"))
        assert f"{target}, 2030: baseline {baseline}, trajectory {trajectory}" in str(made)
    assert last.loc["scopes-1-2", "grid_kg"] > 0
