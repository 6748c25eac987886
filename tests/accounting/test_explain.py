"""A figure is explained by its rows, their factors and the lines of the files."""

from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.accounting.explain import summed_columns
from carbon.core.errors import UsageError
from carbon.core.exact import exact_total
from carbon.params.shapes.files import FilePattern


def test_every_emission_row_leads_to_its_line_and_its_factor(hand, hand_company):
    """factor_id, source_id, source_file and source_line on each; the raw line has the quantity."""
    columns = ["factor_id", "source_id", "source_file"]
    assert (hand.emissions[columns] != "").all(axis=None)
    diesel = hand.emissions[hand.emissions["activity"] == "diesel"]
    assert diesel["source_line"].tolist() == [5, 5]
    assert hand_company.energy.splitlines()[4] == "lyon,diesel,2024-01-01,2024-12-31,100,L"


def test_any_figure_is_explained_by_its_rows(hand):
    """The figure is the exact sum of the rows shown; each names quantity, factor, page, file and line."""
    found = hand.explain("scope1")

    assert found.co2e_kg == pytest.approx(610.0, rel=1e-9)
    assert exact_total(found.rows["co2e_kg"]) == found.co2e_kg
    assert "2,000 kWh_HHV x 0.18 kg/kWh_HHV = 360.000 kg  natural_gas, combustion" in found.formula
    assert "p. 1" in found.formula
    assert "data/raw/hand/2024/energy.csv line 4" in found.formula
    for name in ("total-market", "scope2-location", "3.6", "energy/diesel", "site/lyon", "supplier/Beta",
                 f"activity/{hand.emissions['activity_id'].iloc[0]}"):
        assert len(hand.explain(name).rows), name
    assert hand.explain("3.5").formula == "no rows: excluded: not weighed"


@pytest.mark.parametrize(("written", "meant"), [
    ("scop3", "scope3"), ("energy/natural_gaz", "energy/natural_gas"), ("site/Lyonn", "site/lyon")])
def test_a_figure_that_is_written_wrongly_is_named_as_it_is_written(hand, written, meant):
    """A total, a carrier, a site: the hint has the id that was meant, not a list of all of them."""
    with pytest.raises(UsageError) as wrong:
        hand.explain(written)
    assert wrong.value.hint.startswith("did you mean ") and meant in wrong.value.hint


def test_a_sum_of_columns_ends_at_its_cells():
    """A row of a file whose quantity is a sum names every column of it; other files name none."""
    files = [FilePattern(pattern="power-{year}.csv", kind="energy", columns={"quantity": "{HT} + {NT}"}),
             FilePattern(pattern="*.xlsx", kind="purchases", columns={"amount": "Netto"})]
    inventory = SimpleNamespace(company="acme", year=2024, params=SimpleNamespace(files=files))
    names = pd.Series([f"data/raw/acme/2024/{name}" for name in ("power-2024.csv", "ledger.xlsx")])
    assert summed_columns(names, inventory) == {names[0]: ", cells {HT} + {NT}"}
