"""What an analyst sees of each public object: one line that never changes, and escaped tables with units."""

from __future__ import annotations

import contextlib
import copy
import html
import importlib.util
import inspect
import os
import pickle
import pkgutil
import re
import subprocess
import sys
from functools import cache, cached_property
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib.axes import Axes

import carbon as cb
from carbon.core.display import LONGEST, Displayed, as_html, one_line
from carbon.core.ghg_protocol import LOCATION
from carbon.factors import models
from carbon.reports import figures

_spec = importlib.util.spec_from_file_location("public_objects", Path(__file__).with_name("public_objects.py"))
public_objects = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(public_objects)

HOSTILE = "<script>alert(1)</script>\"'&\n\x1b[31m"
UNIT = re.compile(r"kg|g CO2e|t CO2e|_t\b|_km\b|kWh|\bEUR\b|unit")
KEYS = {"_measures", "language", "audience", "format", "scope", "view", "category", "scope2_method"}
"""Fields and columns with a closed list of words; no string of a file gets there."""
WITHOUT = {"br", "img", "input", "hr", "col"}
QUANTITIES = {"Estimate", "Inventory", "Inventories", "Bridge", "Change", "Explanation", "InventoryUncertainty",
              "Explorer", "Trajectory", "Parts", "Budget", "Plan", "CompanyPlan", "Chance", "Followed", "Baseline",
              "Limit", "Basis", "PageEstimate", "GridFactor", "Service", "Fleet", "TravelPolicy", "Shown", "Resolved",
              "Indicators", "Problem", "Restated"}


@pytest.fixture(scope="module")
def objects(tmp_path_factory):
    """One object of each public class."""
    purchases = tmp_path_factory.mktemp("files") / "purchases.csv"
    purchases.write_text("company,date,supplier,category,description,amount,currency,country\n"
                         "c,2025-01-31,Fictif,software,hosting,12.50,EUR,FR\n", encoding="utf-8")
    return public_objects.objects(purchases)


class Tags(HTMLParser):
    """Opened and closed in order; scripts and handlers counted."""

    def __init__(self, text: str):
        super().__init__()
        self.open, self.faults = [], []
        self.feed(text)
        self.close()
        self.faults += [f"<{tag}> is not closed" for tag in self.open]

    def handle_starttag(self, tag, attrs):
        self.open += [] if tag in WITHOUT else [tag]
        self.faults += [f"<{tag} {name}>" for name, _ in attrs if name.startswith("on")]
        self.faults += ["<script>"] if tag == "script" else []

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.faults.append(f"</{tag}> closes nothing")


def test_every_public_class_has_an_object_here(objects):
    """A class that a public function, field or method leads to is looked at by the tests below; an object of a class is
    one of its bases too.
    """
    assert len(_public()) > 60
    seen = {public_objects.full_name(base) for thing in objects.values() for base in type(thing).__mro__}
    assert _public() - seen == set()


def test_every_repr_is_one_short_line_without_an_address(objects):
    """Short, on one line, without the place in memory."""
    bad = {name: text for name, thing in objects.items() if name in _public()
           and ("\n" in (text := repr(thing)) or " at 0x" in text or len(text) > LONGEST or not text)}
    assert bad == {}


@cache
def _public() -> set[str]:
    return {public_objects.full_name(cls) for cls in public_objects.public_classes()}


def test_a_repr_is_the_same_in_two_processes(objects, tmp_path):
    """The same object shows the same under another hash seed: no set's order, no address."""
    public = {name: thing for name, thing in objects.items() if name in _public()}
    (tmp_path / "objects.pickle").write_bytes(pickle.dumps(public))
    code = ("import pickle, pathlib\n"
            "for name, thing in pickle.loads(pathlib.Path('objects.pickle').read_bytes()).items():\n"
            "    print(name, repr(thing), hash(thing._repr_html_()) * 0, len(thing._repr_html_()), sep='\\t')")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, text=True, capture_output=True,
                          env={**os.environ, "PYTHONHASHSEED": "4321"})
    assert done.returncode == 0, done.stderr[-2000:]
    shown_here = "".join(f"{name}\t{thing!r}\t0\t{len(thing._repr_html_())}\n" for name, thing in public.items())
    assert done.stdout == shown_here


def test_every_html_is_well_formed_and_says_its_units(objects):
    """Tags close in order; what holds quantities names their unit."""
    faults = {name: found for name, thing in objects.items()
              if name in _public() and (found := Tags(thing._repr_html_()).faults)}
    assert faults == {}
    known = {name.rpartition(".")[2] for name in objects}
    assert known >= QUANTITIES
    assert [name for name, thing in objects.items()
            if name.rpartition(".")[2] in QUANTITIES and not UNIT.search(thing._repr_html_())] == []


