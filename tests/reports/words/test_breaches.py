"""Breaches in plain words, in both languages."""

from __future__ import annotations

import pytest
from breaches_found import CREDIT, EACH, GONE, MONTHS, NEGATIVE, PLACE, PRICE, SHARE, SOLD, breaches

from carbon.accounting.expectations.names import described
from carbon.core import packaged
from carbon.core.errors import SentenceError
from carbon.reports.words.breaches import basis, breach_sentence
from carbon.reports.words.language import Words, term_key

ENGLISH = (
    ({}, "Energy, lyon · Natural gas: amount 24,800,000\u00a0kWh (higher heating value), more than the 44,600\u00a0kWh "
         "(higher heating value) expected (by 3 earlier years); 4,920\u00a0t CO₂e at stake. 1000 times the years "
         "before: MWh for kWh, t for kg, thousands of a currency?"),
    (MONTHS, "Purchases: months with records 9, less than the 12 expected (by 3 earlier years); 5.7\u00a0t CO₂e at "
             "stake. 3 months without rows: a file that ends early?"),
    (GONE, "Travel, Air: no records this year, at least 9,050\u00a0passenger-km expected (by 1 earlier year); "
           "12.2\u00a0t CO₂e at stake. No rows this year: closed, renamed, or a file that is missing?"),
    (PRICE, "Energy, lyon · Natural gas: price 2.30\u00a0per kWh (higher heating value), more than the 0.368\u00a0per "
            "kWh (higher heating value) expected (by 3 earlier years); 0.7\u00a0t CO₂e at stake. 10 times the years "
            "before: a digit too many?"),
    (SHARE, "Travel, Air: share of repeated amounts 50.0%, more than the 1.0% expected (by 3 earlier years); "
            "4.4\u00a0t CO₂e at stake. Rows with the same day, words and amount: a file or month entered twice?"),
    (PLACE, "Energy, lyon · Natural gas: no records in FR any more (by 3 earlier years); 0.9\u00a0t CO₂e at stake. No "
            "longer in FR: another country or zone?"),
    (CREDIT, "Purchases, account 604000: amount below zero, −120,000\u00a0EUR (by 3 earlier years); 33.0\u00a0t CO₂e "
             "at stake. Other signs than before: credit and debit exchanged?"),
    (NEGATIVE, "Inventory, Purchased goods and services: emissions below zero, −45.0\u00a0t CO₂e; 90.0\u00a0t CO₂e at "
               "stake. More credit than debit: signs exchanged, or credit notes of another year?"),
)


@pytest.mark.parametrize(("line", "text"), ENGLISH)
def test_a_breach_in_english(line: dict, text: str):
    """What, which way it is out, the nearer end of the band, what that is made of, the tonnes, and the cause."""
    row = breaches(line).to_dict("records")[0]
    said = str(breach_sentence(row, Words("en"), 1))
    assert said.replace(" t CO", "\u00a0t CO") == text


@pytest.mark.parametrize(("language", "text"), [("en", "amount: none, at least 1"), ("fr", "néant, au moins 1")])
def test_what_is_zero_is_none_and_not_less_than_what_is_expected(language: str, text: str):
    """An amount of zero where more is expected is none; a share of zero is compared with its limit."""
    of = {"value": 0.0, "low": 1.0, "high": float("nan"), "measure": "load of a day"}
    amount, share = (str(breach_sentence(row, Words(language), 1)) for row in breaches(
        of, of | {"measure": "repeated share"}).to_dict("records"))
    assert text in amount.replace("load of a day", "amount") and "0.0" not in amount and text not in share


def test_a_value_and_its_limit_are_not_printed_alike():
    """0.99996 of 1 has as many digits as it takes; sites without electricity have none, and no limit of 1 kWh."""
    near, share = ({"value": v, "low": 1.0, "high": float("nan"), "measure": name} for v, name in (
        (0.99996, "level"), (0.9998, "repeated share")))
    lacking = {"measure": "without electricity", "dimension": "site", "key": "brest, campus", "value": 0.0, "low": 1.0,
               "high": float("nan"), "basis": "each building has electricity",
               "cause": "no electricity of a site in use: not exported, or within the rent?"}
    said = [str(breach_sentence(row, Words("en"), 1)) for row in breaches(near, share, lacking).to_dict("records")]
    assert "amount 0.99996" in said[0] and "99.98%, less than the 100% expected" in said[1]
    assert said[2].startswith("Energy, brest, campus: sites without electricity (each building has electricity); 4,920")


def test_every_form_is_french_in_french():
    """No English word of the package is left in a French sentence, and decimals have a comma."""
    english = ("expected", "stake", "years", "rows", "amount", "records", "price", "before")
    for row in breaches(*EACH, {"cause": "3.9 times the years before"}).to_dict("records"):
        said = str(breach_sentence(row, Words("fr"), 1))
        assert [word for word in english if f" {word}" in said] == [], said
    assert "3,9 fois les années précédentes" in said


def test_a_public_page_names_no_supplier():
    """The supplier's name and account numbers are not given to everybody; sites, modes and carriers are."""
    supplier, account, meter = breaches(SOLD, CREDIT, {}).to_dict("records")
    said = [str(breach_sentence(row, Words("en"), 1, is_public=True)) for row in (supplier, account, meter)]

    assert said[0].startswith("Purchases: amount 210,000") and said[1].startswith("Purchases: amount below zero")
    assert said[2].startswith("Energy, lyon · Natural gas")
    assert "Conseil Exemple" in str(breach_sentence(supplier, Words("en"), 1))


def test_a_breach_that_is_none_is_not_printed():
    """A value inside its band, or nothing at stake, is no breach: the sentence raises."""
    for line in ({"value": 20_000.0}, {"at_stake_kg": 0.0}):
        with pytest.raises(SentenceError):
            breach_sentence(breaches(line).to_dict("records")[0], Words("en"), 1)


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_measure_has_a_name_in_the_readers_language(language: str):
    """No table of a report falls back on the internal word of a measure."""
    words, names = Words(language), described()
    assert sorted(name for name in names if not words.has(f"measure.{term_key(name)}")) == []


@pytest.mark.parametrize("language", ["en", "fr"])
def test_each_published_limit_is_named_in_words(language: str):
    """A reader sees the publication or directive behind a band, never the key of its row."""
    sources = {row["source"] for row in packaged.read_rows("carbon.accounting", "data/limits.csv")}
    names = {source: basis({"years": 0, "basis": source}, Words(language)) for source in sources}
    assert len(names) > 15 and {s: n for s, n in names.items() if "_" in n or n == "wgs84"} == {}


@pytest.mark.parametrize(("language", "text"), [
    ("en", "amount 2,080\u00a0t CO₂e, more than the 1,260\u00a0t CO₂e"),
    ("fr", "montant 2\u202f080\u00a0t CO₂e, plus que les 1\u202f260\u00a0t CO₂e")])
def test_emissions_are_in_tonnes_as_everything_on_a_page(language: str, text: str):
    """An amount in kg CO2e is next to tonnes at stake: both are in tonnes."""
    row = breaches({"value": 2_080_000.0, "high": 1_260_000.0, "unit": "kg CO2e"}).to_dict("records")[0]
    assert text in str(breach_sentence(row, Words(language), 1)).replace(" t CO", "\u00a0t CO")
