"""Years of one company: what its records show, what its params answer, and what follows for bridge and verdict."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import replace

import pandas as pd
import pytest
from metered_project import COMPANY, metered_project

from carbon.accounting.years.boundary_events import unknown_boundary
from carbon.accounting.years.history import inventories
from carbon.accounting.years.rerun import rerun
from carbon.core.errors import ParamsError
from carbon.core.ghg_protocol import LOCATION, SCOPE2_METHODS, SCOPES
from carbon.params.files.load import load_company
from carbon.reports.tables.bridge import bridge_table
from carbon.runs.desk.check import check_company_years
from carbon.runs.desk.refusals import whole_way

HEAD = "period_start,period_end,site,country,carrier,quantity,unit,meter"
POLICY = "base_year_policy: {threshold: 0.05, measure: gross, scopes: ['1', '2', '3']}"
ANSWERS = (POLICY, "boundary:", "  - {site: Depot, year: 2024, word: divested}",
           "  - {site: annex, year: 2024, word: acquired, on: 2024-07-01}",
           "  - {site: office, year: 2025, word: closed}")


def bills(project, year, **sites):
    """Write monthly bills: site=(kWh a month, meter, first month)."""
    folder = project.raw(COMPANY, year)
    folder.mkdir(parents=True, exist_ok=True)
    lines = [f"{year}-{m:02}-01,{year}-{m:02}-{monthrange(year, m)[1]},{site},FR,electricity,{kwh},kWh,{meter}"
             for site, (kwh, meter, first) in sites.items() for m in range(first, 13)]
    (folder / "energy.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A depot that goes after 2023, an annex that comes in July 2024, and an office that stays."""
    made = metered_project(tmp_path_factory.mktemp("boundary") / "project", ())
    bills(made, 2023, office=(500, "A", 1), depot=(200, "D", 1))
    bills(made, 2024, office=(500, "A", 1), annex=(300, "X", 7))
    bills(made, 2025, office=(500, "A", 1), annex=(300, "X", 1))
    made.runs_file.write_text("notebook: notebooks/annual_report.ipynb\n"
                              f"runs: [{{company: {COMPANY}, years: [2023, 2024, 2025]}}]\n", encoding="utf-8")
    return made


def answering(project, *lines):
    """Add lines to the company's params, in place of those added before."""
    path = project.params_file(COMPANY)
    text = path.read_text(encoding="utf-8").partition("# added\n")[0]
    path.write_text("\n".join([text + "# added", *lines]) + "\n", encoding="utf-8")


@pytest.fixture(scope="module")
def unanswered(project):
    answering(project)
    return inventories(COMPANY, project=project)


@pytest.fixture(scope="module")
def answered(project):
    answering(project, *ANSWERS)
    return inventories(COMPANY, project=project)


def test_each_change_is_a_warning_with_tonnes_and_the_line_to_paste(unanswered, project):
    """2024 lacks the depot and has the annex; 2023 has no year before it, and 2025 the same sites."""
    warned = {year: dict(inv.boundary_warned) for year, inv in unanswered.inventories.items()}

    assert warned[2023] == {} and warned[2025] == {}
    assert set(warned[2024]) == {"boundary_came", "boundary_went"} <= set(unanswered.inventories[2024].warnings["code"])
    # 200 kWh a month: 2,400 kWh of 8,400.
    depot = unanswered.inventories[2023].total(LOCATION) * 2400 / 8400
    for words in (f"1 site ({depot / 1000:,.3g} t): depot", "between 2023 and 2024",
                  '{site: "depot", year: 2024, word: closed}'):
        assert words in warned[2024]["boundary_went"]
    answering(project)
    found = whole_way(list(check_company_years((), COMPANY, 2024, project)), project)
    assert {line["name"]: line["is_open"] for line in found.expected[0]["boundary"]} == {"depot": True, "annex": True}
    asked = {warning["code"]: warning["paste"] for warning in found.warnings}
    assert "word: opened" in asked["boundary_came"] and "site: annex" in asked["boundary_came"]


