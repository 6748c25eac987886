"""A company's year: what is in the folder is read as params declare it, once, and nothing else is."""

from __future__ import annotations

import hashlib
import re

import pandas as pd
import pytest
from checked_files import checked_in

from carbon.core.errors import FileRefused, UsageError
from carbon.core.text_columns import with_text
from carbon.params.files.project import find_project
from carbon.records.files.company import read_company
from carbon.records.values import fields
from carbon.runs.desk.check import check_paths
from carbon.runs.desk.checked import exit_code

HEADINGS = "date;supplier;category;amount;currency;invoice;description\n"
ROWS = HEADINGS + "2024-03-01;Mill;paper;10.25;EUR;F-1;x\n2024-03-02;Mill;paper;5.50;EUR;F-2;x\n"


def test_records_ledger_and_sources(folder):
    """Rows of the year are records, rows of other years and faulty rows end in the ledger, and sources count them."""
    folder.params("- {pattern: a.csv, kind: purchases}")
    folder.raw("a.csv", ROWS + "2023-12-31;Mill;paper;1;EUR;F-0;x\n2024-04-01;Mill;paper;x;EUR;F-3;x\n")

    found = read_company("acme", 2024, project=folder.project)

    assert found.records["purchases"]["record_id"].tolist() == ["2024/a.csv:2", "2024/a.csv:3"]
    assert found.records["purchases"]["company"].unique().tolist() == ["acme"]
    assert found.ledger[["source_line", "outcome", "code", "amount", "unit"]].fillna(0).to_numpy().tolist() == [
        [4, "excluded", "out_of_year", 1.0, "EUR"], [5, "rejected", "not_a_number", 0.0, ""]]
    source = found.sources.iloc[0]
    assert (source["rows_read"], source["rows_accepted"], source["rows_excluded"], source["rows_rejected"]) == \
        (4, 3, 1, 1)
    name = "data/raw/acme/2024/a.csv"
    assert source["source_file"] == name
    assert found.inputs[name] == hashlib.sha256((folder.project.root / name).read_bytes()).hexdigest()
    assert "params/acme.yml" in found.inputs


def test_a_long_file_keeps_its_codes_beside_a_short_one_of_its_kind(folder, monkeypatch):
    """Texts of a long ledger are codes; a few rows of another file do not turn millions of them into plain text."""
    folder.params("- {pattern: '*.csv', kind: purchases}")
    folder.raw("a.csv", ROWS)
    folder.raw("b.csv", HEADINGS + "2024-03-03;Shop;ink;1;EUR;F-9;y\n")
    plain = read_company("acme", 2024, project=folder.project).records["purchases"]
    monkeypatch.setattr(fields, "LONG", 1)

    found = read_company("acme", 2024, project=folder.project).records["purchases"]

    assert isinstance(found["supplier"].dtype, pd.CategoricalDtype)
    pd.testing.assert_frame_equal(with_text(found), plain)


def test_out_of_year_rows_may_be_rejected(folder):
    """`out_of_year: reject` makes a row of another year a fault."""
    folder.params("- {pattern: a.csv, kind: purchases, out_of_year: reject}")
    folder.raw("a.csv", ROWS + "2023-12-31;Mill;paper;1;EUR;F-0;x\n")

    assert read_company("acme", 2024, project=folder.project).rejects["code"].tolist() == ["out_of_year"]


def test_a_period_over_the_year_end_is_kept_whole(folder):
    """A bill that only touches the year stays a record: its days are shared out later."""
    folder.params("- {pattern: e.csv, kind: energy}")
    folder.raw("e.csv", "period_start;period_end;site;carrier;quantity;unit\n"
                        "2023-12-15;2024-01-14;lyon;electricity;310;kWh\n2023-11-15;2023-12-14;lyon;electricity;9;kWh\n")

    found = read_company("acme", 2024, project=folder.project)

    assert found.records["energy"]["quantity"].tolist() == [310.0]
    assert found.records["energy"]["country"].tolist() == ["FR"]
    assert found.ledger["code"].tolist() == ["out_of_year"]


def test_an_unknown_site_is_rejected(folder):
    """A site that params do not name has no country, and none is guessed."""
    folder.params("- {pattern: e.csv, kind: energy}")
    folder.raw("e.csv", "date;site;carrier;quantity;unit\n2024-01;lyonn;electricity;310;kWh\n2024-01;namur;gaz;1;m3\n")

    found = read_company("acme", 2024, project=folder.project)

    assert found.rejects["code"].tolist() == ["site_unknown"]
    assert found.records["energy"]["country"].tolist() == ["BE"]


