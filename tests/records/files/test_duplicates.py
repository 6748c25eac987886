"""The same row or invoice twice: listed, counted once where params declare it."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from checked_files import BILLS, checked_in
from checked_files import warnings_of as _checked
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.records.files import duplicates
from carbon.records.files.company import read_company
from carbon.records.files.duplicates import repeated_rows
from carbon.runs.desk.check import check_paths


@pytest.mark.parametrize(("again", "twice"), [
    ("2024-03-02;acme;MILL ;paper;100.00;EUR;f1;other words\n", True),
    ("2024-03-01;acme;Mill;paper;60.00;EUR;F-1;a\n2024-03-01;acme;Mill;paper;40.00;EUR;F-1;b\n", True),
    ("2024-03-01;acme;Mill;paper;60.00;EUR;F-1;a\n", False),
    ("2024-03-01;acme;Mill;paper;100.00;USD;F-1;a\n", False),
    ("2024-03-01;acme;Mine;paper;100.00;EUR;F-1;a\n", False),
])
def test_an_invoice_that_another_file_has(folder, again, twice):
    """An invoice in two files is found in other spelling and in other lines of the same sum; another sum is another
    thing.
    """
    found = _checked(folder, "purchases", a=BILLS + "2024-03-01;acme;Mill;paper;100.00;EUR;F-1;x\n", b=BILLS + again)

    assert ("duplicate_rows" in found) is twice


@pytest.mark.parametrize(("again", "twice"), [
    ("2024-03-01;acme;MILL GmbH;paper;100.00;EUR;F 1;x\n", True),
    ("2024-03-02;acme;Mill;paper;100.00;EUR;F 1;x\n", False),
    ("2024-03-01;acme;Mill;paper;100.00;EUR;F-1;y\n", False)])
def test_an_invoice_in_two_spellings_of_one_file(folder, again, twice):
    """One day, amount and number, and the first word of a supplier: an invoice; of one spelling they are its lines."""
    found = _checked(folder, "purchases", a=BILLS + "2024-03-01;acme;Mill;paper;100.00;EUR;F-1;x\n" + again)

    assert ("duplicate_rows" in found) is twice


def test_hours_by_the_start_of_a_period_are_no_copies(folder):
    """Two hours of a day with the same use are two readings, whichever column has their time."""
    head = "period_start;period_end;company;site;country;carrier;quantity;unit\n"
    hours = "".join(f"2024-02-01 0{h}:00;2024-02-01 0{h + 1}:00;acme;Lyon;FR;electricity;2.4;kWh\n" for h in (0, 1, 2))

    assert "duplicate_rows" not in _checked(folder, "energy", a=head + hours)


def test_rows_that_are_equal_in_every_column():
    """The second of two equal rows is flagged, in one table or across two, whether text is coded or not."""
    table = pd.DataFrame({"supplier": ["Mill", "Mill", "Mill"], "amount": [1.5, 1.5, 2.0]})
    coded = table.astype({"supplier": "category"})
    assert repeated_rows([table]).tolist() == [False, True, False]
    assert repeated_rows([coded, table.iloc[2:]]).tolist() == [False, True, False, True]
    assert repeated_rows([]).tolist() == []


@settings(max_examples=60)
@given(rows=st.lists(st.tuples(*[st.sampled_from(["a", "b"])] * 6, st.sampled_from([1.0, 2.0, np.nan])), max_size=60),
       cut=st.integers(0, 60))
def test_long_tables_repeat_what_short_ones_repeat(rows, cut):
    """Slices, and the columns that tell most rows apart first, change nothing: rows that differ elsewhere differ."""
    table = pd.DataFrame(rows, columns=[*"stuvwx", "amount"]).astype(dict.fromkeys("stuvwx", "str"))
    tables = [table.iloc[:cut], table.iloc[cut:].astype({"s": "category"})]

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(duplicates, "_SLICE", 7)
        found = repeated_rows(tables)

    assert found.tolist() == table.duplicated().tolist()


def test_a_column_that_one_of_two_long_tables_has_is_no_obstacle(monkeypatch):
    """Of two files one states the error of its rows: they are compared in the columns that both have, and by all."""
    monkeypatch.setattr(duplicates, "_SLICE", 2)
    table = pd.DataFrame({"supplier": ["a", "b", "a", "c"], "amount": [1.0, 2.0, 1.0, 4.0]})
    own = table.assign(uncertainty_pct=[1.0, 2.0, 1.0, 4.0])
    assert repeated_rows([own, table]).tolist() == [False, False, True, False, False, False, True, False]


def test_minus_zero_is_zero():
    """A refund of nothing equals a purchase of nothing."""
    assert repeated_rows([pd.DataFrame({"amount": [0.0, -0.0]})]).tolist() == [False, True]


METERED = "period_start;period_end;site;carrier;quantity;unit;supplier;meter;country\n"
TRIPS = "date;mode;origin;destination;distance;distance_unit;cabin_class;passengers;trips;return\n"
OUT, BACK = "2024-03-01;air;CDG;JFK;;;economy;1;1;{}\n", "2024-03-08;air;JFK;CDG;;;economy;1;1;no\n"


@pytest.mark.parametrize(("first", "second", "codes"), [
    ("2024-01-01;2024-06-30;lyon;electricity;100;kWh;EDF;M1", "2024-06-30;2024-12-31;Lyon;electricity;90;kWh;EDF;M1",
     ["period_overlap"]),
    ("2024-01-01;2024-12-31;lyon;electricity;1200;kWh;EDF;", "2024-03-01;2024-03-31;lyon;electricity;100;kWh;;",
     ["period_overlap"]),
    ("2024-01-01;2024-12-31;lyon;electricity;1200;kWh;EDF;", "2024-03-01;2024-03-31;lyon;electricity;100;kWh;;M1",
     ["period_overlap"]),
    ("2024-01-01;2024-06-30;lyon;electricity;100;kWh;X;M1", "2024-07-01;2024-12-31;lyon;electricity;90;kWh;X;M1", []),
    ("2024-01-01;2024-06-30;lyon;electricity;100;kWh;X;M1", "2024-01-01;2024-06-30;lyon;electricity;90;kWh;X;M2", []),
    ("2024-01-01;2024-06-30;lyon;electricity;100;kWh;EDF;", "2024-01-01;2024-06-30;namur;electricity;90;kWh;EDF;", []),
    ("2024-01-01;2024-06-30;lyon;electricity;100;kWh;EDF;", "2024-01-01;2024-06-30;lyon;gaz;90;m3;EDF;", []),
    ("2024-01-01;2024-06-30;lyon;electricity;100;kWh;X;M1", "2024-01-01;2024-06-30;lyon;electricity;-9;kWh;X;M1", []),
])
def test_days_that_two_files_have_of_one_meter(folder, first, second, codes):
    """The same days of a meter in two files are remarked on, in a check and in a run; two meters and corrections are
    not.
    """
    found = _checked(folder, "energy", a=METERED + first + ";FR\n", b=METERED + second + ";FR\n")

    assert [c for c in found if c == "period_overlap"] == codes
    read = read_company("acme", 2024, project=folder.project)
    assert [c for c in read.warnings["code"] if c == "period_overlap"] == codes


def test_registers_of_a_meter_and_the_meter_in_another_file(folder):
    """What one file reads by register and another as a whole is remarked on, and counted once by the inventory's
    rule.
    """
    by_register = METERED.replace("country", "country;Register")
    jan = "2024-01-01;2024-01-31;lyon;electricity;{};kWh;EDF;M1;FR"
    found = _checked(folder, "energy", a=by_register + jan.format(70) + ";HP\n" + jan.format(30) + ";HC\n",
                     b=METERED + jan.format(100) + "\n")
    assert found == ["period_overlap", "registers_joined"]
    read = read_company("acme", 2024, project=folder.project).records["energy"]
    assert read[["meter", "register", "quantity"]].values.tolist() == [
        ["M1", "HP", 70.0], ["M1", "HC", 30.0], ["M1", "", 100.0]]


def test_fuel_is_bought_and_not_metered(folder):
    """Two files of fuel cards overlap on every day, and no kWh of them counts twice."""
    card = "date;company;site;country;carrier;quantity;unit\n2024-03-01;acme;lyon;FR;diesel;{};L\n"
    assert "period_overlap" not in _checked(folder, "fuel", a=card.format(40), b=card.format(50))


@pytest.mark.parametrize(("first", "second", "codes"), [
    (OUT.format("yes"), OUT.format("no") + BACK, ["return_twice"]),
    (OUT.format("yes") + OUT.format("no") + BACK, "2024-05-01;rail;Paris;Lyon;430;km;;1;1;no\n", ["return_twice"]),
    (OUT.format("yes"), BACK, []),
])
def test_a_return_in_one_file_and_both_ways_in_another(folder, first, second, codes):
    """A return whose two ways stand in another file is remarked on once, and one way alone is not."""
    found = _checked(folder, "travel", a=TRIPS + first, b=TRIPS + second)

    assert [c for c in found if c == "return_twice"] == codes


def test_one_kwh_as_a_meter_and_as_an_activity(folder):
    """The landlord's kWh that the tenant meters as well are remarked on: one kWh belongs to one scope."""
    folder.params("- {pattern: e.csv, kind: energy}\n- {pattern: a.csv, kind: activities}\n")
    folder.raw("e.csv", METERED + "2024-01-01;2024-12-31;lyon;electricity;1.2;MWh;EDF;;FR\n")
    activity = "period_start;period_end;site;activity;quantity;unit;scope;category;method\n" \
               "2024-01-01;2024-12-31;{};electricity.grid;{};kWh;3;8;measured\n"
    codes = []
    for site, kwh in (("Lyon", 1200), ("", 1200), ("namur", 1200), ("Lyon", 1300)):
        folder.raw("a.csv", activity.format(site, kwh))
        codes.append([w["code"] for w in checked_in(folder.project)["warnings"]].count("two_scopes"))

    assert codes == [1, 1, 0, 0]


