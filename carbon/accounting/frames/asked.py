"""What an analyst asks of an inventory or a history in one line: rows, a pivot of them, a table of one's own."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from carbon.accounting.frames.joined import joined
from carbon.accounting.frames.pivot import needed, pivoted
from carbon.core.public_names import boxed_methods
from carbon.core.text import instead

if TYPE_CHECKING:
    import pandas as pd

    from carbon.accounting.frames.guarded import GuardedFrame


@boxed_methods
class Asked:
    """Questions that are answered from the tidy frame."""

    @abstractmethod
    def _tidy(self, scope2_method: str, names: Sequence[str] | None) -> GuardedFrame:
        """Return some columns of the tidy frame, all without `names`."""

    def __getattr__(self, name: str) -> Any:
        """Raise the AttributeError of an unknown name with the nearest one, or that of a property itself."""
        if name.startswith("_") or name in dir(type(self)):
            return object.__getattribute__(self, name)
        raise AttributeError(f"{type(self).__name__} has no {name!r}; "
                             f"{instead(name, [each for each in dir(self) if not each.startswith('_')])}")

    def rows(self, *, scope2_method: str) -> pd.DataFrame:
        """Return one row a counted thing, by one scope 2 method: their co2e_kg sum to the total.

        Parameters
        ----------
        scope2_method
            "location-based" or "market-based". Required: the choice changes the total.

        Returns
        -------
        DataFrame
            company; date and until (first and last day); month ("2024-03", or "2024-01 to 2024-12" of a longer
            period), quarter, year (the reporting year); scope ("1", "2", "3"), category (0 outside scope 3) and its
            name; site, place (region of the factor asked for), supplier, kind of record, activity and part of its
            factor; mode, route, cabin and km (one way, as counted) of transport; quantity [unit], on one row an
            activity, so that it can be summed, NaN on its other parts; kg_per_unit, co2e_kg, co2e_t; factor_id, tier,
            source_file, source_line, activity_id. Of a history also years that are only reported, a row a line.

            A comparison of another kind, such as `query("scope == 3")`, raises an error with the right form; so does
            `quarter == "2024-Q1"` where a row of a longer period has days in it, which `pivot` shares by days.

        Raises
        ------
        UsageError
            Unknown scope 2 method.
        """
        return self._tidy(scope2_method, None)

    def pivot(
        self, rows: str | Sequence[str] | None = None, columns: str | Sequence[str] | None = None,
        values: str = "co2e_t", *, scope2_method: str, top: int | None = 10, others: bool = True,
        where: Mapping[str, Any] | None = None,
    ) -> pd.DataFrame:
        """Sum the tidy frame by some of its columns; totals are the inventory's, exact; NaN where there is no row.

        Parameters
        ----------
        rows, columns
            A column of the tidy frame, or several. What covers several months is spread evenly over its days where
            "month" or "quarter" is asked for.
        values
            "co2e_t", "co2e_kg" or "quantity" (of one unit).
        scope2_method
            "location-based" or "market-based".
        top, others
            So many words of a side, by size, and all others in one line (`others=False`: in the total alone); None for
            all. Years, months, scopes and categories are all listed.
        where
            Rows that count, e.g. {"kind": "travel", "km": "<800", "date": ">=2024-07-01", "site": ["Paris", "Lyon*"]};
            of a "month" or "quarter" the days of each row that are in it.

        Raises
        ------
        UsageError
            An unknown column or method, quantities of several units, no row that fits.
        """
        frame = self._tidy(scope2_method, needed(rows, columns, values, where))
        return pivoted(frame, rows, columns, values, top=top, others=others, where=where)

    def join(self, table: pd.DataFrame, on: str, *, scope2_method: str, share_by: str | None = None,
             where: Mapping[str, Any] | None = None) -> pd.DataFrame:
        """Join a table of one's own, one line a site, month, year, supplier ...: its emissions and their ratios.

        Parameters
        ----------
        table
            `on`, and numbers (areas, people, revenue) that kilograms are divided by.
        on
            A column of the tidy frame and of the table.
        share_by
            A number of the table in whose proportion the emissions without `on` are shared; without it they are a line
            of their own.
        where
            As in `pivot`.

        Returns
        -------
        DataFrame
            The table, own_kg and shared_kg where something is shared, co2e_kg, co2e_t, kg_per_<number> of each number,
            and found: "both", "only in the table" (no emissions: NaN), "only in the inventory". Nothing is left out.

        Raises
        ------
        UsageError
            No such column, a key twice, no key of both, nothing to share by.
        """
        sums = self.pivot(rows=on, values="co2e_kg", scope2_method=scope2_method, top=None, where=where)["co2e_kg"]
        of_words = sums.iloc[:-1]
        return joined(of_words.set_axis(of_words.index.infer_objects()), table, on, share_by=share_by)
