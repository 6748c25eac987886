"""First and last day of each row: one date, two, or a declared period; years and quarters that are unclear."""

from __future__ import annotations

import pandas as pd
import pyarrow as pa

from carbon.records.files.company import read_company
from carbon.records.grids.cells import Column
from carbon.records.values.periods import clocks


def test_a_year_is_ambiguous_where_the_company_has_another(folder):
    """"2024" is all its days for a company of calendar years; where the year begins in April it is rejected."""
    folder.params("- {pattern: '*.csv', kind: purchases, constants: {currency: EUR}}")
    folder.raw("a.csv", "year;supplier;amount;description\n2024;Mill;10.5;x\n")
    read = read_company("acme", 2024, project=folder.project)
    assert read.records["purchases"]["period_end"].tolist() == [pd.Timestamp(2024, 12, 31)]

    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("reporting_year_starts: 01-01", "reporting_year_starts: 04-01"))
    read = read_company("acme", 2024, project=folder.project)
    assert read.rejects["code"].tolist() == ["date_ambiguous"]
    assert "04-01" in read.rejects["reason"].item()


def test_a_quarter_is_ambiguous_where_the_company_has_another_year(folder):
    """"Q1 2024" and "H1 2024" may be of the calendar year or of the company's own; a month and a week are certain."""
    folder.params("- {pattern: '*.csv', kind: purchases, constants: {currency: EUR}}")
    folder.raw("a.csv", "date;supplier;amount;description\nQ2 2024;Mill;10.5;x\nH1 2024;Mill;1;x\n2024-05;Mill;2;x\n"
                        "2024-W20;Mill;4;x\n")
    read = read_company("acme", 2024, project=folder.project)
    assert read.rejects.empty

    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("reporting_year_starts: 01-01", "reporting_year_starts: 04-01"))
    read = read_company("acme", 2024, project=folder.project)
    assert read.rejects["code"].tolist() == ["date_ambiguous"] * 2
    assert read.rejects["source_line"].tolist() == [2, 3]


def test_one_o_clock_in_the_morning_is_not_one_in_the_afternoon():
    """Two readings of a day at 1:00 AM and 1:00 PM are two; the seconds of a whole minute change nothing."""
    read = clocks({"date": Column(pa.array(["1/2/2024 1:00 AM", "1/2/2024 1:00 PM", "2024-01-02 13:00:00"]))})

    assert read is not None and read.tolist() == ["1:00 AM", "1:00 PM", "13:00"]


def test_a_number_of_days_next_to_both_ends_is_no_date(folder):
    """"Jour" may be the days of a bill; between two ends that are stated it is not read."""
    folder.params("- {pattern: '*.csv', kind: energy, constants: {carrier: electricity, site: lyon}}")
    folder.raw("a.csv", "Date début;Date fin;Jour;kWh\n2024-01-05;2024-02-04;31;500\n")
    read = read_company("acme", 2024, project=folder.project)
    assert (len(read.records["energy"]), read.rejects.empty) == (1, True)
