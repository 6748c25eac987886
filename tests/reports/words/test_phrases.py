"""Phrases of the package in both languages."""

from __future__ import annotations

import re

import pytest

from carbon.core import packaged
from carbon.factors import library
from carbon.reports.words import phrases
from carbon.reports.words.language import LANGUAGES
from carbon.reports.words.phrases import factor_labels, known_phrase, phrase

LABELS = library.load("2026.2").table.drop_duplicates(["source_id", "label"])
OF_FRENCH = LABELS["source_id"].str.startswith(("ademe_base_carbone", "ademe_agribalyse", "ademe_car_labelling"))
"""Labels that their publisher writes in French; those of food have their English name behind the French one."""


def test_every_label_is_known_in_french_and_the_first_of_the_base_carbone_in_english():
    """Each label of the release that is not French has a French text; of the Base Carbone the labels of the first
    release have an English one, the thousands of the second are shown as ADEME writes them (docs/factors.md).
    """
    first = library.load("2026.1").table.drop_duplicates(["source_id", "label"])
    english = first[first["source_id"].str.startswith("ademe_base_carbone")]
    assert LABELS.loc[~OF_FRENCH, "label"].nunique() > 2700 and len(english) > 60 and OF_FRENCH.sum() > 4000

    assert [t for t in LABELS.loc[~OF_FRENCH, "label"].unique() if not known_phrase(t, "fr")] == []
    assert [t for t in english["label"] if not known_phrase(t, "en")] == []


def test_a_french_label_holds_no_english_and_no_damaged_letter():
    """No English word is left in a French label but between « »; "Mati\u00e9res" of the publisher's file reads
    "matières".
    """
    said = {t: re.sub("«[^»]*»", "", known_phrase(t, "fr")) for t in LABELS["label"].unique()}
    words = re.compile(r"\b(the|of|and|with|by|from|not|average|except|other|all|manufacturing|"
                       r"merchant|wholesalers|mining|farming|repair|wood|laden|landfill(ed)?|recycled)\b", re.I)
    assert {t: f for t, f in said.items() if words.search(f)} == {}
    damaged = re.compile(r"[a-z](?<!è)é(re|res|que|ches)\b|\d é |trainée|coeur|bétimen", re.I)
    assert {t: f for t, f in said.items() if damaged.search(f)} == {}


def test_a_label_without_its_french_text_is_found(monkeypatch):
    """A piece that is missing from the table leaves the whole label unknown: never half translated."""
    asked = "HGV (non-refrigerated, all diesel), Rigid (>17 tonnes), Average laden"
    assert known_phrase(asked, "fr") == ("Poids lourd non frigorifique (tout gazole), porteur de plus de 17\u00a0t, "
                                         "chargement moyen")
    rest = {k: v for k, v in factor_labels().items() if k != "Rigid (>17 tonnes)"}
    # What was looked up is kept, as the tables never change while a process runs.
    monkeypatch.setattr(phrases, "known_phrase", known_phrase.__wrapped__)
    monkeypatch.setattr(phrases, "factor_labels", lambda: rest)
    assert phrases.known_phrase(asked, "fr") == ""


def test_each_french_label_is_written_once_and_used():
    """No text stands twice in the table, and none that no label of the release needs."""
    table = packaged.read_csv("carbon.factors", "data/factor_labels.csv")
    needed = set(LABELS["label"]) | {piece for label in LABELS["label"] for piece in re.split(r", (?![^()]*\))", label)}
    assert not table["written"].duplicated().any() and (table["fr"].str.strip() != "").all()
    assert sorted(set(table["written"]) - needed) == []


def test_phrases_keep_their_places():
    """A place that one side has and the other has not would lose a name; no phrase stands twice."""
    table = packaged.read_csv("carbon.reports", "data/phrases.csv")
    places = {side: table[side].map(lambda t: sorted(set(re.findall(r"\{([a-z])\}", t)))) for side in ("en", "fr")}
    assert (places["en"] == places["fr"]).all()
    assert not table[table["written"] == "en"]["en"].duplicated().any()
    assert not table[table["written"] == "fr"]["fr"].duplicated().any()
    assert set(table["written"]) == set(LANGUAGES)


def test_each_phrase_is_found_whatever_its_places_hold():
    """None is lost by the short cuts of the search: by its first letter and by its longest piece."""
    table = packaged.read_csv("carbon.reports", "data/phrases.csv")
    other = {"en": "fr", "fr": "en"}
    for held in ("a1", "Té, «y»", "'{z}\n"):
        filled = [(re.sub(r"\{[a-z]\}", lambda _, text=held: text, row[row["written"]]), other[row["written"]])
                  for row in table.to_dict("records")]
        assert [text for text, language in filled if not known_phrase(text, language)] == []


