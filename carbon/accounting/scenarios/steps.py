"""Steps of a what-if: what `where` selects is cut, moved to another mode, or taken as another activity."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting.frames.select import Where, conditioned, selected
from carbon.accounting.frames.tidy import rows_of
from carbon.accounting.result import Inventory
from carbon.activities import classify
from carbon.activities.kinds.modes import services
from carbon.activities.kinds.travel import MODES
from carbon.core.errors import UsageError
from carbon.core.fuels import Fuel
from carbon.core.ghg_protocol import NO_CATEGORY, SCOPE2_METHODS
from carbon.core.places import town_of_flight
from carbon.core.text_columns import stack, with_text
from carbon.core.units import convert
from carbon.core.zones import country_of
from carbon.records.files.company import CompanyRecords

LEFT = "share_left"
"""Column of activities: the share of the activity as it was classified."""
SPENT = "share_spent"
"""Column of activities: the share of the money of their record that is spent as it was."""
MARK = " what-if "
"""Between the id of an activity and the number of the step that made another one of it."""
_OTHER_WORDS = ("mode_detail", "size", "fuel", "vehicle", "cabin_class", "load", "run_by")
"""Columns that describe the vehicle of a record: those of another mode are not known."""
Flags = npt.NDArray[np.bool_]
Tables = Mapping[str, pd.DataFrame]


def checked_share(share: float) -> float:
    """Return a share between 0 and 1.

    Raises UsageError: Any other value.
    """
    if not (isinstance(share, (int, float)) and 0 < share <= 1):
        raise UsageError(f"share={share!r} is not above 0 and at most 1", hint="share=0.3 for 30 %")
    return float(share)


def hit_by(inventory: Inventory, where: Where, activities: pd.DataFrame) -> Flags:
    """Return which activities have a row of the inventory that fits `where`, in the columns of the tidy frame.

    Raises UsageError: No row fits, or an unknown column.
    """
    if not where:
        raise UsageError("`where` is empty", hint='{"mode": "air", "km": "<800"}')
    found_ids = []
    for method in SCOPE2_METHODS:
        frame = rows_of(inventory, method, [*conditioned(where), "activity_id"])
        found_ids.append(set(frame.loc[selected(frame, where), "activity_id"].astype("str")))
    if found_ids[0] != found_ids[1]:
        raise UsageError("`where` selects other activities by each scope 2 method",
                         hint="use columns that do not depend on the method: activity, site, mode ...")
    return activities["activity_id"].isin(list(found_ids[0])).to_numpy()


def cut(activities: pd.DataFrame, hit: Flags, share: float) -> pd.DataFrame:
    """Return activities with a share of the quantity of some taken away."""
    left = np.where(hit, 1.0 - share, 1.0)
    shares = {name: activities[name] * left for name in (LEFT, SPENT)}
    return activities.assign(quantity=activities["quantity"].to_numpy() * left, **shares)


def replaced(
    activities: pd.DataFrame, hit: Flags, share: float, new: pd.DataFrame, number: int, *, is_spent: bool = False,
) -> pd.DataFrame:
    """Return activities with a share of some replaced: `new` is what the whole of each is instead, in their order.

    is_spent: the money of the record buys what it bought.
    """
    old = with_text(activities)
    left = old[hit]
    new = new.assign(activity_id=left["activity_id"].to_numpy() + f"{MARK}{number}",
                     record_unit=left["record_unit"].to_numpy(), quantity=new["quantity"].to_numpy() * share,
                     **{LEFT: left[LEFT].to_numpy() * share, SPENT: left[SPENT].to_numpy() * share * is_spent})
    if share == 1:  # what is replaced whole leaves its record's amount to what replaces it
        return stack([old[~hit], new.assign(record_amount=left["record_amount"].to_numpy())[list(old.columns)]])
    return stack([cut(old, hit, share), new.assign(record_amount=np.nan)[list(old.columns)]])


def as_activity(activities: pd.DataFrame, hit: Flags, to: str, **columns: Any) -> pd.DataFrame:
    """Return some activities as another activity of the library."""
    return with_text(activities[hit]).assign(activity=to, contract="", group="", tier="estimated", **columns)


def as_electricity(activities: pd.DataFrame, hit: Flags, to: str, unit: str, kwh_per_unit: float,
                   own_fuels: Sequence[Fuel]) -> pd.DataFrame:
    """Return some activities as electricity: quantity [unit] x kwh_per_unit; what was scope 1 is scope 2.

    own_fuels: heat contents of the company's params, by which its inventory converts too.

    Raises UnitError: A quantity is in no unit that converts to `unit`.
    """
    if not kwh_per_unit > 0:
        raise UsageError(f"kwh_per_unit={kwh_per_unit!r} is not above 0", hint="kWh of electricity for one unit")
    some = with_text(activities[hit])
    amount = np.full(len(some), np.nan)
    keys = ["activity", "unit", "region", "year"]
    for (activity, counted_unit, region, year), rows in some.reset_index(drop=True).groupby(keys):
        amount[rows.index] = convert(rows["quantity"].to_numpy(), str(counted_unit), unit, fuel=str(activity),
                                     year=int(str(year)), country=country_of(str(region)), own_fuels=own_fuels)
    is_own = (some["scope"] == "1").to_numpy()
    # Who sold the fuel does not sell the electricity.
    return as_activity(activities, hit, to, unit="kWh", quantity=amount * kwh_per_unit, supplier="",
                       scope=pd.array(np.where(is_own, "2", some["scope"]), dtype="str"),
                       category=np.where(is_own, NO_CATEGORY, some["category"]))


def by_other_mode(
    records: CompanyRecords, activities: pd.DataFrame, hit: Flags, to: str,
) -> tuple[pd.DataFrame, Tables]:
    """Return some transport activities as their records are classified with another mode, and these records.

    to: "rail", "rail.tgv", "coach" ...: a mode and, after a point, its service.

    Raises UsageError: An unknown mode; activities that are no transport; a record of several activities; a record that
    cannot be classified so, with the reason.
    """
    mode, _, service = to.partition(".")
    if mode not in MODES or (service and (mode, service) not in services()):
        of_mode = [f"{m}.{s}" for m, s in services() if m == mode]
        raise UsageError(f"to={to!r} is no mode of transport", hint=f"one of {', '.join(of_mode or MODES)}")
    some = with_text(activities[hit]).reset_index(drop=True)
    tables, ids = {}, set(some["record_id"])
    for kind in some["kind"].drop_duplicates():
        table = records.records.get(kind, pd.DataFrame())
        if "mode" not in table:
            raise UsageError(f"records of {kind} have no mode of transport", rows=some[some["kind"] == kind][
                ["activity_id", "activity"]], hint="narrow `where`; swap_factor and electrify change other activities")
        chosen_rows = with_text(table[table["record_id"].isin(list(ids))])
        words = {name: "" for name in _OTHER_WORDS if name in chosen_rows}
        tables[kind] = chosen_rows.assign(**words | {"mode": mode} | ({"mode_detail": service} if service else {}))
    classified = classify(replace(records, records={kind: _on_ground(table, records.records[kind], mode)
                                                    for kind, table in tables.items()}))
    if len(classified.ledger):
        raise UsageError(f"{len(classified.ledger)} records cannot be {to}", rows=classified.ledger[
            ["source_file", "source_line", "code", "reason"]], hint=classified.ledger["what_to_do"].iloc[0])
    activity_of = classified.activities.set_index("record_id")
    if activity_of.index.duplicated().any() or some["record_id"].duplicated().any():
        raise UsageError("some records are several activities, which do not move one by one",
                         rows=some[["record_id", "activity_id", "activity"]], hint="narrow `where`")
    new = with_text(activity_of.loc[some["record_id"]].reset_index())
    return new.assign(quantity=new["quantity"].to_numpy() * some[LEFT].to_numpy()), tables


def _on_ground(moved: pd.DataFrame, before: pd.DataFrame, mode: str) -> pd.DataFrame:
    """Return moved records whose flights begin and end in towns: on the ground the code of an airport is no place."""
    flown = before.set_index("record_id")["mode"].loc[moved["record_id"]].to_numpy() == "air"
    if mode == "air":
        return moved
    ends = {end: moved[end].where(~flown, moved[end].map(town_of_flight))
            for end in ("origin", "destination") if end in moved}
    return moved.assign(**ends)


def with_moved(inventory: Inventory, moved: Mapping[int, Tables]) -> Inventory:
    """Return an inventory whose moved rows name their records as they were moved: mode, route and km are theirs.

    moved: Number of a step -> its records by kind.
    """
    records = dict(inventory.records)
    for number, tables in moved.items():
        for kind, table in tables.items():
            named_rows = table.assign(record_id=table["record_id"] + f"{MARK}{number}")
            records[kind] = pd.concat([with_text(records[kind]), named_rows], ignore_index=True)
    emissions = inventory.emissions
    activity, record = emissions["activity_id"].astype("str"), emissions["record_id"].astype("str")
    for number in moved:  # what was moved twice has the record of the later step
        made = activity.str.contains(f"{MARK}{number}(?: |$)", regex=True)
        record = record.where(~made, record.str.partition(MARK)[0] + f"{MARK}{number}")
    return replace(inventory, records=records, emissions=emissions.assign(record_id=record))
