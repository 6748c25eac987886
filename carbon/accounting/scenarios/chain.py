"""What if: a chain of changes to one year, each a rerun of its activities by the same kernel; nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from carbon.accounting.company import accepting, inventory_from
from carbon.accounting.intervals import interval_of_difference
from carbon.accounting.result import Inventory
from carbon.accounting.scenarios import outcome, steps
from carbon.accounting.years.rerun import records_of
from carbon.activities import Classified, classify
from carbon.core.display import as_html, one_line
from carbon.core.errors import MethodError, UsageError
from carbon.core.ghg_protocol import SCOPE2_METHODS
from carbon.core.public_names import boxed_methods
from carbon.core.units import KG_PER_T
from carbon.emissions.uncertainty.shown import Interval
from carbon.records.files.company import CompanyRecords

if TYPE_CHECKING:
    from matplotlib.axes import Axes


@boxed_methods
@dataclass(frozen=True, eq=False, repr=False)
class WhatIf:
    """A year with some of its activities changed; each step returns a new one, and leaves this one as it is.

    A step changes the whole activity of each row that fits: its generation, upstream and losses, in every scope.

    Attributes
    ----------
    base
        The year as it was.
    names
        The steps in words, in order.
    inventories
        The year after each step.
    """

    base: Inventory
    names: tuple[str, ...]
    inventories: tuple[Inventory, ...]
    _records: CompanyRecords
    _classified: Classified
    _moved: Mapping[int, steps.Tables] = field(default_factory=dict)

    @property
    def inventory(self) -> Inventory:
        """The year after the last step."""
        return self.inventories[-1] if self.inventories else self.base

    def move(self, where: Mapping[str, Any], *, to: str, share: float) -> WhatIf:
        """Move a share of some transport to another mode: its records are classified again with that mode.

        Distances are those of the new mode: as the record gives them, else by its detour.

        where: Conditions on columns of `rows()`: {"mode": "air", "km": "<800"}.
        to: A mode, or mode and service: "rail", "rail.tgv", "coach".
        share: Above 0 and at most 1, of each activity that fits.

        Raises UsageError: Nothing fits, an impossible share or mode, records that cannot be classified so.
        """
        hit, share = steps.hit_by(self.inventory, where, self._activities), steps.checked_share(share)
        new, tables = steps.by_other_mode(self._records, self._activities, hit, to)
        number = len(self.names) + 1
        moved = replace(self, _moved={**self._moved, number: tables})
        return moved._with(f"move {share:.4g} of {_words(where)} to {to}",
                           steps.replaced(self._activities, hit, share, new, number))

    def cut(self, where: Mapping[str, Any], *, share: float) -> WhatIf:
        """Take a share of the quantity of some activities away.

        Raises UsageError: Nothing fits, or an impossible share.
        """
        hit, share = steps.hit_by(self.inventory, where, self._activities), steps.checked_share(share)
        return self._with(f"cut {share:.4g} of {_words(where)}", steps.cut(self._activities, hit, share))

    def swap_factor(self, where: Mapping[str, Any], *, to: str, share: float = 1.0) -> WhatIf:
        """Price the same quantity of some activities by another activity of the library, in their scope and category.

        Raises UsageError: Nothing fits, an impossible share, no factor of that activity for the unit and place.
        """
        hit, share = steps.hit_by(self.inventory, where, self._activities), steps.checked_share(share)
        new = steps.as_activity(self._activities, hit, to)
        return self._with(f"{share:.4g} of {_words(where)} as {to}",
                          steps.replaced(self._activities, hit, share, new, len(self.names) + 1, is_spent=True))

    def electrify(self, where: Mapping[str, Any], *, unit: str, kwh_per_unit: float, share: float = 1.0,
                  to: str = "electricity") -> WhatIf:
        """Replace some activities by electricity at the same place: quantity [unit] x kwh_per_unit = kWh.

        What was scope 1 becomes scope 2, by both methods; no contract covers it.

        Raises UsageError: Nothing fits, an impossible share, no factor. UnitError: A quantity does not convert to
        `unit`.
        """
        hit, share = steps.hit_by(self.inventory, where, self._activities), steps.checked_share(share)
        new = steps.as_electricity(self._activities, hit, to, unit, kwh_per_unit, self.base.params.factors.own_fuels)
        return self._with(f"electrify {share:.4g} of {_words(where)}, {kwh_per_unit:g} kWh/{unit}",
                          steps.replaced(self._activities, hit, share, new, len(self.names) + 1))

    def change(self, *, scope2_method: str) -> Interval:
        """Return the change of the total [kg CO2e] with its 95 % interval: what stays as it was cancels.

        Raises UsageError: No row changed.
        """
        old, new = outcome.weights(self.base, self.inventory, scope2_method)
        return interval_of_difference((self.base, lambda _: old), (self.inventory, lambda _: new),
                                      scope2_method=scope2_method)

    def changes(self, *, scope2_method: str) -> pd.DataFrame:
        """Return each activity that is not as it was, old and new: where it is from, activity, quantity and kg.

        change_kg sums to the change of the total.
        """
        return outcome.changes(self.base, self.inventory, scope2_method)

    def bridge(self, *, scope2_method: str) -> pd.DataFrame:
        """Return the way from the year as it was: step, change_t (NaN of totals), co2e_t after it."""
        totals = [one.total(scope2_method) / KG_PER_T for one in (self.base, *self.inventories)]
        return pd.DataFrame({"step": [str(self.base.year), *self.names, "what if"],
                             "change_t": [np.nan, *np.diff(totals), np.nan], "co2e_t": [*totals, totals[-1]]})

    def form(self, where: Mapping[str, Any], *, scope2_method: str, to: str = "") -> Any:
        """Return a slider for the share of a move (`to`) or a cut in Jupyter; its `scenario` is the what-if shown.

        Raises UsageError: As `move` and `cut`; ipywidgets is not installed.
        """
        from carbon.accounting.scenarios.form import form_of

        return form_of(self, where, to, scope2_method)

    def plot(self, ax: Axes | None = None, *, scope2_method: str, language: str = "en") -> Axes:
        """Draw the bridge as a waterfall [t CO2e]; see `carbon.figures.plot_bridge`."""
        import carbon  # a figure of the readers' rooms, by its public name

        axes: Axes = carbon.figures.plot_bridge(self.bridge(scope2_method=scope2_method), ax, words=language,
                                                title=f"{self.base.company} {self.base.year}, {scope2_method}")
        return axes

    def money(self) -> pd.DataFrame:
        """Return the money of the records that is no longer spent as it was: kind, currency, amount, rows_without.

        amount = sum of record amounts x share cut, moved or electrified; what replaces it costs money that is not
        known. A record with one changed activity and an unchanged one is in rows_without.
        """
        return outcome.money(self.base, self._classified.activities)

    def compare(self, *others: WhatIf, scope2_method: str) -> pd.DataFrame:
        """Return the scopes and the total of the year as it was, of this and of other what-ifs, side by side [t CO2e].

        Raises MethodError: Another company or year.
        """
        for other in others:
            if (other.base.company, other.base.year) != (self.base.company, self.base.year):
                raise MethodError(f"{other!r} is of another company or year", hint="compare what-ifs of one year")
        inventory_of = {"as it was": self.base}
        for one in (self, *others):
            name = "; ".join(one.names) or "nothing changed"
            inventory_of[f"{name} ({len(inventory_of)})" if name in inventory_of else name] = one.inventory
        return pd.DataFrame({name: one.pivot("scope", scope2_method=scope2_method)["co2e_t"]
                             for name, one in inventory_of.items()})

    def lever(self, id: str, *, label: str) -> str:
        """Return an entry of levers.yml that cuts and adds what this does; what is not known is in angle brackets.

        Paste it under `levers` of params/<company>/levers.yml; `carbon levers check` reads it.

        Raises MethodError: Nothing falls, so that there is nothing a lever could cut.
        """
        return outcome.lever(self.base, self.inventory, id, label, self.names)

    @property
    def _activities(self) -> pd.DataFrame:
        return self._classified.activities

    def _with(self, name: str, activities: pd.DataFrame) -> WhatIf:
        classified = replace(self._classified, activities=activities)
        library = self.base.library
        if library is None:
            raise MethodError(f"{self.base!r} does not hold its factor library", hint="compute it with cb.inventory")
        new = replace(inventory_from(accepting(self._records), classified, library), params=self.base.params)
        before, after = (set(one.activities["activity_id"].astype("str")) for one in (self.inventory, new))
        if back := [activity for activity in after - before if steps.MARK not in activity]:
            raise UsageError(f"{name}: {len(back)} activities that params set aside as counted twice would count again",
                             hint="narrow `where`, or take both sides of the pair together")
        lost_ids = set(activities["activity_id"].astype("str")) - after
        made_ids = [activity for activity in lost_ids if steps.MARK in activity]
        if made_ids:
            why = new.ledger[(new.ledger["stage"] == "factor") & ~new.ledger["record_id"].isin(
                self.inventory.ledger.loc[self.inventory.ledger["stage"] == "factor", "record_id"])]
            raise UsageError(f"{name}: {len(made_ids)} activities have no factor",
                             rows=why[["source_file", "source_line", "value", "reason"]],
                             hint=why["what_to_do"].iloc[-1] if len(why) else "name another activity")
        new = steps.with_moved(new, self._moved)
        return replace(self, names=(*self.names, name), inventories=(*self.inventories, new), _classified=classified)

    def __repr__(self) -> str:
        method = self.base.params.scope2_headline
        change = (self.inventory.total(method) - self.base.total(method)) / KG_PER_T
        return one_line(f"WhatIf({self.base.company} {self.base.year}: {change:+,.1f} t CO2e {method}; "
                        f"{'; '.join(self.names) or 'nothing changed yet'})")

    def _repr_html_(self) -> str:
        return as_html(repr(self), self.bridge(scope2_method=self.base.params.scope2_headline).round(3))


def what_if(inventory: Inventory) -> WhatIf:
    """Begin a what-if of a year; see `WhatIf` for its steps: move, cut, swap_factor, electrify.

    Raises MethodError: The inventory holds no records; its activities, classified again, give another total.
    """
    records = records_of(inventory, inventory.params)
    classified = classify(records)
    left = classified.activities.assign(**{steps.LEFT: 1.0, steps.SPENT: 1.0})
    begun = WhatIf(inventory, (), (), records, replace(classified, activities=left))
    again = inventory_from(records, begun._classified, inventory.library) if inventory.library else inventory
    for method in SCOPE2_METHODS:
        if again.total(method) != inventory.total(method):
            raise MethodError(f"{inventory!r} is not what its records give by its own params and factors",
                              hint="compute it again with cb.inventory")
    return begun


def _words(where: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} {value}" for name, value in where.items())
