"""Own tables joined: nothing is left out, nothing counts twice, and shares sum to what they share."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import UsageError

METHOD = "location-based"


def test_lines_of_both_sides_stay(hand):
    """A site of the table without emissions has no number; what has no site is a line; ratios of positive numbers."""
    table = pd.DataFrame({"site": ["lyon", "paris"], "m2": [50.0, 0.0]})
    lines = hand.join(table, "site", scope2_method=METHOD).set_index("site")
    assert lines["found"].to_dict() == {"lyon": "both", "paris": "only in the table",
                                        "(no site)": "only in the inventory"}
    assert math.fsum(lines["co2e_kg"].dropna()) == pytest.approx(hand.total(METHOD), rel=1e-14)
    assert lines.loc["lyon", "kg_per_m2"] == lines.loc["lyon", "co2e_kg"] / 50
    assert np.isnan(lines.loc["paris", ["co2e_kg", "kg_per_m2"]].astype(float)).all()


def test_what_has_no_site_is_shared_by_a_declared_key(hand):
    """Three quarters and one quarter of it, and the total stays."""
    table = pd.DataFrame({"site": ["lyon", "paris"], "m2": [75.0, 25.0]})
    lines = hand.join(table, "site", scope2_method=METHOD, share_by="m2").set_index("site")
    unnamed = hand.pivot("site", values="co2e_kg", scope2_method=METHOD).loc["(no site)", "co2e_kg"]
    assert lines["shared_kg"].tolist() == pytest.approx([0.75 * unnamed, 0.25 * unnamed])
    assert math.fsum(lines["co2e_kg"]) == pytest.approx(hand.total(METHOD), rel=1e-14)
    assert lines.loc["paris", "co2e_kg"] == lines.loc["paris", "shared_kg"]


@pytest.mark.parametrize(("table", "options", "words"), [
    ({"site": ["lyon", "lyon"]}, {}, "twice"), ({"site": ["Lion"]}, {}, "the inventory has 'lyon'"),
    ({"place": ["lyon"]}, {}, "no column 'site'"), ({"site": ["lyon"], "m2": [0.0]}, {"share_by": "m2"}, "shared by")])
def test_a_table_that_does_not_fit_is_not_joined(hand, table, options, words):
    """A key twice, none of both, no such column, nothing to share by."""
    with pytest.raises(UsageError, match=words):
        hand.join(pd.DataFrame(table), "site", scope2_method=METHOD, **options)
