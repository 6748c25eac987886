"""Factors found by words, and one factor shown."""

from __future__ import annotations

import time

import pytest

from carbon import factors
from carbon.core.errors import UsageError
from carbon.factors.search import _index as index_of


@pytest.mark.parametrize("words, activity", [
    ("train", "rail"), ("gaz naturel", "natural_gas"), ("ordinateur portable", "it.laptop"), ("laptop", "it.laptop"),
    ("Électricité", "electricity"), ("GAZOLE", "diesel"), ("avion", "flight"), ("nuit d'hôtel", "hotel_night"),
    ("R-410A", "refrigerant.r410a"), ("réseau de chaleur", "district_heat"), ("camion", "freight.hgv"),
    ("écran", "it.monitor"), ("waste", "waste"), ("logiciel", "purchase.nace.J62_63"), ("fioul", "heating_oil"),
])
def test_the_first_answer_is_of_the_activity_meant(words: str, activity: str):
    """Words of both languages, in any case, with or without accents, lead to the activity."""
    first = factors.search(words)["activity"].iloc[0]
    assert first == activity or first.startswith((activity + ".", activity + "_"))


FIRST = [
    ("diesel litre", "diesel", ""), ("essence litre", "petrol", "FR"), ("gaz naturel kWh PCS", "natural_gas", "FR"),
    ("natural gas kWh HHV", "natural_gas", "GB"), ("restaurant meal", "meal", "FR"),
    ("repas restaurant", "meal", "FR"), ("repas boeuf", "meal.beef", "FR"),
    ("repas végétarien", "meal.vegetarian", "FR"), ("cloud", "purchase.nace.J62_63", "FR"),
    ("data centre", "purchase.nace.J62_63", "FR"), ("déchets papier recyclage", "waste.office_paper.recycling", "US"),
    ("fuite R410A", "refrigerant.r410a", "GLO"), ("R-410A", "refrigerant.r410a", "GLO"),
    ("HFC-134a", "refrigerant.hfc134a", "GLO"), ("services juridiques", "purchase.nace.M69_70", "FR"),
    ("juridique", "purchase.nace.M69_70", "FR"), ("comptable", "purchase.nace.M69_70", "FR"),
    ("avocat", "purchase.nace.M69_70", "FR"), ("Legal and accounting", "purchase.nace.M69_70", "FR"),
    ("legal services", "purchase.nace.M69_70", "FR"), ("servers", "it.server", "GLO"), ("server", "it.server", "GLO"),
    ("transport routier", "freight.hgv", "FR"), ("camion", "freight.hgv", "FR"),
    ("poids lourd tonne.km", "freight.hgv", "FR"), ("road freight tonne km", "freight.hgv.average", "GB"),
    ("gazole", "diesel", "FR"), ("gaz de ville", "natural_gas", "FR"), ("électricité", "electricity", "FR"),
    ("electricity", "electricity", "GB"), ("électricité France kWh", "electricity", "FR"),
    ("electricity germany", "electricity", "DE"), ("fioul domestique", "heating_oil", "FR"),
    ("heating oil", "burning_oil", "GB"), ("biomasse", "wood", "FR"), ("biomass", "wood", "GB"),
    ("granulés de bois", "wood.pellets", "GB"), ("wood pellets", "wood.pellets", "GB"),
    ("réseau de chaleur", "district_heat", "FR"), ("district heating", "district_heat", "GB"), ("train", "rail", ""),
    ("TGV", "rail.tgv", "FR"), ("billet de train", "rail", "FR"), ("train ticket", "rail", ""),
    ("avion", "flight", "FR"), ("billet d'avion", "flight", "FR"), ("vol long courrier", "flight.long_haul", "GB"),
    ("long haul flight business class", "flight.long_haul.business", "GB"),
    ("short haul flight", "flight.short_haul", "GB"),
    ("vol court courrier affaires", "flight.short_haul.business", "GB"),
    ("voiture électrique", "car.average.battery_electric", "FR"),
    ("electric car", "car.average.battery_electric", "GB"), ("voiture essence", "car.average.petrol", "FR"),
    ("petrol car", "car.average.petrol", "GB"), ("taxi", "taxi", "GB"), ("métro", "rail.metro", "FR"),
    ("bus", "bus", "GB"), ("ferry", "ferry", "GB"), ("nuit d'hôtel", "hotel_night", "FR"),
    ("hotel night", "hotel_night", "GB"), ("télétravail", "homeworking", "GB"),
    ("working from home", "homeworking", "GB"), ("ordinateurs portables", "it.laptop", "FR"),
    ("laptops", "it.laptop", ""), ("écrans", "it.monitor", "GLO"), ("téléphone portable", "it.smartphone", "FR"),
    ("imprimante", "it.printer", ""), ("papier", "material.paper_average", "FR"),
    ("paper", "material.paper_and_board_paper", "GB"), ("cardboard", "material.paper_and_board_board", "GB"),
    ("eau potable", "water.supply", "GB"), ("eaux usées", "water.treatment", "GB"),
    ("water supply", "water.supply", "GB"), ("déchets", "waste", "FR"),
    ("déchets ménagers", "waste.household_residual_waste", "FR"),
    ("general waste", "waste.commercial_and_industrial_waste", "GB"),
    ("plastic waste", "waste.plastics_average_plastics", "GB"), ("fret maritime", "freight.sea", "FR"),
    ("sea freight", "freight.sea", "GB"), ("fret aérien", "freight.air", "FR"), ("livraison", "freight.van", "GB"),
    ("assurance", "purchase.nace.K65", "FR"), ("insurance", "purchase.nace.K65", "FR"),
    ("nettoyage", "purchase.nace.N80T82", "FR"), ("cleaning services", "purchase.nace.N80T82", "FR"),
    ("loyer", "purchase.nace.L", "FR"), ("rent", "purchase.nace.L", "FR"), ("marketing", "purchase.nace.M73", "FR"),
    ("publicité", "purchase.nace.M73", "FR"), ("logiciel", "purchase.nace.J62_63", "FR"),
    ("software", "purchase.nace.J62_63", "FR"), ("conseil", "purchase.nace.M69_70", "FR"),
    ("formation", "purchase.nace.P85", "FR"), ("travaux", "purchase.nace.F", "FR"),
    ("construction", "purchase.nace.F", "FR"), ("mobilier", "furniture", "FR"),
    ("office furniture", "purchase.nace.C31_32", "GB"), ("fournitures de bureau", "purchase.nace.C17", "FR"),
    ("office supplies", "purchase.nace.C17", "FR"), ("climatisation", "refrigerant.r32", "GLO"),
    ("refrigerant leak", "refrigerant.r32", "GLO"), ("béton", "material.concrete", "GB"),
    ("concrete", "material.concrete", "GB"), ("domicile-travail", "car.average", "FR"),
    ("commuting", "car.average", "GB"), ("GPL", "lpg", "FR"), ("propane", "propane", "GB"),
    ("carburant", "diesel", "FR"), ("télécom", "purchase.nace.J61", "FR"), ("banque", "purchase.nace.K64", "FR"),
    ("frais bancaires", "purchase.nace.K64", "FR"), ("traiteur", "purchase.nace.I", "FR"),
    ("catering", "purchase.nace.I", "FR"), ("intérim", "purchase.nace.N78", "FR"),
    ("food", "purchase.nace.C10T12", "GB"), ("food", "food", "FR"), ("alimentation", "food", "FR"),
    ("clothes", "material.clothing", "GB"), ("fertiliser", "purchase.nace.C20", "GB"),
    ("engrais", "purchase.nace.C20", "FR"), ("postage", "purchase.nace.H53", "GB"),
    ("affranchissement", "purchase.nace.H53", "FR"), ("timber", "material.wood", "GB"),
    ("tap water", "water.supply", "GB"), ("eau du robinet", "water.supply", "FR"), ("desk", "furniture", "FR"),
    ("bread", "food.bread", "FR"), ("pain", "food.bread", "FR"), ("vin", "food.wine", "FR"),
    ("café", "food.coffee", "FR"), ("sable", "material.aggregates", "GB"), ("spare parts", "purchase.nace.C28", "GB"),
    ("péniche", "freight.barge", "FR"), ("éclairage", "purchase.nace.C27", "FR"),
    ("bicycle", "motorbike.velo_a_assistance_electrique", "FR"), ("emballage", "material.plastics", "GB"),
    ("air conditioner", "material.equipment.climatiseur_mobile", "FR"), ("nourriture", "food", "FR"),
    ("cement", "material.ciment_portland", "FR"),
    ("ciment", "material.ciment_portland", "FR"), ("steel", "material.metal_steel_cans", "GB"),
    ("acier", "material.steel_tinplate", "FR"), ("office chairs", "furniture.wooden_chair", "FR"),
    ("chaises de bureau", "furniture.wooden_chair", "FR"), ("district cooling", "district_cooling", ""),
    ("réseau de froid", "district_cooling", ""), ("EV company car", "company_car.average.battery_electric", "GB"),
    ("véhicule électrique", "car.average.battery_electric", "FR"), ("bank fees", "purchase.nace.K64", "GB"),
    ("vol intérieur", "flight.under_1000km", "FR"), ("carton", "material.carton_neuf", "FR"),
    ("truck empty return", "freight.hgv.average.laden_0", "GB"), ("carton", "material.carton_recycle", "FR"),
    ("camion retour à vide", "freight.hgv.average.laden_0", "GB"),
    ("software subscription", "purchase.nace.J62_63", "FR"), ("abonnement logiciel", "purchase.nace.J62_63", "FR"),
]
"""What a company types first -> an activity, and its region, that stand among the first three rows."""


