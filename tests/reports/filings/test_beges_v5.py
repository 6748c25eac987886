"""French BEGES."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.reports.filings import beges_v5
from carbon.reports.words.language import Words


def test_posts_of_the_small_company(inventory: Any, history: Any):
    """Upstream of electricity and gas is in 4.1, never in 2.1; NACE J and M are services; contrails stay in 3.5."""
    table = beges_v5.posts_table(inventory, history, Words("fr")).set_index("post")["co2e_t"]

    assert table["1.1"] == pytest.approx(10_000 * 0.18 / 1000)
    assert table["2.1"] == pytest.approx(20_000 * 0.05 / 1000)
    assert table["4.1"] == pytest.approx((20_000 * 0.01 + 10_000 * 0.04) / 1000)
    assert table["3.5"] == pytest.approx((8_000 * (0.09 + 0.08) + 30_000 * 0.003) / 1000)
    assert table["4.5"] == pytest.approx((90_000 * 0.09 + 14_000 * 0.15) / 1000)
    assert math.isnan(table["3.4"])  # visitors: no category of their own, so no figure and no zero
    posts = table[table.index.str.contains(".", regex=False)]
    assert table["total"] == pytest.approx(posts.sum(), rel=1e-12)
    assert table["total"] == pytest.approx(table[list("123456")].sum(), rel=1e-12)
    assert len(posts) == 22 and len(table) == 22 + 6 + 1


def test_a_purchase_that_is_goods_or_services_is_refused_until_params_say_which(make: Any, history: Any):
    """`steel` in category 1 says nothing; 4.1 in params does. A post of another scope does not count."""
    def renamed(activities: pd.DataFrame) -> pd.DataFrame:
        return activities.assign(activity=activities["activity"].replace({"purchase.nace.J62_63": "thing.unknown"}))

    with pytest.raises(MethodError, match=r"thing\.unknown"):
        beges_v5.count(make(renamed))
    with pytest.raises(MethodError, match=r"thing\.unknown"):
        beges_v5.count(make(renamed, beges_posts={"thing": "1.1"}))
    table = beges_v5.posts_table(make(renamed, beges_posts={"thing": "4.1"}), history, Words("en"))
    table = table.set_index("post")["co2e_t"]
    assert table["4.1"] == pytest.approx((90_000 * 0.09 + 20_000 * 0.01 + 10_000 * 0.04) / 1000)