@pytest.mark.parametrize(("files", "extra", "code"), [
    ("- {pattern: a.csv, kind: purchases}", {"b.csv": ROWS}, "file_undeclared"),
    ("- {pattern: '*.csv', kind: purchases}\n- {pattern: 'a*', kind: energy}", {}, "pattern_ambiguous"),
    ("- {pattern: '*.csv', kind: purchases}", {"b.csv": ROWS}, "file_twice"),
    ("- {pattern: a.csv, kind: purchases, control_rows: 3}", {}, "control_rows"),
    ("- {pattern: a.csv, kind: purchases, control_total: 15.74 EUR}", {}, "control_total"),
    ("- {pattern: a.csv, kind: purchases, constants: {curency: EUR}}", {}, "columns_unknown"),
], ids=["undeclared", "two patterns", "same bytes", "control rows", "control total", "constant"])
def test_a_folder_that_params_do_not_fit_is_refused(folder, files, extra, code):
    """Files that params do not declare, declare twice or declare wrongly are refused, and `check` says so too."""
    folder.params(files)
    for name, text in {"a.csv": ROWS, **extra}.items():
        folder.raw(name, text)

    with pytest.raises(FileRefused) as refused:
        read_company("acme", 2024, project=folder.project)
    assert refused.value.code == code
    checked = checked_in(folder.project, company="acme", year=2024)
    assert code in {f["refused"]["code"] for f in checked["files"] if f["refused"]}
    assert exit_code(checked) == 2


def test_control_totals_that_are_met(folder):
    """A declared sum and count of rows, rejected rows with a readable amount included, let the file pass."""
    folder.params("- {pattern: a.csv, kind: purchases, control_total: 16.75 EUR, control_rows: 3}")
    folder.raw("a.csv", ROWS + "2024-13-01;Mill;paper;1.00;EUR;F-3;x\n")

    assert len(read_company("acme", 2024, project=folder.project).records["purchases"]) == 2


def test_missing_and_empty_folders_are_usage_errors(folder):
    """No folder, or none but notes in it, is said with what to do."""
    folder.params("- {pattern: a.csv, kind: purchases}")
    with pytest.raises(UsageError, match="does not exist"):
        read_company("acme", 2024, project=folder.project)
    folder.raw("notes.md", "x")
    with pytest.raises(UsageError, match="no data files"):
        read_company("acme", 2024, project=folder.project)
    with pytest.raises(UsageError, match="did you mean acme"):
        read_company("acmee", 2024, project=folder.project)


def test_side_files_are_said_and_links_out_are_refused(folder, tmp_path_factory):
    """A note beside the data is a notice; a link that leaves the folder is refused."""
    folder.params("- {pattern: '*.csv', kind: purchases}")
    folder.raw("a.csv", ROWS)
    folder.raw("readme.md", "x")
    assert read_company("acme", 2024, project=folder.project).warnings["code"].tolist() == ["file_skipped"]

    outside = tmp_path_factory.mktemp("outside") / "b.csv"
    outside.write_text(ROWS)
    (folder.project.raw("acme", 2024) / "b.csv").symlink_to(outside)
    with pytest.raises(FileRefused) as refused:
        read_company("acme", 2024, project=folder.project)
    assert refused.value.code == "link_outside"


def test_rows_and_invoices_twice(folder):
    """The same row twice is kept and said, or counted once where params say so; so is an invoice of another file."""
    folder.params("- {pattern: '*.csv', kind: purchases}")
    folder.raw("a.csv", ROWS + "2024-03-02;Mill;paper;5.50;EUR;F-2;x\n")
    folder.raw("b.csv", HEADINGS + "2024-03-09;Mill;stationery;5.50;EUR;F-2;x\n")

    kept = read_company("acme", 2024, project=folder.project)
    assert kept.records["purchases"]["amount"].sum() == 26.75  # 10.25 + 3 x 5.50
    assert kept.warnings["code"].tolist() == ["duplicate_rows", "duplicate_rows"]

    folder.params("- {pattern: '*.csv', kind: purchases, duplicates: reject}")
    once = read_company("acme", 2024, project=folder.project)
    assert once.records["purchases"]["amount"].sum() == 15.75
    assert once.rejects[["source_file", "source_line", "code", "amount", "unit"]].to_numpy().tolist() == [
        ["data/raw/acme/2024/a.csv", 4, "duplicate", 5.5, "EUR"],
        ["data/raw/acme/2024/b.csv", 2, "duplicate", 5.5, "EUR"]]
    assert once.sources["rows_rejected"].tolist() == [1, 1]


