"""Search for a factor by words, in English and French, and show one.

Text matching only proposes: it never chooses a factor for an inventory.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import takewhile

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import units
from carbon.core.display import HandsOut, as_html, one_line
from carbon.core.errors import UsageError
from carbon.core.prices import MONEY
from carbon.core.text import fold
from carbon.factors import search_terms
from carbon.factors.library import Library, load
from carbon.factors.search_terms import Term, countries, stems, synonyms

SHOWN = ["element_id", "activity", "label", "region", "valid_from", "years", "unit", "co2e_kg", "parts", "gwp_set",
         "source_id", "verification"]
MEANT, EXACT, BEGINNING, LABEL, PLACE, SAME_UNIT, OTHER_UNIT = 6.0, 5.0, 2.5, 1.0, 3.0, 2.0, 1.0
"""Weight of a word: a synonym of the activity, one of its words, their beginning, a word of the label (in English or
French), a country, the factor's unit, a unit of its dimension.
"""
CLOSER = 0.1
"""Added to a synonym for each step down the name of its activity: of refrigerants the usual ones come first. Not to
money, whose names are codes.
"""
AT_HOME, NEAR = 0.6, 0.3
"""Added for a factor of the region asked for, and for areas of many countries; less than any word."""
AWAY = 1.0
"""Taken from money of another country than one's own: one model has thirty countries, which would fill the page."""
_HOMES: dict[str, tuple[str, ...]] = {search_terms.FRENCH: ("FR",), search_terms.ENGLISH: ("GB",), "": ()}
_AREAS = ("EU27", "GLO", "FR", "GB")
Weights = npt.NDArray[np.float64]


def table(library: Library | None = None) -> pd.DataFrame:
    """Return all factors of a library, one row a part (`schemas.FACTORS`); by default of the newest release."""
    return (library or load()).table


def search(words: str, library: Library | None = None, *, limit: int = 50, region: str = "") -> pd.DataFrame:
    """Find factors by words, best first; one row an element, its parts added up, newest edition first.

    "train", "gaz naturel kWh PCS", "ordinateurs portables", "electricity france 2023", "r410a". Case, accents and
    plurals do not matter. Rows that fit every word (activity, label in English or French, country, year, unit, source)
    are all that is shown; if no row does, the rows that fit most words, each with the words it leaves out.

    Parameters
    ----------
    limit
        Most rows returned.
    region
        Whose factors come first among equals; without it France for a French question, the United Kingdom for an
        English one.

    Returns
    -------
    DataFrame
        element_id, activity, label, region, valid_from, years (of all editions that fit), unit, co2e_kg (all parts),
        parts, gwp_set, source_id, verification, score, left_out (words of the question the row does not fit). Empty
        where nothing fits.

    Raises
    ------
    UsageError
        No words.
    """
    terms = search_terms.terms(words)
    if not terms:
        raise UsageError("Nothing to search for", hint='e.g. carbon factors search "gaz naturel"')
    index = _index(library or load())
    scores = np.array([index.scores(term) for term in terms])
    fits, missing = _fitting(scores, terms)
    homes = (region,) if region else _HOMES[search_terms.language(words)]
    is_placed = any(term.text in countries() for term in terms)
    score = scores.sum(axis=0) - index.length * 0.02 + index.at_home(homes) - (0 if is_placed else index.away(homes))
    matches = index.elements.assign(score=np.round(score, 3), left_out=missing)[fits]
    order = ["score", "activity", "valid_from", "element_id"]
    by_score = matches.sort_values(order, ascending=[False, True, False, True], kind="stable")
    return _editions(by_score, limit)[[*SHOWN, "score", "left_out"]].reset_index(drop=True)


def _fitting(scores: Weights, terms: list[Term]) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.object_]]:
    """Return the rows that fit most terms, one of them the activity, and the words each row leaves out."""
    hit = scores > 0
    content = np.array([term.is_content for term in terms])
    names_activity = hit[content].any(axis=0) if content.any() else hit.any(axis=0)
    count = np.where(names_activity, hit.sum(axis=0) + hit[content].sum(axis=0) * len(terms), 0)
    fits = names_activity & (count == count.max(initial=0))
    missing = np.full(len(count), "", dtype=object)
    for term, term_hit in zip(terms, hit, strict=True):
        missing[~term_hit] += f" {term.typed}"
    return fits, np.array([text.strip() for text in missing], dtype=object)


