"""Tables with several quantities a line, as `layout` of params declares them."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from carbon.core.errors import FileRefused
from carbon.params.shapes.company import FilePattern
from carbon.records.files.file import read_file
from carbon.records.kinds.contract import ProjectContext

YEAR = ["2024-01-01", "2024-12-31"]
CARRIERS = {"Electricity (kWh)": {"carrier": "electricity"}, "Gas (MWh)": {"carrier": "natural_gas"}}


@pytest.fixture
def read(tmp_path):
    """Read semicolon separated text as a kind; what is not of the layout is an option."""
    def run(text, layout, kind="energy", sites=None, **options):
        path = tmp_path / "a.csv"
        path.write_text(text, encoding="utf-8")
        chosen = {"pattern": "*", "kind": kind, "layout": layout, "constants": {"country": "GB"}, "period": YEAR,
                  "separator": ";"} | options
        return read_file(path, "a.csv", FilePattern.model_validate(chosen),
                         ProjectContext("acme", declared=True, sites=sites or {}))
    return run


def test_each_counted_cell_is_a_record_of_its_own_cell(read):
    """Carrier and unit of the column, the cell in the record's id; money and areas are not repeated, but listed."""
    one = read("Site;Area;Electricity (kWh);Cost (£);Gas (MWh)\nYork;700;1 234;99;5,5\nHull;80;0;9;2,25\n",
               {"columns": CARRIERS})

    assert one.totals == {"electricity:kWh": "1234", "natural_gas:kWh": "7750"}
    assert one.records["record_id"].tolist() == ["a.csv:C2", "a.csv:C3", "a.csv:E2", "a.csv:E3"]
    assert one.reads[0].unread == {"B": "Area", "D": "Cost (£)"}
    assert one.records["amount"].isna().all()


def test_an_empty_cell_a_dash_and_zero_are_three_things(read):
    """0 is a record; what params declare as not available is a line of the ledger; anything else is rejected."""
    text = "Site;Electricity (kWh);Gas (MWh)\nYork;1;0\nHull;;-\nEly;n/a;3\n"
    silent = read(text, {"columns": CARRIERS})
    told = read(text, {"columns": CARRIERS, "not_available": {"": "not metered", "-": "no supply", "N/A": "unknown"}})

    assert silent.rejects[["record_id", "code"]].to_numpy().tolist() == [
        ["a.csv:B3", "quantity_missing"], ["a.csv:B4", "not_a_number"], ["a.csv:C3", "not_a_number"]]
    assert told.rejects.empty
    assert told.ledger[["record_id", "code", "value"]].to_numpy().tolist() == [
        ["a.csv:B3", "not_available", ""], ["a.csv:B4", "not_available", "n/a"], ["a.csv:C3", "not_available", "-"]]
    assert silent.totals == told.totals == {"electricity:kWh": "1", "natural_gas:kWh": "3000"}


HEAD, ROWS = "Site;Electricity (kWh);Gas (MWh)\n", "York;1;2\nHull;3;4\n"


@pytest.mark.parametrize(("text", "layout", "options", "code"), [
    ("Site;Electricity;Gas\n;kWh;MWh\n" + ROWS, {"columns": {"Electricity": {"carrier": "electricity"}, "Gas": {
        "carrier": "natural_gas"}}}, {"constants": {"country": "GB", "unit": "kWh"}}, "units_below"),
    (HEAD + ROWS, {"columns": CARRIERS}, {"constants": {"country": "GB", "unit": "kWh"}}, "unit_conflict"),
    ("Site;Gas cost (£);Gas (MWh)\n" + ROWS, {"columns": {"Gas*": {"carrier": "natural_gas"}}}, {}, "unit_dimension"),
    ("Site;Reactive (kvarh);Gas (MWh)\n" + ROWS, {"columns": {"Reactive*": {"carrier": "electricity"}}}, {},
     "unit_dimension"),
    ("Site;Gas (MWh);Gas (MWh)\n" + ROWS, {"columns": {"Gas (MWh)": {"carrier": "natural_gas"}}}, {},
     "columns_ambiguous"),
    (HEAD + ROWS, {"columns": CARRIERS | {"Gas*": {"carrier": "natural_gas"}}}, {}, "columns_ambiguous"),
    (HEAD + ROWS, {"columns": {"Oil (kWh)": {"carrier": "heating_oil"}}}, {}, "columns_missing"),
    (HEAD + ROWS, {"columns": {"Gas (MWh)": {"carier": "natural_gas"}}}, {}, "columns_unknown"),
    ("Site;Jan 2024;Feb 2024;Jan 2024\nYork;1;2;3\n", {"headings": "date"}, {}, "columns_ambiguous"),
    ("Site;Electricity (kWh);Gas (MWh);Steam (kWh)\nYork;1,5;2.25;1.234\n", {"columns": CARRIERS | {"Steam (kWh)": {
        "carrier": "steam"}}}, {}, "decimal_mixed")])
