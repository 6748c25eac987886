"""Exhibits of responsible digital."""

from __future__ import annotations

import re
from dataclasses import replace

import pandas as pd
import pytest
from text_of_page import render

from carbon.core.digital_tables import TRIP
from carbon.digital.company import service_of
from carbon.reports.digital_pages import digital_report
from carbon.reports.exhibits.annual import AnnualReport
from carbon.reports.exhibits.registry import is_shown
from carbon.reports.page.audiences import PUBLIC
from carbon.reports.words.language import Words
from carbon.reports.words.magnitude import magnitude

PAGE = ("fleet", "fleet_ages", "service", "travel_rule", "routes", "thresholds", "indicators_public",
        "indicators_performance", "indicators_governance")


@pytest.fixture(scope="module")
def kept():
    """An example company that keeps its fleet, service, trips and indicators."""
    return digital_report("petit-studio", 2025)


def text_of(page, exhibit) -> str:
    return "".join(page(exhibit._repr_html_()).text)


def test_counts_of_devices_are_exact_and_in_the_readers_words(kept):
    """The lines of the kinds sum to the last, and each is the fleet's own count."""
    table = kept.fleet().table
    stock = kept.fleet_found.result.devices["in_stock"].sum()

    assert table["device"].iloc[-1] == "tous" and "écran" in set(table["device"])
    for column in ("stock", "bought", "retired"):
        assert table[column].iloc[:-1].sum() == table[column].iloc[-1]
    assert table["stock"].iloc[-1] == stock == kept.fleet_ages().table["units"].sum()


def test_a_service_sums_to_its_last_line(kept):
    """In words with three digits and a range; the last line is the service's own total."""
    value, low, high, whole = service_of(kept.digital).total()

    assert whole
    assert kept.service().table["impact"].iloc[-1] == magnitude(value, kept.words, low, high)


def test_train_or_plane_says_the_rule_and_its_departures(kept, page):
    """Hours, trips, planes against the rule, both sums and the trips it cannot judge; the routes hold the avoidable
    tonnes.
    """
    trips, words = kept.trips_found.result, kept.words
    text = text_of(page, kept.travel_rule())

    asked = trips.table[trips.table["rule_mode"] == "train"]
    assert f"le train pour {len(asked)} d’entre eux" in text and "moins de 6 h" in text
    assert f"malgré tout\u00a0: {int((asked['actual_mode'] == 'plane').sum())}." in text
    assert magnitude(trips.kg("actual"), words) in text
    unjudged = trips.table["rule_mode"].isin(["not covered", "to check"]).sum()
    to_check = int((trips.table["rule_mode"] == "to check").sum())
    assert unjudged and f"Pour {unjudged} trajets, dont {to_check} avec une durée estimée à vérifier, aucune" in text
    routes = kept.routes().table
    assert routes["avoidable_t"].to_list() == pytest.approx((routes["co2e_t"] - routes["by_rule_t"]).to_list())


def test_each_audience_has_its_own_indicators(kept, notebook_of, page):
    """At most three public ones, without file names; the public page shows those and no others."""
    public, acting, deciding = (getattr(kept, f"indicators_{a}")().table for a in (
        "public", "performance", "governance"))
    words = kept.words
    html = render(notebook_of(kept, PAGE[-3:]), title="x", is_shown=is_shown, language="fr", audience=PUBLIC)

    assert 0 < len(public) <= 3 and "evidence_file" not in public
    assert not set(public["indicator"]) & set(deciding["indicator"])
    assert len(acting) > 3 and deciding["evidence_file"].str.len().gt(0).all()
    assert words("exhibit.indicators_public") in html and words("exhibit.indicators_performance") not in html


def test_what_a_company_does_not_keep_is_said(report, page):
    """No table, no zero: a sentence."""
    sentence = Words("en")("digital.not_kept")
    shown = [getattr(report, name)() for name in PAGE]

    assert all(exhibit.table.empty and exhibit.svg is None for exhibit in shown)
    assert [text_of(page, e) for e in shown if text_of(page, e)] == [sentence] * 6


def with_table(records, name: str, **columns):
    return replace(records, tables={**records.tables, name: records.tables[name].assign(**columns)})