@pytest.mark.parametrize("every_nth", [3, pytest.param(1, marks=pytest.mark.torture)])
def test_what_is_typed_first_is_among_the_first_three(every, every_nth):
    """Plurals, accents, units, stop words and the field's own words, in English and French: what is meant is among the
    first three rows, every word fits, and a French question has a French factor first where there is one.
    """
    def check(words: str, activity: str, region: str):
        first = factors.search(words, limit=3)
        own = first["activity"].eq(activity) | first["activity"].str.startswith((activity + ".", activity + "_"))
        assert (own & (first["region"].eq(region) | (region == ""))).any(), first[["activity", "region"]].to_string()
        assert first["left_out"].eq("").all()

    every(FIRST[::every_nth], check)


def test_words_that_fit_nothing_are_left_out_and_named():
    """Where no factor has all the words, those with most are shown, and each row says which words it does not have."""
    found = factors.search("diesel zzzyx")
    assert set(found["left_out"]) == {"zzzyx"} and found["activity"].iloc[0] == "diesel"
    assert set(factors.search("licorne électrique")["left_out"]) == {"licorne"}
    assert factors.search("laptop")["left_out"].eq("").all()


@pytest.mark.parametrize(("words", "place"), [("taxis in Spain", "Spain"), ("taxis en Espagne", "Espagne")])
def test_what_has_no_factor_of_a_country_is_found_elsewhere(words: str, place: str):
    """Nobody publishes taxis of Spain: those of another country are shown, and the row names the country left out."""
    first = factors.search(words).iloc[0]
    assert first["activity"].startswith("taxi.") and first["left_out"] == place


