"""The explorer with buttons (ipywidgets, an extra): an icicle above its lines; a click opens a part of either."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from html import escape
from typing import Any, Protocol, Self

import pandas as pd

from carbon.core.ghg_protocol import SCOPE2_METHODS

STEPS = ("scope", "category", "supplier", "row", "factor")
PAGE = 12
"""Lines shown at first, and more with each click on "more"."""
BAR, BELOW = "#1f6f8b", "#b3541e"
NAME, BAR_WIDTH = "24em", "11em"
COLOURS = {"1": "#3b6ea5", "2": "#2a7f8a", "3": "#a0641a"}
"""Of a part of the icicle, by scope: white letters are read on each, and each is seen on white and on black."""
COLUMNS, HEIGHT, LEAST, NAMED = 3, "20em", 0.01, 0.055
"""Of the icicle: its columns, its height, and the shares of the open step below which parts are one, and from which a
part has room for its name.
"""


class Steps(Protocol):
    """The tables that are drawn; `explore.Explorer` has them."""

    @property
    def scope2_method(self) -> str:
        """The method whose scope 2 is in the total."""

    def table(self, *path: str) -> pd.DataFrame:
        """Return the table of one step."""

    def by(self, scope2_method: str) -> Self:
        """Return the same inventory by another method."""


def widget_of(explorer: Steps) -> Any:
    """Return a box of buttons for an explorer.

    Raises ImportError: ipywidgets is not installed: the caller shows a table instead.
    """
    return View(explorer).box


class View:
    """The open step and the box that shows it."""

    def __init__(self, explorer: Steps) -> None:
        import ipywidgets

        self.make = ipywidgets
        self.explorer = explorer
        self.path: tuple[str, ...] = ()
        self.shown = PAGE
        self.method = ipywidgets.ToggleButtons(options=SCOPE2_METHODS, value=explorer.scope2_method,
                                               description="Scope 2", style={"button_width": "10em"})
        self.method.observe(self._change_method, names="value")
        self.trail = ipywidgets.HBox(layout={"flex_flow": "row wrap"})
        self.icicle = ipywidgets.VBox(layout={"height": HEIGHT, "max_width": "60em"})
        self.lines = ipywidgets.VBox()
        self.box = ipywidgets.VBox([self.method, self.trail, self.icicle, self.lines])
        self.box.add_class("carbon-explorer")
        self._draw()

    def _change_method(self, change: dict[str, Any]) -> None:
        self.explorer = self.explorer.by(change["new"])
        self._open(())

    def _open(self, path: tuple[str, ...]) -> None:
        self.path, self.shown = path, PAGE
        self._draw()

    def _more(self) -> None:
        self.shown += PAGE
        self._draw()

    def _draw(self) -> None:
        table = self.explorer.table(*self.path)
        self.trail.children = self._trail()
        columns = COLUMNS - len(self.path)
        parts = self._parts(self.path, columns, LEAST * table["co2e_kg"].sum()) if columns > 0 else []
        self.icicle.children = tuple(parts)
        self.icicle.layout.display = None if columns > 0 else "none"
        if len(self.path) == len(STEPS) - 1:
            self.lines.children = (self.make.HTML(_detail_html(table)),)
            return
        largest = float(table["co2e_kg"].abs().max())
        # pandas' stubs let keys of records be anything; here they are names of columns.
        records: list[dict[str, Any]] = table.head(self.shown).to_dict("records")  # type: ignore[assignment]
        lines = [self._line(row, largest) for row in records]
        left = len(table) - self.shown
        if left > 0:
            rest = table["co2e_kg"].iloc[self.shown:].sum()
            lines.append(self._button(f"{left:,} more, {_tonnes(rest)} t", self._more, "carbon-more"))
        self.lines.children = tuple(lines)

    def _parts(self, path: tuple[str, ...], columns: int, least: float) -> list[Any]:
        """Return the parts of a step above zero, as high as their tonnes, each with its own parts to its right."""
        table = self.explorer.table(*path)
        table = table[table["co2e_kg"] > 0]
        boxes, small = [], 0.0
        for key, name, kg, share in table[["key", "name", "co2e_kg", "share"]].itertuples(index=False):
            if kg < least:
                small += kg
                continue
            inner = (*path, key)
            has_room = kg * LEAST >= NAMED * least
            part = self._button(f"{name}  {_tonnes(kg)} t" if has_room else "", partial(self._open, inner),
                                "carbon-part")
            part.tooltip = f"{name}: {_tonnes(kg)} t CO2e, {share:.1%} of the total"
            part.style = {"button_color": COLOURS.get(inner[0], BAR), "text_color": "white"}
            part.layout = {"width": f"{100 / columns:.2f}%", "height": "100%", "min_height": "0", "margin": "1px"}
            inside = self.make.VBox(self._parts(inner, columns - 1, least) if columns > 1 else (), layout={
                "width": f"{100 - 100 / columns:.2f}%", "height": "100%"})
            boxes.append(self.make.HBox([part, inside], layout=_high(kg)))
        return [*boxes, *([self.make.Box(layout=_high(small))] if small > 0 else [])]

    def _trail(self) -> tuple[Any, ...]:
        """Return one button for each step so far; the last one is the open step."""
        names = ["Total", *(self._name(depth) for depth in range(len(self.path)))]
        buttons = [self._button(name, partial(self._open, self.path[:depth]), "carbon-trail")
                   for depth, name in enumerate(names)]
        buttons[-1].disabled = True
        return tuple(buttons)

    def _name(self, depth: int) -> str:
        key = self.path[depth]
        if depth == len(STEPS) - 2:
            return f"row {key}"
        table = self.explorer.table(*self.path[:depth])
        return str(table.loc[table["key"] == key, "name"].iloc[0])

    def _line(self, row: dict[str, Any], largest: float) -> Any:
        file = str(row.get("source_file", "")).rpartition("/")[2]
        where = f"{row['key']}. {file}, line {row['source_line']}" if "part" in row else ""
        name = where or row["name"]
        path = (*self.path, row["key"])
        button = self._button(name, partial(self._open, path), "carbon-line")
        button.layout.width = NAME
        share, rows = row.get("share"), row.get("rows")
        words = f"{share:.1%}, {rows:,} rows" if rows is not None else (
            f"{row['quantity']:,.6g} {row['unit']} x {row['kg_per_unit']:.4g} kg, {row['part']}")
        return self.make.HBox([button, self.make.HTML(_bar_html(row["co2e_kg"], largest, words))])

    def _button(self, text: str, act: Callable[[], None], css: str) -> Any:
        button = self.make.Button(description=text, tooltip=text, layout={"width": "auto"})
        button.add_class(css)
        button.on_click(lambda _: act())
        return button


def _high(kg: float) -> dict[str, str]:
    """Return the layout of a part: its share of the height, and no more for its letters."""
    return {"flex": f"{kg:.9g} 1 0%", "min_height": "0", "overflow": "hidden"}


def _bar_html(kg: float, largest: float, words: str) -> str:
    width = 100 * abs(kg) / largest if largest > 0 else 0
    return (f'<div style="display:flex;align-items:center;gap:.8em"><span style="width:{BAR_WIDTH}">'
            f'<span style="display:block;height:.9em;width:{width:.1f}%;background:{BAR if kg >= 0 else BELOW}"></span>'
            f'</span><b style="min-width:6em;text-align:right">{_tonnes(kg)} t</b><span>{escape(words)}</span></div>')


def _detail_html(table: pd.DataFrame) -> str:
    body = "".join(f"<tr><td>{escape(what)}</td><th>{escape(field)}</th><td>{escape(value)}</td></tr>"
                   for what, field, value in table.itertuples(index=False))
    return f'<table class="carbon-detail">{body}</table>'


def _tonnes(kg: float) -> str:
    return f"{kg / 1000:,.3f}" if abs(kg) < 1e5 else f"{kg / 1000:,.0f}"