def test_a_comparison_across_unexplained_changes_cannot_be_judged(unanswered, answered):
    """The two sites are more than 5 % of the base; after 2024 nothing changed; what is answered is known."""
    base = unanswered.inventories[2023].total(LOCATION)

    why = unanswered.unknown_boundary(SCOPES, since=2023, base_kg=base)
    assert "`boundary` of params does not explain" in why and "site depot in 2024" in why
    assert unanswered.unknown_boundary(SCOPES, since=2024, base_kg=base) == ""
    assert unanswered.unknown_boundary(SCOPES, since=2023, base_kg=100 * base) == ""
    assert unanswered.unknown_boundary(["1"], since=2023, base_kg=base) == ""
    assert answered.unknown_boundary(SCOPES, since=2023, base_kg=base) == ""


def test_an_event_without_kilograms_in_the_base_year_cannot_be_judged(answered):
    """What was acquired and sold in 2024 is known of 2023: since then all is; since 2022, reported only, it is not, and
    its tonnes are more than 5 % of the base. A line of the ledger for 2022, of 0 too, makes it known.
    """
    base = answered.inventories[2023].total(LOCATION)
    none = answered._open_changes.head(0)

    def why(events, since, of=SCOPES):
        return unknown_boundary(answered.inventories, none, events, of, since=since, base_kg=base)

    assert why(answered.events, 2023) == why(answered.events, 2024) == ""
    assert why(answered.events, 2022).startswith("events without kilograms in 2022 (add them to the ledger) concern ")
    assert "divestment Depot in 2024" in why(answered.events, 2022)
    known = answered.events.drop_duplicates("event_id").assign(year=2022, delta_kg=0.0)
    assert why(pd.concat([answered.events, known]), 2022) == ""
    assert why(answered.events, 2022, ["1"]) == ""


def test_what_was_acquired_or_sold_is_the_boundary_step_and_moves_no_other(answered):
    """Nothing else changed: the real change is none, though the annex has half of its first year's days."""
    first, second = (answered.bridge(y, y + 1, scope2_method=LOCATION, driver="none") for y in (2023, 2024))

    start = answered.inventories[2023].total(LOCATION)  # 8,400 kWh; the annex is 1,800 kWh of July to December
    assert first.table.set_index("step")["kg"]["boundary"] == pytest.approx(start * (1800 - 2400) / 8400)
    assert first.constant_kg == pytest.approx(0, abs=1e-9)
    # 184 of 366 days are half of twelve bills but for their lengths.
    assert second.constant_kg == pytest.approx(0, abs=0.01 * start)
    assert second.table.set_index("step")["kg"]["boundary"] > 70


def test_an_answer_restates_the_years_before_by_the_companys_policy(answered):
    """The depot leaves 2023; the annex is in it, and in all days of 2024, as it was in its first year."""
    events = answered.events.groupby(["entity", "year"])["kind"].first()
    assert events.to_dict() == {("Depot", 2023): "divestment", ("annex", 2023): "acquisition",
                                ("annex", 2024): "acquisition"}
    kg = answered.restated().series(SCOPES, LOCATION)
    reported = {y: inv.total(LOCATION) for y, inv in answered.inventories.items()}
    annex = answered.inventories[2024].by_site().query("site == 'annex' and scope2_method != 'market-based'")
    added = annex["co2e_kg"].sum() * 366 / 184
    assert kg[2023] == pytest.approx(reported[2023] * 6000 / 8400 + added)
    assert kg[2024] == pytest.approx(reported[2024] + added * 182 / 366)
    assert kg[2025] == reported[2025]


def test_what_lies_between_the_restated_year_and_the_bridge_is_the_factors_of_two_years(answered):
    """The annex's 1,800 kWh of 2024. In the bridge they enter at the factor of 2023, so that its later bars are the
    factors' own; the restated 2023 has them as calculated in 2024, the one year that they are known of, over the share
    of the year. Boundary and factors of the site together are its kilograms of 2024.
    """
    bars = answered.bridge(2023, 2024, scope2_method=LOCATION, driver="none").by("site").loc["annex"]
    now, before = (answered.inventories[y].total(LOCATION) / kwh for y, kwh in ((2024, 7800), (2023, 8400)))
    factors = bars.drop("boundary").sum()
    assert abs(now / before - 1) > 0.01  # kg per kWh of two years
    assert bars["boundary"] == pytest.approx(1800 * before)
    assert factors == pytest.approx(1800 * (now - before))
    events = answered.events.query("entity == 'annex' and year == 2023 and scope2_method != 'market-based'")
    assert events["delta_kg"].sum() == pytest.approx((bars["boundary"] + factors) * 366 / 184)