def test_a_table_whose_columns_are_not_certain_is_refused(read, text, layout, options, code):
    """Units in a second row, another unit, money, reactive energy, a heading twice or none, a month twice, decimals."""
    with pytest.raises(FileRefused) as refused:
        read(text, layout, **options)
    assert refused.value.code == code
    assert refused.value.hint


@pytest.mark.parametrize(("heading", "total"), [
    ("Gas (kWh/a)", "1"), ("Gas (kWh 2024)", "1"), ("Gas kWh", "1"), ("Gas (main hall)", "1"), ("Gas (kWh/m²)", None),
    ("Gas (kWh/bed)", None), ("Gas ('000 kWh)", None), ("Gas (£/kWh)", None), ("Gas kWh/m2", None), ("Gas EUR", None),
    ("Gas kVA", None)])
def test_a_heading_states_one_unit_or_the_file_is_refused(read, heading, total):
    """A year and a place change nothing; energy per area, thousands, prices and apparent power are other quantities."""
    layout = {"columns": {heading: {"carrier": "natural_gas", "unit": "kWh"}}}
    if total is None:
        with pytest.raises(FileRefused) as refused:
            read(f"Site;{heading}\nYork;1\n", layout)
        assert refused.value.code == "unit_dimension"
    else:
        assert read(f"Site;{heading}\nYork;1\n", layout).totals == {"natural_gas:kWh": total}


def test_a_remark_below_the_table_is_no_line_without_quantities(read):
    """"Source: ..." is a note; a site without any quantity is a reject once."""
    one = read("Site;Electricity (kWh);Gas (MWh)\nYork;1;2\nHull;;\n;;\nSource: bills of suppliers;;\n",
               {"columns": CARRIERS})
    assert one.ledger[["source_line", "code"]].drop_duplicates().to_numpy().tolist()[0] == [5, "note"]
    assert set(one.rejects["source_line"]) == {3}
    assert one.rows_rejected == 1


def test_units_in_the_second_heading_row_belong_to_their_columns(read):
    """With `header_rows: 2` each column has the unit below its title; kWh and MWh differ."""
    one = read("Site;Electricity;Gas\n;kWh;MWh\n" + ROWS, {"columns": {
        "Electricity kWh": {"carrier": "electricity"}, "Gas MWh": {"carrier": "natural_gas"}}}, header_row=1,
        header_rows=2)
    assert one.totals == {"electricity:kWh": "4", "natural_gas:kWh": "6000"}


def test_a_decimal_comma_in_one_column_and_a_point_in_another(read):
    """Each column is read by the mark that it proves: no 1.5 becomes 15."""
    one = read("Site;Electricity (kWh);Gas (MWh)\nYork;1.234,5;2.25\nHull;2,5;1,000.5\n", {"columns": CARRIERS})
    assert one.totals == {"electricity:kWh": "1237", "natural_gas:kWh": "1002750"}


def test_a_total_among_columns_and_below_the_rows_counts_nothing_twice(read):
    """The column that is the sum of the others is rejected cell by cell, the row of totals in each column."""
    rows = [(137, 52, 11), (291, 18, 47), (64, 233, 5), (88, 9, 12)]
    rows.append(tuple(map(sum, zip(*rows, strict=True))))
    lines = [";".join(map(str, (name, *row, sum(row)))) for name, row in
             zip(["York", "Hull", "Ely", "Bath", "Total"], rows, strict=True)]
    one = read("Site;Electricity (kWh);Gas (kWh);Oil (kWh);All energy (kWh)\n" + "\n".join(lines) + "\n", {"columns": {
        "Electricity*": {"carrier": "electricity"}, "Gas*": {"carrier": "natural_gas"},
        "Oil*": {"carrier": "heating_oil"}, "All*": {"carrier": "steam"}}})

    assert one.totals == {"electricity:kWh": "580", "natural_gas:kWh": "312", "heating_oil:kWh": "75"}
    lost = Counter(one.ledger["record_id"].str.extract(r":([A-Z])", expand=False))
    assert lost == {"B": 1, "C": 1, "D": 1, "E": 5}
    assert [w.code for w in one.warnings].count("column_is_sum") == 1


CROSS = "Supplier;Account;Jan;Feb;Mar;Total\nMill;6011;10;20;30;60\nForge;6012;1;;3;4\n"