@pytest.mark.parametrize(("written", "french"), [
    ("Purchase of Construction", "Achat\u00a0: construction"),
    ("Purchase: Offices of Lawyers", "Achat\u00a0: cabinets d’avocats"),
    ("Cargo ship, Bulk carrier, 10,000–34,999 dwt", "Navire de charge, vraquier, 10\u202f000 à 34\u202f999\u00a0tpl"),
    ("Water treatment, Water treatment", "Traitement des eaux usées"),
    ("Blends, R404A, Emissions including only Kyoto products", "Mélanges, R404A, émissions des seuls gaz de Kyoto"),
    ("Aluminum Cans, recycled", "Canettes en aluminium, recyclage"),
    ("'n.c.' is not a number", "«\u00a0n.c.\u00a0» n’est pas un nombre"),
    ("'1,234' is not a number", "«\u00a01,234\u00a0» n’est pas un nombre"),
    ("1,234 trips have no length", "trajets de longueur nulle\u00a0: 1\u202f234"),
    ("c has no params/c/d.yml (key `travel`)", "c n’a pas de clé `travel` dans params/c/d.yml"),
    ("a tax is not a purchase (rule pcg:63)", "un impôt n’est pas un achat (règle pcg:63)"),
    ("Grid electricity, generation mix, life cycle, Germany",
     "Électricité du réseau, mix de production, cycle de vie, Allemagne"),
    ("the nearest known: kWh, Wh, or give its meaning under `values: {unit: ...}` in params",
     "la plus proche connue\u00a0: kWh, Wh\u202f; sinon, en donner le sens sous `values: {unit: ...}` dans les "
     "paramètres"),
    ("'kg' is a unit of mass: mass is not energy",
     "«\u00a0kg\u00a0» est une unité de masse\u00a0: masse et énergie sont deux grandeurs différentes"),
    ("outside the reporting year 2025-01-01 to 2025-12-31",
     "hors de l’année du rapport, du 1er janvier 2025 au 31 décembre 2025"),
    ("the ratio goes from 1.274 to 1.1 while the raw value goes from 439835 to 466001",
     "le ratio passe de 1,274 à 1,1 alors que la valeur absolue passe de 439\u202f835 à 466\u202f001"),
    ("of 3,489 forecasts of other companies, facilities and cities 6 to 10 years ahead given about 45%, "
     "57.5% came true",
     "sur 3\u202f489 prévisions d’autres entreprises, installations et villes de 6 à 10 ans à l’avance données à "
     "environ 45\u202f%, 57,5\u202f% se sont réalisées"),
    ("own past, with what came or went", "passé de l’entreprise, arrivées et départs compris"),
    ("factor editions, −1,234 t of 9,100 t", "éditions des facteurs, −1\u202f234 t sur 9\u202f100 t"),
    ("parts miss the printed total by -0.032 %", "la somme des postes s’écarte de −0,032\u202f% du total publié"),
    ("parts miss the printed total by +0.19 %", "la somme des postes s’écarte de +0,19\u202f% du total publié"),
    ("grid, +0.43 t of 1.26 t", "réseaux d’énergie, +0,43 t sur 1,26 t"),
    ("TGV, an unknown word", "TGV, an unknown word"),
    ("Purchase", "Purchase"),
])
def test_a_phrase_is_whole_or_left_alone(written: str, french: str):
    """What is not known stays as it was written: never half translated; English stays in English."""
    assert phrase(written, "fr") == french
    assert phrase(written, "en") == written


def test_a_change_of_the_boundary_is_told_in_french_with_its_list():
    """Count, change, hole and remedy are French; names, numbers and the line to paste stay as they are."""
    lines = ("2 sites (9 t): Lyon (Nice) 2 t, B 7 t went between 2022 and 2024 (no records between 2022 and 2024). "
             "State what happened in one word (closed | part_of; the last two with `of`) in params: "
             '`boundary: [{site: "B"}]`')
    french = " ".join(phrase(lines, "fr").split())
    assert french.startswith("2 sites (9 t) : Lyon (Nice) 2 t, B 7 t : disparus entre 2022 et 2024 (pas de données")
    assert french.endswith('dans les paramètres : `boundary: [{site: "B"}]`')
    assert not any(word in french for word in ("went", "between", "records", "State"))


def test_a_contract_that_is_not_applied_is_told_in_french():
    """Kind, carrier, each reason and each remedy of a list, and the tonnes as French writes them."""
    text = ("contract G1 (natural_gas, FR, 401,554 kWh) is not applied: the basis of its rate is not stated; the "
            "certificates of its generation are not accounted for; the market-based figure would be 1,016.255 t CO2e "
            "lower; give the beneficiary and the day of the cancellation statement")
    french = phrase(text, "fr").replace("\u00a0", " ").replace("\u202f", " ")
    assert french == ("contrat G1 (gaz naturel, FR, 401 554 kWh) non appliqué : la base de son taux n’est pas indiquée "
                      "; les certificats de sa production sont : sans suivi déclaré ; par la méthode fondée sur le "
                      "marché, le chiffre baisserait de 1 016,255 t CO₂e ; indiquez le bénéficiaire et le jour de "
                      "l’attestation d’annulation")


def test_what_a_change_crosses_is_french_in_french():
    """Why a change has no interval names the event, its entity and its year in the reader's language."""
    said = phrase("a change from 2024 to 2025 crosses divestment of usine (2025)", "fr")
    assert said.replace("\u00a0", " ") == "entre 2024 et 2025, il y a : cession de « usine » (2025)"