def test_an_answer_to_nothing_is_named_and_an_event_needs_a_policy(answered, project):
    """2025 has the office as before; `divested` without a policy of significance is rejected."""
    [(code, text)] = answered.inventories[2025].boundary_warned
    assert code == "boundary_idle" and "site office (2025, closed)" in text
    assert answered.inventories[2024].boundary_warned == ()
    answering(project, *ANSWERS[1:])
    with pytest.raises(ParamsError, match="base_year_policy"):
        load_company(project, COMPANY)


def test_a_meter_and_a_file_move_the_boundary_step_by_their_streams(tmp_path):
    """At one site meter B was acquired in 2025 and what a file of 2024 lists was sold: the boundary step is theirs
    alone, at constant factors, in the streams of the site; nothing else changed.
    """
    made = metered_project(tmp_path / "project", ())
    params, head = made.params_file(COMPANY), HEAD
    params.write_text(params.read_text(encoding="utf-8").replace("pattern: energy.csv", 'pattern: "energy_*.csv"'),
                      encoding="utf-8")
    rows = {(2024, "energy"): [(500, "A")], (2024, "sold"): [(200, "S")],
            (2025, "energy"): [(500, "A"), (300, "B")]}
    for (year, name), meters in rows.items():
        folder = made.raw(COMPANY, year)
        folder.mkdir(parents=True, exist_ok=True)
        lines = [f"{year}-{m:02}-01,{year}-{m:02}-28,office,FR,electricity,{kwh},kWh,{meter}"
                 for kwh, meter in meters for m in range(1, 13)]
        (folder / f"energy_{name}.csv").write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    made.runs_file.write_text("notebook: notebooks/annual_report.ipynb\n"
                              f"runs: [{{company: {COMPANY}, years: [2024, 2025]}}]\n", encoding="utf-8")
    answering(made, POLICY, "boundary:", "  - {meter: B, site: office, year: 2025, word: acquired}",
              "  - {file: energy_sold.csv, year: 2025, word: divested}")
    history = inventories(COMPANY, project=made)
    found = history.bridge(2024, 2025, scope2_method=LOCATION, driver="none")
    start = history.inventories[2024].total(LOCATION)
    assert found.table.set_index("step")["kg"]["boundary"] == pytest.approx(start * (300 - 200) / 700)
    assert found.constant_kg == pytest.approx(0, abs=1e-9)
    assert set(found.streams["site"]) == {"office"} and not found.streams["activity"].str.startswith("event:").any()


@pytest.fixture(scope="module")
def group(tmp_path_factory):
    """A group whose files are of an entity each: Gamma until 2024, Beta from April 2025."""
    made = metered_project(tmp_path_factory.mktemp("group") / "project", ())
    params = made.params_file(COMPANY)
    files = '{pattern: entities.csv, kind: entities}\n  - {pattern: "energy_*.csv"'
    params.write_text(params.read_text(encoding="utf-8").replace("{pattern: energy.csv", files), encoding="utf-8")
    of_year = {2024: ("Gamma,1,operational,,", [(COMPANY, "office", 500, 1), ("Gamma", "lab", 100, 1)]),
               2025: ("Beta,0.5,operational,2025-04-01,", [(COMPANY, "office", 500, 1), ("Beta", "works", 300, 4)])}
    for year, (entity, rows) in of_year.items():
        folder = made.raw(COMPANY, year)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "entities.csv").write_text(f"entity,share,control,period_start,period_end\n{entity}\n",
                                             encoding="utf-8")
        for company, site, kwh, first in rows:
            lines = [f"{year}-{m:02}-01,{year}-{m:02}-28,{site},FR,electricity,{kwh},kWh,M,{company}"
                     for m in range(first, 13)]
            (folder / f"energy_{site}.csv").write_text("\n".join([f"{HEAD},company", *lines]) + "\n", encoding="utf-8")
    made.runs_file.write_text("notebook: notebooks/annual_report.ipynb\n"
                              f"runs: [{{company: {COMPANY}, years: [2024, 2025]}}]\n", encoding="utf-8")
    return made


