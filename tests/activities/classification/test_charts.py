"""Packaged maps of charts of accounts and codes: what an account, a category or a code is."""

from __future__ import annotations

from typing import get_args

import pandas as pd
import pytest

from carbon.activities import classify
from carbon.activities.classification.charts import chart_table, likely_charts, load_chart, no_purchase
from carbon.activities.classification.lines import NO_RULE
from carbon.activities.classification.words import significant
from carbon.params.shapes.company import CompanyParams

NAMES = chart_table()["name"].tolist()


def outcome(name: str, text: str) -> str:
    """Return the activity or the kind that a map gives, "ask", or "" where it has no line."""
    chart = load_chart(name)
    position = chart.positions(pd.DataFrame({chart.column: [text]}))[0]
    if position == NO_RULE:
        return ""
    line = chart.lines.iloc[position]
    return line["activity"].removeprefix("purchase.nace.") or line["kind"] or "ask"


def test_params_name_each_packaged_map():
    """What params may name is what is packaged, and no map at all."""
    annotation = CompanyParams.model_fields["account_map"].annotation
    assert sorted(get_args(annotation)) == sorted(["none", *NAMES])


def test_every_line_of_every_map_is_whole():
    """An included line has an activity and a category, an excluded one a known kind, each a reason, once a code."""
    kinds = set(no_purchase()["kind"])
    for name in NAMES:
        lines = load_chart(name).lines
        counted, gone = lines["outcome"] == "include", lines["outcome"] == "exclude"
        assert lines["code"].is_unique, name
        assert set(lines["outcome"]) <= {"include", "exclude", "review"}, name
        assert (lines["reason"] != "").all(), name
        assert lines.loc[counted, "activity"].str.fullmatch(r"purchase\.nace\.[A-Z][0-9A-Z_]*").all(), name
        assert lines.loc[counted, "category"].between(1, 15).all(), name
        assert (lines.loc[~counted, "activity"] == "").all(), name
        assert set(lines.loc[gone, "kind"]) <= kinds, name
        assert (lines.loc[~gone, "kind"] == "").all(), name


def test_no_two_phrases_of_a_map_are_the_same_words_with_another_meaning():
    """Words come in any order and number: "vehicle repair" and "repairs of vehicles" have one meaning."""
    lines = load_chart("gb_public").lines
    lines = lines.assign(words=[tuple(sorted(significant(code))) for code in lines["code"]])
    meanings = lines.groupby("words")[["outcome", "kind", "activity", "category"]].nunique()
    assert meanings.max(axis=1).eq(1).all(), meanings[meanings.max(axis=1) > 1]


@pytest.mark.parametrize(("name", "text", "expected"), [
    ("pcg", "625600", "I"), ("pcg", "625100", "H49"), ("pcg", "6", ""), ("pcg", "445660", "vat"),
    ("pcg", "613200", "ask"),
    ("pcg", "641100", "wages"), ("pcg", "580000", "internal"),
    ("skr04", "6815", "C17"), ("skr04", "6325", "D35"), ("skr04", "7310", "interest"), ("skr04", "7610", "tax"),
    ("skr04", "1406", "vat"), ("skr04", "6310", "ask"), ("skr04", "70001", ""), ("skr04", "0520", "C29"),
    ("skr03", "4930", "C17"), ("skr03", "4240", "D35"), ("skr03", "2120", "interest"), ("skr03", "4320", "tax"),
    ("skr03", "1576", "vat"), ("skr03", "4210", "ask"), ("skr03", "70001", ""), ("skr03", "0320", "C29"),
    ("skr03", "3120", "F"), ("skr04", "5920", "F"), ("skr04", "6020", "wages"), ("skr03", "4120", "wages"),
    ("pgc", "628.0.001", "D35"), ("pgc", "62300005", "M69_70"), ("pgc", "47200021", "vat"),
    ("pgc", "66230000", "interest"),
    ("pgc", "63100000", "tax"), ("pgc", "62900001", "ask"), ("pgc", "217", "C26"), ("pgc", "64000000", "wages"),
    ("naf", "62.01Z", "J62_63"), ("naf", "6201Z Programmation", "J62_63"), ("naf", "47.11F", "ask"),
    ("naf", "45.20A", "G45"),
    ("naf", "Software", ""), ("naf", "43211503", ""),
    ("naics", "541511", "J62_63"), ("naics", "4841", "H49"), ("naics", "452", "ask"), ("naics", "221310", "E36"),
    ("unspsc", "43211503", "C26"), ("unspsc", "43232100 Editors", "J58"), ("unspsc", "4321", ""),
    ("unspsc", "93161600", "tax"),
    ("gb_public", "Electricity & Gas Charges", "D35"), ("gb_public", "Repairs of Vehicles", "G45"),
    ("gb_public", "R3400 - Business rates", "tax"), ("gb_public", "VAT (input)", "vat"),
    ("gb_public", "Grants to voluntary organisations", "grant"), ("gb_public", "Housing Benefit", "transfer"),
    ("gb_public", "Internal recharges", "internal"), ("gb_public", "Water testing", "M71"),
    ("gb_public", "Consultancy fees", "ask"), ("gb_public", "Rent", "ask"), ("gb_public", "Electricity recharge", ""),
    ("gb_public", "Gas boiler replacement", ""), ("gb_public", "Training materials", ""),
    ("gb_public", "Water and legal fees", "")])
def test_a_map_decides_asks_or_leaves_open(name, text, expected):
    """Accounts and codes by their longest line, categories where phrases of one meaning leave no word over."""
    assert outcome(name, text) == expected


def test_what_is_no_purchase_keeps_its_amount_and_kind(read):
    """A line that a map excludes is in the ledger with its amount, the kind first in its reason."""
    result = classify(read(purchases=[{"account": "7610", "amount": 70.0}, {"account": "6815"}], account_map="skr04"))
    assert result.ledger[["outcome", "amount", "reason"]].values.tolist() == [
        ["excluded", 70.0, "tax: a tax is not a purchase (rule skr04:76)"]]
    assert result.activities["rule"].tolist() == ["skr04:6815"]


def test_assets_of_a_chart_are_capital_goods(read):
    """A rule without a category counts an account of fixed assets in category 2, by the chart of the company."""
    rules = [{"id": "own", "when": {"supplier": ["A"]}, "activity": "purchase.nace.C28"}]
    lines = [{"supplier": "A", "account": "0440"}, {"supplier": "A", "account": "6845"}]
    assert classify(read(purchases=lines, rules=rules, account_map="skr04")).activities["category"].tolist() == [2, 1]


@pytest.mark.parametrize(("accounts", "country", "expected"), [
    (["4930", "4240", "4910", "3400"], "DE", "skr03"), (["6815", "6325", "6800", "5400"], "DE", "skr04"),
    (["62800000", "60000000", "62300000"], "ES", "pgc"), (["606100", "622600"], "FR", "pcg")])
def test_the_chart_that_decides_most_is_proposed_first(accounts, country, expected):
    """Recognition proposes the map of the country that decides most; params alone name the one that is used."""
    table = pd.DataFrame({"account": accounts, "category": "", "amount": 100.0})
    assert likely_charts(table, country)["name"].iloc[0] == expected


def test_no_chart_is_proposed_where_none_reads_enough():
    """Accounts of the company's own, or another country's, propose nothing."""
    own = pd.DataFrame({"account": ["IT-01", "TRAVEL"], "category": ["IT", "x"], "amount": 100.0})
    french = pd.DataFrame({"account": ["606100", "622600"], "category": "", "amount": 100.0})
    assert likely_charts(own, "DE").empty
    assert likely_charts(french, "DE").empty
