"""Closed lists of words, currencies and months as companies write them."""

from __future__ import annotations

import re
import unicodedata

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pytest

from carbon.core import packaged, vocabulary


def test_words_are_unique():
    """No word means two things of a list."""
    words = packaged.read_csv("carbon.core", "data/words.csv")
    folded_words = words.assign(word=words["word"].map(vocabulary.fold))
    assert not folded_words.duplicated(["list", "word"]).any()


def test_canonical_words_are_in_their_own_lists():
    """A file may write each canonical word, but for the two that mean another thing in a file."""
    otherwise = {("mode_detail", "car"), ("carrier", "biomethane")}
    for name, words in [(name, vocabulary.words_of(name)) for name in ["country", *vocabulary.lists_of("")]]:
        unlike = {w for w in words.values() if vocabulary.canonical(name, w) != w and (name, w) not in otherwise}
        assert unlike == set(), name


@pytest.mark.parametrize(("text", "code"), [("EUR", "EUR"), ("eur", "EUR"), ("€", "EUR"), ("Euros", "EUR"),
                                            ("US Dollar", "USD"),
                                            ("GBp", None), ("GBX", None), ("k€", None), ("XXX", None), ("$", None),
                                            ("", None)])
def test_currencies(text, code):
    """A currency is an ISO code or a sign with one meaning; pence and thousands are none."""
    assert vocabulary.currency(text) == code


def test_namibia_is_a_country():
    """Codes that look like missing values are codes."""
    assert vocabulary.canonical("country", "NA") == "NA"
    assert pd.isna(vocabulary.canonical("country", "ZZ"))


def test_a_short_list_is_shown_whole():
    """Treatments are few enough to name them all; countries are not."""
    assert {"landfill", "energy_recovery", "average"} <= set(vocabulary.few("treatment"))
    assert vocabulary.few("country") == []


@pytest.mark.parametrize(("name", "word", "choices"), [
    ("carrier", "wood", {"wood.pellets", "wood.chips", "wood.logs"}),
    ("carrier", "bois", {"wood.pellets", "wood.logs"}),
    ("carrier", "heat", {"district_heat"}), ("carrier", "oil", {"heating_oil", "gas_oil", "fuel_oil"})])
def test_a_bare_word_is_answered_with_what_holds_it(name, word, choices):
    """"wood" is spelled like no fuel and is in the names of several: these are the choices."""
    assert choices <= set(vocabulary.nearest(name, word))


def test_a_product_is_answered_with_the_fuel_in_its_name():
    """The brand around the word of the fuel is known to nobody."""
    assert vocabulary.nearest("carrier", "Diesel e+ Neotech") == ["diesel"]


def test_a_long_list_is_shown_by_its_kinds():
    """49 modes are too many for a message, their twelve kinds are not; carriers have too many kinds."""
    assert vocabulary.nearest("mode", "transport") == []
    assert {"air", "rail", "car", "ferry"} <= set(vocabulary.few("mode")) and vocabulary.few("carrier") == []


@pytest.mark.parametrize("cell", ["Total", "Sous-total HT", "Gesamtsumme", "suma", "razem", "Grand Total", "moyenne",
                                  "GENEL TOPLAM", "Σύνολο", "Ukupno", "Итого", "合計"])
def test_a_cell_that_is_a_total_and_nothing_else(cell):
    """Words of totals in many languages, with what may surround them."""
    assert vocabulary.is_word(vocabulary.fold(cell), "row is a total")


@pytest.mark.parametrize("cell", ["TotalEnergies", "Sommer GmbH", "Summit Ltd", "Saldo Mortal GmbH & Co"])
def test_a_company_is_no_total(cell):
    """A name that begins with the letters of a total is not one."""
    assert not vocabulary.is_word(vocabulary.fold(cell), "row is a total", "row never a name")