def test_rows_of_several_companies_in_the_books_of_one(folder):
    """Rows that name another company count as the company's own only with a remark; spellings of one name are one."""
    row = "2024-03-0{};{};Mill;paper;100.00;EUR;;x\n"
    one = _checked(folder, "purchases", a=BILLS + row.format(1, "Acme") + row.format(2, "ACME"))
    two = _checked(folder, "purchases", a=BILLS + row.format(1, "Acme") + row.format(2, "Other"))

    assert ("companies_several" in one, "companies_several" in two) == (False, True)


def test_rows_of_no_entity_of_a_group(folder):
    """A name that is no entity's is remarked on where the files are checked, before the inventory rejects its rows."""
    folder.params("- {pattern: g.csv, kind: entities}\n- {pattern: a.csv, kind: purchases}\n")
    folder.raw("g.csv", "entity;share;control\nAcme Nord;0.6;operational\n")
    folder.raw("a.csv", BILLS + "".join(f"2024-03-01;{c};Mill;paper;1;EUR;;x\n" for c in
                                        ("acme", "ACME NORD", "Acme Nrod")))

    said = {w["code"]: w["text"] for w in checked_in(folder.project)["warnings"]}

    assert "'Acme Nrod'" in said["entity_unknown"]
    assert "NORD" not in said["entity_unknown"]


