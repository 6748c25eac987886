"""Levers of a file with templates filled in: what is wrong is named with file, lever and field."""

from __future__ import annotations

from pathlib import Path

import pytest

from carbon.core.errors import ParamsError
from carbon.levers.model import levers_of, templates
from carbon.params.files.levers import read_levers

COMPANY = "nuage-logiciels"


@pytest.mark.parametrize(("path", "value", "names"), [
    ("levers.charging.cuts.0.reduction", -0.1, ("levers.charging.cuts.0.reduction", "must not be negative")),
    ("levers.charging.cuts.0.reduction", 1.2, ("levers.charging.cuts.0.reduction", "more than the stream has")),
    ("levers.charging.cuts.0.reduction", {"low": 0.3, "likely": 0.2, "high": 0.4}, ("charging", "must rise")),
    ("levers.charging.cost", {"currency": "EUR", "capex": 1, "opex_per_year": 0, "savings_per_year": 0},
     ("levers.charging.cost.price_year", "missing")),
    ("levers.charging.cost.currency", None, ("levers.charging.cost.currency",)),
    ("levers.charging.cost.capex", -5, ("levers.charging.cost.capex",)),
    ("levers.charging.prerequisites", ["nobody"], ("levers.charging.prerequisites", "nobody")),
    ("levers.controls.prerequisites", ["heat-pump-nantes"], ("prerequisites", "circular")),
    ("levers.charging.exclusions", ["charging"], ("levers.charging.exclusions`",)),
    ("levers.charging.track", "location", ("levers.charging.track",)),
    ("levers.charging.lifetime", 4, ("levers.charging.lifetime", "unknown key")),
    ("levers.charging.evidence", "", ("levers.charging.evidence",)),
    ("levers.charging.decarbonisation_lever", "magic", ("levers.charging.decarbonisation_lever", "magic")),
    ("levers.green-power.adds", [{"to": {"scope": ["2"]}, "kg_per_year": 90.0}],
     ("levers.green-power.adds", "market-based figure of scope 2 alone")),
    ("plan.last_year", 2020, ("plan", "before first_year")),
])
def test_a_bad_file_is_refused_with_file_lever_and_field(tmp_path: Path, path: str, value, names, setter, written):
    """Negative and excessive reductions, cost without currency or price year, unknown and circular relations, typos, a
    contract that adds emissions, which would move the location-based figure.
    """
    with pytest.raises(ParamsError) as refused:
        read_levers(COMPANY, project=written(tmp_path, setter(path, value)))
    text = str(refused.value)
    assert f"params/{COMPANY}/levers.yml" in text
    for name in names:
        assert name in text


def test_the_companys_own_kind_of_lever_goes_before_the_templates(tmp_path: Path, written):
    """A template has a kind, the entry may say another, and an entry with `cuts` has none unless it says one."""
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
def test_a_bad_template_is_refused_with_file_lever_and_field(tmp_path: Path, path: str, value, names, setter, written):
    """Another price year, unknown template, missing or impossible parameter, wrong track."""
    records = read_levers(COMPANY, project=written(tmp_path, setter(path, value)))
    with pytest.raises(ParamsError) as refused:
        levers_of(records.file, name=records.name)
    text = str(refused.value)
    assert f"params/{COMPANY}/levers.yml" in text
    for name in names:
        assert name in text


def test_every_template_reads_and_says_what_it_needs():
    """Each packaged template has parameters with a unit and limits, a source, and a known formula."""
    from carbon.levers.formulas import FORMULAS

    assert len(templates()) >= 16
    for name, template in templates().items():
        assert template.formula in FORMULAS, name
        assert template.parameters and template.source and template.note, name
        assert all(p.unit and p.minimum < p.maximum for p in template.parameters.values()), name
