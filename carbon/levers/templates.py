"""
Packaged lever templates (data/*.yml): the effect of a kind of lever from a few parameters with units and limits.

A template says which formula of `formulas` it uses, which parameters that needs, and which streams it acts on unless
the company says so. It holds no figure of effect: those are the company's own, with their evidence.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import pandas as pd
import pydantic

from carbon.core import packaged
from carbon.core.errors import MethodError, ParamsError
from carbon.core.lever_params import Add, Cut, Kind, LeverEntry, Range, Select
from carbon.core.params import Model
from carbon.levers import formulas

_PACKAGE = "carbon.levers"


class Parameter(Model):
    """One parameter: its meaning, unit, and the limits within which the formula holds."""

    meaning: str
    unit: str
    minimum: float
    maximum: float


class Template(Model):
    """One packaged kind of lever."""

    title: str
    formula: str
    track: str
    decarbonisation_lever: Kind
    where: Select
    to: Select | None = None
    with_grid: bool = False
    parameters: dict[str, Parameter]
    source: str
    note: str


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """
    All packaged templates by name.
    """
    files = packaged.names(_PACKAGE, "data", ".yml")
    return {f.removeprefix("data/").removesuffix(".yml"): Template.model_validate(packaged.read_yaml(_PACKAGE, f))
            for f in files}


def templates_table() -> pd.DataFrame:
    """
    template, title, track, parameter, unit, minimum, maximum, meaning, source: one row a parameter.
    """
    rows = [(name, t.title, t.track, p, d.unit, d.minimum, d.maximum, d.meaning, t.source)
            for name, t in templates().items() for p, d in t.parameters.items()]
    return pd.DataFrame(rows, columns=["template", "title", "track", "parameter", "unit", "minimum", "maximum",
                                       "meaning", "source"])


def from_template(entry: LeverEntry, *, where: str) -> dict[str, Any]:
    """
    The fields of a `Lever` that its template decides: cuts, adds, kind, and the profile where the formula gives one.

    Parameters
    ----------
    where
        File and lever, for errors.

    Raises
    ------
    ParamsError
        Unknown template; a parameter missing, unknown or out of its limits; another track than the template's.
    """
    template = templates().get(str(entry.template))
    if template is None:
        raise ParamsError(f"{where}, template: unknown {entry.template!r}", hint=f"one of {', '.join(templates())}")
    _check_parameters(entry, template, where)
    if entry.track != template.track:
        raise ParamsError(f"{where}, track: {entry.track!r}, but {entry.template} acts on {template.track!r}",
                          hint=f"write `track: {template.track}`")
    try:
        built = formulas.FORMULAS[template.formula](entry.parameters)
        cuts = [Cut(where=entry.where or template.where, reduction=Range(**built.reduction))]
    except (MethodError, ValueError, pydantic.ValidationError) as wrong:
        raise ParamsError(f"{where}, parameters: {_words(wrong)}", hint="correct the parameters") from None
    fields: dict[str, Any] = {"cuts": cuts, "adds": [*entry.adds, *_adds(entry, template, built, where)],
                              "decarbonisation_lever": entry.decarbonisation_lever or template.decarbonisation_lever}
    return fields | ({"profile": built.profile} if built.profile else {})


def _adds(entry: LeverEntry, template: Template, built: formulas.Effect, where: str) -> list[Add]:
    if built.kg_per_kg_cut is None:
        return []
    to = entry.to or template.to
    if to is None:
        raise ParamsError(f"{where}, to: {entry.template} moves emissions; say to which streams",
                          hint="add `to: {activity: [...]}`")
    return [Add(to=to, kg_per_kg_cut=built.kg_per_kg_cut, with_grid=template.with_grid)]


def _check_parameters(entry: LeverEntry, template: Template, where: str) -> None:
    missing = sorted(set(template.parameters) - set(entry.parameters))
    unknown = sorted(set(entry.parameters) - set(template.parameters))
    if missing or unknown:
        raise ParamsError(f"{where}, parameters: missing {missing}, unknown {unknown}",
                          hint=f"{entry.template} takes {', '.join(template.parameters)}")
    for name, value in entry.parameters.items():
        limits = template.parameters[name]
        if value.low < limits.minimum or value.high > limits.maximum:
            raise ParamsError(f"{where}, parameters.{name}: {value.low} ... {value.high} [{limits.unit}] is outside "
                              f"{limits.minimum} ... {limits.maximum}", hint=limits.meaning)


def _words(wrong: Exception) -> str:
    if isinstance(wrong, pydantic.ValidationError):
        return "; ".join(str(e["msg"]) for e in wrong.errors(include_url=False))
    return str(wrong)
