"""The opening of the public page."""

from __future__ import annotations

import pytest
from text_of_page import text_of

from carbon.reports.exhibits import public as plain
from carbon.reports.words.language import Words


def test_plain_words_give_each_scope_its_tonnes(report, page):
    """Three scopes with tonnes and shares of the headline total, and the categories that are left out by name."""
    text = text_of(page, report.plain())
    words, table = report.words, report.headline().table.set_index("figure")["co2e_t"]

    for name in ("scope1", "scope2-market", "scope3"):
        share = words.percent(table[name] / table["total-market"], 0)
        assert f"{words.tonnes(table[name], report.digits)}\u00a0t ({share})" in text
    assert "Employee commuting" in text


def test_the_public_page_opens_with_one_figure(small, page):
    """The headline total with its id and no other, how it compares, each target, what is left out, what was
    rejected.
    """
    found = page(str(small.plain().html))
    text = " ".join(" ".join(found.text).split())
    total = small.inventory.total("location-based") / 1000

    assert found.figures == {f"petit-studio/2025/total-{m}": [pytest.approx(small.inventory.total(f"{m}-based") / 1000)]
                             for m in ("location", "market")}
    assert found.values[0] == pytest.approx(total)
    assert "En 2025, Petit Studio a émis 43,2 tonnes de CO₂e" in text
    # 43.18 of 43.21 t last year, of 45.68 in the base year: 1 - 43.18 / 45.68 = 5.5 %
    assert ("à peu près autant qu’en 2024, à facteurs constants également et 5,5 % de moins qu’en 2019 selon les "
            "chiffres publiés.") in text
    assert text.count("du niveau permis par l’objectif cette année") == 2 and "très improbable" in text
    assert "Pas encore comptés : Déchets" in text and "avec les contrats achetés, le total serait de" in text
    assert "Achats : 3 lignes" in text and "491,40 EUR" in text
    assert "unité" not in text and "EUR : " not in text


@pytest.mark.parametrize(("share", "said"), [
    (-0.064, "6.4% less than in 2024"), (0.02, "2.0% more than in 2024"), (-0.004, "about as much as in 2024")])
def test_a_change_is_said_in_words(share: float, said: str):
    """Less, more, or about as much below half a percent."""
    assert plain._change(share, 2024, Words("en")) == said
