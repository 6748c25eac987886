"""What a company-year counts twice: each pair with its kg on both sides, and the policy that sets one side aside.

A pair without a policy in `counted_twice` of params changes no figure: it is a warning with the tonnes at stake.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.accounting import views
from carbon.accounting.twice_pairs import Found, Records, found_pairs
from carbon.core.columns import Rows
from carbon.core.exact import exact_total
from carbon.core.table_checks import no_rows
from carbon.core.text_columns import Values, columns_of, listed, records_of, text_array, text_table, values_of
from carbon.core.units import KG_PER_T
from carbon.params.shapes.counted_twice import BOTH, SIDES, CountedTwice

COLUMNS = ("pair", "basis", *(f"{side}_{what}" for side in ("first", "second")
                              for what in ("side", "rows", "files", "suppliers", "example", "kg")),
           "at_stake_kg", "keep", "reason")
_KINDS = {c: "float64" if c.endswith("_kg") else "int64" if c.endswith("_rows") else "str" for c in COLUMNS}
_CODES = {"energy": "energy_twice", "same_energy": "two_scopes"}
_SHOWN = 3


@dataclass(frozen=True)
class Settled:
    """The pairs of a company-year, and the code and reason of each activity that its params set aside ("" for none)."""

    pairs: tuple[Found, ...]
    policies: tuple[CountedTwice, ...]
    codes: npt.NDArray[np.object_]
    reasons: npt.NDArray[np.object_]

    @property
    def aside(self) -> npt.NDArray[np.bool_]:
        """Return the activities that are set aside."""
        return np.asarray(self.codes != "", dtype=bool)


def settled(activities: pd.DataFrame, records: Records, policies: Sequence[CountedTwice]) -> Settled:
    """Return the pairs among activities, and which of these the params set aside, whole records at a time.

    A row that two policies set aside has the reason of the first.
    """
    pairs = found_pairs(activities, records)
    codes, reasons = (np.full(len(activities), "", dtype=object) for _ in range(2))
    ids = values_of(activities["record_id"])
    for policy in policies:
        for pair in pairs:
            if pair.pair == policy.pair and policy.keep != BOTH:
                rows = pair.second if policy.keep == SIDES[pair.pair][0] else pair.first
                whole_records = pd.Series(ids).isin(pd.Series(ids).iloc[rows]).to_numpy() & (codes == "")
                codes[whole_records] = f"counted_twice_{pair.pair}"
                reasons[whole_records] = f"counted by its `{policy.keep}` side: {policy.reason}"
    return Settled(tuple(pairs), tuple(policies), codes, reasons)


def counted_twice_table(
    settled: Settled, activities: pd.DataFrame, emissions: Sequence[pd.DataFrame], scope2_method: str,
) -> pd.DataFrame:
    """Return one line a pair: both sides with rows, files, an example and kg [kg CO2e], and the policy.

    at_stake_kg is the smaller side, what is counted twice at least; keep is "" without a policy. activities: those that
    `settled` was made of; emissions: of the activities that count, and of those set aside.
    """
    if not settled.pairs:
        return no_rows(_KINDS)
    parts = [views.counted_rows(part, scope2_method=scope2_method) for part in emissions if len(part)]
    policies: dict[str, CountedTwice] = {policy.pair: policy for policy in settled.policies}
    lines = []
    for pair in settled.pairs:
        sides = [_side(name, Rows(activities).take(rows), parts)
                 for name, rows in zip(SIDES[pair.pair], (pair.first, pair.second), strict=True)]
        policy = policies.get(pair.pair)
        lines.append((pair.pair, pair.basis, *sides[0], *sides[1], min(sides[0][-1], sides[1][-1], key=abs),
                      policy.keep if policy else "", policy.reason if policy else ""))
    return pd.DataFrame(columns_of(lines, _KINDS))


def _side(name: str, rows: Rows, emissions: Sequence[Rows]) -> tuple[str, int, str, str, str, float]:
    ids = {*rows["activity_id"]}
    kg = np.concatenate([np.empty(0), *(part.where(activity_id=ids)["co2e_kg"] for part in emissions)])
    file, line, activity, quantity, unit = (rows[c][0] for c in ("source_file", "source_line", "activity", "quantity",
                                                                 "unit"))
    return (name, len({*rows["record_id"]}), _named(rows["source_file"]), _named(rows["supplier"]),
            f"{file}:{line} {activity} {quantity:,.6g} {unit}", exact_total(kg))


def _named(names: Values) -> str:
    distinct = [name for name in listed(pd.Series(text_array(names)).value_counts().index) if name]
    return ", ".join(distinct[:_SHOWN]) + (", ..." if len(distinct) > _SHOWN else "")


def twice_warnings(table: pd.DataFrame, policies: Sequence[CountedTwice]) -> pd.DataFrame:
    """Return a warning for each pair without a policy, with its tonnes, and for each policy that meets no pair."""
    lines = [(_CODES.get(line["pair"], f"counted_twice_{line['pair']}"), _warning(line))
             for line in records_of(table) if not line["keep"]]
    met = set(table["pair"])
    lines += [("counted_twice_unused", f"`counted_twice` of params states what counts of {policy.pair}, and no rows "
               "are such a pair: take it out, or check that records are complete")
              for policy in policies if policy.pair not in met]
    return text_table(lines, ["code", "text"])


def _warning(line: dict[Any, Any]) -> str:
    one, two = (f"{line[f'{side}_rows']:,} rows of {line[f'{side}_files']} "
                f"({line[f'{side}_kg'] / KG_PER_T:,.3g} t, `{line[f'{side}_side']}`, e.g. "
                f"{line[f'{side}_example']})" for side in ("first", "second"))
    return (f"{one} and {two} may be the same thing ({line['basis']}): "
            f"{line['at_stake_kg'] / KG_PER_T:,.3g} t counted twice. State which counts: "
            f"`counted_twice: [{{pair: {line['pair']}, keep: {line['first_side']} | {line['second_side']} | both, "
            "reason: ...}]` in params")
