"""Publications by name."""

import pytest

from carbon.factors.editions import series_of
from carbon.factors.library import load, releases_listed
from carbon.reports.words.editions import named
from carbon.reports.words.language import Words, strings


@pytest.mark.parametrize(("cause", "en", "fr"), [
    ("desnz_2024 → desnz_2025", "UK government conversion factors, 2024 → 2025",
     "facteurs du gouvernement britannique, 2024 → 2025"),
    ("GB: desnz_2025 → ember_owid_2026",
     "GB: UK government conversion factors 2025 → electricity by country (Ember) 2026",
     "GB\u00a0: facteurs du gouvernement britannique 2025 → électricité par pays (Ember) 2026"),
    ("no earlier factor: ademe_base_carbone_23_9 of 2025", "no earlier factor: Base Carbone (ADEME) 23.9 of 2025",
     "pas de facteur antérieur\u00a0: Base Carbone (ADEME) 23.9 de 2025"),
    ("exchange rate of USD", "exchange rate of USD", "taux de change USD"),
    ("ours_2024 → ours_2025", "Our factors, 2024 → 2025", "Our factors, 2024 → 2025"),
    ("x_1 → company_gas", "x_1 → company_gas", "x_1 → company_gas")])
def test_a_cause_names_publishers_and_editions(cause: str, en: str, fr: str):
    """Two editions of one publication once; an imported one by its title; what is no publication unchanged."""
    titles = {"ours_2024": "Our factors", "ours_2025": "Our factors"}
    assert named(cause, titles, Words("en")) == en
    assert named(cause, titles, Words("fr")) == fr


def test_a_publication_that_a_company_imported_has_no_id_where_its_title_is_not_at_hand():
    """An index reads no publications: it names those of a release, and calls another one imported, once."""
    words = Words("fr")
    assert named("ours_2024 → ours_2025", None, words) == "publication importée"
    assert named("GB: desnz_2025 → ours_1", None, words) == (
        "GB\u00a0: facteurs du gouvernement britannique 2025 → publication importée")
    assert named("exchange rate of USD", None, Words("en")) == "exchange rate of USD"


@pytest.mark.parametrize("release", releases_listed())
def test_every_packaged_publication_has_its_name_in_both_languages(release):
    """No sentence names a publication by its id, of no release."""
    sources = load(release).sources["source_id"]
    missing = [id for id in sources if not all(strings().get(f"publication.{series_of(id)}", {"": ""}).values())]
    assert len(sources) > 15 and missing == []
