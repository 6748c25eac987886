"""Every visible string exists in both languages; numbers read as each language writes them."""

from __future__ import annotations

import math
import re
import string
from pathlib import Path

import nbformat
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.activities.kinds import energy
from carbon.core import packaged
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import CATEGORIES, PARTS, SCOPE2_METHODS, TIERS
from carbon.core.schemas import OUTCOMES, STAGES
from carbon.reports.words.language import LANGUAGES, Words, strings, term_key, typeset_french

ROOT = Path(__file__).parents[3]
REPORTS = ROOT / "carbon" / "reports"
KEY = re.compile(r"""(?<!cell_)words\(\s*["']([a-z0-9_.]+)["']""")
VOCABULARIES = {
    "category": CATEGORIES.values(), "method": SCOPE2_METHODS, "outcome": OUTCOMES, "part": PARTS, "tier": TIERS,
    "stage": [s for s in STAGES if s], "kind": ("purchases", "energy", "travel"), "scope": ("1", "2", "3", "total"),
    "mode": ("air", "rail", "car", "taxi", "bus", "metro", "ferry", "hotel"),
    "carrier": [name for name in energy.carriers()["activity"] if name],
}


def test_every_string_has_a_text_in_each_language():
    """A key without a text in one language is a hole in a page."""
    holes = [(key, language) for key, texts in strings().items() for language in LANGUAGES
             if not texts[language].strip()]
    assert holes == []


def test_both_languages_of_a_string_take_the_same_values():
    """
    "{company}" in one language and not in the other would lose a name.
    """
    fields = {key: [{f for _, f, _, _ in string.Formatter().parse(t) if f} for t in texts.values()]
              for key, texts in strings().items()}
    assert [key for key, sets in fields.items() if sets[0] != sets[1]] == []


def test_every_key_that_the_code_asks_for_exists():
    """Keys written out in the modules and templates are in strings.csv."""
    files = [*REPORTS.rglob("*.py"), *(REPORTS / "templates").iterdir()]
    asked = {key for file in files for key in KEY.findall(file.read_text(encoding="utf-8"))}
    assert len(asked) > 40
    assert sorted(asked - set(strings())) == []


@pytest.mark.parametrize("vocabulary", VOCABULARIES)
def test_fixed_vocabularies_are_complete(vocabulary: str):
    """Each word of the contracts has its words for readers."""
    keys = {f"{vocabulary}.{term_key(word)}" for word in VOCABULARIES[vocabulary]}
    assert sorted(keys - set(strings())) == []


def test_sections_of_the_notebook_are_the_english_strings():
    """The words an analyst reads in the notebook and those of the English page are the same."""
    notebook = nbformat.read(ROOT / "notebooks" / "annual_report.ipynb", as_version=4)
    tagged = {tag: cell.source for cell in notebook.cells for tag in cell.metadata.get("tags", [])
              if tag.startswith("section-")}
    en = Words("en")
    names = [tag.removeprefix("section-") for tag in tagged]
    assert len(names) >= 8
    assert list(tagged.values()) == [f"## {en(f'section.{n}.title')}\n\n{en(f'section.{n}.text')}" for n in names]


def test_an_unknown_key_or_language_is_an_error():
    """A missing text never becomes an empty one."""
    with pytest.raises(UsageError, match=re.escape("no.such.key")):
        Words("en")("no.such.key")
    with pytest.raises(UsageError, match="'de'"):
        Words("de")


def test_numbers_are_written_as_the_language_does():
    """1234.5 is 1,234.5 in English and 1 234,5 (narrow space) in French."""
    assert Words("en").number(1234.5, 1) == "1,234.5"
    assert Words("fr").number(1234.5, 1) == "1\u202f234,5"
    assert Words("en").percent(0.0423) == "4.2%"
    assert Words("fr").percent(0.0423) == "4,2\u202f%"
    assert Words("en").signed(-2.0, 1) == "\u22122.0"


def test_what_is_not_zero_is_never_shown_as_zero():
    """0.004 t with one decimal is "< 0.1"; a true zero is 0.0; a missing figure is a dash."""
    en = Words("en")
    assert en.number(0.004, 1) == "< 0.1"
    assert en.number(-0.004, 1) == "> \u22120.1"
    assert en.number(-0.0, 1) == en.number(0.0, 1) == "0.0"
    assert en.number(math.nan, 1) == "\u2013"
    assert en.percent(1e-9) == "< 0.1%"


@pytest.mark.parametrize(("value", "digits", "shown"), [
    (43.12, 2, "43.1"), (7092.81, 1, "7,090"), (99.96, 2, "100"), (0.4567, 3, "0.457"), (0.4567, 2, "0.46"),
    (0.004, 2, "< 0.01"), (0.0, 1, "0.0"), (math.nan, 1, "\u2013"), (-1234.5, 1, "\u22121,230")])
def test_tonnes_of_a_sentence_have_three_significant_figures(value: float, digits: int, shown: str):
    """Rounded to three figures, without the zeros that rounding would feign, and never finer than the tables."""
    assert Words("en").tonnes(value, digits) == shown


