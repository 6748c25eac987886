"""One column at a time: strings, words, flags, currencies and units, or a fault."""

import hashlib
import hmac

import numpy as np
import pyarrow as pa
import pytest

from carbon.core import vocabulary
from carbon.core.errors import UsageError
from carbon.params.shapes.company import FilePattern
from carbon.records.grids import cells
from carbon.records.grids.cells import Column
from carbon.records.kinds.contract import CURRENCY, FLAG, NUMBER, PERSON, UNIT, WHOLE, WORD, Field
from carbon.records.kinds.faults import Faults
from carbon.records.values import fields
from carbon.records.values.fields import Context, constant_array, read_field
from carbon.records.values.persons import SALT


def read(spec, texts, **options):
    context = Context("a.csv", FilePattern.model_validate({"pattern": "*", "kind": "energy", **options}),
                      Faults(len(texts)), [])
    values = read_field(spec, Column(pa.array(texts)), context)
    return values.tolist(), context.faults.table()["code"].tolist(), context


@pytest.mark.parametrize(("spec", "values", "result", "codes"), [
    (Field("country", WORD, words="country"), ["france", "XX"], ["FR", ""], ["country_unknown"]),
    (Field("currency", CURRENCY), ["€", "GBp"], ["EUR", ""], ["currency_unknown"]),
    (Field("unit", UNIT, dimensions=("energy",)), ["MWh", "kW", "box"], ["MWh", "", ""],
     ["unit_dimension", "unit_unknown"]),
    (Field("return", FLAG), ["oui", "no", "perhaps"], [True, False, False], ["return_unknown"]),
    (Field("supplier", filled=True), ["Mill", " "], ["Mill", ""], ["supplier_missing"]),
    (Field("supplier"), ["a\x00b", "caf\ufffd", "Cafe\u0301"], ["", "", "Café"], ["control_character", "text_damaged"]),
    (Field("year", WHOLE), ["2024", "1.5"], [2024.0, 1.5], ["not_whole"])])
def test_each_cell_is_its_value_or_a_fault(spec, values, result, codes):
    """What is not known or not allowed has a code of its own and no value in its place."""
    found, faults, _ = read(spec, values)
    assert found == result
    assert faults == codes


def test_params_give_words_their_meaning():
    """Whatever the case of a word; of a unit only the same unit: mWh is not MWh."""
    assert read(Field("country", WORD, words="country"), ["Home"], values={"country": {"home": "FR"}})[0] == ["FR"]
    unit = Field("unit", UNIT, dimensions=("energy",))
    assert read(unit, ["MWh"], values={"unit": {"mWh": "kWh"}})[0] == ["MWh"]
    assert read(unit, ["units"], values={"unit": {"units": "kWh"}})[0] == ["kWh"]


def test_a_currency_next_to_a_number_is_kept_for_its_row():
    """The number is read without it."""
    found, faults, context = read(Field("amount", NUMBER, unit_column="currency"), ["€ 1.50", "2.50", ""])
    assert found[:2] == [1.5, 2.5] and np.isnan(found[2])
    assert faults == []
    assert context.stated_units["amount"].tolist() == ["EUR", "", ""]


def test_a_person_is_a_keyed_hash_and_never_a_name(monkeypatch):
    """Without the salt nothing is read; with it one person is one hash, whatever the case."""
    monkeypatch.delenv(SALT, raising=False)
    with pytest.raises(UsageError, match="salt"):
        read(Field("traveller", PERSON), ["Ann"])
    monkeypatch.setenv(SALT, "sixteen letters.")
    digest = hmac.new(b"sixteen letters.", b"ann", hashlib.sha256).hexdigest()[:16]
    assert read(Field("traveller", PERSON), ["Ann", "ANN", ""])[0] == [digest, digest, ""]


def test_look_alikes_and_double_decoding_are_warned_of():
    """Cells with invisible or mixed letters are kept apart; two decodings show as Ã©."""
    _, _, context = read(Field("supplier"), ["Mil\u200bl", "CafÃ©"])
    assert sorted(w.code for w in context.warnings) == ["look_alike", "mojibake"]


def test_what_was_decoded_twice_is_restored():
    """Dashes, quotes and accents read through a wrong code page are what they were; other words are left alone."""
    words = {"FranÃ§ais": "Français", "2024 â€“ 2025": "2024 – 2025", "lâ€™eau": "l’eau", "20 Â°C": "20 °C",
             "CafÃ© é": "CafÃ© é", "Ãlo": "Ãlo", "São Paulo": "São Paulo"}
    values, _, context = read(Field("supplier"), [*words])
    assert values == [*words.values()]
    assert "'FranÃ§ais' is 'Français'" in context.warnings[0].text


def test_every_canonical_word_is_a_meaning_that_values_may_give():
    """Each canonical word of each list, declared as the meaning of a file's word, is read as itself."""
    unread = {}
    for name in ["country", *(n for n in vocabulary.lists_of("") if n != "flag")]:
        for word in {*vocabulary.words_of(name).values()}:
            values = read(Field("mode", WORD, words=name), ["zorb"], values={"mode": {"Zorb": word}})[0]
            unread |= {(name, word): values} if values != [word] else {}
    assert unread == {}


@pytest.mark.parametrize("long", [fields.LONG, 1])
def test_a_long_column_holds_the_same_values(monkeypatch, long):
    """Categories above `LONG` rows; strings below."""
    monkeypatch.setattr(fields, "LONG", long)
    assert read(Field("supplier"), ["Mill", "Café", "Mill"])[0] == ["Mill", "Café", "Mill"]
    assert constant_array("x", 3).tolist() == ["x"] * 3


def test_a_column_of_many_plain_cells_is_read_at_once_or_with_care(monkeypatch):
    """An accent anywhere sends the whole column the careful way; the values are the same."""
    monkeypatch.setattr(cells, "_MANY", 1)
    assert read(Field("supplier"), [" Mill", "Mill"])[0] == ["Mill", "Mill"]
    assert read(Field("supplier"), ["Cafe\u0301", "Mill "])[0] == ["Café", "Mill"]
    assert read(Field("amount", NUMBER), ["1.5", "2"])[0] == [1.5, 2.0]


def test_a_state_in_a_column_of_countries_is_told_where_it_belongs():
    """A state or grid zone is rejected with its country named, never taken for the national average in silence."""
    from carbon.records.values.fields import _unknown
    problem = _unknown(Field("country", WORD, words="country"), "US-CO", [])
    assert problem.code == "country_unknown" and "part of US" in problem.reason and "zone" in problem.what_to_do