def meant(words: str) -> list[str]:
    """Return the activities that some words are a synonym of: "gaz naturel" -> natural_gas."""
    question_terms = search_terms.terms(words)
    return list(synonyms().get(question_terms[0].text, ())) if len(question_terms) == 1 else []


def _editions(by_score: pd.DataFrame, limit: int) -> pd.DataFrame:
    """Keep the newest edition of each factor of a publisher, with the years of all that fit."""
    first = by_score[~by_score["same"].duplicated()].head(limit)
    editions = by_score[by_score["same"].isin(first["same"])].groupby("same")["valid_from"]
    years = {edition: ", ".join(map(str, sorted(set(edition_years)))) for edition, edition_years in editions}
    return first.assign(years=first["same"].map(years).astype("str"))


@dataclass(frozen=True)
class Shown(HandsOut):
    """One factor of the library: its parts and its publication."""

    release: str
    factors: pd.DataFrame
    source: pd.DataFrame

    def __repr__(self) -> str:
        first = self.factors.iloc[0]
        return one_line(f"Shown({first['element_id']}: {first['activity']}, {first['region']}, "
                        f"{self.factors['co2e_kg'].sum():.6g} kg CO2e/{first['unit']}, release {self.release})")

    def __str__(self) -> str:
        first, source = self.factors.iloc[0], self.source.iloc[0]
        parts = "\n".join(f"  {p:<12} {v:.6g} kg CO2e/{first['unit']}  ({page})" for p, v, page in zip(
            self.factors["part"], self.factors["co2e_kg"], self.factors["page"], strict=True))
        until = "on" if first["valid_to"] == 9999 else f"to {first['valid_to']}"
        head = f"{first['element_id']}: {first['activity']}, {first['region']}, {first['valid_from']} {until}"
        notes = "".join(f"  {text}\n" for text in dict.fromkeys(self.factors["notes"]) if text)
        return (f"{head}\n{parts}\n{notes}"
                f"  {source['citation']} {source['title']}, {source['edition']}; {first['licence']}; "
                f"{first['verification'].replace('_', ' ')}; release {self.release}")

    def _repr_html_(self) -> str:
        parts = self.factors[["part", "co2e_kg", "unit", "page"]]
        return as_html(repr(self), parts, self.factors.iloc[0].to_dict(), self.source.iloc[0].to_dict())


def show(factor_id: str, library: Library | None = None) -> Shown:
    """Show one factor or one element with its parts, citation and licence.

    Raises
    ------
    UsageError
        No such factor; the nearest names are given.
    """
    used_library = library or load()
    rows = used_library.table
    mine = rows[(rows["factor_id"] == factor_id) | (rows["element_id"] == factor_id)]
    if mine.empty:
        suggestions = search(factor_id, used_library, limit=5)["element_id"].tolist() if fold(factor_id) else []
        raise UsageError(f"No factor {factor_id!r} in release {used_library.release}",
                         hint="near: " + ", ".join(suggestions) if suggestions else
                         "search the library: factors.search(...), or `carbon factors search WORDS`")
    source = used_library.sources[used_library.sources["source_id"].isin(mine["source_id"])]
    return Shown(used_library.release, mine.reset_index(drop=True), source.reset_index(drop=True))


@dataclass(frozen=True)
class _Texts:
    """A column of strings by their words: the distinct strings that have each word, and the string of each row."""

    rows: npt.NDArray[np.intp]
    words: dict[str, list[int]]
    count: int

    @classmethod
    def of(cls, texts: pd.Series) -> _Texts:
        """Index a column of folded strings by their words."""
        rows, distinct = pd.factorize(texts)
        words: dict[str, list[int]] = {}
        for number, text in enumerate(distinct):
            for word in set(text.split()):
                words.setdefault(word, []).append(number)
        return cls(rows, words, len(distinct))

    def scores(self, term: str, exact: float, beginning: float) -> Weights:
        """Score rows: `exact` where the term is a word of the string, `beginning` where it begins one, else 0."""
        score = np.zeros(self.count)
        for word, texts in self.words.items():
            if word.startswith(term):
                score[texts] = np.maximum(score[texts], exact if word == term else beginning)
        return score[self.rows]


