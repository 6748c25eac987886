"""Records that real organisations published, read with parameters of a few lines; totals as their collection states
them.

What had to be told to the reader stands here in full: it is what a user would write in params.
"""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pandas as pd
import pytest
import python_calamine
import yaml

from carbon.params.shapes.company import FilePattern
from carbon.records.files.duplicates import copies, unread_columns
from carbon.records.files.file import read_file
from carbon.records.grids.cells import letters
from carbon.records.kinds.contract import ProjectContext

PAGE = Path(__file__).parents[2] / "docs" / "how-to" / "wide-tables.md"
REAL = Path(__file__).parents[3] / "shared" / "data" / "real"
pytestmark = [pytest.mark.official, pytest.mark.skipif(not REAL.is_dir(), reason="the real records are not here")]


def _read(path, *, told=None, **options):
    options = FilePattern.model_validate({"pattern": "*", **options})
    return read_file(path, path.name, options, told or ProjectContext("real", declared=True))


def test_council_spend_in_ten_header_variants():
    """45,230 payments: only the currency is told, and a period where a file lost its dates; a blank amount is
    rejected.
    """
    rows, pence, rejected, negative = 0, 0, [], 0
    for path in sorted((REAL / "oxford_city_council_spend").glob("*.csv")):
        lost = {"period": ["2014-04-01", "2014-06-30"]} if path.name.endswith("apr-jun-2014.csv") else {}
        read = _read(path, kind="purchases", constants={"currency": "GBP"}, **lost)
        rows += read.rows_read
        pence += round(float(read.totals["GBP"]) * 100)
        negative += int((read.records["amount"] < 0).sum())
        rejected += read.rejects[["code"]].to_numpy().ravel().tolist()
        assert (read.records["supplier"] != "").any()
    assert rows == 45_230
    assert pence == 165_481_456_60
    assert negative == 60
    assert "amount_missing" in rejected
    assert len(set(rejected)) <= 2


ERIC = REAL / "nhs_eric"
SITES = {"kind": "energy", "sheet": "Site Data", "header_row": 2}
GAS = {"carrier": "natural_gas", "unit": "kWh", "country": "GB"}


@pytest.mark.parametrize(("heading", "constants", "total"), [
    ("Gas consumed - utility (kWh)", GAS, {"natural_gas:kWh": "7889231754"}),
    ("Electricity consumed - utility (kWh)", {**GAS, "carrier": "electricity"}, {"electricity:kWh": "2682176495"}),
])
def test_hospital_sites_2014(heading, constants, total):
    """A legacy workbook with group titles over its headings: one column a carrier, every site."""
    read = _read(ERIC / "HospitalEstatesAndFacilitiesStatistics_11120.XLS", **SITES, constants=constants,
                 columns={"site": "Site Code", "quantity": heading}, period=["2014-04-01", "2015-03-31"])

    assert read.totals == total
    assert read.rows_read == read.rows_accepted + read.rows_rejected


def test_hospital_subtotals_are_never_counted_in_silence():
    """238 rows that add up a trust and a grand total: refused where nothing is said, excluded where params name
    them.
    """
    path = ERIC / "HospitalEstatesAndFacilitiesStatistics_12611.XLS"
    told = {"columns": {"site": "Site Code", "quantity": "Gas consumed (kWh)"}, "constants": GAS,
            "period": ["2015-04-01", "2016-03-31"], **SITES}

    silent = _read(path, **told)
    said = _read(path, **told, skip_rows_where={"Organisation Code": ["* Result", "Grand Total"]})

    # The publisher's grand total is 8,184,276,755 kWh; its sites add up to 2,488,439 more, the aggregate site R1A.
    assert silent.totals == said.totals == {"natural_gas:kWh": str(8_184_276_755 + 2_488_439)}
    assert (silent.rejects["code"] == "subtotal_suspected").sum() == 239
    assert said.rows_excluded == 239
    assert said.rejects["value"].unique().tolist() == ["Not Applicable"]
    grand = said.ledger[said.ledger["value"] == "Grand Total"]
    assert grand["amount"].tolist() == [8_184_276_755.0]


METERS = REAL / "cambridge_estates_meters"
KWH = {"b25": (539_304, 546_352, 37_966, 40_422), "b27": (2_847_892, 2_773_530, 140_802, 135_755),
       "b36": (964_977, 1_285_662, 87_746, 84_353), "b64": (1_883_979, 1_778_150, 333_634, 315_591),
       "b109": (1_343_354, 1_302_771, 106_134, 104_207)}


@pytest.mark.parametrize("building", KWH)
def test_hourly_meters(building):
    """Site and carrier come from the path, the unit from the heading; hours add up to the year."""
    headings = {"electricity": "equipment load [kWh]", "gas": "heating load [kWh]"}
    found = []
    for carrier, heading in headings.items():
        for year in (2018, 2019):
            told = ProjectContext("real", declared=True,
                                  from_path={"site": building, "carrier": carrier, "year": str(year)})
            read = _read(METERS / f"UCam_Building_{building}" / carrier / f"{year}.csv", told=told, kind="energy",
                         columns={"date": "datetime", "quantity": heading}, constants={"country": "GB", "unit": "kWh"})
            assert read.rows_rejected == 0
            found.append(round(float(next(iter(read.totals.values())))))
    assert tuple(found) == KWH[building]


