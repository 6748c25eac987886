"""
The exhibits that say how good a report is: coverage, rejects, quality, method, factors, sources.
"""

from __future__ import annotations

import pandas as pd
from markupsafe import Markup

from carbon.core.text_columns import text_array
from carbon.reports import coverage_tables, method_tables
from carbon.reports.exhibit import Exhibit, once
from carbon.reports.exhibit_source import ExhibitSource

SHOWN_HASH = 16


class QualityExhibits(ExhibitSource):
    """
    Part of `AnnualReport`, which gives the inventory, the words and how an exhibit is put together.
    """

    @once
    def coverage(self) -> Exhibit:
        """
        Where the rows read ended.
        """
        from carbon.reports.figures import plot_coverage

        table = coverage_tables.coverage_table(self.inventory)
        return self._exhibit("coverage", table, plot_coverage, height=0.9 + 0.5 * len(table))

    @once
    def amounts(self) -> Exhibit:
        """
        Where the amounts read ended.
        """
        return self._exhibit("amounts", coverage_tables.amounts_table(self.inventory))

    @once
    def rejects(self) -> Exhibit:
        """
        Rejected rows by code.
        """
        return self._exhibit("rejects", coverage_tables.rejects_table(self.inventory))

    @once
    def accepted_rejects(self) -> Exhibit:
        """
        The rejected share beside the accepted one.
        """
        table = coverage_tables.accepted_rejects_table(self.inventory, coverage=self.coverage().table,
                                                       amounts=self.amounts().table)
        return self._exhibit("accepted_rejects", table)

    @once
    def exclusions(self) -> Exhibit:
        """
        Rows excluded or set aside, with the reason.
        """
        return self._exhibit("exclusions", coverage_tables.exclusions_table(self.inventory))

    @once
    def tiers(self) -> Exhibit:
        """
        Share of the total by method tier.
        """
        return self._exhibit("tiers", method_tables.tiers_table(self.inventory))

    @once
    def reasons(self) -> Exhibit:
        """
        How closely the factors fit.
        """
        return self._exhibit("reasons", method_tables.reasons_table(self.inventory))

    @once
    def gwp(self) -> Exhibit:
        """
        GWP sets behind the figures.
        """
        return self._exhibit("gwp", method_tables.gwp_table(self.inventory))

    @once
    def signoff(self) -> Exhibit:
        """
        Where signatures on this page are: it was published before anyone could sign it, and stays as it was.
        """
        path = f"data/ledger/{self.inventory.company}/signatures.jsonl"
        text = self.words("signoff.text", path=path)
        table = pd.DataFrame({"what": [self.words("exhibit.signoff")], "text": [text]})
        return self._exhibit("signoff", table, html=Markup('<p class="signoff">{}</p>').format(text))

    @once
    def method(self) -> Exhibit:
        """
        Every method choice.
        """
        return self._exhibit("method", method_tables.method_choices_table(self.inventory, words=self.words))

    @once
    def factors(self) -> Exhibit:
        """
        Every factor used, with its source.
        """
        return self._exhibit("factors", method_tables.factors_table(self.inventory))

    @once
    def factor_sources(self) -> Exhibit:
        """
        The publications behind the factors.
        """
        return self._exhibit("factor_sources", method_tables.factor_sources_table(self.inventory))

    @once
    def sources(self) -> Exhibit:
        """
        The files that were read.
        """
        columns = ("source_file", "kind", "rows_read", "rows_accepted", "rows_excluded", "rows_rejected")
        table = self.inventory.sources
        # The manifest of the published set holds the whole hash.
        hashes = text_array([sha256[:SHOWN_HASH] for sha256 in table["sha256"]])
        shown = {name: table[name].array for name in columns} | {"sha256": hashes}
        return self._exhibit("sources", pd.DataFrame(shown))

    @once
    def warnings(self) -> Exhibit:
        """
        What a careful reader should know: doubts that were kept, with their words.
        """
        return self._exhibit("warnings", self.inventory.warnings[["code", "text"]])
