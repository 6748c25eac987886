"""Results as people see and take them: one line of text, escaped tables with units; tables handed out as copies.

Nothing here changes from run to run: no address, no time, no order of a set. pandas is imported only when a result is
shown, because every command imports this module.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import cache
from html import escape
from typing import TYPE_CHECKING, Any, TypeVar
from unicodedata import category

if TYPE_CHECKING:
    import pandas as pd

T = TypeVar("T")
LONGEST = 160
"""Characters of a line."""
FEW = 8
"""Values of an array that are written out."""
MOST_ROWS = 20
"""Rows of a table; their full number is stated below it."""
_HIDDEN = ("Cc", "Cf", "Cs", "Zl", "Zp")


def one_line(text: str) -> str:
    """Shorten a string to one line of at most `LONGEST` characters.

    Control characters are written as escapes, so that no string of a file moves the cursor or breaks the line.
    """
    safe_text = "".join(c.encode("unicode_escape").decode() if category(c) in _HIDDEN else c for c in text)
    return safe_text if len(safe_text) <= LONGEST else safe_text[:LONGEST - 2] + " …"


def as_html(title: str, *parts: pd.DataFrame | Mapping[Any, Any], notes: Iterable[str] = ()) -> str:
    """Return a title, tables and notes as HTML, every string escaped.

    Parameters
    ----------
    parts
        Tables, whose columns name their units, or facts: a mapping of names to values.
    notes
        A paragraph each.
    """
    paragraphs = [f"<p>{escape(note)}</p>" for note in notes]
    return "".join([f"<p>{escape(title)}</p>", *(part_html(part) for part in parts), *paragraphs])


class Displayed:
    """A result with a `__repr__` of one line and a `_repr_html_` from its own fields, where it has none of its own.

    A dataclass takes it with `@dataclass(repr=False)`, unless it writes its own `__repr__`.
    """

    def _fields(self) -> dict[str, Any]:
        """Return the public fields by name, without cached properties."""
        field_names = getattr(type(self), "__dataclass_fields__", None) or getattr(type(self), "model_fields", {})
        return {name: getattr(self, name) for name in field_names if not name.startswith("_")}

    def __repr__(self) -> str:
        facts = (f"{name}={value_text(value)}" for name, value in self._fields().items())
        return one_line(f"{type(self).__name__}({', '.join(facts)})")

    def __str__(self) -> str:
        return repr(self)

    def _repr_html_(self) -> str:
        return f"<p>{escape(repr(self))}</p>{fields_html(self._fields())}"


class HandsOut:
    """A result whose tables are handed out as copies: what is done to one changes neither the result nor another copy.

    A table is held on arrays that cannot be written; each access gives a shallow copy, which pandas copies on write. A
    public array is read-only; a public mapping or list is a copy, with the tables and arrays in it.
    """

    def __getattribute__(self, name: str) -> Any:
        value = object.__getattribute__(self, name)
        form = _form_of(type(value))
        # A private mapping or list is a cache of its own result.
        if not form or (form in _HOLDERS and name.startswith("_")):
            return value
        held = object.__getattribute__(self, "__dict__")
        protected = held.setdefault(_PROTECTED, set())
        if name in held and name not in protected:
            held[name] = value = _of_each(value, _unwritable)
            protected.add(name)
        return _of_each(value, _copy)

    def __getstate__(self) -> dict[str, Any]:
        """Return what a pickle or a deep copy holds: its arrays are new ones, which nothing protects yet."""
        return {name: value for name, value in vars(self).items() if name != _PROTECTED}


def replaced(result: T, **fields: Any) -> T:
    """Return a result with other values in some fields, the others as it holds them: no table is copied."""
    values = {name: vars(result)[name] for name in type(result).__dataclass_fields__}  # type: ignore[attr-defined]
    return type(result)(**values | fields)


_HOLDERS = ("mapping", "list")
_PROTECTED = "_protected"
_HELD = "_carbon_held"
_SHARED = "_carbon_shared"
"""On a table that a result holds, which is never handed out itself: whether its copies share its memory."""


def _of_type(kind: Any) -> str:
    """Return "table", "array", "mapping" or "list" for a type that is handed out as a copy, "" for all else."""
    return ("table" if hasattr(kind, "iloc") else "array" if kind.__name__ == "ndarray" else
            "mapping" if issubclass(kind, dict) else "list" if issubclass(kind, list) else "")


_form_of: Callable[[Any], str] = cache(_of_type)


def _of_each(value: Any, change: Callable[[Any], Any]) -> Any:
    """Return a table or an array, or a mapping or list with each of those in it, changed."""
    form = _form_of(type(value))
    if form == "mapping":
        return {key: _of_each(item, change) if _form_of(type(item)) else item for key, item in value.items()}
    if form == "list":
        return [_of_each(item, change) if _form_of(type(item)) else item for item in value]
    return change(value) if form else value


def _copy(table: Any) -> Any:
    if _form_of(type(table)) == "array":
        return table.copy() if table.dtype.hasobject else table
    is_shared = vars(table).get(_SHARED)
    if is_shared is None:
        is_shared = _can_be_shared(table.dtypes if table.ndim > 1 else [table.dtype])
    handed_out = table.copy(deep=not is_shared)
    # As long as what is held lives, pandas copies before it writes: it lives as long as its copies.
    object.__setattr__(handed_out, _HELD, table)
    return handed_out


def _can_be_shared(kinds: Iterable[Any]) -> bool:
    """Return whether no array of these types can be written; others (masked numbers, periods) are copied each time."""
    import numpy as np
    import pandas as pd

    return all(isinstance(kind, (np.dtype, pd.CategoricalDtype, pd.StringDtype)) for kind in kinds)


def _unwritable(table: Any) -> Any:
    """Return a table or array on the same memory, which none of its arrays lets write."""
    import pandas as pd

    from carbon.core.text_columns import arrays_of, values_of

    locked_table: Any
    if _form_of(type(table)) == "array":
        return _locked(table)
    if _SHARED in vars(table):
        return table  # held by another result too
    index = _unwritable_index(table.index)
    arrays = [] if not len(table) else [values_of(table)] if isinstance(table, pd.Series) else arrays_of(table)
    if not len(table):
        locked_table = table.copy(deep=False)  # there is nothing to write to
    elif isinstance(table, pd.Series):
        locked_table = pd.Series(_unwritable_array(arrays[0]), index=index, name=table.name, copy=False)
    else:
        # By place: two columns may have one name.
        locked_table = pd.DataFrame(dict(enumerate(map(_unwritable_array, arrays))), index=index, copy=False)
        locked_table.columns = table.columns
    locked_table.attrs = table.attrs
    # Past pandas' own `__setattr__`, which warns of a table in an attribute; no copy has it.
    object.__setattr__(locked_table, _SHARED, _can_be_shared(array.dtype for array in arrays))
    return locked_table


def _unwritable_index(index: Any) -> Any:
    import numpy as np
    import pandas as pd

    if type(index) is not pd.Index or not isinstance(index.dtype, np.dtype):
        return index
    return pd.Index(_locked(index.to_numpy()), name=index.name, copy=False)


def _unwritable_array(array: Any) -> Any:
    import numpy as np
    import pandas as pd

    kind = array.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return pd.Categorical.from_codes(_locked(array.codes), dtype=kind)
    return _locked(np.asarray(array)) if isinstance(kind, np.dtype) else array


def _locked(array: Any) -> Any:
    """Return an array that `setflags(write=True)` does not open: its base is a read-only buffer, of the same memory
    unless that has gaps.
    """
    import numpy as np

    if array.dtype.hasobject:
        return array
    whole: Any = np.ascontiguousarray(array)
    return np.asarray(memoryview(whole.view(np.uint8)).toreadonly()).view(array.dtype).reshape(array.shape)


def fields_html(fields: Mapping[str, Any]) -> str:
    """Return the fields of a result as HTML: one table of facts, then each table under its name."""
    import pandas as pd

    tables = {name: value.to_frame(str(value.name or name)) if isinstance(value, pd.Series) else value
              for name, value in fields.items() if isinstance(value, (pd.DataFrame, pd.Series))}
    facts = {name: value for name, value in fields.items() if name not in tables}
    first = [part_html(facts)] if facts else []
    return "".join([*first, *(part_html(table, caption=name) for name, table in tables.items())])


def part_html(part: pd.DataFrame | Mapping[Any, Any], *, caption: str = "") -> str:
    """Return a table with its first rows, or facts with one line each, as HTML."""
    import pandas as pd

    head = f"<caption>{escape(caption)}</caption>" if caption else ""
    if not isinstance(part, pd.DataFrame):
        lines = "".join(f'<tr><th scope="row">{escape(str(name))}</th><td>{_cell(value_text(value))}</td></tr>'
                        for name, value in part.items())
        return f"<table>{head}<tbody>{lines}</tbody></table>"
    numbered = part.index.nlevels == 1 and part.index.name is None and part.index.dtype.kind == "i"
    table = part.head(MOST_ROWS).to_html(escape=True, border=0, index=not numbered, float_format="{:,.6g}".format,
                                         na_rep="no data")
    more = f"<p>{MOST_ROWS} of {len(part):,} rows</p>" if len(part) > MOST_ROWS else ""
    return table.replace(">", f">{head}", 1) + more


def _cell(text: str) -> str:
    return f"<pre>{escape(text)}</pre>" if "\n" in text else escape(text)


def value_text(value: Any) -> str:
    """Return a value as one line: numbers with six digits, a table by its size."""
    import numpy as np
    import pandas as pd

    if isinstance(value, float):
        return f"{value:,.6g}"
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return f"{len(value):,} rows"
    if isinstance(value, np.ndarray):
        return value_text(value.tolist()) if value.size <= FEW else f"{' x '.join(map(str, value.shape))} values"
    if isinstance(value, Mapping):
        return ", ".join(f"{value_text(name)}: {value_text(item)}" for name, item in value.items()) or "none"
    if isinstance(value, (set, frozenset)):
        return value_text(sorted(value, key=str))
    if isinstance(value, (list, tuple)):
        return ", ".join(map(value_text, value)) or "none"
    if value is None or value == "":
        return "none"
    return str(getattr(value, "__name__", value))