def test_a_change_of_tonnes_has_its_sign():
    """A rise begins with +, a fall with the minus sign."""
    assert [Words("fr").tonnes(value, 1, sign=True) for value in (12.34, -12.34)] == ["+12,3", "\u221212,3"]


@settings(max_examples=200)
@given(st.floats(min_value=-1e12, max_value=1e12), st.integers(0, 3), st.sampled_from(LANGUAGES))
def test_a_printed_number_is_the_number(value: float, digits: int, language: str):
    """Reading the printed text back gives the value to half a unit of its last digit."""
    text = Words(language).number(value, digits)
    plain = text.replace("\u2212", "-").replace("\u202f", "").replace("\u00a0", "")
    plain = plain.replace(",", ".") if language == "fr" else plain.replace(",", "")
    if text.startswith(("<", ">")):
        assert 0 < abs(value) <= 0.5 * 10**-digits
    else:
        assert float(plain) == pytest.approx(value, abs=0.5000001 * 10**-digits, rel=1e-12)


def test_every_heading_of_a_column_starts_alike():
    """With a capital, in both languages, but for a unit and the word "id"."""
    units = ("kg ", "t CO₂e", "kWh", "km", "id")
    headings = {f"{key}.{language}": text for key, texts in strings().items() if key.startswith("column.")
                for language, text in texts.items()}

    assert len(headings) > 300
    assert {k: t for k, t in headings.items() if t[:1].islower() and not t.startswith(units)} == {}


def test_french_spaces_never_break_a_line():
    """No plain space stands before ; : ! ? % or inside « » in any French string."""
    assert typeset_french("3 % ; oui : « non » ?") == "3\u202f%\u202f; oui\u00a0: «\u00a0non\u00a0»\u202f?"
    loose = re.compile(r" [;:!?%»]|« ")
    assert [key for key, texts in strings().items() if loose.search(texts["fr"])] == []


TYPED = re.compile(r"`[^`]*`|\b\w+: (?:\{.*\}|\[|[a-z_]+\b)|\"[^\"]*\"|laptop.*")
"""What is typed as it is written: between marks, a key of params with its value."""
FAULTS = {"straight apostrophe": r"(?<=\w)'(?=\w)", "CO2e": r"CO2e", "three points": r"\.\.\.", "straight quotes": r'"',
          "no space before ; ! ?": r"[^\s\u00a0\u202f];(?=\s|$)|[^\s\u202f(][!?](?=\s|$)",
          "no space before :": r"[\w)»]:(?=\s)", "no space before %": r"[\d}]%", "plain space": r" [;:!?%»]|« ",
          "thousands": r"\d \d{3}\b"}


def french_texts() -> dict[str, str]:
    """Every French text of the package for readers: strings, and phrases that it writes in English first."""
    phrases = packaged.read_csv("carbon.reports", "data/phrases.csv")
    of_phrases = phrases[phrases["written"] == "en"]
    return {key: texts["fr"] for key, texts in strings().items()} | {
        english: typeset_french(french) for english, french in zip(of_phrases["en"], of_phrases["fr"], strict=True)}


def test_french_texts_are_set_as_the_french_set_them():
    """Apostrophe, subscript, points of suspension, quotes and the spaces before ; : ! ? % are those of French print, in
    every string and phrase; what is typed is as it is typed.
    """
    texts = {key: TYPED.sub("", text) for key, text in french_texts().items()}
    assert len(texts) > 3000
    assert {name: found for name, fault in FAULTS.items()
            if (found := {key: text for key, text in texts.items() if re.search(fault, text)})} == {}


@pytest.mark.parametrize(("language", "starts", "named", "meaning"), [
    ("en", "01-01", "2022", ""), ("en", "04-01", "2022 (April 2021 to March 2022)", "reporting years, April to March"),
    ("fr", "07-01", "2022 (juillet 2021 à juin 2022)", "exercices, juillet à juin"),  # never "de avril"
    ("en", "04-06", "2022 (6 April 2021 to 5 April 2022)", "reporting years, 6 April to 5 April")])
def test_a_year_that_is_no_calendar_year_is_named_by_its_months(language, starts, named, meaning):
    """Where "2021" alone would mislead, months or days stand next to it; a calendar year stays as it is."""
    assert Words(language).named_year(2022, starts) == named
    assert Words(language).reporting_years(starts) == meaning
    note = Words(language).years_note(2022, starts)
    assert note == "" if named == "2022" else note.endswith((f": {named}.", f" : {named}."))


def test_a_noun_is_singular_after_less_than_two_in_french_and_after_one_in_english():
    """1,17 tonne, 2 tonnes; 1.17 tonnes, 1 tonne."""
    assert [Words("fr").singular(n, "") for n in (0.5, 1.0, 1.17, 2.0, -1.5)] == [True, True, True, False, True]
    assert [Words("en").singular(n, text) for n, text in ((1.0, "1"), (1.17, "1.17"), (0.5, "0.5"))] == [
        True, False, False]
