"""An instrument that cannot be is refused in params as in files, with what to write instead."""

import pytest
from one_meter import instrument
from pydantic import ValidationError

from carbon.params.shapes.instrument import Instrument


@pytest.mark.parametrize(("change", "words"), [
    ({"end": "2023-12-31"}, "before it starts"), ({"volume_kwh": 0}, "greater than 0"),
    ({"kg_per_kwh": -0.1}, "greater than or equal to 0"), ({"kg_per_kwh": 56}, "less than or equal to 3"),
    ({"certificate_numbers": ["GO-9..GO-1"]}, "ends before it starts"),
    ({"certificate_numbers": ["GO-1..XX-9"]}, "last digits only"), ({"certificate_numbers": [" "]}, "no certificate"),
    ({"generated_to": None}, "come together"), ({"generated_to": "2023-01-01"}, "before generated_from"),
    ({"cancelled_on": "2024-06-01"}, "before its generation ended"),
    ({"commissioned": "2024-02-01"}, "after the generation"),
    ({"carrier": "coal"}, "'electricity', 'district_heat', 'steam', 'district_cooling' or 'natural_gas'"),
    ({"kind": "promise"}, "'certificate', 'contract', 'supplier_rate' or 'residual_mix'"),
    ({"evidence": ""}, "at least 1"),
])
def test_an_instrument_that_cannot_be(change, words):
    """Each contradiction names itself; where words are few, the message lists them."""
    with pytest.raises(ValidationError, match=words):
        Instrument(**{**instrument().model_dump(), **change})


def test_gas_heat_and_cooling_are_words_of_carriers():
    """Short words are the carriers of energy records."""
    assert [instrument(carrier=word).carrier for word in ("gas", "heat", "cooling", "steam")] == [
        "natural_gas", "district_heat", "district_cooling", "steam"]