def test_site_carrier_and_year_from_the_path(folder):
    """What only the path says is taken from it by a pattern; a file that does not fit the pattern is refused."""
    folder.params("""\
        - pattern: "*/*/*.csv"
          kind: energy
          from_path: "{site}/{carrier}/{year}.csv"
          constants: {unit: kWh}
          columns: {quantity: "load [kWh]"}
    """)
    folder.raw("lyon/electricity/2024.csv", "load [kWh]\n12.5\n7.5\n")

    records = read_company("acme", 2024, project=folder.project).records["energy"]

    assert records["quantity"].tolist() == [12.5, 7.5]
    assert records[["site", "carrier", "country"]].drop_duplicates().to_numpy().tolist() == [
        ["lyon", "electricity", "FR"]]
    assert str(records["period_end"].iloc[0].date()) == "2024-12-31"


def test_travellers_are_dropped_unless_asked_for_and_then_hashed(folder, monkeypatch):
    """No name of a person leaves the reader: dropped, or a keyed hash that changes no other value and no id."""
    text = "date;mode;origin;destination;distance;distance_unit;cabin_class;passengers;trips;traveller\n" \
           "2024-03-01;rail;Paris;Lyon;430;km;economy;1;1;Traveller One\n" \
           "2024-03-01;rail;Paris;Lyon;x;km;economy;1;1;Traveller Two\n"
    folder.raw("t.csv", text)
    folder.params("- {pattern: t.csv, kind: travel}")
    dropped = read_company("acme", 2024, project=folder.project)
    assert dropped.records["travel"]["traveller"].tolist() == [""]

    folder.params("- {pattern: t.csv, kind: travel, columns: {traveller: traveller}}")
    monkeypatch.delenv("CARBON_SALT", raising=False)
    with pytest.raises(UsageError, match="CARBON_SALT"):
        read_company("acme", 2024, project=folder.project)
    monkeypatch.setenv("CARBON_SALT", "pepper")
    with pytest.raises(UsageError, match="fewer than 16"):
        read_company("acme", 2024, project=folder.project)
    monkeypatch.setenv("CARBON_SALT", "pepper" * 3)
    asked = read_company("acme", 2024, project=folder.project)
    hashed = asked.records["travel"]["traveller"].item()
    assert re.fullmatch("[0-9a-f]{16}", hashed)
    assert asked.records["travel"].drop(columns="traveller").equals(dropped.records["travel"].drop(columns="traveller"))
    assert "Traveller" not in asked.rejects.to_string() + asked.ledger.to_string() + asked.warnings.to_string()


def test_reported_inventories_and_statements(folder):
    """Earlier totals come from the `reported` folder; headcount is a statement, no record."""
    folder.params("- {pattern: a.csv, kind: purchases}\n- {pattern: staff.csv, kind: headcount}\n")
    folder.raw("a.csv", ROWS)
    folder.raw("staff.csv", "year;employees;revenue;currency;source\n2024;12;1000000;EUR;annual report\n")
    folder.write("data/raw/acme/reported/reported_inventories.csv",
                 "year,scope,category,scope2_method,co2e_t,gwp,boundary,source\n"
                 "2020,1,0,,12.5,AR5GWP100,operational control,report 2020\n")

    found = read_company("acme", 2024, project=folder.project)

    assert found.reported[["year", "scope", "co2e_t"]].to_numpy().tolist() == [[2020, "1", 12.5]]
    assert list(found.records) == ["purchases"]
    assert found.statements["headcount"]["employees"].tolist() == [12.0]