def test_an_entity_with_files_of_its_own_is_asked_once_and_moves_the_boundary_alone(group):
    """Beta came and Gamma went: each is asked as an entity, not again as site, file or meter; acquired and divested,
    they are all of the change but the grid's. 9 x 300 kWh came, 1,200 of 7,200 kWh went.
    """
    answering(group)
    asked = inventories(COMPANY, project=group).inventories[2025].boundary()
    assert {(level, name) for level, name in zip(asked["level"], asked["name"], strict=True)} == {
        ("entity", "Beta"), ("entity", "Gamma")}
    answering(group, POLICY, "boundary:", "  - {entity: Beta, year: 2025, word: acquired, on: 2025-04-01}",
              "  - {entity: Gamma, year: 2025, word: divested}")
    found = inventories(COMPANY, project=group).bridge(2024, 2025, scope2_method=LOCATION, driver="none")
    kg = found.table.set_index("step")["kg"]
    assert kg["boundary"] == pytest.approx(kg["reported 2024"] * (2700 - 1200) / 7200)
    assert found.constant_kg == pytest.approx(0, abs=1e-9)
    assert (found.by_tonnes, bridge_table(found)["step"][1]) == ((), "boundary")


def test_an_event_of_the_ledger_is_rerun_from_records_and_else_named_on_the_bar(group):
    """The ledger states 150 kg of Beta and -60 kg of Gamma, which have records: these count, its kilograms are listed.
    Of Delta it knows 40 kg only: they are in the step, and the bar names it.
    """
    head = "event_id,kind,date,entity,year,scope,category,scope2_method,delta_kg,reason,evidence,recorded_on"
    events = [("b", "acquisition", "2025-04-01", "Beta", 150), ("g", "divestment", "2025-01-01", "GAMMA", -60),
              ("d", "acquisition", "2025-04-01", "Delta", 40)]
    lines = [f"{i},{kind},{day},{entity},2024,2,0,{method},{kg},reason,contract,2025-05-01"
             for i, kind, day, entity, kg in events for method in SCOPE2_METHODS]
    answering(group, POLICY)
    ledger = group.root / "data" / "ledger" / COMPANY / "base_year_events.csv"
    ledger.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
    found = inventories(COMPANY, project=group).bridge(2024, 2025, scope2_method=LOCATION, driver="none")
    kg = found.table.set_index("step")["kg"]
    start = kg["reported 2024"]
    assert kg["boundary"] == pytest.approx(start * (2700 - 1200) / 7200 + 40)
    assert found.constant_kg == pytest.approx(-40)  # Delta has no records of 2025
    parts = found.parts[found.parts["step"] == "boundary"].set_index("part")[["kg", "of_kg"]]
    assert parts.loc["by its records: Beta"].tolist() == pytest.approx([start * 2700 / 7200, 150])
    assert parts.loc["by its records: GAMMA"].tolist() == pytest.approx([-start * 1200 / 7200, -60])
    assert parts.loc["by the kilograms of the ledger alone: Delta"].tolist() == [40, 40]
    assert bridge_table(found)["step"][1] == "boundary (Delta: the ledger’s tonnes only)"


def test_a_rerun_counts_each_entity_at_its_weight(group):
    """By equity share Beta counts half: computed again with its own params, the year is the same; nothing of what an
    entities file states is lost, or a bridge would move by a boundary that never changed.
    """
    answering(group)
    params = group.params_file(COMPANY)
    whole = params.read_text(encoding="utf-8")
    try:
        params.write_text(whole.replace("operational_control", "equity_share"), encoding="utf-8")
        made = inventories(COMPANY, project=group).inventories[2025]
    finally:
        params.write_text(whole, encoding="utf-8")
    assert made.total(LOCATION) == pytest.approx((6000 + 2700 / 2) / (6000 + 2700) * rerun(
        replace(made, statements={}), made.params, made.library).total(LOCATION))
    assert rerun(made, made.params, made.library).total(LOCATION) == made.total(LOCATION)