def test_suppliers_by_months_are_purchases(read):
    """The year of the title, months as words, a total that fits; an empty cell is no purchase where params say so."""
    one = read("Purchases 2024;;;;;\n" + CROSS.replace("Jan", "Janvier").replace("Feb", "Février"),
               {"headings": "date", "not_available": {"": "no purchase"}}, kind="purchases", period=None,
               constants={"currency": "GBP"}, columns={"account": "Account"})
    assert one.totals == {"GBP": "64"}
    assert one.records["period_start"].dt.strftime("%Y-%m").tolist() == ["2024-01", "2024-01", "2024-02", "2024-03",
                                                                        "2024-03"]
    assert one.ledger["record_id"].tolist() == ["a.csv:D4"]

    with pytest.raises(FileRefused) as refused:
        read(CROSS.replace(";60", ";69"), {"headings": "date"}, kind="purchases", constants={"currency": "GBP"})
    assert refused.value.code == "months_not_the_total"


def test_months_of_a_year_that_begins_in_april(read):
    """Months without a year are those of the declared period, in order."""
    one = read("Site;Apr;May;Jun;Jul;Aug;Sep;Oct;Nov;Dec;Jan;Feb;Mar\nYork;1;2;3;4;5;6;7;8;9;10;11;12\n", {
        "headings": "date"}, period=["2023-04-01", "2024-03-31"],
        constants={"country": "GB", "carrier": "electricity", "unit": "kWh"})
    first = one.records.set_index(one.records["period_start"].dt.strftime("%Y-%m"))["quantity"]
    assert first["2023-04"] == 1
    assert first["2024-03"] == 12


def test_headings_that_are_sites_or_carriers(read):
    """Sites of the company and known carriers count; a column that is neither is listed and counts nothing."""
    down = read("Date;York;Hull;Cost\n2024-01;5;6;99\n2024-02;7;8;99\n", {"headings": "site"}, period=None,
                sites={"York": "GB", "Hull": "GB"}, constants={"carrier": "electricity", "unit": "kWh"})
    assert down.totals == {"electricity:kWh": "26"}
    assert down.reads[0].unread == {"D": "Cost"}
    assert down.records["site"].tolist() == ["York", "York", "Hull", "Hull"]

    across = read("Site;Gas (kWh);Électricité (kWh);Price\nYork;5;6;99\n", {"headings": "carrier"})
    assert across.totals == {"electricity:kWh": "6", "natural_gas:kWh": "5"}
    assert across.reads[0].unread == {"D": "Price"}


def test_a_quantity_may_have_its_own_cost(read):
    """"{Heading}" is the cell of that column in the line: each carrier its own bill."""
    one = read("Site;Electricity (kWh);Cost E;Gas (MWh);Cost G\nYork;5;1;6;2\n", {"columns": {
        "Electricity (kWh)": {"carrier": "electricity", "amount": "{Cost E}"},
        "Gas (MWh)": {"carrier": "natural_gas", "amount": "{Cost G}"}}}, constants={"country": "GB", "currency": "GBP"})
    assert one.records["amount"].tolist() == [1, 2]
    assert one.reads[0].unread == {}


def test_a_refusal_names_the_layout_that_would_fit(read):
    """Months of purchases, and carriers side by side, are not read by themselves: the line to paste is given."""
    for text, kind, line in ((CROSS, "purchases", "headings: date"),
                             ("Site;Gas;Electricity\nYork;1;2\n", "energy", "headings: carrier")):
        with pytest.raises(FileRefused) as refused:
            read(text, None, kind=kind)
        assert line in refused.value.hint


def test_the_entries_of_the_how_to_are_params():
    """Each block of the page is read as entries of `files`."""
    page = (Path(__file__).parents[3] / "docs" / "how-to" / "wide-tables.md").read_text("utf-8")
    blocks = [yaml.safe_load(block) for block in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    entries = [entry for block in blocks for entry in (block["files"] if isinstance(block, dict) else block)]
    assert len(entries) == 7
    for entry in entries:
        assert FilePattern.model_validate(entry).layout is not None


def test_a_layout_that_no_file_can_have_is_no_params(read):
    """A FEC has its columns by law, steps of a day need to say what they measure, and a survey has no one quantity."""
    for entry in ({"kind": "fec", "layout": {"columns": {"Debit": {}}}}, {
            "kind": "energy", "layout": {"headings": "time"}}):
        with pytest.raises(ValueError, match=r"layout|headings"):
            FilePattern.model_validate({"pattern": "*"} | entry)
    with pytest.raises(FileRefused) as refused:
        read("group;Car;Bus\nall;1;2\n", {"columns": {"Car": {"mode": "car"}}}, kind="commuting")
    assert refused.value.code == "columns_unknown"
