"""Levers as a plan uses them: a file's entries, with packaged templates (data/*.yml) filled in, and their relations.

A template names its formula in `formulas`, the parameters that it needs, and the streams on which it acts unless the
company chooses others. It holds no figure of effect: those are the company's own, with their evidence.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, Literal

import pandas as pd
import pydantic

from carbon.core import packaged
from carbon.core.errors import MethodError, MoneyError, ParamsError
from carbon.core.money import exchange
from carbon.core.text import instead
from carbon.levers import formulas
from carbon.params.shapes.company import Model
from carbon.params.shapes.faults import fault_words
from carbon.params.shapes.levers import Add, Cut, Kind, Lever, LeverEntry, LeverFile, Range, Select, check_relations

_PACKAGE = "carbon.levers"
_OWN = {"template", "parameters", "where", "to"}


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
    lowers: Literal["quantity", "intensity"] | None = None
    where: Select
    to: Select | None = None
    with_grid: bool = False
    parameters: dict[str, Parameter]
    source: str
    note: str


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """Return all packaged templates by name."""
    files = packaged.names(_PACKAGE, "data", ".yml")
    return {f.removeprefix("data/").removesuffix(".yml"): Template.model_validate(packaged.read_yaml(_PACKAGE, f))
            for f in files}


def templates_table() -> pd.DataFrame:
    """Return one row a parameter: template, title, track, parameter, unit, minimum, maximum, meaning, source."""
    rows = [(name, t.title, t.track, p, d.unit, d.minimum, d.maximum, d.meaning, t.source)
            for name, t in templates().items() for p, d in t.parameters.items()]
    return pd.DataFrame(rows, columns=["template", "title", "track", "parameter", "unit", "minimum", "maximum",
                                       "meaning", "source"])


def from_template(entry: LeverEntry, *, where: str) -> dict[str, Any]:
    """Return the fields of a `Lever` that its template decides: cuts, adds, kind, and the profile if there is one.

    where: File and lever, for errors.

    Raises ParamsError: Unknown template; a parameter missing, unknown or out of its limits; another track than the
    template's.
    """
    template = templates().get(str(entry.template))
    if template is None:
        raise ParamsError(f"{where}, template: unknown {entry.template!r}",
                          hint=instead(entry.template or "", templates()))
    _check_parameters(entry, template, where)
    if entry.track != template.track:
        raise ParamsError(f"{where}, track: {entry.track!r}, but {entry.template} acts on {template.track!r}",
                          hint=f"write `track: {template.track}`")
    try:
        built = formulas.effect_of(template.formula, entry.parameters)
        cuts = [Cut(where=entry.where or template.where, reduction=built.reduction, factors=list(built.factors))]
    except (MethodError, ValueError, pydantic.ValidationError) as wrong:
        words = fault_words(wrong) if isinstance(wrong, pydantic.ValidationError) else str(wrong)
        raise ParamsError(f"{where}, parameters: {words}", hint="correct the parameters") from None
    fields: dict[str, Any] = {"cuts": cuts, "adds": [*entry.adds, *_adds(entry, template, built, where)],
                              "lowers": entry.lowers or template.lowers,
                              "decarbonisation_lever": entry.decarbonisation_lever or template.decarbonisation_lever}
    return fields | ({"effect_by_age": built.profile} if built.profile else {})


def _adds(entry: LeverEntry, template: Template, built: formulas.Effect, where: str) -> list[Add]:
    if built.kg_per_kg_cut is None:
        return []
    to = entry.to or template.to
    if to is None:
        raise ParamsError(f"{where}, to: {entry.template} moves emissions; name the streams they move to",
                          hint="add `to: {activity: [...]}`")
    return [Add(to=to, kg_per_kg_cut=built.kg_per_kg_cut, with_grid=template.with_grid)]


def _check_parameters(entry: LeverEntry, template: Template, where: str) -> None:
    missing = sorted(set(template.parameters) - set(entry.parameters))
    extra = sorted(set(entry.parameters) - set(template.parameters))
    if missing or extra:
        raise ParamsError(f"{where}, parameters: missing {missing}, unknown {extra}",
                          hint=f"{entry.template} takes {', '.join(template.parameters)}")
    for name, value in entry.parameters.items():
        limits = template.parameters[name]
        if value.low < limits.minimum or value.high > limits.maximum:
            raise ParamsError(f"{where}, parameters.{name}: {value.low} ... {value.high} [{limits.unit}] is outside "
                              f"{limits.minimum} ... {limits.maximum}", hint=limits.meaning)


def levers_of(file: LeverFile, *, name: str) -> list[Lever]:
    """Return the levers of a file, templates filled in, in the file's order.

    name: How the file is called in errors.

    Raises ParamsError: A template or one of its parameters is not accepted: file, lever and field are named.
    """
    levers = [_lever(id_, entry, name) for id_, entry in file.levers.items()]
    return check_levers(levers, currency=file.plan.currency, price_year=file.plan.price_year, name=name)


def check_levers(levers: Sequence[Lever], *, currency: str, price_year: int, name: str = "levers") -> list[Lever]:
    """Return the levers in one currency and price year, with known and acyclic relations.

    Raises ParamsError: Names the lever and the field.
    """
    ids = [lever.id for lever in levers]
    duplicates = sorted({i for i in ids if ids.count(i) > 1})
    if duplicates:
        raise ParamsError(f"{name}: lever {duplicates[0]}, id: given twice", hint="give each lever its own id")
    try:
        check_relations({lever.id: lever for lever in levers})
    except ValueError as wrong:
        raise ParamsError(f"{name}: {wrong}", hint=f"correct {name}") from None
    return [_in_currency(lever, currency, price_year, name) for lever in levers]


def _in_currency(lever: Lever, currency: str, price_year: int, name: str) -> Lever:
    """Return the lever with its costs in the plan's currency, by the ECB's mean rate of the price year."""
    cost = lever.cost
    if cost.price_year != price_year:
        raise ParamsError(
            f"{name}: lever {lever.id}, cost: {cost.currency} of {cost.price_year} in a plan in {currency} of "
            f"{price_year}; costs of different money are never added",
            hint="convert the lever's costs to the plan's price year")
    if cost.currency == currency:
        return lever
    try:
        rate = float(exchange(pd.Series([1.0]), pd.Series([cost.currency]), pd.Series([price_year]), to=currency,
                              basis="year_mean")["converted"].iloc[0])
    except MoneyError:
        raise ParamsError(f"{name}: lever {lever.id}, cost.currency: the ECB has no rate of {cost.currency} in "
                          f"{price_year}", hint=f"write the costs in {currency}, or correct the currency") from None
    amounts = {k: v.times(rate) for k, v in cost if isinstance(v, Range)}
    grant = cost.grant and cost.grant.model_copy(update={
        "at_most": None if cost.grant.at_most is None else cost.grant.at_most * rate})
    return lever.model_copy(update={"cost": cost.model_copy(update={**amounts, "currency": currency, "grant": grant})})


def _lever(id_: str, entry: LeverEntry, name: str) -> Lever:
    common = {k: v for k, v in dict(entry).items() if k not in _OWN}
    if entry.template is None:
        return Lever(id=id_, **common)
    built = from_template(entry, where=f"{name}: lever {id_}")
    return Lever(id=id_, **common | built)