@pytest.mark.parametrize(("cell", "carried"), [("Report à nouveau", True), ("Saldovortrag per 01.01.2024", True),
                                               ("opening balance", True), ("Alkusaldo", True),
                                               ("AÇILIŞ BAKİYESİ", True), ("Počáteční stav", True),
                                               ("Solde", False), ("report annuel", False)])
def test_a_balance_is_carried_only_where_its_words_leave_no_other_meaning(cell, carried):
    """A bare "solde" may be the rest of an invoice, a report a publication."""
    assert vocabulary.is_word(vocabulary.fold(cell), "row balance") == carried


def test_the_net_meets_every_word_of_its_lists():
    """A cell with a word of a total, in capitals, without accents or with decomposed ones, is looked at."""
    names = ("row is a total", "row balance", "row all sites", "row begins as a total", "row carried on")
    plain = {row["word"] for name in (*names, "word of a total", "word of a balance", "word of a mean")
             for row in vocabulary._rows()[name] if not vocabulary._FORM.search(row["word"])}
    cells = [form for word in plain for form in (word, word.upper(), vocabulary.strip_accents(word), f"x {word}, 2",
                                                 unicodedata.normalize("NFD", word))]
    met = pc.match_substring_regex(pa.array(cells), vocabulary.net(*names)).to_pylist()
    assert len(plain) > 100 and [cell for cell, hit in zip(cells, met, strict=True) if not hit] == []
    assert not pc.match_substring_regex(pa.array(["consumables", "summer"]), vocabulary.net(*names))[0].as_py()


def test_every_list_that_a_form_names_exists():
    """A form that names a list that is not there would fail on the first file."""
    words = [row["word"] for rows in vocabulary._rows().values() for row in rows]
    named = {name for word in words for name in re.findall(r"{([^}]*)}", word)}
    assert named and named <= {*vocabulary._rows()}


def test_each_word_has_a_source():
    """A source names words that the table has, each once, or all of a list by a star; others are the project's own."""
    sources = packaged.read_csv("carbon.core", "data/word_sources.csv")
    words = {(name, row["word"]) for name, rows in vocabulary._rows().items() for row in rows}
    cited = [*zip(sources["list"], sources["word"], strict=True)]
    assert cited[0] == ("*", "*") and sources["source"].iloc[0] == "own"
    assert len(set(cited)) == len(cited) and set(cited[1:]) <= words | {(name, "*") for name, _ in words}
    assert (sources["source"].str.len() > 2).all()


@pytest.mark.parametrize(("name", "word"), [
    ("mode", "taxa"),          # a taxi in Danish, a fee in Portuguese
    ("mode", "elétrico"),      # a tram in Lisbon, a car on electricity
    ("mode", "汽車"),          # a car in Chinese, a train in Japanese
    ("mode", "電車"),          # a train in Japanese, a tram in Hong Kong
    ("carrier", "stookolie"),  # heating oil in Antwerp, heavy fuel oil in Rotterdam
    ("treatment", "genbrug"),  # recycling, and reuse
])
def test_a_word_of_two_meanings_is_asked(name, word):
    """What is another thing in another language would count as the wrong one in silence."""
    assert pd.isna(vocabulary.canonical(name, word))


@pytest.mark.parametrize(("yes", "no"), [
    ("Sí", "No"), ("sì", "no"), ("Sim", "Não"), ("tak", "NIE"), ("ja", "nee"), ("Kyllä", "Ei"), ("ano", "ne"),
    ("igen", "nem"), ("EVET", "HAYIR"), ("evet", "hayır"), ("ναι", "όχι"), ("ΝΑΙ", "ΟΧΙ"), ("はい", "いいえ"),
    ("是", "否"), ("예", "아니오")])
def test_yes_and_no_are_read_in_the_language_of_the_file(yes, no):
    """A return ticket of a Spanish list is "Sí": a question about it would be asked of every Spanish company."""
    assert (vocabulary.canonical("flag", yes), vocabulary.canonical("flag", no)) == ("true", "false")