@dataclass(frozen=True)
class _Index:
    elements: pd.DataFrame
    names: _Texts
    labels: _Texts
    length: Weights
    activities: tuple[npt.NDArray[np.intp], pd.Index]
    units: tuple[npt.NDArray[np.intp], pd.Index]
    regions: npt.NDArray[np.object_]

    def scores(self, term: Term) -> Weights:
        """Score how well each element fits one term: the best of its ways to fit."""
        text = term.text
        score: Weights = np.minimum.reduce([self.spelled(word) for word in text.split()])
        for activity in synonyms().get(text, ()):
            steps = 0 if activity.startswith(MONEY) else activity.count(".")
            score = np.maximum(score, self.named(activity) * (MEANT + CLOSER * steps))
        if text in countries():
            score = np.maximum(score, (self.regions == countries()[text]) * PLACE)
        return np.maximum(score, self.per_unit(term.unit)) if term.unit else score

    def spelled(self, word: str) -> Weights:
        """Score the rows that have a word in their name or label; one letter must be a word of its own."""
        labels = self.labels.scores(word, LABEL, 0 if len(word) <= 3 else LABEL)
        return np.maximum(self.names.scores(word, EXACT, 0 if len(word) == 1 else BEGINNING), labels)

    def named(self, activity: str) -> npt.NDArray[np.bool_]:
        """Flag the rows of an activity or of one under it; "waste" is not "waste_oils"."""
        under = (f"{activity}.", f"{activity}_") if "." in activity else f"{activity}."
        is_under = [name == activity or name.startswith(under) for name in self.activities[1]]
        return np.array(is_under)[self.activities[0]]

    def per_unit(self, unit: str) -> Weights:
        """Score the rows per a unit, and per units of its dimension; a bare kWh is one of both calorific bases."""
        dimension = units.unit(unit).dimension
        weight = [SAME_UNIT if name == unit else OTHER_UNIT * units.unit(name).dimension.startswith(dimension)
                  for name in self.units[1]]
        return np.array(weight)[self.units[0]]

    def at_home(self, homes: tuple[str, ...]) -> Weights:
        """Score the rows by their region."""
        area_score = np.isin(self.regions, _AREAS) * NEAR
        return np.maximum(area_score, np.isin(self.regions, homes) * AT_HOME)

    def away(self, homes: tuple[str, ...]) -> Weights:
        """Return what rows of money of other countries lose."""
        is_money = np.array([name.startswith(MONEY) for name in self.activities[1]])[self.activities[0]]
        return is_money * ~np.isin(self.regions, [*_AREAS, "US", *homes]) * AWAY


@lru_cache(maxsize=2)
def _index(library: Library) -> _Index:
    rows = library.table
    kg = rows.groupby("element_id", sort=False)["co2e_kg"].sum()
    parts = rows.drop_duplicates(["element_id", "part"]).groupby("element_id", sort=False)["part"].agg(" + ".join)
    first = rows.drop_duplicates("element_id").drop(columns="co2e_kg").join(kg, on="element_id")
    first = first.join(parts.rename("parts"), on="element_id").reset_index(drop=True)
    identity = [first["source_id"].str.replace(r"_\d[\d_]*$", "", regex=True), *(first[c] for c in (
        "activity", "region", "unit"))]
    first = first.assign(same=first.groupby(identity, sort=False).ngroup())
    names = first["activity"].str.replace(r"[._]", " ", regex=True).map(stems)
    label_of = rows[["element_id", "label"]].drop_duplicates()
    words_of = label_of["label"].map(_both_languages).groupby(label_of["element_id"], sort=False).agg(" ".join)
    labels = first["element_id"].map(words_of) + " " + (first["source_id"] + " " + first["unit"]).map(stems)
    of_parts: dict[str, list[str]] = {}
    for name, label in zip(label_of["element_id"], label_of["label"], strict=True):
        of_parts.setdefault(name, []).append(label)
    shown_labels = [search_terms.undamaged(_common(of_parts[name])) for name in first["element_id"]]
    first = first.assign(label=pd.array(shown_labels, dtype="str"))
    # A year is a word too: "electricity germany 2023".
    return _Index(first, _Texts.of(names + " " + first["valid_from"].astype("str")), _Texts.of(labels),
                  np.asarray(names.str.count(" "), dtype="float64"), pd.factorize(first["activity"]),
                  pd.factorize(first["unit"]), first["region"].to_numpy(object).astype("U"))


def _common(labels: list[str]) -> str:
    """Return the leading pieces that the labels of an element's parts share: that of one part is not their sum's."""
    if len(labels) == 1:
        return labels[0]
    pieces = [label.split(", ") for label in labels]
    shared = [words[0] for words in takewhile(lambda words: len(set(words)) == 1, zip(*pieces, strict=False))]
    return ", ".join(shared) or labels[0]


@lru_cache(maxsize=65536)
def _both_languages(label: str) -> str:
    return stems(f"{label} {search_terms.in_french(label)}")
