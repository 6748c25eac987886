"""What a table's contract states: the name of the table, its columns with a kind each, its key and its choices."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from carbon.core.display import Displayed

TEXT, NUMBER, AMOUNT, INTEGER, DAY, FLAG = "text", "number", "amount", "integer", "day", "flag"
# number: may be NaN where missing; amount: never NaN, never infinite
DTYPE = {TEXT: "str", NUMBER: "float64", AMOUNT: "float64", INTEGER: "int64", DAY: "datetime64[s]", FLAG: "bool"}


@dataclass(frozen=True, repr=False)
class Contract(Displayed):
    """Columns in order, the kind of each, the key that is unique, and the values that a column may have."""

    name: str
    columns: Mapping[str, str]
    key: tuple[str, ...] = ()
    choices: Mapping[str, tuple[object, ...]] = field(default_factory=dict)