def test_conference_trips():
    """16,374 trips by town: text "NA" is kept and every row accounted for."""
    read = _read(REAL / "sigplan_conference_travel" / "trips_by_origin.csv", kind="activities",
                 columns={"quantity": "participants", "description": "{city}, {country} ({continent})"},
                 constants={"activity": "conference trip", "unit": "unit", "scope": "3", "category": "6",
                            "method": "physical average", "country": ""}, period=["2009-01-01", "2018-12-31"])

    assert read.rows_rejected == 0
    assert read.totals == {"unit": "16374"}
    assert (read.records["description"].str.contains("(NA)", regex=False)).sum() == 3381


def test_hospital_sites_with_all_their_carriers_in_one_declaration():
    """Every column of 2014-15 is the publisher's sum; a record names its cell, unread columns are listed."""
    named = {"columns": {"site": "{Organisation Code} {Site Code}"}, "constants": {"country": "GB"},
             "kind": "energy", "sheet": "Site Data", "header_row": 2}
    carriers = {"Electricity consumed - utility (kWh)": "electricity", "Gas consumed - utility (kWh)": "natural_gas",
                "Oil consumed - utility (kWh)": "heating_oil", "Coal consumed - utility (kWh)": "coal"}
    read = _read(ERIC / "HospitalEstatesAndFacilitiesStatistics_11120.XLS", **named,
                 period=["2014-04-01", "2015-03-31"],
                 layout={"columns": {h: {"carrier": c} for h, c in carriers.items()}})
    assert read.totals == {"electricity:kWh": "2682176495", "natural_gas:kWh": "7889231754",
                           "heating_oil:kWh": "120154141", "coal.industrial:kWh": "84251030"}
    assert read.rows_rejected == read.rows_excluded == 0
    first = read.records.iloc[0]
    assert (first["site"], first["record_id"]) == ("R1A AGGRE", f"{read.name}#Site Data:BA3")
    assert read.reads[0].unread["AU"] == "Fossil energy input to the CHP system/s (kWh)"


def test_hospital_sites_as_the_how_to_declares_them():
    """The page's own entries: three kinds of one sheet, each sum the publisher's, rows of trusts counted once."""
    blocks = re.findall(r"```yaml\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    entries = [FilePattern.model_validate(e | {"period": [str(d) for d in e["period"]]})
               for e in yaml.safe_load(blocks[0])["files"]]
    path = ERIC / "HospitalEstatesAndFacilitiesStatistics_12611.XLS"
    reads = [read_file(path, path.name, e, ProjectContext("real", declared=True)) for e in entries]
    sheet = python_calamine.load_workbook(str(path)).get_sheet_by_name("Site Data").to_python()
    sites = pd.DataFrame(sheet[2:], columns=range(len(sheet[1])))
    sites = sites[~sites[0].str.contains("Result|Grand Total", regex=True)]
    heads = {h: i for i, h in enumerate(sheet[1])}

    for read, entry in zip(reads, entries, strict=True):
        for heading in entry.layout.columns:
            at = next(i for h, i in heads.items() if fnmatch(h, heading))
            numbers = pd.to_numeric(sites[at], errors="coerce")
            cells = read.records["record_id"].str.contains(f":{letters(at)}[0-9]+$", regex=True)
            assert read.records["quantity"][cells].sum() == pytest.approx(numbers.sum(), rel=1e-12), heading
            assert cells.sum() == numbers.notna().sum()
        assert read.rows_rejected == 0
        assert set(read.ledger["code"]) == {"subtotal", "not_available"}
    assert copies([(FilePattern(pattern="*", kind="energy"), r) for r in reads], {r.name: r.name for r in reads}) == {}
    assert reads[0].records.groupby("carrier")["quantity"].sum()["natural_gas"] == 8_184_276_755 + 2_488_439
    listed = unread_columns(reads)[0].text
    assert "AZ 'Fossil energy input to CHP system/s (kWh)'" in listed
    assert "Water volume" not in listed


def test_a_year_of_hourly_readings_is_the_energy_of_its_days():
    """8,760 hours of a meter in UTC are 365 days; site, carrier and year are in the path alone."""
    path = REAL / "cambridge_estates_meters" / "UCam_Building_b36" / "gas" / "2018.csv"
    read = _read(path, kind="energy", columns={"date": "datetime", "quantity": "heating load [kWh]"},
                 constants={**GAS, "site": "b36"}, layout={"curve": {"measures": "energy", "time_zone": "UTC"}})
    assert read.rows_read == 365
    assert round(float(read.totals["natural_gas:kWh"])) == 87_746
    assert read.records["record_id"].iloc[1] == "2018.csv:B26:B49"
