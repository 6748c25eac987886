"""From levers.yml to a plan: the example companies."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from carbon.accounting import inventories
from carbon.core.errors import ParamsError, UsageError
from carbon.levers import effect
from carbon.levers.company import plan_of
from carbon.levers.result import OPTIMAL, OUT_OF_REACH
from carbon.records.params.levers import read_levers
from carbon.records.params.project import Project, find_project

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
    assert made.plan.status == OPTIMAL
    assert made.plan.meets
    assert made.plan.cost == effect.total_cost(made.plan.problem, made.plan.start)
    table = made.compare().set_index("order")
    assert table.loc["plan", "shortfall_kg"] == 0


@pytest.mark.parametrize("company", ["petit-studio", "cap-conseil"])
def test_every_example_company_has_a_proven_answer(company: str, made):
    """Least cost, or the closest there is: in both cases proven."""
    made = plan_of(read_levers(company), inventories(company))
    assert made.plan.status in (OPTIMAL, OUT_OF_REACH)
    assert made.plan.meets == (made.plan.status == OPTIMAL)
