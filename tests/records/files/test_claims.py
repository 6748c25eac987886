"""One certificate counts once over the sites, companies and years of a project."""

from __future__ import annotations

import pytest
from checked_files import checked_in
from one_meter import instrument

from carbon.records.files.claims import Claim, marked
from carbon.records.files.company import read_company

FILES = "- {pattern: go.csv, kind: instruments}\n- {pattern: energy.csv, kind: energy}\n"
METER = "date;company;site;country;carrier;quantity;unit\n2024-03-01;Acme;lyon;FR;electricity;1000;kWh\n"
ROWS = ("id;instrument;region;period_start;period_end;kg_per_kwh;volume;unit;registry;certificate_numbers;evidence\n"
        "A-1;certificate;FR;2024-01-01;2024-12-31;0;1;MWh;EECS;GO-001..GO-100;statement\n")
OTHER = ("instruments:\n- {id: B-9, kind: certificate, region: FR, start: 2024-01-01, end: 2024-12-31, kg_per_kwh: 0, "
         "volume_kwh: 1000, registry: EECS, certificate_numbers: ['NUMBER'], evidence: statement}\n")


def _claim(company="beta", **given):
    return Claim(company, f"params/{company}.yml", instrument(**{"cancelled_for": company, **given}))


@pytest.mark.parametrize(("mine", "theirs", "twice"), [
    ({"certificate_numbers": ["A-1..A-9"]}, {"id": "x", "certificate_numbers": ["A-9..A-12"]}, True),
    ({"certificate_numbers": ["A-1..A-8"]}, {"certificate_numbers": ["A-9..A-12"]}, False),
    ({"certificate_numbers": []}, {"certificate_numbers": []}, True),
    ({"id": "x", "certificate_numbers": []}, {"certificate_numbers": ["A-1"]}, False),
    ({"kind": "supplier_rate", "certificate_numbers": []}, {"kind": "supplier_rate", "certificate_numbers": []}, False),
])
def test_two_companies_claim_one_certificate(mine, theirs, twice):
    """Numbers decide where both have them, ids where one has none; a supplier's rate is shared by its customers."""
    found = marked([instrument(**mine)], "acme", [], [_claim(**theirs)])
    assert bool(found[0].also_claimed) is twice
    if twice:
        assert "beta" in found[0].also_claimed
        assert "params/beta.yml" in found[0].also_claimed


def test_a_group_and_its_entity_may_name_the_entity():
    """Both inventories are of one beneficiary: the certificate is cancelled once, for the entity."""
    assert marked([instrument()], "acme", [], [_claim(cancelled_for="C")]) == [instrument()]


def test_within_a_company_the_earlier_claim_keeps_it():
    """Two entries of one number: the later is marked; the same line sent in two years is one claim."""
    two = [instrument(id="late", start="2024-06-01", certificate_numbers=["A-1..A-9"]),
           instrument(id="early", certificate_numbers=["A-5"])]
    assert [bool(i.also_claimed) for i in marked(two, "acme", [], [])] == [True, False]
    again = [instrument()]
    assert marked(again, "acme", [Claim("acme", "data/raw/acme/2023/go.csv", instrument())], []) == again
    used = Claim("acme", "data/raw/acme/2023/go.csv", instrument(volume_kwh=1.0))
    assert "2023/go.csv" in marked(again, "acme", [used], [])[0].also_claimed


def _project(folder, number):
    folder.params(FILES)
    folder.raw("go.csv", ROWS)
    folder.raw("energy.csv", METER)
    acme = (folder.project.root / "params/acme.yml").read_text()
    beta = acme.replace("company: acme", "company: beta") + "\n" + OTHER.replace("NUMBER", number)
    (folder.project.root / "params/beta.yml").write_text(beta)
    return folder.project


@pytest.mark.parametrize(("number", "twice"), [("GO-100", True), ("GO-101", False)])
def test_a_file_and_the_params_of_another_company(folder, number, twice):
    """Read, and `carbon check`, name who claims it as well; the other's params are an input of the inventory."""
    project = _project(folder, number)
    read = read_company("acme", 2024, project=project)
    result = checked_in(project, company="acme", year=2024)

    assert bool(read.params.instruments[0].also_claimed) is twice
    assert ("certificate_claimed_twice" in read.warnings["code"].tolist()) is twice
    assert ("certificate_claimed_twice" in [w["code"] for w in result["warnings"]]) is twice
    assert "params/beta.yml" in read.inputs
