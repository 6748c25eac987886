"""Purchases by model: what the table adds up to, and the one source that the spread becomes."""

from __future__ import annotations

from dataclasses import replace

import pytest

from carbon.accounting import inventory
from carbon.accounting.origins import with_origins
from carbon.accounting.purchase_models import purchases_by_answers, purchases_by_model
from carbon.reports.tables.method import purchase_models_table


@pytest.fixture(scope="module")
def studio():
    return inventory("petit-studio", 2024)


def test_the_chosen_model_moves_nothing_and_the_table_adds_up(studio):
    """The preferred model has the purchases as they are; each line is the inventory and what it moves."""
    table = purchases_by_model(studio).set_index("model")
    rows = studio.emissions
    bought = rows.loc[rows["activity"].astype("str").str.startswith("purchase."), "co2e_kg"].sum()
    assert set(table.index) == {"sdes_ges501", "figaro_2026"}
    assert table.loc["sdes_ges501", "moved_kg"] == pytest.approx(0, abs=1e-6)
    assert (table["kg"] - table["moved_kg"]).tolist() == pytest.approx([bought, bought])
    assert table.loc["figaro_2026", "moved_kg"] < 0  # the publisher: France is about 15 % below the national ratios


def test_the_spread_between_models_is_one_source_of_all_purchases(studio):
    """Every row that two models answer for shares the words, and so the draw; other rows have none."""
    rows = with_origins(studio, studio.emissions.reset_index(drop=True))
    is_bought = rows["activity"].astype("str").str.startswith("purchase.")
    words = set(rows.loc[is_bought, "model choice"].astype("str"))
    assert len(words) == 1 and words.pop() == "models x1.2: figaro_2026, sdes_ges501"
    assert not rows.loc[~is_bought, "model choice"].astype("str").str.startswith("models").any()
    table = studio.uncertainty().contributions("total-location")
    source = table[table["source_id"].str.startswith("model choice:models")]
    assert len(source) == 1 and source["share"].item() > 0.01


def test_purchases_of_one_model_are_a_share_of_their_own(studio):
    """Two models answer for all purchases of a French company; without FIGARO one alone does, for as many kilograms."""
    assert purchases_by_answers(studio)["models"].tolist() == [2]
    assert purchases_by_answers(replace(studio, library=None)).empty  # nothing was asked: not "no model answers"
    table = studio.library.table
    lone = replace(studio, library=replace(studio.library, table=table[table["source_id"].ne("figaro_2026")]))
    shares = purchases_by_answers(lone)
    assert shares["models"].tolist() == [1] and shares["money_share"].tolist() == [1.0]
    assert shares["kg"].sum() == pytest.approx(purchases_by_model(lone)["kg"].item())
    shown = purchase_models_table(lone)
    assert shown["title"].tolist()[1].startswith("one model alone") and shown["money_share"].tolist() == [1.0, 1.0]


@pytest.mark.torture
def test_the_group_buys_by_factors_of_the_countries_it_buys_in():
    """At least 95 % of the money of the example group is priced by a factor of its country (was 45 %)."""
    group = inventory("cap-conseil", 2024)
    rows = group.emissions[group.emissions["activity"].astype("str").str.startswith("purchase.")]
    regions = group.factors.set_index("factor_id")["region"]
    is_own = rows["factor_id"].astype("str").map(regions).to_numpy() == rows["region"].astype("str").to_numpy()
    assert rows["quantity"][is_own].sum() / rows["quantity"].sum() > 0.95
