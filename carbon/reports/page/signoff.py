"""The signatures on a company-year as an offline page of its own: a published report is never changed by signing it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import pandas as pd
from markupsafe import Markup

from carbon.reports.page.audiences import GOVERNANCE, Block
from carbon.reports.page.html import render_blocks
from carbon.reports.page.html_table import html_table
from carbon.reports.words.cells import cells_of
from carbon.reports.words.language import Words

IDENTITY_DIGITS = 12


def render_signoff(
    company: str, year: int, state: str, signatures: Iterable[Mapping[str, Any]], *, language: str
) -> str:
    """Return the state (a word of `signoff_state`), then each signature, oldest first: figure, state, by, note, at,
    set, identity, and current, whether it is on the published set.
    """
    words = Words(language)
    rows = [(s["figure"], words.term("signoff_state", s["state"]), words.date(datetime.fromisoformat(s["at"]).date()),
             s["by"], s["note"], words("signoff.this_set" if s["current"] else "signoff.other_set",
                                       identity=str(s["identity"])[:IDENTITY_DIGITS] or s["set"]))
            for s in signatures]
    table = pd.DataFrame(rows, columns=["signed_figure", "signed_state", "signed_on", "signed_by", "note", "of_set"],
                         dtype="str")
    title = words("exhibit.signoff")
    body = html_table(cells_of(table), words, caption=title, digits=0)
    lead = Markup("<p>{}</p>").format(words("signoff.state", state=words.term("signoff_state", state)))
    return render_blocks([Block("section", anchor="signoff", title=title, body=lead),
                          Block("table", anchor="signatures", title=title, body=body)],
                         title=f"{company} {year}", language=language, audience=GOVERNANCE)
