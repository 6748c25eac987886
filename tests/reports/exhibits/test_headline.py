"""The opening in one sentence and cards."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core.errors import TableError
from carbon.reports.exhibits.headline import items, left_out, tonnes_by_figure
from carbon.reports.words.language import Words


def test_rejects_stand_on_the_first_page_with_their_amount(report, page):
    """500 km of rail travel were rejected and accepted as such: the opening says so."""
    opening = "".join(page(str(report.headline().html)).text)

    assert "Rail, km: 500" in opening
    assert "33.33%" in opening and "limit: 20.00%" in opening


def test_cards_round_to_three_figures_and_keep_the_value_behind(small, page):
    """A total of 43.18 t is printed as 43.2 t in the sentence and its card; `data-value` has every digit."""
    shown, total = page(str(small.headline().html)), small.inventory.total("location-based") / 1000
    text = " ".join(" ".join(shown.text).split())

    assert "a émis 43,2\u00a0t" in text.replace(" t CO", "\u00a0t CO") and "43,18" not in text
    assert shown.figures["petit-studio/2025/total-location"] == [pytest.approx(total, rel=1e-14)]
    assert abs(total - 43.2) > 0.001


def test_a_list_in_words():
    """One, two, three things; the last joined by a word."""
    assert items([], Words("en")) == ""
    assert items(["a"], Words("en")) == "a"
    assert items(["a", "b", "c"], Words("en")) == "a; b and c"
    assert items(["a", "b"], Words("fr")) == "a et b"


def test_what_was_rejected_is_one_line_a_kind(page):
    """Rows, money and amounts without a unit of one kind stand on one line, each in words; one row is "1 row"."""
    table = pd.DataFrame({"kind": ["purchases"] * 3 + ["energy"], "unit": ["rows", "EUR", "", "rows"],
                          "rejected": [2.0, 491.4, 40.9, 1.0], "share": [0.01, 0.002, float("nan"), 0.5],
                          "accepted_share": [0.02, 0.01, 0.01, 0.6]})
    text = " ".join("".join(page(str(left_out(table, Words("en")))).text).split())

    assert "Purchases: 2 rows (1.00% of the data read; limit: 2.00%); 491.40 EUR (0.20% of the data read" in text
    assert "limit: 1.00%); 40.90 with an unreadable unit" in text
    assert "Energy: 1 row (50.00% of the data read; limit: 60.00%)" in text


def test_a_figure_that_stands_twice_in_the_headline_is_refused():
    """The last of two would win in silence."""
    headline = pd.DataFrame({"figure": ["scope1", "total-location"], "co2e_t": [1.0, 2.0]})
    assert tonnes_by_figure(headline) == {"scope1": 1.0, "total-location": 2.0}
    with pytest.raises(TableError, match="listed twice"):
        tonnes_by_figure(pd.concat([headline, headline.head(1)]))
