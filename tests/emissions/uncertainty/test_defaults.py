"""Defaults of uncertainty: declared, flagged, and replaced by what a publisher states."""

import math
from hashlib import sha256

import pandas as pd
import pytest

from carbon.core import packaged
from carbon.core.errors import MethodError
from carbon.emissions.uncertainty.defaults import defaults, uncertain_rows_of
from carbon.emissions.uncertainty.pedigree import PACKAGE

COLUMNS = {"factor_id": "f", "activity": "diesel", "part": "combustion", "tier": "measured", "site": "lyon",
           "supplier": "", "group": "", "quality": "", "year": 2024, "co2e_kg": 1.0}


def rows(*given):
    return pd.DataFrame([{**COLUMNS, **g} for g in given])


def spread(doubts, source_id):
    return doubts.sources.set_index("source_id").loc[source_id, "spread"]


def test_a_stated_percentage_replaces_the_default():
    """+-20 % at 95 % is GSD2 = 1.2; without it, the class's own, flagged as not stated."""
    doubts = uncertain_rows_of(rows({}, {"factor_id": "g"}), {"f": 20.0}, split_years=False)

    assert spread(doubts, "factor:f") == pytest.approx(math.log(1.2) / 2)
    assert spread(doubts, "factor:g") == pytest.approx(math.log(1.05) / 2)  # combustion of a fuel
    assert doubts.sources.set_index("source_id")["stated"].to_dict() == {
        "meter:measured/lyon/diesel/": False, "factor:f": True, "factor:g": False}


def test_rows_of_one_meter_share_its_doubt_and_other_meters_do_not():
    """Two months of one meter are one source; another site is another."""
    doubts = uncertain_rows_of(rows({}, {}, {"site": "paris"}), {}, split_years=False)

    assert len(set(doubts.codes[1, :2])) == 1
    assert doubts.codes[1, 2] != doubts.codes[1, 0]


def test_an_invoice_and_its_credit_note_share_their_supplier():
    """So the pair leaves no doubt behind."""
    spend = {"activity": "purchase.x", "part": "total", "tier": "spend", "supplier": "A"}
    doubts = uncertain_rows_of(rows(spend, {**spend, "co2e_kg": -1.0}), {}, split_years=False)

    assert (doubts.codes[:, 0] == doubts.codes[:, 1]).all()


def test_a_contract_is_certain():
    """The company's own instrument has no factor doubt, and that is stated, not assumed."""
    doubts = uncertain_rows_of(rows({"factor_id": "instrument:GO", "activity": "electricity"}), {}, split_years=False)

    assert spread(doubts, "factor:instrument:GO") == 0.0
    assert doubts.sources.set_index("source_id").loc["factor:instrument:GO", "stated"]


def test_split_by_years_keeps_the_whole_variance():
    """sigma^2 = shared^2 + yearly^2 for each year."""
    both = rows({}, {"year": 2023})
    whole, split = uncertain_rows_of(both, {}, split_years=False), uncertain_rows_of(both, {}, split_years=True)
    name = "meter:measured/lyon/diesel/"

    assert spread(split, name) ** 2 + spread(split, f"{name}@2024") ** 2 == pytest.approx(spread(whole, name) ** 2)
    assert split.codes[split.kinds.index("quantity, yearly"), 0] != split.codes[
        split.kinds.index("quantity, yearly"), 1]


SPEND = {"activity": "purchase.x", "part": "total", "tier": "spend", "supplier": "A"}


@pytest.mark.parametrize(("row", "other", "source_id"), [
    ({"meter": "m1"}, {"meter": "m2"}, "meter:measured/lyon/diesel/m1"),
    ({**SPEND, "tier": "supplier-specific"}, {**SPEND, "tier": "supplier-specific", "supplier": "B"},
     "supplier estimate:supplier-specific/A/purchase.x"),
    ({"tier": "extrapolated", "group": "north"}, {"tier": "extrapolated", "group": "south"},
     "survey scale-up:extrapolated/north/diesel"),
    ({**SPEND, "exchange rate": "transaction_date USD>EUR"}, {**SPEND, "exchange rate": "transaction_date GBP>EUR"},
     "exchange rate:transaction_date USD>EUR"),
    ({**SPEND, "price index": "not deflated, prices of 2023"}, {**SPEND, "price index": "deflated, prices of 2023"},
     "price index:not deflated, prices of 2023"),
    ({"model choice": "region fallback FR>GB"}, {"model choice": "region fallback FR>GLO"},
     "model choice:region fallback FR>GB"),
])
def test_rows_that_share_a_source_share_its_draw_and_others_do_not(row, other, source_id):
    """Meter, supplier estimate, survey, exchange rate, price index, model choice: each a source with an id, flagged as
    a default of ours; two rows on one have covariance through it, a row on another has none.
    """
    plain = {c: "" for c in row if c in ("exchange rate", "price index", "model choice")}
    doubts = uncertain_rows_of(rows({**row, "factor_id": "f1"}, {**row, "factor_id": "f2"},
                                    {**other, "factor_id": "f3"},
                                    {**other, **plain, "factor_id": "f4"}), {}, split_years=False)
    source = doubts.sources.set_index("source_id").index.get_loc(source_id)

    assert (doubts.codes == source).sum(axis=0).tolist() == [1, 1, 0, 0]
    assert not doubts.sources["stated"][source]
    assert doubts.cv2[source] > 0
    assert source_id.startswith(doubts.sources["of"][source] + ":")


def test_words_no_default_speaks_of_are_refused():
    """A kind of compromise without a class has no doubt of size zero."""
    with pytest.raises(MethodError, match="no default uncertainty"):
        uncertain_rows_of(rows({"model choice": "a guess"}), {}, split_years=False)


def test_a_row_no_default_speaks_of_is_refused():
    """A table without a last line for everything."""
    known = defaults()
    without = known[(known["of"] != "activity data") | (known["tier"] != "")]
    with pytest.raises(MethodError, match="no default uncertainty"):
        uncertain_rows_of(rows({"tier": "guessed"}), {}, split_years=False, table=without)


@pytest.mark.parametrize("name", ["uncertainty_defaults", "pedigree", "quality_classes"])
def test_each_table_has_its_citation_and_hash(name):
    """Title, publisher, verification; the bytes are the cited ones."""
    citation = packaged.read_yaml(PACKAGE, f"data/{name}.yml")

    assert citation["title"]
    assert citation["verification"]
    assert citation["table_sha256"] == sha256(packaged.read_bytes(PACKAGE, f"data/{name}.csv")).hexdigest()