def test_a_path_and_its_file_say_the_same(folder):
    """A cell that contradicts the path is a reject, days that the path does not name are a remark."""
    folder.params("- {pattern: '*', kind: energy, from_path: '{site}/{carrier}/{year}.csv'}")
    text = "date;Site;Énergie;quantity;unit\n2024-01;Lyon;Électricité;100;kWh\n2024-02;namur;electricity;1;kWh\n" \
           "2024-03;;gaz;2;kWh\n"
    folder.raw("lyon/electricity/2024.csv", text)
    here = checked_in(folder.project)
    (folder.project.root / "data/raw/acme/2024/lyon/electricity/2024.csv").unlink()
    folder.raw("lyon/electricity/2023.csv", text)
    there = checked_in(folder.project)

    assert [(r["source_line"], r["column"], r["code"]) for r in here["rejects"]] == [
        (3, "site", "path_conflict"), (4, "carrier", "path_conflict")]
    assert here["files"][0]["totals"] == {"electricity:kWh": "100"}
    assert ["path_differs" in {w["code"] for w in c["warnings"]} for c in (here, there)] == [False, True]


@pytest.mark.parametrize("total", ["15,75 EUR", "1 000.00", "1,000.00 EUR", "x"])
def test_a_control_total_that_is_no_number(folder, total):
    """A sum in another notation is refused by name where it is declared."""
    folder.params(f"- {{pattern: a.csv, kind: purchases, control_total: '{total}'}}")
    folder.raw("a.csv", BILLS + "2024-03-01;acme;Mill;paper;15.75;EUR;;x\n")

    refused = checked_in(folder.project)["files"][0]["refused"]

    assert (refused["code"], "not a sum" in refused["reason"]) == ("params_refused", True)


