"""What the figures of questions share: a pivot of an object or a frame, unit, colours, words and title."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from carbon.accounting.frames.pivot import OTHERS, TOTAL
from carbon.core.errors import UsageError
from carbon.core.units import KG_PER_T
from carbon.reports.figures import fitting, theme
from carbon.reports.words.language import Words

UNITS = {"t": "axis.co2e_t", "kg": "axis.co2e_kg", "%": "axis.share_of_total"}
"""Unit of a figure -> the label of its axis."""
VOCABULARY = {"category_name": "category", "kind": "kind", "mode": "mode", "activity": "carrier", "cabin": "cabin"}
Where = Mapping[str, Any]
Palette = str | Sequence[str] | Mapping[str, str] | None
"""Name of a seaborn palette, colours in order, or the colour of each word; None: the project's."""


class Question:
    """A figure's source, an inventory, a history or a pivot of them, and the unit in which it is drawn."""

    def __init__(self, source: Any, scope2_method: str, unit: str = "t") -> None:
        if unit not in UNITS:
            raise UsageError(f"unit {unit!r} is unknown", hint=f"one of {', '.join(UNITS)}")
        self.source, self.unit = source, unit
        self._method: dict[str, Any] = {"scope2_method": scope2_method} if scope2_method else {}
        self.facts: Mapping[Any, Any] = {}

    def table(self, rows: Any, columns: Any, top: int | None, where: Where | None = None) -> pd.DataFrame:
        """Return the pivot with its totals, in the unit of the figure."""
        more = self._method if where is None else {**self._method, "where": where}
        table: pd.DataFrame = self.source if isinstance(self.source, pd.DataFrame) else self.source.pivot(
            rows, columns or None, top=top, **more)
        self.facts = table.attrs
        total = float(table.to_numpy()[-1, -1])
        factor = {"t": 1.0, "kg": KG_PER_T, "%": 1 / total if total > 0 else float("nan")}[self.unit]
        return table if factor == 1.0 else table * factor

    def written(self, value: float, words: Words) -> str:
        """Return an amount with its unit, in three digits."""
        return words.percent(value, 0) if self.unit == "%" else f"{words.significant(value)} {self.unit}"

    def axis(self, words: Words) -> str:
        """Return the label of the axis of amounts."""
        return words(UNITS[self.unit])

    def tick(self, value: float, words: Words) -> str:
        """Return a number of the axis of amounts."""
        return words.percent(value, 0) if self.unit == "%" else words.tick(value)

    def titled(self, ax: Any, text: str, words: Words, years: Sequence[int] = ()) -> Any:
        """Set the title: as given, else company, year and method of the pivot; return the axes."""
        held_years = list(years or self.facts.get("years", ()))
        span = "–".join(map(str, dict.fromkeys([*held_years[:1], *held_years[-1:]])))
        year = span if years else self.facts.get("year") or span
        method = words.term("method", str(self.facts.get("scope2_method", "")))
        fitting.title(ax, text or ", ".join(filter(None, [f"{self.facts.get('company', '')} {year}".strip(), method])))
        return ax


def listed(table: pd.DataFrame) -> pd.DataFrame:
    """Return the words of a pivot that have a bar or a line of their own: without the total and the rest."""
    return table.drop(index=[TOTAL, *({OTHERS} & {*table.index})])


def colours(hues: Sequence[str], palette: Palette, column: str) -> dict[str, Any]:
    """Return a colour for each word of a column; scopes have the colours that they have everywhere."""
    look = theme.look()
    if isinstance(palette, Mapping):
        return {hue: palette.get(hue, look.pale) for hue in hues}
    if palette is not None:
        import seaborn as sns

        return dict(zip(hues, sns.color_palette(palette, len(hues)), strict=True))
    if column == "scope":
        return {hue: look.scopes.get(hue, look.pale) for hue in hues}
    named_hues = [hue for hue in hues if hue != OTHERS]
    return {**dict.fromkeys(hues, look.pale), **dict(zip(named_hues, look.ordered, strict=False))}


def label(words: Words, column: str, word: Any) -> str:
    """Return a word of a column in the reader's language."""
    if word == OTHERS:
        return words("pivot.others")
    text = str(word)
    if text.startswith("(no "):
        return words("pivot.none") if column != "category_name" else words("pivot.scopes_1_2")
    if column == "scope":
        return words(f"scope.{text}")
    if column == "month":
        return words.month(text)
    return words.term(VOCABULARY[column], text) if column in VOCABULARY else text


def labels(words: Words, index: pd.Index) -> list[str]:
    """Return the words of one side of a pivot in the reader's language."""
    return [label(words, str(index.name or ""), word) for word in index]
