"""Finding factors by words, in English and French."""

from __future__ import annotations

import importlib
import time

import pytest

from carbon import factors
from carbon.core import packaged
from carbon.core.errors import UsageError

search = importlib.import_module("carbon.factors.search")


@pytest.mark.parametrize("words, activity", [
    ("train", "rail"), ("gaz naturel", "natural_gas"), ("ordinateur portable", "it.laptop"), ("laptop", "it.laptop"),
    ("Électricité", "electricity"), ("GAZOLE", "diesel"), ("avion", "flight"), ("nuit d'hôtel", "hotel_night"),
    ("R-410A", "refrigerant.r410a"), ("réseau de chaleur", "district_heat"), ("camion", "freight.hgv"),
    ("écran", "it.monitor"), ("waste", "waste"), ("logiciel", "purchase.nace.J62_63"), ("fioul", "heating_oil"),
])
def test_the_first_answer_is_of_the_activity_meant(words: str, activity: str):
    """
    Words of both languages, in any case, with or without accents, lead to the activity.
    """
    first = factors.search(words)["activity"].iloc[0]
    assert first == activity or first.startswith((activity + ".", activity + "_"))


def test_a_country_and_a_year_narrow_the_answer():
    """
    "electricity germany 2023" gives German factors of 2023 first.
    """
    first = factors.search("electricity germany 2023").iloc[0]
    assert (first["activity"], first["region"], first["valid_from"]) == ("electricity", "DE", 2023)


def test_editions_of_one_factor_are_one_row():
    """
    The newest edition of a publisher's factor stands for the older ones, whose years are listed.
    """
    found = factors.search("natural gas")
    uk = found[found["region"].eq("GB") & found["unit"].eq("kWh_HHV") & found["activity"].eq("natural_gas")]
    assert uk["valid_from"].tolist() == [2026] and uk["years"].tolist() == ["2024, 2025, 2026"]
    # 0.18231 combustion + 0.03021 upstream, DESNZ 2026, Fuels!D42 and WTT- fuels!D41
    assert uk["co2e_kg"].item() == pytest.approx(0.21252)


def test_parts_are_added_up_and_named():
    """
    French grid of 2022: 0.0338 combustion + 0.0135 upstream + 0.00474 losses = 0.05204.
    """
    row = factors.search("électricité france 2022").set_index("element_id").loc["ademe-base-carbone-23-42513"]
    assert row["co2e_kg"] == pytest.approx(0.05204) and row["parts"] == "combustion + losses + upstream"


def test_nothing_found_is_an_empty_table():
    """
    No word is taken for another: an unknown word finds nothing.
    """
    assert factors.search("zzzyx").empty
    with pytest.raises(UsageError, match="Nothing to search for"):
        factors.search(" .,- ")


def test_show_gives_parts_page_citation_and_licence():
    """
    One look tells where a figure stands in its publication.
    """
    text = str(factors.show("desnz-2026-gb-natural_gas-kwh_hhv"))
    for piece in ("0.18231 kg CO2e/kWh_HHV", "Fuels!D42", "Open Government Licence v3.0", "official file copy"):
        assert piece in text


def test_show_proposes_near_names():
    """
    An unknown name is refused with the nearest ones.
    """
    with pytest.raises(UsageError, match="No factor 'natural_gas GB'") as caught:
        factors.show("natural_gas GB")
    assert "desnz-2026-gb-natural_gas" in caught.value.hint


def test_synonyms_lead_to_activities_of_the_library():
    """
    Every word in the packaged list leads somewhere.
    """
    activities = set(factors.load().table["activity"])
    meant = packaged.read_csv("carbon.factors", "data/synonyms.csv")["activity"].unique()
    assert [m for m in meant if not any(a == m or a.startswith((m + ".", m + "_")) for a in activities)] == []


def test_search_is_quick():
    """
    A search takes well under its 0.1 s once the library is open (three times that on a busy machine).
    """
    factors.search("train")
    start = time.perf_counter()
    factors.search("hotel france")
    assert time.perf_counter() - start < 0.3
