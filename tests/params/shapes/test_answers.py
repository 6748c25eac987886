"""Answers of params to causes: valid lines of YAML, one place, nothing decided for the reader."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

import carbon
from carbon.core import packaged
from carbon.core.errors import ParamsError
from carbon.params.files.load import check_company
from carbon.params.files.strict_yaml import parse_yaml
from carbon.params.shapes import answers
from carbon.runs.desk.check import check_paths

COMPANY = """
company: acme
name: {en: Acme}
country: FR
currency: EUR
language: en
reporting_year_starts: 01-01
consolidation: operational_control
base_year: 2024
gwp: AR6GWP100
fx: year_mean
scope2_headline: market-based
factors: {release: "2026.2", regions: {FR: [FR]}, vintage: {later: allow, max_gap: 5}, price_basis: as_is,
          deflator: none}
travel: {flight_bands: desnz, non_co2: none, rail: {other: rail.national}, flight_detour_km: 95, rail_detour: 1.2,
         road_detour: 1.3}
files: [{pattern: "e.csv", kind: energy}]
rules: [{id: paper, when: {supplier: [Paper*]}, activity: purchase.nace.C17}]
"""
RECORDS = """company,country,site,period_start,period_end,carrier,quantity,unit
a,FR,lyon,2024-01-01,2024-01-31,electricty,100,kWh
a,FR,lyon,2024-02-01,2024-02-29,gaz,200,kwhh
a,FR,paris,2024-04-01,2024-04-30,electricity,"1,234",kWh
"""


def test_every_answer_is_of_keys_that_params_have():
    """Each line of the table, pasted as it is, is rejected for its open questions alone: all of its keys exist."""
    unfit = {}
    for code in answers.codes():
        facts = {"pattern": "e.csv", "kind": "energy", "file": "e.csv", "source": "ademe", "region": "FR",
                     "rule": "paper", "field": "supplier"}
        values = answers.merged(yaml.safe_load(COMPANY), answers.answer(code, facts).values)
        try:
            check_company(parse_yaml(yaml.safe_dump(values), "acme.yml"), "acme")
        except ParamsError as wrong:
            unfit |= {code: wrong.what} if "unknown key" in wrong.what or "missing" in wrong.what else {}
    assert not unfit


def test_every_answer_is_of_a_cause_that_exists():
    """The code of each answer is one that the package gives."""
    source = "".join(path.read_text(encoding="utf-8") for path in Path(carbon.__file__).parent.rglob("*.py"))
    messages = {row["name"].partition(".")[0] for row in packaged.read_rows("carbon.records", "data/messages.csv")}
    absent = [code for code in answers.codes() if f'"{code}"' not in source and code not in messages]
    assert absent == []


def test_an_open_answer_is_not_accepted():
    """Params that still hold the question of a pasted line are rejected, with its file and line."""
    pasted = answers.merged(yaml.safe_load(COMPANY), {"files": [{"pattern": "e.csv", "decimal": answers.ASKED}]})
    with pytest.raises(ParamsError, match=r"acme.yml:.*`files.0.decimal` = '\?': is not answered yet"):
        check_company(parse_yaml(yaml.safe_dump(pasted), "acme.yml"), "acme")


def test_values_merge_by_key_and_entries_by_their_first_key():
    """An answer joins the entry of the same pattern, keeps what is there, and never undoes an answer by a question."""
    unit = {"unit": {"q": "kWh"}}
    params = {"files": [{"pattern": "a", "decimal": ","}, {"pattern": "b"}], "allow_mixed_gwp": ["x"]}
    more = {"files": [{"pattern": "a", "decimal": "?", "values": unit}], "allow_mixed_gwp": ["x", "y"]}
    assert answers.merged(params, more) == {
        "files": [{"pattern": "a", "decimal": ",", "values": unit}, {"pattern": "b"}],
        "allow_mixed_gwp": ["x", "y"]}


def test_facts_are_quoted_whatever_they_hold():
    """A word that YAML would read as something else stays a word, also as a key."""
    for word in ("NO", "12", "a: b", "it's", "é # x", "{x}"):
        one = answers.answer("unit_unknown", {"pattern": word, "column": "unit", "value": word, "nearest": word})
        assert yaml.safe_load(answers.paste("acme", [one])) == {
            "files": [{"pattern": word, "values": {"unit": {word: word}}}]}, word


def test_rows_with_an_answer_carry_it_and_are_read_with_it(tmp_path):
    """Each reject of a file has its own lines; merged and answered, the file is read without a reject."""
    (tmp_path / "e.csv").write_text(RECORDS)
    rejects = check_paths([tmp_path / "e.csv"], "energy")["rejects"]
    assert {r["code"] for r in rejects} == {"carrier_unknown", "unit_unknown", "number_ambiguous"}
    pasted = answers.together(r["paste"] for r in rejects)
    assert "carrier: {electricty: electricity}" in pasted  # a misspelling is proposed, the rest is asked
    words = {"unit": {"kwhh": "?"}, "carrier": {"electricty": "electricity"}}
    assert yaml.safe_load(pasted) == {"files": [{"pattern": "e.csv", "decimal": "?", "values": words}]}
    assert pasted.splitlines()[0] == "# params/<company>.yml"
