"""The transition plan of the French filing: past results, actions and means ahead, by direct and indirect emissions."""

from dataclasses import replace

import numpy as np
import pytest

from carbon.accounting import inventories
from carbon.core.ghg_protocol import LOCATION
from carbon.levers.record import followed
from carbon.params.files.levers import read_plans
from carbon.params.shapes.actions import ActionFile
from carbon.reports.filings import filing

ACTION = {"label": {"fr": "Chauffage à 19"}, "lever": "set-point", "owner": "Ines Martin",
          "steps": [{"what": "thermostats", "due": "2025-02-01", "done": "2025-01-20"},
                    {"what": "relevés", "due": "2026-02-01"}],
          "resources": "un demi-poste, prêt de la banque", "remedy": "aucune personne lésée connue",
          "measured": [{"what": "gaz", "unit": "kWh_HHV", "before": 60000, "after": {2025: 50000},
                        "uncertainty_pct": 2, "evidence": "relevés", "where": {"scope": ["1"]}}]}


@pytest.fixture(scope="module")
def filed():
    """The inventory of the small company, its recorded plan, and what it files with an action on one lever."""
    history, plans = inventories("petit-studio"), read_plans("petit-studio")
    inventory = history.inventories[2025]
    inventory = replace(inventory, params=inventory.params.model_copy(update={
        "beges_posts": {"": "4.5", "natural_gas": "1.1"}}))
    file = ActionFile.model_validate({"as_of": "2025-12-31", "currency": "EUR", "actions": {"set-point": ACTION}})
    return inventory, plans, {name: filing(name, inventory, history.restated(), plans=plans, actions=file).tables
                              for name in ("beges_v5", "esrs_e1")}


def test_results_and_volumes_are_those_of_the_inventory_by_direct_and_indirect(filed):
    """Scope 1 is direct, all else indirect, location-based; the parts of a lever sum to what it did in all scopes."""
    inventory, plans, filings = filed
    tables = filings["beges_v5"]
    whole = followed(plans[0].of_scopes(("1", "2", "3"), LOCATION), inventory.emissions, year=2025, gwp=plans[0].gwp,
                     release=plans[0].release).table
    achieved = whole[whole["kind"] == "lever"]["achieved_kg"].sum() / 1000
    assert tables["transition_results"]["inventory_t"].sum() == pytest.approx(achieved, rel=1e-9)
    assert set(tables["transition_results"]["emissions"]) == {"directes", "indirectes"}
    volumes = tables["transition_volumes"].set_index("emissions")
    plan = tables["transition_plan"]
    for part in ("directes", "indirectes"):
        own = plan.loc[plan["emissions"] == part, "expected_t"].sum()
        assert volumes.loc[part, "expected_t"] == pytest.approx(own, rel=1e-9)
    # 5.078 -> 0.614 t of gas in 2030: the plan's direct cut, to the tonne of the ledger
    cut = sum(plans[0].of_scopes(("1",), LOCATION).cut_kg(v.id, 2030) for v in plans[0].levers) / 1000
    assert volumes.loc["directes", "expected_t"] == pytest.approx(cut)


def test_each_action_has_its_posts_its_means_and_its_state(filed):
    """The post is that of the rows it acts on; no name of a person; a lever without an action is said."""
    _, _, filings = filed
    plan = filings["beges_v5"]["transition_plan"]
    heat = plan[(plan["action"] == "Chauffage à 19 °C") & (plan["emissions"] == "directes")].iloc[0]
    assert (heat["posts"], heat["owner"], heat["state"]) == ("1.1", "pilote 1 (nom non publié)", "en cours")
    assert heat["next_step"] == "relevés, pour le 2026-02-01"
    assert (plan.loc[plan["action"] == "Pompe à chaleur", "state"] == "aucune action déclarée").all()
    evidence = filings["beges_v5"]["transition_evidence"]
    assert evidence["evidence_t"].item() > 0 and np.isnan(evidence["spent_capex"].item())
    assert not any("Martin" in table.to_csv() for tables in filings.values() for table in tables.values())


def test_the_european_filing_has_steps_and_evidence_too(filed):
    """E1-3 follows MDR-A: owners, state, resources and steps; without actions the sheets are empty."""
    _, _, filings = filed
    tables = filings["esrs_e1"]
    assert tables["action_steps"]["what"].tolist() == ["thermostats", "relevés"]
    assert tables["action_evidence"][["state", "resources", "remedy"]].iloc[0].tolist() == [
        "en cours", ACTION["resources"], ACTION["remedy"]]


def test_resources_and_remedy_that_no_action_states_are_listed_as_missing(inventory, history):
    """MDR-A 68 d and 69 a: `not_stated` lists what no action states, in words, and nothing that one does."""
    def missing(**fields) -> set[str]:
        action = {k: v for k, v in ACTION.items() if k not in ("resources", "remedy")} | fields
        file = ActionFile.model_validate({"as_of": "2025-12-31", "currency": "EUR", "actions": {"set-point": action}})
        table = filing("esrs_e1", inventory, history, actions=file).tables["not_stated"]
        assert table["text"].str.len().min() > 10
        return {p for p in ("68 d", "69 a") if table["what"].str.contains(f"MDR-A par. {p}").any()}

    assert missing() == {"68 d", "69 a"} and missing(resources="un prêt") == {"68 d"}
    assert missing(resources="un prêt", remedy="personne") == set()


def test_without_a_recorded_plan_the_sheets_are_empty(inventory, history):
    """No line of zeros where nothing was decided."""
    tables = filing("beges_v5", inventory, history).tables
    assert {len(t) for name, t in tables.items() if name.startswith("transition")} == {0}