@pytest.mark.parametrize(("pattern", "name", "code"), [
    ("{pattern: a.csv, kind: purchases, control_rows: 2}", "a.csv", "control_rows"),
    ("{pattern: a.csv, kind: purchases, control_total: 15.76}", "a.csv", "control_total"),
    ("{pattern: '*', kind: purchases, from_path: '{site}/{year}.csv'}", "a.csv", "path_unfit"),
    ("{pattern: '*', kind: energy, from_path: '{site}/{carrier}/{year}.csv'}", "lyon/gaz/24.csv", "path_unfit"),
    ("{pattern: '*', kind: energy, from_path: '{site}/{carrier}/{year}.csv'}", "lyon/gaz/2024.csv", "columns_missing"),
])
def test_a_file_that_is_not_what_params_declare(folder, pattern, name, code):
    """A row less, a cent less and another path than declared refuse the file by name."""
    folder.params("- " + pattern)
    bills = BILLS + "2024-03-01;acme;Mill;paper;15.75;EUR;;x\n"
    starts = "period_start;quantity;unit\n2024-01-01;1;kWh\n"
    folder.raw(name, starts if "2024" in name else "quantity;unit\n1;kWh\n" if "gaz" in name else bills)

    assert checked_in(folder.project)["files"][0]["refused"]["code"] == code


def test_what_is_too_much_to_be_sought_is_said(tmp_path, monkeypatch):
    """Files of too many readings are not compared, and too many long rows not summed, without a word."""
    from carbon.records.files import duplicates as across_files
    from carbon.records.rules import sums_sought

    monkeypatch.setattr(across_files, "MOST", 3)
    monkeypatch.setattr(sums_sought, "MOST_COMPARED", 1)
    head = "period_start,period_end,company,site,country,carrier,quantity,unit,meter\n"
    months = ["2024-01-01,2024-01-31", "2024-02-01,2024-02-29", "2024-03-01,2024-03-31", "2024-01-01,2024-03-31",
              "2024-04-01,2024-09-30"]
    for meter in ("M1", "M2"):
        lines = [f"{days},Acme,A,GB,electricity,{40 + n},kWh,{meter}" for n, days in enumerate(months)]
        (tmp_path / f"{meter}.csv").write_text(head + "\n".join(lines) + "\n")

    said = {w["code"] for w in check_paths([str(tmp_path)], kind="energy")["warnings"]}
    assert {"files_not_compared", "sums_not_sought"} <= said


def test_a_file_that_sums_up_the_others(folder):
    """A summary by category next to the ledger is remarked on; a cent less, and two files of as many rows, are not."""
    row, head = "2024-0{}-15;acme;Mill {};{};{};EUR;;x\n", BILLS
    ledger = head + "".join(row.format(m, m, "paper" if m % 2 else "ink", 100.13 * m) for m in range(1, 7))
    summary = head + row.format(6, "all", "paper", 901.17) + row.format(6, "all", "ink", 1201.56)
    assert _checked(folder, "purchases", a=ledger, b=summary) == ["sum_of_files"]
    assert _checked(folder, "purchases", a=ledger, b=summary.replace("901.17", "901.16")) == []
    assert _checked(folder, "purchases", a=ledger, b=ledger.replace("Mill", "Other")) == []


def test_a_file_of_a_year_next_to_its_months(folder):
    """Three files of a month each and their sum in a fourth: the fourth is remarked on."""
    row, head = "2024-0{}-15;acme;Mill {};{};{};EUR;;x\n", BILLS
    parts = {f"m{m}": head + row.format(m, m, "paper", 100.13 * m) for m in range(1, 4)}
    assert _checked(folder, "purchases", **parts, year=head + row.format(3, "x", "paper", 600.78)) == ["sum_of_files"]
