"""
Levers as a plan uses them: a file's entries become `Lever` values, and relations between them are checked.
"""

from __future__ import annotations

from collections.abc import Sequence

from carbon.core.errors import ParamsError
from carbon.core.lever_params import Lever, LeverEntry, LeverFile, check_relations
from carbon.levers.templates import from_template

_OWN = {"template", "parameters", "where", "to"}


def levers_of(file: LeverFile, *, name: str) -> list[Lever]:
    """
    The levers of a file, templates filled in, in the file's order.

    Parameters
    ----------
    name
        How the file is called in errors.

    Raises
    ------
    ParamsError
        A template or one of its parameters is refused: file, lever and field are named.
    """
    made = [_lever(id_, entry, name) for id_, entry in file.levers.items()]
    return check_levers(made, currency=file.plan.currency, price_year=file.plan.price_year, name=name)


def check_levers(levers: Sequence[Lever], *, currency: str, price_year: int, name: str = "levers") -> list[Lever]:
    """
    The same levers, in one currency and price year, with known and acyclic relations.

    Raises
    ------
    ParamsError
        Names the lever and the field.
    """
    ids = [lever.id for lever in levers]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise ParamsError(f"{name}: lever {twice[0]}, id: given twice", hint="give each lever its own id")
    try:
        check_relations({lever.id: lever for lever in levers})
    except ValueError as wrong:
        raise ParamsError(f"{name}: {wrong}", hint=f"correct {name}") from None
    for lever in levers:
        cost = lever.cost
        if (cost.currency, cost.price_year) != (currency, price_year):
            raise ParamsError(
                f"{name}: lever {lever.id}, cost: {cost.currency} of {cost.price_year} in a plan in {currency} of "
                f"{price_year}; costs of different money are never added",
                hint="convert the lever's costs to the plan's currency and price year")
    return list(levers)


def _lever(id_: str, entry: LeverEntry, name: str) -> Lever:
    common = {k: v for k, v in dict(entry).items() if k not in _OWN}
    if entry.template is None:
        return Lever(id=id_, **common)
    built = from_template(entry, where=f"{name}: lever {id_}")
    return Lever(id=id_, **common | built)
