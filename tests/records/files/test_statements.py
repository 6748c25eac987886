"""People and certificates of a group count at the weight of their entity, as its meters do."""

from __future__ import annotations

import pytest

from carbon.core.errors import ParamsError
from carbon.records.files.company import read_company

FILES = """\
- {pattern: entities.csv, kind: entities}
- {pattern: staff.csv, kind: headcount}
- {pattern: go.csv, kind: instruments}
- {pattern: energy.csv, kind: energy}
"""
ENTITIES = "entity;share;control;from;to\nSud;0.4;joint;;\nEst;1;full;2024-07-01;\nOuest;0.3;none;;2020-12-31\n"
METER = "date;company;site;country;carrier;quantity;unit\n2024-03-01;Sud;lyon;FR;electricity;1000;kWh\n"
CERTIFICATES = ("id;instrument;region;period_start;period_end;kg_per_kwh;volume;unit;company;cancelled_for;evidence\n"
                "GO-1;guarantee of origin;FR;2024-01-01;2024-12-31;0;1;MWh;Sud;;register\n"
                "GO-2;guarantee of origin;FR;2024-01-01;2024-12-31;0;1;MWh;Acme;Sud;register\n"
                "GO-3;guarantee of origin;FR;2024-01-01;2024-12-31;0;1;MWh;acme;;register\n")


def _read(folder, staff, certificates=CERTIFICATES, approach="equity_share"):
    folder.params(FILES)
    path = folder.project.root / "params/acme.yml"
    path.write_text(path.read_text().replace("operational_control", approach))
    for name, text in (("entities", ENTITIES), ("staff", staff), ("go", certificates), ("energy", METER)):
        folder.raw(f"{name}.csv", text)
    return read_company("acme", 2024, project=folder.project)


def test_people_count_at_the_weight_of_their_entity(folder):
    """100 of the parent + 40 % of 50 + 20 for 184 of the 366 days of 2024 since the entity belongs to the group."""
    read = _read(folder, "year;company;employees\n2024;Acme;100\n2024;Sud;50\n2024;Est;20\n")
    assert read.params.employees == {2024: pytest.approx(100 + 0.4 * 50 + 20 * 184 / 366, rel=1e-12)}
    said = read.ledger.loc[read.ledger["source_file"].str.endswith("staff.csv"), "reason"].tolist()
    assert "counts at 40 % under equity_share" in said[1]


def test_certificates_serve_as_much_as_the_meters_count(folder):
    """1 MWh cancelled for an entity of 40 % serves 400 kWh, whoever sent the file; the parent's serves all of it."""
    read = _read(folder, "year;employees\n2024;150\n")
    assert [i.volume_kwh for i in read.params.instruments] == [pytest.approx(400, rel=1e-12)] * 2 + [1000.0]
    assert read.params.employees == {2024: 150.0}


@pytest.mark.parametrize(("staff", "word"), [
    ("year;company;employees\n2024;Acme;100\n2024;Sud;50\n", "lacks 1 entities"),
    ("year;company;employees\n2024;Acme;100\n2024;Nord;50\n", "of no entity"),
    ("year;company;employees\n2024;Sud;100\n2024;SUD;50\n", "stated twice"),
])
def test_a_headcount_with_a_hole_is_refused(folder, staff, word):
    """An entity that counts and has no line, a name that is none, one said twice: people per tonne would be wrong."""
    with pytest.raises(ParamsError, match=word):
        _read(folder, staff)


def test_a_certificate_of_a_stranger_is_refused(folder):
    """A certificate of a company that is none of the group's."""
    with pytest.raises(ParamsError, match="no entity"):
        _read(folder, "year;employees\n2024;1\n", CERTIFICATES.replace("MWh;Sud", "MWh;Nord"))


def test_the_revenue_of_a_headcount_file_is_the_companys(folder):
    """That of the company is its revenue; an entity's is not the group's, which the ledger states."""
    read = _read(folder, "year;company;employees;revenue;currency\n2024;Acme;100;5000000;EUR\n2024;Sud;50;9;EUR\n"
                         "2024;Est;20;;\n")
    assert read.params.revenue == {2024: 5e6}
    stated = read.ledger.loc[read.ledger["source_file"].str.endswith("staff.csv"), "reason"]
    assert ["revenue is not the group's" in text for text in stated] == [False, True, False]


@pytest.mark.parametrize(("currency", "of_params", "word"), [("CHF", "", "not in EUR"),
                                                             ("EUR", "revenue: {2024: 8}\n", "stated twice")])
def test_a_revenue_that_contradicts_the_params_is_refused(folder, currency, of_params, word):
    """Another currency, and another number of the year in params: an intensity of either would be wrong."""
    path = folder.project.root / "params/acme.yml"
    folder.params(FILES)
    path.write_text(path.read_text() + of_params)
    folder.raw("staff.csv", f"year;employees;revenue;currency\n2024;5;9;{currency}\n")
    folder.raw("energy.csv", METER)
    with pytest.raises(ParamsError, match=word):
        read_company("acme", 2024, project=folder.project)
