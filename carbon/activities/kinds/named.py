"""Words of lists and the activities they name, everywhere or under the names of a country's own publisher."""

from __future__ import annotations

import re
from functools import cache

import pandas as pd

from carbon.activities.classification.charts import PACKAGE
from carbon.core import packaged
from carbon.core.text import strip_accents
from carbon.core.text_columns import Values, by_word


def slug(text: str, *, keep: str = "") -> str:
    """Return a word without case and accents, anything but letters and digits as one underscore."""
    return re.sub(rf"[^a-z0-9{re.escape(keep)}]+", "_", strip_accents(text).lower()).strip("_")


def slugs(texts: Values, *, keep: str = "") -> Values:
    """Return `slug` of each string."""
    return by_word(texts, lambda text: slug(text, keep=keep))


@cache
def record_words() -> pd.DataFrame:
    """Load field, word, language, name: the meaning of a word in a field of a list; other words are names already."""
    return packaged.read_csv(PACKAGE, "data/record_words.csv")


def named(field: str, words: Values) -> Values:
    """Replace each word of a field by its activity's name, e.g. "carton" by paper_and_board_board; others stay."""
    names = names_of(field)
    return by_word(words, lambda s: names.get(s, s))


@cache
def names_of(field: str) -> dict[str, str]:
    """Return word -> name of a field."""
    table = record_words()
    rows = table[table["field"] == field]
    return dict(zip(rows["word"], rows["name"], strict=True))


@cache
def country_words() -> pd.DataFrame:
    """Load region, field, word, name, remark, release: the names that a country's own publisher uses.

    A line with a factor release holds for that release alone, before the line without one.
    """
    return packaged.read_csv(PACKAGE, "data/country_words.csv")


def in_country(field: str, names: Values, regions: Values, release: str) -> tuple[Values, Values]:
    """Return each name as the publisher of its region has it in a factor release, and the remark on what that assumes;
    others stay.
    """
    own_names = country_names(field, release)
    places = regions + ":" + names
    return (by_word(places, lambda place: own_names.get(place, (place.partition(":")[2], ""))[0]),
            by_word(places, lambda place: own_names.get(place, ("", ""))[1]))


@cache
def country_names(field: str, release: str = "") -> dict[str, tuple[str, str]]:
    """Return "region:word" -> name and remark of a field; those of the factor release before those of any."""
    table = country_words()
    rows = table[(table["field"] == field) & table["release"].isin(["", release])].sort_values("release", kind="stable")
    names = zip(rows["name"], rows["remark"], strict=True)
    return dict(zip(rows["region"] + ":" + rows["word"], names, strict=True))
