"""
Finding a factor by words, in English and French, and looking at one.

Text matching only proposes: it never chooses a factor for an inventory.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

import babel
import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.core import packaged
from carbon.core.display import as_html, one_line
from carbon.core.errors import UsageError
from carbon.core.words import fold
from carbon.factors.library import Library, load

SHOWN = ["element_id", "activity", "label", "region", "valid_from", "years", "unit", "co2e_kg", "parts", "gwp_set",
         "source_id", "verification"]
MEANT, EXACT, BEGINNING, LABEL, PLACE = 6.0, 5.0, 2.5, 1.0, 3.0
"""Weight of a word: a synonym of the activity, one of its words, their beginning, a word of the label, a country."""
_SMALL = frozenset([
    "a", "au", "aux", "d", "de", "des", "du", "en", "for", "in", "l", "la", "le", "les", "of", "par", "per", "pour",
    "the", "un", "une"])
_JOINTS = str.maketrans("_.-", "   ")
Weights = npt.NDArray[np.float64]


def table(library: Library | None = None) -> pd.DataFrame:
    """
    All factors of a library, one row a part (`schemas.FACTORS`); without one, of the newest release.
    """
    return (library or load()).table


def search(words: str, library: Library | None = None, *, limit: int = 50) -> pd.DataFrame:
    """
    Factors that fit some words, best first; one row an element, its parts added up, newest edition first.

    "train", "gaz naturel", "ordinateur portable", "electricity france 2023", "r410a". Case and accents do not matter;
    every word must fit somewhere (activity, label, country, year, source).

    Parameters
    ----------
    limit
        Most rows returned.

    Returns
    -------
    DataFrame
        element_id, activity, label, region, valid_from, years (of all editions that fit), unit, co2e_kg (all parts),
        parts, gwp_set, source_id, verification, score. Empty where nothing fits.

    Raises
    ------
    UsageError
        No words.
    """
    asked = fold(words.translate(_JOINTS))
    if not asked:
        raise UsageError("Nothing to search for", hint='e.g. carbon factors search "gaz naturel"')
    index = _index(library or load())
    scores = [index.scores(term) for term in _terms(asked)]
    fits = np.all([s > 0 for s in scores], axis=0)
    score = np.sum(scores, axis=0) * fits - index.length * 0.02
    found = index.elements.assign(score=np.round(score, 3))[fits]
    order = ["score", "activity", "valid_from", "element_id"]
    ranked = found.sort_values(order, ascending=[False, True, False, True], kind="stable")
    return _editions(ranked).head(limit)[[*SHOWN, "score"]].reset_index(drop=True)


def meant(words: str) -> list[str]:
    """
    Activities that some words are a synonym of: "gaz naturel" -> natural_gas; none where they are no synonym.
    """
    asked = " ".join(word for word in fold(words.translate(_JOINTS)).split() if word not in _SMALL)
    return list(_synonyms().get(asked, ()))


def _editions(ranked: pd.DataFrame) -> pd.DataFrame:
    """
    The newest edition of each factor of a publisher, with the years of all that were found.
    """
    same = [ranked["source_id"].str.replace(r"_\d[\d_]*$", "", regex=True), *(ranked[c] for c in (
        "activity", "region", "unit"))]
    years = ranked["valid_from"].astype("str").groupby(same).transform(lambda y: ", ".join(sorted(set(y))))
    first = ~pd.concat(same, axis=1).duplicated()
    return ranked.assign(years=years)[first]


@dataclass(frozen=True)
class Shown:
    """
    One factor as it stands in the library: its parts and its publication.
    """

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
        return (f"{head}\n{parts}\n"
                f"  {source['citation']} {source['title']}, {source['edition']}; {first['licence']}; "
                f"{first['verification'].replace('_', ' ')}; release {self.release}")

    def _repr_html_(self) -> str:
        parts = self.factors[["part", "co2e_kg", "unit", "page"]]
        return as_html(repr(self), parts, self.factors.iloc[0].to_dict(), self.source.iloc[0].to_dict())


def show(factor_id: str, library: Library | None = None) -> Shown:
    """
    One factor or one element with its parts, citation and licence.

    Raises
    ------
    UsageError
        No such factor; the nearest names are given.
    """
    chosen = library or load()
    rows = chosen.table
    mine = rows[(rows["factor_id"] == factor_id) | (rows["element_id"] == factor_id)]
    if mine.empty:
        near = search(factor_id, chosen, limit=5)["element_id"].tolist() if fold(factor_id) else []
        raise UsageError(f"No factor {factor_id!r} in release {chosen.release}",
                         hint="near: " + ", ".join(near) if near else "see factors.search(...)")
    source = chosen.sources[chosen.sources["source_id"].isin(mine["source_id"])]
    return Shown(chosen.release, mine.reset_index(drop=True), source.reset_index(drop=True))


@dataclass(frozen=True)
class _Texts:
    """
    A column of texts by their words: the distinct texts that hold each word, and the text of each row.
    """

    rows: npt.NDArray[np.intp]
    words: dict[str, list[int]]
    count: int

    @classmethod
    def of(cls, texts: pd.Series) -> _Texts:
        rows, distinct = pd.factorize(texts)
        words: dict[str, list[int]] = {}
        for number, text in enumerate(distinct):
            for word in set(text.split()):
                words.setdefault(word, []).append(number)
        return cls(rows, words, len(distinct))

    def scores(self, term: str, whole: float, beginning: float) -> Weights:
        score = np.zeros(self.count)
        for word, texts in self.words.items():
            if word.startswith(term):
                score[texts] = np.maximum(score[texts], whole if word == term else beginning)
        return score[self.rows]


@dataclass(frozen=True)
class _Index:
    elements: pd.DataFrame
    names: _Texts
    labels: _Texts
    length: Weights

    def scores(self, term: str) -> Weights:
        """
        How well each element fits one term: the best of its ways to fit.
        """
        short = len(term) <= 3
        labels = self.labels.scores(term, LABEL, 0 if short else LABEL)
        score = np.maximum(self.names.scores(term, EXACT, BEGINNING), labels)
        activity = self.elements["activity"]
        for meant in _synonyms().get(term, ()):
            own = activity.eq(meant) | activity.str.startswith((meant + ".", meant + "_"))
            score = np.maximum(score, own.to_numpy() * MEANT)
        place = self.elements["region"].eq(_countries().get(term, "")).to_numpy() * PLACE
        return np.maximum(score, place)


@lru_cache(maxsize=2)
def _index(library: Library) -> _Index:
    rows = library.table
    kg = rows.groupby("element_id", sort=False)["co2e_kg"].sum()
    parts = rows.drop_duplicates(["element_id", "part"]).groupby("element_id", sort=False)["part"].agg(" + ".join)
    first = rows.drop_duplicates("element_id").drop(columns="co2e_kg").join(kg, on="element_id")
    first = first.join(parts.rename("parts"), on="element_id").reset_index(drop=True)
    # A year is a word too: "electricity germany 2023".
    names = first["activity"].str.replace(r"[._]", " ", regex=True).str.lower()
    labels = (first["label"] + " " + first["source_id"] + " " + first["unit"]).map(_fold_once)
    return _Index(first, _Texts.of(names + " " + first["valid_from"].astype("str")), _Texts.of(labels),
                  np.asarray(names.str.count(" "), dtype="float64"))


@lru_cache(maxsize=65536)
def _fold_once(text: str) -> str:
    return fold(text)


def _terms(asked: str) -> Iterable[str]:
    """
    The longest known phrases first ("ordinateur portable"), then single words.
    """
    terms, rest = [], [word for word in asked.split() if word not in _SMALL] or asked.split()
    longest = 4
    while rest:
        size = next((n for n in range(min(longest, len(rest)), 1, -1) if _phrase(rest[:n])), 1)
        terms.append(" ".join(rest[:size]))
        rest = rest[size:]
    return terms


def _phrase(words: list[str]) -> bool:
    phrase = " ".join(words)
    return phrase in _synonyms() or phrase in _countries()


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, list[str]]:
    lines = packaged.read_csv("carbon.factors", "data/synonyms.csv")
    phrases = lines["words"].map(lambda text: " ".join(w for w in fold(text).split() if w not in _SMALL))
    return {str(w): list(a) for w, a in lines["activity"].groupby(phrases)}


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    names = {fold(str(name)): code for language in ("en", "fr")
             for code, name in babel.Locale(language).territories.items() if len(code) == 2 and code.isalpha()}
    codes = {code.lower(): code for code in names.values()}
    return codes | names | {"europe": "EU27", "world": "GLO", "monde": "GLO", "uk": "GB", "usa": "US", "us": "US"}