def _poisoned(thing):
    """The same object with hostile markup in every string field and every string column."""
    made = copy.copy(thing)
    for name, value in vars(thing).items():
        if name in KEYS:
            continue
        if isinstance(value, str):
            object.__setattr__(made, name, HOSTILE)
        elif isinstance(value, pd.DataFrame):
            texts = [c for c in value.columns if pd.api.types.is_string_dtype(value[c]) and c not in KEYS]
            object.__setattr__(made, name, value.assign(**{c: HOSTILE for c in texts if isinstance(c, str)}))
        elif isinstance(value, tuple) and value and all(isinstance(v, str) for v in value):
            object.__setattr__(made, name, (HOSTILE,))
    return made


def test_hostile_text_of_a_file_stays_text(objects):
    """Markup in any string field or cell is shown, not run; line breaks and terminal escapes leave the line whole."""
    shown, broken = 0, []
    for name, thing in objects.items():
        if name not in _public() or name.endswith((".Exhibit", ".Words")):  # their pages have tests of their own
            continue
        made = _poisoned(thing)
        try:
            page, line = made._repr_html_(), repr(made)
        except (KeyError, IndexError, ValueError) as error:
            pytest.fail(f"{name}: {error!r}")
        assert Tags(page).faults == [], name
        broken += [name] if "\n" in line or "\x1b" in line else []
        shown += html.escape("<script>alert(1)") in page
    assert broken == []
    assert shown > 20


def _plots() -> dict[str, Any]:
    """Every `plot_*` of the modules of figures, by name."""
    modules = [importlib.import_module(f"{figures.__name__}.{m.name}") for m in pkgutil.iter_modules(figures.__path__)]
    return {name: value for module in modules for name, value in vars(module).items()
            if name.startswith("plot_") and value.__module__ == module.__name__}


def _drawn_from(objects) -> dict[str, tuple[tuple, dict]]:
    """What each plot function is called with."""
    held = {name.rpartition(".")[2]: thing for name, thing in objects.items()}
    inv, history, made, tables = held["Inventory"], held["Inventories"], held["CompanyPlan"], cb.tables
    target = cb.Target("t", scopes=("1", "2"), scope2_method=LOCATION, base_year=2019, target_year=2030, reduction=0.42)
    series = history.series(("1", "2"), LOCATION)
    pathway, fitted = target.pathway(series.loc[2019]), cb.fit(series, until=2030)
    limit = made.plan.problem.limits[0].name
    trajectory = tables.trajectory_table(series, history.status(), pathway=pathway, fit=fitted.table)
    bought = models.compare("purchase.nace.C28", inv.library, regions=["FR", "DE"], years=[2023], currency="EUR",
                            policy=inv.params.factors, gwp="AR5GWP100", allow_mixed_gwp=[], non_co2="as_published")
    return {
        "plot_breaches": ((inv,), {}),
        "plot_trajectory": ((trajectory,), {}),
        "plot_budget": ((tables.budget_table(series.loc[2019:], pathway),), {}),
        **{f"plot_{n}": ((inv,), {"scope2_method": LOCATION}) for n in ("bars", "heatmap", "icicle", "map", "pareto")},
        "plot_multiples": (([inv, inv],), {"scope2_method": LOCATION}),
        "plot_slope": ((history,), {"scope2_method": LOCATION}),
        "plot_bridge": ((tables.bridge_table(held["Bridge"]),), {}),
        "plot_purchase_models": ((bought,), {}),
        "plot_wedges": ((tables.wedges_table(made, limit=limit, language="en"),), {}),
        "plot_cost_curve": ((tables.cost_curve_table(made, language="en"),), {}),
        "plot_calendar": ((tables.calendar_table(made), tables.capex_table(made)), {"currency": "EUR"}),
        "plot_tornado": ((tables.sensitivity_table(made, limit=limit),), {}),
        "plot_age_pyramid": ((held["Fleet"],), {}),
        "plot_quarters": ((held["Fleet"], "01-01"), {}), "plot_exits": ((held["Fleet"],), {}),
        "plot_longer": ((held["Fleet"],), {}),
        "plot_service": ((held["Service"],), {}),
        "plot_thresholds": ((held["TravelPolicy"],), {}), "plot_scorecard": ((held["Indicators"], "performance"), {}),
    }


def test_every_plot_takes_axes_and_gives_axes(objects):
    """`ax=None` makes a figure, a given Axes is drawn on; both give Axes back. All of them are in `cb.figures`."""
    plots, given = _plots(), _drawn_from(objects)
    assert set(plots) == set(given)
    assert set(plots) <= set(dir(cb.figures))
    for name, plot in plots.items():
        taken = inspect.signature(plot).parameters["ax"]
        assert taken.default is None, name
        args, more = given[name]
        figure, ax = plt.subplots()
        on = plot(*args, ax, **more)
        assert isinstance(on, Axes) and on.figure is figure, name
        alone = plot(*args, **more)
        assert isinstance(alone, Axes) and alone.figure is not figure, name
        plt.close("all")


