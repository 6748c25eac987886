"""How a result shows itself: one line of text, and in a notebook escaped tables whose heads name the units.

Nothing here changes from run to run: no address, no time, no order of a set.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import TYPE_CHECKING, Any
from unicodedata import category

if TYPE_CHECKING:
    import pandas as pd

LONGEST = 160
"""Characters of a line."""
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def one_line(text: str) -> str:
    """The text on one line of at most `LONGEST` characters; control characters are written as escapes, so that no text
    of a file moves the cursor or breaks the line.
    """
    shown = "".join(c.encode("unicode_escape").decode() if category(c) in _HIDDEN else c for c in text)
    return shown if len(shown) <= LONGEST else shown[:LONGEST - 2] + " …"


def as_html(title: str, *parts: pd.DataFrame | Mapping[Any, Any], notes: Iterable[str] = ()) -> str:
    """A title, tables and notes, every text of them escaped.

    Parameters
    ----------
    parts
        Tables, whose columns name their units, or facts: a mapping of names to values.
    notes
        A paragraph each.
    """
    from carbon.core.display_values import part_html  # pandas: not before a result is shown

    paragraphs = [f"<p>{escape(note)}</p>" for note in notes]
    return "".join([f"<p>{escape(title)}</p>", *(part_html(part) for part in parts), *paragraphs])


class Displayed:
    """A result with a `__repr__` of one line and a `_repr_html_` from its own fields, where it has none of its own.

    A dataclass takes it with `@dataclass(repr=False)`, unless it writes its own `__repr__`.
    """

    def _fields(self) -> dict[str, Any]:
        """Public fields by name; a cached property is none."""
        known = getattr(type(self), "__dataclass_fields__", None) or getattr(type(self), "model_fields", {})
        return {name: getattr(self, name) for name in known if not name.startswith("_")}

    def __repr__(self) -> str:
        from carbon.core.display_values import value_text  # pandas: not before a result is shown

        facts = (f"{name}={value_text(value)}" for name, value in self._fields().items())
        return one_line(f"{type(self).__name__}({', '.join(facts)})")

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        from carbon.core.display_values import fields_html  # pandas: not before a result is shown

        return f"<p>{escape(repr(self))}</p>{fields_html(self._fields())}"
