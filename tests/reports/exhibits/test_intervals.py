"""Sentences on intervals: ends with two digits, whose judgement they are, change and gap."""

from __future__ import annotations

from dataclasses import replace

from carbon.core.errors import UsageError
from carbon.emissions.uncertainty.shown import decimals_of
from carbon.reports.exhibits import intervals


def test_the_sentences_are_the_numbers_of_the_inventory(small):
    """The ends printed are those of `InventoryUncertainty.of`; the three shares of the width sum to one."""
    first, about, *_ = small._interval_sentences
    low, high = small.intervals.of("total-location").shown_t
    assert (first.numbers["low"], first.numbers["high"]) == (low, high)
    assert small.words.number(low, decimals_of(low)) in str(first)
    assert sum(about.numbers[who] for who in ("publisher", "company", "default")) == 1.0 or abs(
        sum(about.numbers[who] for who in ("publisher", "company", "default")) - 1) < 1e-9


def test_change_and_gap_are_those_of_a_notebook(small):
    """The page's change is `interval_of_change` of the two years, with two digits, and says when its sign is open."""
    from carbon.accounting.intervals import interval_of_change

    found = interval_of_change(small.history.inventories[2024], small.inventory, scope2_method="location-based")
    change = intervals.change_sentence(small.inventory, small.history, small.words)
    assert (change.numbers["low"], change.numbers["high"]) == found.shown_t
    assert change.key == ("hero.change_unclear" if found.low_kg <= 0 <= found.high_kg else "hero.change_clear")
    gaps = intervals.gap_sentences(small.inventory, small.history, small.targets, small.words)
    assert len(gaps) == len([view for view in small.targets if view.gap_t == view.gap_t])


def test_both_ends_of_the_correlation_are_behind_the_figures(small):
    """What is folded under the figures states whose judgement the interval is, and its ends under other assumptions."""
    folded = str(small.headline().html).partition("<details")[2]
    assert "même éditeur" in folded and "jugement des auteurs" in folded


def test_without_rows_there_is_no_sentence(small, make, report_of):
    """Nothing counted, no interval claimed: what is left says why there is none."""
    inventory = make()
    for name in ("emissions", "activities"):
        object.__setattr__(inventory, name, getattr(inventory, name).head(0))
    empty = report_of(inventory)
    assert {text.key for text in empty._interval_sentences} == {"hero.no_change_interval", "hero.no_gap_interval"}


def test_an_interval_that_does_not_exist_is_said_with_its_reason(small, monkeypatch):
    """A last year that was only reported, an event between, no row of the target: one sentence each, in French too."""
    def change(history):
        return str(intervals.change_sentence(small.inventory, history, small.words))

    alone = replace(small.history, inventories={2025: small.inventory})
    assert " ".join(change(alone).split()) == (
        "Pas d’intervalle de la variation depuis 2024 : 2024 n’a qu’un total publié et pas de données.")
    monkeypatch.setattr(intervals, "_events_between", lambda *_: ["sale of Lille (2025)"])
    assert "sale of Lille (2025)" in change(small.history)

    def none(*_, **__):
        raise UsageError("no emission row of either year is kept", hint="")

    monkeypatch.setattr(intervals, "interval_of_gap", none)
    gaps = [str(s) for s in intervals.gap_sentences(small.inventory, small.history, small.targets, small.words)]
    assert gaps and all("aucune ligne d’émissions" in gap and gap.startswith("Pas d’intervalle") for gap in gaps)
    absent = replace(small.history, table=small.history.table[small.history.table["year"] != 2024], inventories={})
    assert intervals.change_sentence(small.inventory, absent, small.words) is None
