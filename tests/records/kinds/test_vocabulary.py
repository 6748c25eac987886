"""Closed lists of words, headings, currencies and months as companies write them."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core import packaged
from carbon.records.kinds import vocabulary
from carbon.records.kinds.registry import KINDS


def test_headings_and_words_are_unique():
    """No heading names two columns of a kind, no word two things of a list, and each heading's column exists."""
    headings = packaged.read_csv("carbon.records", "data/headings.csv")
    folded = headings.assign(heading=headings["heading"].map(vocabulary.heading_key))
    assert not folded.duplicated(["kind", "column", "heading"]).any()
    known = {f.name for c in KINDS.values() for f in c.fields}
    assert set(headings["column"]) <= known
    for kind, contract in KINDS.items():
        for group in ("*", kind):
            own = folded[(folded["kind"] == group) & folded["column"].isin(contract.columns)]
            twice = own[own.duplicated("heading", keep=False)]
            assert twice.empty, f"{kind}: {twice.to_dict('records')}"
    words = packaged.read_csv("carbon.records", "data/words.csv")
    folded_words = words.assign(word=words["word"].map(vocabulary.fold))
    assert not folded_words.duplicated(["list", "word"]).any()


def test_canonical_words_are_in_their_own_lists():
    """A file may write each canonical word, but for the two that mean another thing in a file."""
    otherwise = {("mode_detail", "car"), ("carrier", "biomethane")}
    for name, words in vocabulary._lists().items():
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
