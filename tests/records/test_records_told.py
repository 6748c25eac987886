"""What the company's params say decides what a file alone leaves in doubt."""

from __future__ import annotations

import pandas as pd

from carbon.records.files.company import read_company


def test_a_year_is_in_doubt_where_the_company_has_another(folder):
    """
    "2024" is all its days for a company of calendar years; where the year begins in April it may be either, refused.
    """
    folder.params("- {pattern: '*.csv', kind: purchases, constants: {currency: EUR}}")
    folder.raw("a.csv", "year;supplier;amount;description\n2024;Mill;10.5;x\n")
    read = read_company("acme", 2024, project=folder.project)
    assert read.records["purchases"]["period_end"].tolist() == [pd.Timestamp(2024, 12, 31)]

    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("reporting_year_starts: 01-01", "reporting_year_starts: 04-01"))
    read = read_company("acme", 2024, project=folder.project)
    assert read.rejects["code"].tolist() == ["date_ambiguous"]
    assert "04-01" in read.rejects["reason"].item()


def test_a_quarter_is_in_doubt_where_the_company_has_another_year(folder):
    """
    "Q1 2024" and "H1 2024" are of the calendar year or of the company's own: refused; a month and a week are not.
    """
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


def test_places_by_another_name_and_the_largest_namesake(folder):
    """`values` says which town a suburb stands for, `travel.namesakes` takes the largest of several; else all are
    rejects.
    """
    trips = ("date;mode;origin;destination;cabin_class;passengers;trips\n"
             "2024-03-01;air;Stanford, USA;Boston, MA;economy;1;1\n"
             "2024-03-02;air;Portland, USA;Boston, MA;economy;1;1\n")
    folder.params("- {pattern: t.csv, kind: travel}")
    folder.raw("t.csv", trips)
    silent = read_company("acme", 2024, project=folder.project)
    assert silent.rejects["code"].tolist() == ["place_unknown", "place_ambiguous"]

    folder.params("- {pattern: t.csv, kind: travel, values: {origin: {\"Stanford, USA\": \"Palo Alto, CA, USA\"}}}")
    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("road_detour: 1.5}", "road_detour: 1.5, namesakes: largest}"))
    told = read_company("acme", 2024, project=folder.project)
    assert told.rejects.empty
    assert told.records["travel"]["origin"].tolist() == ["Palo Alto, CA, USA", "Portland, USA"]


def test_trips_of_unknown_length_stand_in_the_ledger_row_by_row(folder):
    """A flight or train with neither a distance nor two known ends is a reject with its line, without an amount, and
    the reason says which end. One whose ends are known is a record.
    """
    folder.params("- {pattern: t.csv, kind: travel}")
    folder.raw("t.csv", "date;mode;origin;destination;cabin_class;passengers;trips\n"
                        "2024-03-01;air;CDG;QQQ;economy;1;1\n2024-03-02;rail;;;;1;1\n2024-03-03;air;CDG;JFK;economy;1;1\n")
    read = read_company("acme", 2024, project=folder.project)

    assert read.ledger["source_line"].tolist() == [2, 3]
    assert read.ledger["amount"].isna().all()
    assert read.ledger["code"].tolist() == ["airport_unknown", "place_missing"]
    assert len(read.records["travel"]) == 1
