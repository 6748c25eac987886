"""The words of a question: stems, phrases, units, language, labels."""

from __future__ import annotations

import pytest

from carbon import factors
from carbon.core import packaged
from carbon.factors import search_terms


def test_lost_letters_are_shown_right_and_found_either_way():
    """One file of the publisher has é where other letters were; the release keeps its bytes, what is shown does not."""
    assert "électricité, photovoltaïque, Fabrication Europe" in set(factors.search("photovoltaïque")["label"])
    labels = factors.load().table["label"].drop_duplicates()
    shown = labels.map(search_terms.undamaged)
    changed = set(zip(labels[shown != labels], shown[shown != labels], strict=True))
    assert any("100 000 é 250" in a and "100 000 à 250" in b for a, b in changed)
    assert all(len(a) == len(b) and a.count("é") > b.count("é") for a, b in changed)


def test_synonyms_lead_to_activities_of_the_library():
    """Every word in the packaged list leads somewhere."""
    activities = set(factors.load().table["activity"])
    meant = packaged.read_csv("carbon.factors", "data/synonyms.csv")["activity"].unique()
    assert [m for m in meant if not any(a == m or a.startswith((m + ".", m + "_")) for a in activities)] == []


@pytest.mark.parametrize(("words", "texts"), [
    ("gaz naturel kWh PCS", ["gaz naturel", "kwh pcs"]), ("R-410A leak", ["r410a", "leak"]),
    ("R-410A/2024", ["r410a", "2024"]), ("R-410A/1234yf", ["r", "410a", "1234yf"]),
    ("R-32/125/134a", ["r", "32", "125", "134a"]), ("R-32/R-125", ["r32", "r125"]),
    ("servers in the United Kingdom", ["server", "united kingdom"]), ("des eaux", ["eau"]), ("the", ["the"]),
])
def test_a_question_is_cut_into_phrases_units_and_words(words: str, texts: list[str]):
    """Known phrases stay together, a refrigerant is one word, small words are left out unless there is nothing else."""
    assert [term.text for term in search_terms.terms(words)] == texts


@pytest.mark.parametrize(("words", "language"), [
    ("électricité", "fr"), ("diesel et lpg", "fr"), ("diesel", ""), ("landfill", "en")])
def test_the_language_of_a_question_is_read_off_its_words(words: str, language: str):
    """Accents, small words or words that only one language's labels have; where they are of both, none is chosen."""
    assert search_terms.language(words) == language


def test_a_place_or_a_year_alone_names_no_activity():
    """Only words of the activity are content: the others narrow an answer and never make one."""
    content = {term.text: term.is_content for term in search_terms.terms("laptop France 2024 kWh")}
    assert content == {"laptop": True, "france": False, "2024": False, "kwh": False}
