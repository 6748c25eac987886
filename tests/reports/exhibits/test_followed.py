"""Actions on the page: what was done under the adopted plan, in words, with both intervals."""

import dataclasses
from datetime import date

import pytest

from carbon.accounting.intervals import interval_of_change
from carbon.params.files.levers import read_plans
from carbon.params.shapes.actions import ActionFile
from carbon.reports.exhibits.followed import Adopted, next_text
from carbon.reports.words.language import Words

GAS = {"what": "gas meter", "unit": "kWh_HHV", "before": 60000, "after": {2025: 50000}, "uncertainty_pct": 2,
       "evidence": "meter readings", "where": {"scope": ["1"], "activity": ["natural_gas"]}}


@pytest.fixture(scope="module")
def followed_report(small):
    """The small company with an action on one lever of the plan it had recorded for 2025."""
    plans = tuple(read_plans("petit-studio"))
    lever = next(v.id for v in plans[0].levers if v.id == "set-point")
    step = {"what": "thermostats", "due": "2025-02-01", "done": "2025-01-20"}
    file = ActionFile.model_validate({"as_of": "2025-12-31", "currency": "EUR", "actions": {"set-point": {
        "label": {"en": "Heating at 19", "fr": "Chauffage à 19"}, "lever": lever, "owner": "Ines Martin",
        "in_service": "2025-02-01", "steps": [step], "spent": {2025: {"capex": 140}}, "measured": [GAS]}}})
    return dataclasses.replace(small, adopted=Adopted(file, plans))


def test_the_page_has_one_line_an_action_and_no_name(followed_report):
    """In the company's language: state, money of the plan, measured and inventory tonnes with their intervals."""
    table = followed_report.actions_followed().table
    line = table[table["action"] == "Chauffage à 19"].iloc[0]
    assert line["owner"] == "pilote 1 (nom non publié)" and "Martin" not in table.to_csv()
    assert line["state"].startswith("terminée") and "140 sur" in line["spent"]
    rows = followed_report.inventory.emissions
    gas = rows[(rows["scope"] == "1") & (rows["activity"] == "natural_gas")]
    per_kwh = gas["co2e_kg"].sum() / gas.drop_duplicates("activity_id")["quantity"].sum()
    assert line["evidence_t"] == pytest.approx(10 * per_kwh, rel=1e-6)
    assert line["evidence_interval"].startswith("de ") and line["inventory_interval"].startswith("de ")
    assert set(table.loc[table["owner"] == "", "state"]) == {"aucune action déclarée, en retard"}
    english = dataclasses.replace(followed_report)
    english.__dict__["words"] = Words("en")
    assert "Heating at 19" in set(english.actions_followed().table["action"])


def test_a_step_that_should_have_been_done_is_overdue_and_not_next():
    """Due on the day itself it is next; a day later it is overdue."""
    line = {"next_step": "last pump", "next_due": "2025-03-31"}
    texts = [next_text(line, "31 March 2025", date(2025, month, 31), Words("en")) for month in (3, 5)]
    assert texts == ["last pump, by 31 March 2025", "last pump, overdue since 31 March 2025"]
    assert next_text({"next_step": "", "next_due": ""}, "", date(2025, 1, 1), Words("fr")) == ""


def test_the_plan_shows_it_first_and_without_actions_nothing(followed_report, small, monkeypatch):
    """One section: what was done, then what is ahead; a company without actions has the plan alone."""
    for report, names in ((followed_report, ["actions_followed", "actions"]), (small, ["actions"])):
        shown: list[str] = []
        monkeypatch.setattr("IPython.display.display", lambda *_, metadata, shown=shown, **__: shown.append(
            metadata["carbon"]["name"]))
        report.actions()._ipython_display_()
        assert shown == names


def test_the_interval_of_the_inventory_is_that_of_the_change(followed_report):
    """A lever alone on its streams: what it achieved is the baseline less the year, its interval that of the change
    from the scaled base year, the sign turned.
    """
    from carbon.levers.record import LEVER, _actual, _at_work, _expected, achieved_interval, followed

    report, plan = followed_report, followed_report.adopted.plans[0]
    now, earlier = report.inventory, report.history.inventories[plan.inventory_year]
    found = followed(plan, now.emissions, year=2025, gwp=plan.gwp, release=plan.release)
    alone = [(k, next(iter(w))) for k, w in _at_work(plan, 2025).items() if len(w) == 1]
    groups = {v: [k for k, w in _at_work(plan, 2025).items() if w.get(v)] for v in found.table["lever"]}
    key, lever = next((k, v) for k, v in alone if groups[v] == [k])
    interval = achieved_interval(found, lever, earlier, now)

    from carbon.levers.baseline import streams
    from carbon.levers.record import _keys

    times = _expected(plan, 2025)[key] / _actual(plan, streams(earlier.emissions), plan.scope2_method)[key]
    change = interval_of_change(earlier, now, scope2_method=plan.scope2_method, times=times, keep=lambda rows: [
        keys[c] == key for code, keys in [_keys(plan, rows, plan.scope2_method)] for c in code])
    assert interval.value_kg == found.table.loc[found.table["lever"] == lever, "achieved_kg"].item()
    assert (interval.low_kg, interval.high_kg) == pytest.approx((-change.high_kg, -change.low_kg), rel=1e-6)
    assert interval.low_kg < interval.value_kg < interval.high_kg
    assert LEVER in set(found.table["kind"])
