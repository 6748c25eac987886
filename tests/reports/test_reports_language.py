"""Each page speaks one language: what the package wrote is translated, what it quotes says in which language it is."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest

from carbon.accounting import inventories
from carbon.core import packaged
from carbon.factors import library
from carbon.records.params.digital import read_digital
from carbon.reports.exhibits.actions import levers_of_company
from carbon.reports.exhibits.annual import SHEETS, AnnualReport
from carbon.reports.exhibits.registry import is_shown
from carbon.reports.export import in_words
from carbon.reports.page.html import render_pages
from carbon.reports.page.html_table import html_table
from carbon.reports.page.plain_text import cells_of
from carbon.reports.words import phrases
from carbon.reports.words.language import LANGUAGES, Words, strings, typeset_french
from carbon.reports.words.phrases import factor_labels, known_phrase, phrase

ROOT = Path(__file__).parent.parent.parent
QUICK = {("petit-studio", "en"), ("petit-studio", "fr")}
PAGES = [pytest.param(company, language, marks=[] if (company, language) in QUICK else [pytest.mark.torture])
         for company in ("petit-studio", "nuage-logiciels", "cap-conseil") for language in ("en", "fr")]
"""Every company in both languages at length."""
NAMES = (*SHEETS[:1], "plain", "things", *SHEETS[1:], "travel_rule", "signoff")
ENGLISH = re.compile(r"\b(the|of|and|with|by|from|are|not|purchases?|average|market|based|flights?|grid|losses|"
                     r"upstream|published|values|rejected|excluded|computed|reported|set aside|goods|years)\b", re.I)
FRENCH = re.compile(r"\b(le|la|les|des|du|et|avec|sans|une|est|sont|aux|dans|sur|pas|achat|année|données|facteurs?|"
                    r"rejeté|exclu|écarté|calculé|réseau|amont|fabrication|voiture|ordinateur)\b", re.I)
QUOTED = ("Inventory", "GHG Protocol", "Open Data", "Our World in Data", "Department for", "Ember and", "SDES and",
          "Poste ", "!")
"""Names of publishers and of standards, and places in their files: they have no other language."""
VOID = {"br", "hr", "img", "input", "meta", "link"}


class Said(HTMLParser):
    """Texts of a page that claim to be in its language: not of code, and not of a part in a named language."""

    def __init__(self, html: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._open: list[tuple[str, bool]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        foreign = tag in ("style", "code") or (tag != "html" and bool(named.get("lang")))
        self.texts += [str(named[k]) for k in ("alt", "aria-label") if named.get(k)]
        if tag not in VOID:
            self._open.append((tag, foreign))

    def handle_endtag(self, tag: str) -> None:
        while tag not in VOID and self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not any(foreign for _, foreign in self._open):
            self.texts.append(data.strip())


def own_texts(company: str) -> str:
    """Everything that the company wrote itself: params, records and its ledger, in whatever language it likes."""
    files = [ROOT / "params" / f"{company}.yml"]
    for folder in (ROOT / "params" / company, ROOT / "data" / "raw" / company, ROOT / "data" / "ledger" / company):
        files += [p for p in folder.rglob("*") if p.suffix in (".yml", ".csv", ".txt", ".jsonl", ".json")]
    return _plain(" ".join(p.read_text(encoding="utf-8", errors="replace") for p in files).replace("CO2e", "CO₂e"))


def _plain(text: str) -> str:
    """Without ids, paths and codes, which are nobody's language, on one line."""
    return " ".join(word for word in text.split() if not re.search(r"[_/@>]|\w\.\w|-\w+-", word))


def foreign_texts(pages: dict[str, str], language: str, company: str) -> list[str]:
    own = own_texts(company)
    wrong = ENGLISH if language == "fr" else FRENCH
    found = []
    for text in dict.fromkeys(t for html in pages.values() for t in Said(html).texts):
        parts = [part.strip(" ;.") for part in re.split(r"[;:.][\s\u202f]|[\s\u00a0\u202f][;:]|\(|\)", _plain(text))]
        named = any(name in text for name in QUOTED)
        if not named and any(wrong.search(part) and part not in own for part in parts):
            found.append(text)
    return found


@pytest.fixture(scope="module")
def histories():
    return {}


@pytest.mark.parametrize(("company", "language"), PAGES)
def test_a_page_speaks_one_language(histories, notebook_of, company: str, language: str, monkeypatch):
    """No word of the other language stands in any page of an example company, but for what the company itself wrote."""
    monkeypatch.setenv("CARBON_PROJECT", str(ROOT))
    history = histories.setdefault(company, inventories(company, until=2025))
    inventory = history.inventories[2025]
    inventory = replace(inventory, params=inventory.params.model_copy(update={"language": language}))
    report = AnnualReport(inventory, history, levers_of_company(company), read_digital(company))
    pages = render_pages(notebook_of(report, NAMES), title=company, is_shown=is_shown, language=language)

    assert foreign_texts(pages, language, company) == []


