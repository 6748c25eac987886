"""Tables of responsible digital."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from carbon.digital.company import company_service_portfolio, company_travel_policy
from carbon.params.files.project import Project
from carbon.params.shapes.digital import Requirement
from carbon.reports.figures import digital as digital_figures
from carbon.reports.tables import digital as digital_tables
from carbon.reports.words.language import Words

pytestmark = pytest.mark.usefixtures("closed")

PROJECT = Project(Path(__file__).resolve().parents[3])


def test_levers_and_thresholds_have_their_tables():
    """Small levers are one line; the curve is drawn as tabled."""
    own = company_service_portfolio("nuage-logiciels", 2025, project=PROJECT)
    levers = digital_tables.lever_lines(own, Words("fr"))
    assert levers["lever"].tolist()[-1] == Words("fr")("service.smaller_levers")
    assert levers["lever"].iloc[0] == "les utilisateurs gardent leurs appareils un an de plus"
    policy = company_travel_policy("petit-studio", 2025, project=PROJECT)
    ax = digital_figures.plot_thresholds(policy)
    assert ax.lines[0].get_ydata().tolist() == digital_tables.thresholds_table(policy)["avoided_t"].tolist()


def test_defaults_and_contracts_are_in_the_readers_words():
    """Devices and decimals of a default are those of the language; a contract without proof or figure says so."""
    own, words = company_service_portfolio("petit-studio", 2025, project=PROJECT), Words("fr")
    defaults = digital_tables.default_lines(own, words)["default_value"]
    assert defaults.iloc[0] == "ordinateur portable 60\u202f%; smartphone 40\u202f%"
    contracts = pd.DataFrame({"site": ["lyon"], "supplier": ["x"], "kwh": [200.0], "renewable_kwh": [50.0],
                              "location_co2e_kg": [10.0], "market_co2e_kg": [float("nan")], "proof": [""]})
    line = digital_tables.contract_lines(contracts, words).iloc[0]
    assert (line["proved_share"], line["by_contract"], line["proof"]) == (0.25, "non communiqué", "aucune")


def test_a_host_names_each_rule_that_it_does_not_meet():
    """A PUE of 1.6 where 1.4 is asked, a share that is not stated; one that meets all says so. Twelve months that state
    the same are one line.
    """
    hosting = pd.DataFrame({"service": ["a", "b"], "provider": ["x", "y"], "location": ["FR", "DE"], "pue": [1.2, 1.6],
                            "renewable_share": [0.95, float("nan")], "kwh": [1.0, 1.0]})
    policy = [Requirement(column="pue", operator="<=", value="1.4"),
              Requirement(column="renewable_share", operator=">=", value="0.9"),
              Requirement(column="location", operator="in", value=["FR", "BE"])]
    met, unmet = digital_tables.host_lines(hosting, policy, Words("en"))["policy"]
    assert met == "all met"
    assert unmet == ("PUE: 1.6 (asked: at most 1.4); renewable share: not stated (asked: at least 0.9); "
                     "country: DE (asked: one of FR, BE)")
    assert digital_tables.host_lines(hosting, [], Words("en"))["policy"].tolist() == ["no rule written"] * 2
    year = pd.concat([hosting] * 12, ignore_index=True)
    lines = digital_tables.host_lines(year, policy, Words("en"))[["service_id", "kwh", "policy"]]
    assert lines.to_numpy().tolist() == [["a", 12.0, met], ["b", 12.0, unmet]]


def test_a_month_of_a_host_without_kwh_is_not_left_out_of_a_sum():
    """One kWh and an unknown month are two lines, one of them without a figure: not 1 kWh for both."""
    months = pd.DataFrame({"service": ["a"] * 3, "provider": "x", "location": "FR", "pue": 1.2,
                           "renewable_share": 0.5, "kwh": [1.0, float("nan"), 2.0]})
    kwh = digital_tables.host_lines(months, [], Words("en"))["kwh"]
    assert kwh.dropna().tolist() == [3.0] and len(kwh) == 2