def test_the_line_is_cut_and_control_characters_are_written_out():
    """A long string ends in an ellipsis within the limit; a right-to-left mark cannot turn the line round."""
    assert len(one_line("x" * 1000)) == LONGEST and one_line("x" * 1000).endswith("…")
    assert one_line("a\nb\u202ec\x1b[0m") == "a\\nb\\u202ec\\x1b[0m"
    assert one_line("1\u202f234\u00a0€") == "1\u202f234\u00a0€"


def test_tables_say_how_many_rows_there_are():
    """Twenty rows of fifty, with a note below; a missing number is "no data", never a zero."""
    page = as_html("title", pd.DataFrame({"kg": [float("nan"), *range(49)]}), {"a": 1.0}, notes=["<b>"])
    assert "20 of 50 rows" in page and "no data" in page and "&lt;b&gt;" in page and Tags(page).faults == []
    assert Displayed().__repr__() == "Displayed()"


def test_what_is_printed_states_the_main_part_and_the_next_call(objects):
    """An inventory names its largest part with its share, a fit its last year and the end of its interval."""
    held = {name.rpartition(".")[2]: thing for name, thing in objects.items()}
    inv, fitted = held["Inventory"], held["Trajectory"]
    *_, largest, after = str(inv).splitlines()
    assert re.search(r"largest: .+, \d+% of the total", largest) and "inv.explore()" in after
    assert f"last year: {fitted.series.index[-1]}, " in str(fitted) and "next: fit." in str(fitted)


CARRIERS = {
    "carbon.params.shapes.": "what a company's files state: input of a calculation, not a result",
    "carbon.core.schemas.Table": "the contract of a table: names and kinds of columns",
    "carbon.records.": "what was read of files, before anything is computed of it",
    "carbon.runs.desk.": "a file map: what a user answers",
    "carbon.digital.services.form.ServiceForm": "a form: what a user answers",
    "carbon.activities.classification.classified.Classified": "input of `compile_inventory`, which copies it",
}
"""Objects without a figure, by the start of their names: what is written into them is an input of the next call."""
NOT_ASKED = {"boundary_warned", "expected", "intervals", "warnings"}
"""Properties that read earlier years or take seconds, and lead to objects that are looked at themselves."""
ROWS_LOOKED_AT = 20


def _handed_out(thing) -> dict[str, Any]:
    """What an object gives without an argument: its fields and properties, and what it shows of them."""
    names = {name for name in vars(thing) if not name.startswith("_")}
    for base in type(thing).__mro__:
        if base.__module__.startswith("carbon"):
            names |= {name for name, member in vars(base).items()
                      if isinstance(member, (property, cached_property)) and not name.startswith("_")}
    given = {"repr": repr(thing), "html": thing._repr_html_()}
    for name in sorted(names - NOT_ASKED):
        try:
            given[name] = getattr(thing, name)
        except Exception as error:  # the same one afterwards
            given[name] = repr(error)
    return given


def _overwrite(array) -> None:
    for write in (lambda: array.setflags(write=True), lambda: array.__setitem__(slice(None), array[::-1].copy()),
                  lambda: array.__imul__(3)):
        with contextlib.suppress(AttributeError, TypeError, ValueError):
            write()


def _spoil(value) -> None:
    """Write into a table, its arrays and views, an array, a mapping or a list, and empty it."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        columns = [value] if value.ndim == 1 else [value.iloc[:, i] for i in range(value.shape[1])]
        arrays = [a for c in columns for a in (c.array, c.values, c.to_numpy())]
        for array in (*arrays, value.values, value.index.values):
            _overwrite(array)
        value.attrs.clear()
        with contextlib.suppress(TypeError, ValueError):
            value *= 3
        value.iloc[:] = value.to_numpy()[::-1]
        value.drop(value.index, inplace=True)  # noqa: PD002  # what a user may write
    elif isinstance(value, np.ndarray):
        _overwrite(value)
    elif isinstance(value, (dict, list, tuple, set)):
        for item in value.values() if isinstance(value, dict) else value:
            _spoil(item)
        if not isinstance(value, tuple):
            value.clear()


def _kept(value) -> Any:
    """Return a value as nothing can change it any more: tables by their cells and index, other objects as one line."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        first = value.iloc[:ROWS_LOOKED_AT]
        names = [list(axis) for axis in first.axes]
        return repr((first.to_numpy().tolist(), names, len(value), value.attrs))
    if isinstance(value, np.ndarray):
        return repr(value.tolist())
    if isinstance(value, dict):
        return {key: _kept(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_kept(item) for item in value]
    return repr(value)


@pytest.mark.filterwarnings("ignore")
def test_nothing_done_to_what_a_result_hands_out_changes_its_figures(objects):
    """Each table, array, view, mapping and list of a result is overwritten and emptied; every figure asked afterwards
    is as before.
    """
    changed = {}
    for name, thing in objects.items():
        if name not in _public() or name.startswith(tuple(CARRIERS)):
            continue
        before = _kept(_handed_out(thing))
        for value in _handed_out(thing).values():
            _spoil(value)
        faults = [given for given, figure in _kept(_handed_out(thing)).items() if figure != before[given]]
        changed |= {name: faults} if faults else {}
    assert changed == {}