LABELS = library.load("2026.1").table.drop_duplicates(["source_id", "label"])


def test_every_label_of_every_publisher_is_known_in_both_languages():
    """Each label of the release has a French text; those of the Base Carbone, written in French, an English one."""
    english = LABELS[LABELS["source_id"].str.startswith("ademe_base_carbone")]
    assert LABELS["label"].nunique() > 2800 and len(english) > 80

    assert [t for t in LABELS["label"].unique() if not known_phrase(t, "fr")] == []
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
    places = {side: table[side].map(lambda t: sorted(set(re.findall(r"\{([a-d])\}", t)))) for side in ("en", "fr")}
    assert (places["en"] == places["fr"]).all()
    assert not table[table["written"] == "en"]["en"].duplicated().any()
    assert not table[table["written"] == "fr"]["fr"].duplicated().any()
    assert set(table["written"]) == set(LANGUAGES)


def test_each_phrase_is_found_whatever_its_places_hold():
    """None is lost by the short cuts of the search: by its first letter and by its longest piece."""
    table = packaged.read_csv("carbon.reports", "data/phrases.csv")
    other = {"en": "fr", "fr": "en"}
    for held in ("a1", "Té, «y»", "'{z}\n"):
        filled = [(re.sub(r"\{[a-d]\}", lambda _, text=held: text, row[row["written"]]), other[row["written"]])
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
    ("TGV, an unknown word", "TGV, an unknown word"),
    ("Purchase", "Purchase"),
])
def test_a_phrase_is_whole_or_left_alone(written: str, french: str):
    """What is not known stays as it was written: never half translated; English stays in English."""
    assert phrase(written, "fr") == french
    assert phrase(written, "en") == written


def test_a_quoted_text_names_its_language():
    """The title of an English publication in a French page is marked, so that a screen reader says it rightly."""
    table = pd.DataFrame({"source_id": ["x"], "title": ["Conversion Factors <b>"], "licence": ["Open Licence"]})
    french = str(html_table(cells_of(table), Words("fr"), caption="c", digits=1))
    assert '<td lang="en">Conversion Factors &lt;b&gt;</td>' in french and french.count('lang="en"') == 2
    assert "lang=" not in str(html_table(cells_of(table), Words("en"), caption="c", digits=1))


def test_the_workbook_says_what_the_page_says():
    """Words of the vocabularies are translated in the workbook too; ids, numbers and own texts are not touched."""
    table = pd.DataFrame({"figure_id": ["a/2024/scope1"], "scope2_method": ["location-based"], "label": ["LPG"],
                          "supplier": ["Purchase of Construction"], "co2e_t": [1.5]})
    said = in_words(table, Words("fr"))
    assert said["scope2_method"].tolist() == [Words("fr").term("method", "location-based")] != ["location-based"]
    assert said["supplier"].tolist() == table["supplier"].tolist()
    assert said["figure_id"].tolist() == table["figure_id"].tolist() and said["co2e_t"].tolist() == [1.5]


def test_french_spaces_never_break_a_line():
    """No plain space stands before ; : ! ? % or inside « » in any French string."""
    assert typeset_french("3 % ; oui : « non » ?") == "3\u202f%\u202f; oui\u00a0: «\u00a0non\u00a0»\u202f?"
    loose = re.compile(r" [;:!?%»]|« ")
    assert [key for key, texts in strings().items() if loose.search(texts["fr"])] == []


def test_what_to_type_stands_as_code_and_stays_inert():
    """A remedy's `carbon classify` is code on the page; markup between the marks is text."""
    table = pd.DataFrame({"what_to_do": ["decide in `carbon classify`", "`<b>x</b>`"]})
    html = str(html_table(cells_of(table), Words("en"), caption="c", digits=1))
    assert "decide in <code>carbon classify</code>" in html
    assert "<code>&lt;b&gt;x&lt;/b&gt;</code>" in html and "<b>" not in html


def test_rows_are_counted_whole_beside_amounts_with_cents():
    """491.40 EUR and 3 rows in one column: 491.40 and 3, not 3.00."""
    table = pd.DataFrame({"unit": ["EUR", "rows"], "rejected": [491.4, 3.0]})
    html = str(html_table(cells_of(table), Words("en"), caption="c", digits=1))
    assert ">491.40<" in html and ">3<" in html and "3.00" not in html
