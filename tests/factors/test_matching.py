"""Activities matched to factors: answers in parts, codes of keys, strict errors."""

import re

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import AmbiguousFactorError, MissingFactorError
from carbon.factors import matching

CHAIN = {"FR": ["FR", "EU27", "GLO"]}
ELEC = ("electricity", "kWh", "FR", 2024, "2")


def test_an_exact_factor_in_parts(ask):
    """All parts of the element come, each with its kilograms; nothing needs a word."""
    found = ask([{"factor_id": "a-direct", "element_id": "a", "co2e_kg": 0.05},
                 {"factor_id": "a-up", "element_id": "a", "part": "upstream", "co2e_kg": 0.01}], [ELEC])
    assert found.table["part"].tolist() == ["combustion", "upstream"]
    assert found.table["co2e_kg"].tolist() == [0.05, 0.01]
    assert found.table["reason"].tolist() == ["exact", "exact"] and found.misses.empty


def test_a_zero_factor_is_a_factor(ask, one):
    """A zero-carbon contract gives zero, not the grid's factor and not a miss; the GWP set cannot matter to zero."""
    row = one(ask([{"factor_id": "zero", "co2e_kg": 0.0, "gwp_set": ""},
                    {"factor_id": "grid", "region": "GLO", "co2e_kg": 0.5}], [ELEC], regions=CHAIN))
    assert row["factor_id"] == "zero" and row["co2e_kg"] == 0.0


def test_an_unsplit_factor_in_scope_1_is_flagged(ask, one):
    """A total that goes whole to its main part says so."""
    specs = [{"factor_id": "a", "activity": "diesel", "unit": "L", "part": "total"}]
    assert one(ask(specs, [("diesel", "L", "FR", 2024, "1")]))["reason"] == "unsplit"


def test_no_keys_no_answers(ask):
    """An empty question has an empty, typed answer."""
    found = ask([{"factor_id": "a"}], [])
    assert len(found.table) == len(found.misses) == len(found.keys) == 0


ACTIVITIES = pd.DataFrame({
    "activity_id": ["t1", "t2", "t3", "t4"], "activity": ["electricity", "rail", "electricity", "rail"],
    "unit": ["kWh", "km", "kWh", "km"], "region": ["FR"] * 4, "year": [2024, 2024, 2024, 2023],
    "scope": ["2", "3", "2", "3"],
    "quantity": [1.0, 2.0, 3.0, 4.0]})


def _match(library, policy, **keywords):
    return matching.match_factors(ACTIVITIES, library, policy=policy, gwp="AR5GWP100", allow_mixed_gwp=[],
                                  non_co2="none", **keywords)


def test_each_activity_gets_the_code_of_its_key(make_library, make_policy):
    """Equal keys share a code; the keys table holds each once."""
    matched = _match(make_library({"factor_id": "a"}), make_policy())
    assert matched.codes.tolist()[0] == matched.codes.tolist()[2] and len(set(matched.codes)) == 3
    keys = matched.resolved.keys.set_index("key_id")
    assert keys.loc[matched.codes, "activity"].tolist() == ACTIVITIES["activity"].tolist()
    assert keys.loc[matched.codes, "year"].tolist() == ACTIVITIES["year"].tolist()
    assert matched.missing().tolist() == [False, True, False, True]


def test_strict_raises_with_rows_and_a_remedy(make_library, make_policy):
    """The message shows what, which rows, and what to do."""
    with pytest.raises(MissingFactorError) as caught:
        _match(make_library({"factor_id": "a"}), make_policy(), strict=True)
    text = str(caught.value)
    assert text.startswith("2 activities have no emission factor:") and "t2" in text and "t4" in text
    assert "t1" not in text and "Hint:" in text and "factors.csv" in text


def test_strict_lists_the_candidates_of_an_ambiguous_key(make_library, make_policy):
    """Two sources that fit equally are both named."""
    rail = {"activity": "rail", "unit": "km"}
    library = make_library({"factor_id": "a"}, {"factor_id": "r1", "source_id": "s1", **rail},
                           {"factor_id": "r2", "source_id": "s2", **rail})
    with pytest.raises(AmbiguousFactorError, match=re.escape("r1 (s1")) as caught:
        _match(library, make_policy(), strict=True)
    assert "r2 (s2" in str(caught.value)


def test_units_of_one_source_that_fit_equally_are_asked_for_as_units(ask):
    """LPG by the pound: one source has it per gallon and per kWh, and no preference of sources decides."""
    lpg = {"activity": "lpg", "region": "US", "source_id": "epa"}
    library = [{"factor_id": "a", "unit": "kWh_HHV", **lpg}, {"factor_id": "b", "unit": "US gallon", **lpg}]
    missed = ask(library, [("lpg", "lb", "US", 2024, "1")]).misses.iloc[0]
    assert missed["code"] == "ambiguous_unit" and "kWh_HHV" in missed["reason"] and "US gallon" in missed["reason"]
    assert missed["what_to_do"] == "give the quantity in one of these units"


def test_codes_do_not_depend_on_row_order(make_library, make_policy):
    """Shuffled activities meet the same keys."""
    order = [3, 1, 0, 2]
    codes, keys = matching.distinct_keys(ACTIVITIES)
    again, same = matching.distinct_keys(ACTIVITIES.iloc[order])
    pd.testing.assert_frame_equal(keys, same)
    assert np.array_equal(codes[order], again)
    categories = ACTIVITIES.astype(dict.fromkeys(("activity", "unit", "region", "scope"), "category"))
    pd.testing.assert_frame_equal(matching.distinct_keys(categories)[1], keys)


SUPPLIED = {"activity": "purchase.nace.C20", "unit": "EUR", "part": "total", "price_year": 2023, "price_basis": "basic"}


def test_money_from_abroad_takes_what_the_supplier_produces_else_what_the_buyer_buys(ask):
    """Supply of Germany for a German supplier, demand of France for a Chinese one (no supply factor), supply never for
    a purchase whose supplier is not known; neither is a fallback of region.
    """
    answers = ask(
        [{**SUPPLIED, "factor_id": "fr", "region": "FR", "co2e_kg": 0.7},
         {**SUPPLIED, "factor_id": "de-demand", "region": "DE", "co2e_kg": 0.6},
         {**SUPPLIED, "factor_id": "de-supply", "region": "DE-supply", "co2e_kg": 0.45}],
        [("purchase.nace.C20", "EUR", region, 2023, "3") for region in ("FR-from-DE", "FR-from-CN", "FR", "DE")],
        price_basis="as_is")
    rows = answers.table.sort_values("key_id")
    assert rows["factor_id"].tolist() == ["de-supply", "fr", "fr", "de-demand"]
    assert [reason.split(";")[0] for reason in rows["reason"]] == [
        "country of supply", "country of demand", "price basis as is", "price basis as is"]