@pytest.mark.parametrize("words", ["zzzyx", "zzzyx France", "zzzyx 2024", "zzzyx kWh", "France zzzyx 2023 litre"])
def test_a_place_a_year_or_a_unit_alone_is_no_answer(words: str):
    """A word that says what is looked for must fit; the factors of a whole country are no answer to an unknown word."""
    assert factors.search(words).empty


def test_a_region_asked_for_comes_first():
    """Among equals the asked region is first: an American asks for American lawyers."""
    assert factors.search("legal services", region="US")["region"].iloc[0] == "US"
    assert factors.search("diesel", region="FR")["region"].iloc[0] == "FR"
    assert factors.search("diesel", region="GB")["region"].iloc[0] == "GB"


def test_a_search_reads_the_index_and_not_the_library():
    """The dearest questions of the list take less than a quarter of the time of indexing; benchmarks/ has seconds."""
    library = factors.load()
    factors.search("train", library)
    start = time.process_time()
    index_of.__wrapped__(library)
    indexing = time.process_time() - start
    for words in ("électricité", "déchets", "refrigerant leak", "long haul flight business class", "zzzyx"):
        start = time.process_time()
        factors.search(words, library)
        assert time.process_time() - start < indexing / 4, words


@pytest.mark.parametrize("every_nth", [120, pytest.param(10, marks=pytest.mark.torture)])
def test_every_label_of_the_library_is_found_by_itself(every_nth):
    """A label typed as the library shows it finds a row that has every word of it."""
    labels = factors.load().table["label"].drop_duplicates().iloc[::every_nth]
    assert len(labels) > 50
    assert [text for text in labels if factors.search(text)["left_out"].iloc[:1].ne("").any()] == []