def with_key(records, name: str, **values):
    return replace(records, **{name: getattr(records, name).model_copy(update=values)})


NOWHERE = TRIP.validate(pd.DataFrame({
    "trip_id": ["a"], "date": pd.to_datetime(["2025-03-01"]).astype("datetime64[s]"), "traveller_id": "",
    "origin": "Paris", "destination": "Paris", "mode": "train", "class": "", "distance_km": float("nan"),
    "amount_eur": float("nan"), "nights": float("nan"), "co2e_kg": float("nan")}).astype(
        dict.fromkeys(("traveller_id", "origin", "destination", "mode", "class"), "str")))
BROKEN = {
    "a zone without a factor": ("fleet", lambda r: with_key(r, "fleet", grid_zone="XX"), (
        "aucun facteur de réseau en cycle de vie pour la zone XX en 2025 : aucun facteur pour l’activité électricité")),
    "a device that left before it came": (
        "fleet", lambda r: with_table(r, "assets", retired_on=pd.Timestamp("1990-01-01")),
        "appareils sortis du parc avant leur achat : "),
    "a life of nothing": ("fleet", lambda r: with_table(r, "assets", planned_lifespan_years=-1.0),
                          "appareils dont la durée de vie prévue est nulle ou négative : 75"),
    "an unknown device": ("service", lambda r: with_key(r, "service", devices={"abacus": 1.0}),
                          "aucun facteur pour l’appareil « abacus »"),
    "trips that go nowhere": ("travel_rule", lambda r: replace(r, tables={**r.tables, "trips": NOWHERE}),
                              "trajets de longueur nulle : 1"),
    "an unknown key": ("indicators_public", lambda r: replace(r, indicators={"indicators": [{"id": "a", "foo": 1}]}),
                       "params/petit-studio/indicators.yml : indicateur a : clé inconnue `foo`"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_what_cannot_be_computed_says_why_in_the_language_of_the_page(what: str, kept, page):
    """The reason, with its values, stands in French where the figures would."""
    exhibit, breaks, said = BROKEN[what]
    broken = AnnualReport(kept.inventory, kept.history, None, breaks(kept.digital))
    text = re.sub("[\u00a0\u202f]", " ", text_of(page, getattr(broken, exhibit)()))

    assert f"Non calculé : {said}" in text
    assert exhibit != "fleet" or broken.fleet_ages().svg is None


def test_a_broken_indicator_is_named_in_french_and_the_others_stay(kept, page):
    """Rule, effect and finding are in the reader's words; the public page keeps the sound ones."""
    entries = [dict(entry) for entry in kept.digital.indicators["indicators"]]
    entries[0] |= {"owner": "", "baseline": "0.20", "target": "0.10", "direction": "sideways"}
    broken = AnnualReport(kept.inventory, kept.history, None, replace(kept.digital, indicators={"indicators": entries}))
    text = re.sub("[\u00a0\u202f]", " ", text_of(page, broken.indicator_rules()))

    assert "masqué" in text and "aucun champ `owner` : une instance en répond" in text
    assert "la direction « sideways » n’est ni up ni down" in text
    assert len(broken.indicators_public().table) == len(entries_of("public", kept)) - 1


def entries_of(audience, report):
    return [entry for entry in report.digital.indicators["indicators"] if entry["audience"] == audience]


def test_a_table_that_gives_no_measure_is_named_and_hides_nothing_else(kept, page):
    """A share of three is a reason in the list of files; the indicators of other tables keep their values."""
    broken = AnnualReport(kept.inventory, kept.history, None, with_table(kept.digital, "energy_contracts",
                                                                         renewable_share=3.0))
    text = re.sub("[\u00a0\u202f]", " ", text_of(page, broken.digital_files()))

    assert "Contrats d’électricité" in text and "energy_contracts : parts ou kWh hors limites : 1" in text
    whole = AnnualReport(kept.inventory, kept.history, None, kept.digital)
    before, after = (report.indicators_performance().table for report in (whole, broken))
    assert len(before) == len(after) and text_of(page, whole.digital_files()) == ""
