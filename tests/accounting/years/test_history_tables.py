"""The tables of a history: lines of reports and of inventories in kilograms."""

from datetime import date
from types import SimpleNamespace

from reported_years import reported

from carbon.accounting.years.history import history_of


def test_reported_tonnes_become_kilograms_before_the_computed_years(computed):
    """2 + 1 + 4 t in 2020, then 10 + 3 + 7 kg in 2024."""
    history = history_of("c", computed, reported((2020, "1", 0, "", 2), (2020, "2", 0, "location-based", 1),
                                                 (2020, "3", 0, "", 4)))
    series = history.series(["1", "2", "3"], "location-based")

    assert series.to_dict() == {2020: 7000.0, 2024: 20.0}
    assert history.status().to_dict() == {2020: "reported", 2024: "computed"}


def test_a_reported_line_names_its_source_or_else_its_file_and_inputs_are_kept(computed):
    """So does the boundary: of the company's params where the year is computed."""
    rows = reported((2019, "1", 0, "", 2), (2020, "1", 0, "", 3)).assign(source=["report 2019", ""])
    history = history_of("c", computed, rows, inputs={"data/ledger/c/base_year_events.csv": "abc"})
    table = history.table[history.table["scope"] == "1"].set_index("year")
    assert table["source"].to_dict() == {2019: "report 2019", 2020: "reported.csv", 2024: ""}
    assert table["boundary"].to_dict() == {2019: "b", 2020: "b", 2024: "b"}
    assert history.inputs == {"data/ledger/c/base_year_events.csv": "abc"}


def test_the_latest_params_are_the_companys(computed):
    """Of two computed years the later one says where the reporting year starts and which years are missing, in
    order.
    """
    early = SimpleNamespace(table=computed[2024].table.assign(year=2022), params=SimpleNamespace(
        gwp="AR5GWP100", consolidation="b", reporting_year_starts="07-01", missing_years={}, boundary=[],
        event_years={2019: "a fire"}, trajectory_model="drift", instruments=[]))
    computed[2024].params.missing_years = {2023: "no report", 2021: "no report"}
    computed[2024].params.instruments = [
        SimpleNamespace(kind=kind, start=date(2023, 1, 1), end=date(2024, 6, 30))
        for kind in ("contract", "residual_mix")]
    computed[2024].params.event_years = {2020: "a strike"}
    history = history_of("c", {2024: computed[2024], 2022: early}, reported())
    assert history.year_starts == "01-01"
    assert history.declared == {"missing_years": (2021, 2023), "event_years": (2020,), "model": "auto",
                                "contracts": (("contract", 2023, 2024),)}
    assert history.series(["1"], "location-based").attrs["event_years"] == (2020,)
    assert history.years == [2022, 2024]
    assert history.table["year"].is_monotonic_increasing