def test_a_country_and_a_year_narrow_the_answer():
    """
    "electricity germany 2023" gives German factors of 2023 first.
    """
    first = factors.search("electricity germany 2023").iloc[0]
    assert (first["activity"], first["region"], first["valid_from"]) == ("electricity", "DE", 2023)


def test_editions_of_one_factor_are_one_row():
    """The newest edition of a publisher's factor stands for the older ones, whose years are listed."""
    found = factors.search("natural gas")
    uk = found[found["region"].eq("GB") & found["unit"].eq("kWh_HHV") & found["activity"].eq("natural_gas")]
    assert uk["valid_from"].tolist() == [2026] and uk["years"].tolist() == [
        ", ".join(map(str, range(2018, 2027)))]
    # 0.18231 combustion + 0.03021 upstream, DESNZ 2026, Fuels!D42 and WTT- fuels!D41
    assert uk["co2e_kg"].item() == pytest.approx(0.21252)


def test_parts_are_added_up_and_named():
    """French grid of 2022: 0.0338 combustion + 0.0135 upstream + 0.00474 losses = 0.05204."""
    row = factors.search("électricité france 2022").set_index("element_id").loc["ademe-base-carbone-23-42513"]
    assert row["co2e_kg"] == pytest.approx(0.05204) and row["parts"] == "combustion + losses + upstream"


def test_the_label_of_a_sum_is_that_of_no_part():
    """A chair's 34 kg are materials, energy and transport together: its label ends before the name of one of them."""
    chair = factors.search("chaise plastique").iloc[0]
    assert (chair["label"], chair["parts"].count(" + ") > 0) == ("Chaise, plastique", True)
    assert not factors.search("steel")["activity"].head(3).eq("material.metals").any()


def test_nothing_found_is_an_empty_table():
    """No word is taken for another: an unknown word finds nothing."""
    assert factors.search("zzzyx").empty
    with pytest.raises(UsageError, match="Nothing to search for"):
        factors.search(" .,- ")


def test_show_gives_parts_page_citation_and_licence():
    """One look tells where a figure stands in its publication."""
    text = str(factors.show("desnz-2026-gb-natural_gas-kwh_hhv"))
    for piece in ("0.18231 kg CO2e/kWh_HHV", "Fuels!D42", "Open Government Licence v3.0", "official file copy"):
        assert piece in text


def test_show_proposes_near_names():
    """An unknown name is refused with the nearest ones."""
    with pytest.raises(UsageError, match="No factor 'natural_gas GB'") as caught:
        factors.show("natural_gas GB")
    assert "desnz-2026-gb-natural_gas" in caught.value.hint
