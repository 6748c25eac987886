"""DATEV exports of German bookkeeping, which are recognised and refused by name.

A batch of postings ("Buchungsstapel") writes an amount with tax, and its net only by way of a tax key or of accounts
that post tax automatically; which accounts do, and at which rate on which day, is in the client's chart of accounts
and not in the file. S and H refer to `Konto`, which is the expense on one line and the supplier on the next.
"""

from __future__ import annotations

import re

from carbon.core.errors import FileRefused
from carbon.records.grids.sources import Source

_FIRST_LINE = re.compile(
    rb'(?:\xef\xbb\xbf)?"?(?:EXTF|DTVF)"?;\s*"?\d{2,3}"?;\s*"?\d{1,2}"?;\s*"?([^";\r\n]{0,60})', re.IGNORECASE)
_HEADINGS = re.compile(rb"Umsatz \(ohne Soll/Haben-Kz\).{0,400}Gegenkonto", re.DOTALL)
_BATCH = "Buchungsstapel"
_WHAT_TO_DO = ("export from DATEV what holds net amounts: the ledger sheets (Kontenblatt) of the expense accounts or "
               "the list of incoming invoices, as CSV or workbook with date, supplier, account, net amount, currency; "
               "debit and credit in two columns are read with `columns: {amount: \"{Soll} - {Haben}\"}` in params")


def refuse_datev(source: Source) -> None:
    """Refuse a file that begins as DATEV's exports do, or that has the headings of a batch of postings.

    Raises FileRefused: Code `datev_export`: what it is, why it cannot be read with certainty, and what to export.
    """
    head = source.head(4096)
    first_line = _FIRST_LINE.match(head)
    if first_line is None and not _HEADINGS.search(head):
        return
    what = first_line[1].decode("cp1252", "replace").strip() if first_line else _BATCH
    why = ("its amounts include tax depending on a key or an account, and the file does not show which do"
           if what == _BATCH else "it is no list of purchases")
    raise FileRefused(f"{source.name}: a DATEV export ({what or 'of unnamed contents'}); {why}", code="datev_export",
                      what_to_do=_WHAT_TO_DO)