def test_check_of_a_project_reads_one_file_or_all(folder):
    """`check` without a kind finds company and year in the path, reads what params declare, and goes on after a
    refusal.
    """
    folder.params("- {pattern: '*.csv', kind: purchases}")
    good = folder.raw("a.csv", ROWS)
    folder.raw("b.csv", "nothing;here\n1;2\n")

    one = checked_in(folder.project, [good])
    assert [f["totals"] for f in one["files"]] == [{"EUR": "15.75"}]
    every = checked_in(folder.project)
    assert [f["refused"]["code"] if f["refused"] else "" for f in every["files"]] == ["", "header_missing"]
    assert exit_code(one) == 0
    assert exit_code(every) == 2


def test_check_of_params(folder):
    """`check --kind params` prints the parsed values, or the faults of the file."""
    path = folder.project.params_file("acme")
    sound = check_paths([path], kind="params")
    assert sound["params"]["company"] == "acme"
    assert exit_code(sound) == 0

    path.write_text(path.read_text().replace("country: FR", "country: FRANCE\ncuontry: FR"))
    broken = check_paths([path], kind="params")
    assert "unknown key `cuontry`; did you mean `country`?" in broken["files"][0]["refused"]["reason"]
    assert exit_code(broken) == 2


def test_the_project_is_the_nearest_one(folder, monkeypatch, tmp_path_factory):
    """The nearest parent with params/runs.yml, else the folder of CARBON_PROJECT."""
    inside = folder.project.root / "data" / "raw"
    inside.mkdir(parents=True)
    monkeypatch.chdir(inside)
    assert find_project().root == folder.project.root

    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    monkeypatch.setenv("CARBON_PROJECT", str(folder.project.root))
    assert find_project().root == folder.project.root
    with pytest.raises(UsageError, match="No carbon project"):
        find_project(tmp_path_factory.mktemp("nowhere"))


WIDE = """\
- pattern: sites.csv
  kind: energy
  period: [2024-01-01, 2024-12-31]
  layout: {columns: {"Gas (kWh)": {carrier: natural_gas}}, unread: [Area]}
- pattern: sites.csv
  kind: water
  period: [2024-01-01, 2024-12-31]
  constants: {service: supply}
  layout: {columns: {"Water (m3)": {}}}
- pattern: sites.csv
  kind: waste
  period: [2024-01-01, 2024-12-31]
  layout: {columns: {"Landfill (t)": {material: municipal, treatment: landfill}}}
"""
SITES = "site;Area;Gas (kWh);Water (m3);Landfill (t);Power (kWh)\nlyon;80;10;5;2;7\nnamur;90;20;x;1;9\n"


def test_several_kinds_are_read_from_one_file(folder):
    """Each entry counts its own columns; rejects end at the cell; the column that no entry reads is listed once."""
    folder.params(WIDE)
    folder.raw("sites.csv", SITES)

    found = read_company("acme", 2024, project=folder.project)
    checked = checked_in(folder.project, company="acme", year=2024)

    assert {k: t["quantity"].sum() for k, t in found.records.items()} == {"energy": 30, "water": 5, "waste": 3}
    assert found.rejects["record_id"].tolist() == ["2024/sites.csv:D3"]
    assert [(r["cell"], r["column"]) for r in checked["rejects"]] == [("D3", "quantity")]
    unread = [w["text"] for w in checked["warnings"] if w["code"] == "columns_unread"]
    assert len(unread) == 1
    assert "1 columns of figures are not read: F 'Power (kWh)'" in unread[0]
    assert [(f["kind"], f["rows_rejected"]) for f in checked["files"]] == [("energy", 0), ("water", 1), ("waste", 0)]


@pytest.mark.parametrize("again", [
    "- {pattern: sites.csv, kind: energy, period: [2024-01-01, 2024-12-31], constants: {carrier: biogas}, "
    "layout: {columns: {Gas*: {}}}}",
    "- {pattern: sites.csv, kind: energy, period: [2024-01-01, 2024-12-31], constants: {carrier: biogas}, "
    "columns: {quantity: Gas (kWh)}}"])
def test_a_cell_is_counted_by_one_entry(folder, again):
    """A second entry that reads the same cells refuses the file, with a layout or without; the cell is named."""
    folder.params(WIDE + again)
    folder.raw("sites.csv", SITES)

    with pytest.raises(FileRefused) as refused:
        read_company("acme", 2024, project=folder.project)
    checked = checked_in(folder.project, company="acme", year=2024)

    assert refused.value.code == "cell_counted_twice"
    assert "C2" in refused.value.what
    assert {(f["refused"] or {}).get("code") for f in checked["files"]} == {"cell_counted_twice"}
