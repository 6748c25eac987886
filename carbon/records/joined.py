"""
Columns made of several: texts joined as params declare them, and debit less credit.
"""

from __future__ import annotations

import re

import pyarrow as pa
import pyarrow.compute as pc

from carbon.records.cells import Column
from carbon.records.grids import Grid

_NOTHING = r"^[-+]?0*(?:[.,]0*)?$"
_SIGNED = "^(?:[-\u2212].*|\\(.*\\)|.*[-\u2212])$"
_SIGN = "^[-\u2212]\\s*|\\s*[-\u2212]$|^\\(|\\)$"


def joined(body: Grid, pieces: list[str | int]) -> Column:
    """
    Cells of several columns as one text.
    """
    parts = [body.columns[p].text.cast(pa.string()) if isinstance(p, int) else p for p in pieces if p != ""]
    return Column(pc.binary_join_element_wise(*parts, ""))


def is_difference(pieces: list[str | int]) -> bool:
    """
    Whether a declared text is one column less another, "{Debit} - {Credit}", or one with its sign turned, "-{Net}".
    """
    words = [p for p in pieces if p != ""]
    signs = [p for p in words if not isinstance(p, int)]
    return [isinstance(p, int) for p in words] in ([True, False, True], [False, True]) and \
        all(re.fullmatch(r"\s*[-\u2212]\s*", str(p)) for p in signs)


def difference(body: Grid, pieces: list[str | int]) -> Column:
    """
    Debit less credit as a text that is still to be read as a number, by the conventions of its column.

    A line has one of the two. Where both hold something the text is no number ("5 - 3"), and the row a reject; where
    neither does it is blank, and 0 where one says so.
    """
    texts = [pc.utf8_trim_whitespace(body.columns[p].text.cast(pa.string())) for p in pieces if isinstance(p, int)]
    debit, credit = texts if len(texts) == 2 else (pa.array([""] * len(body), pa.string()), texts[0])
    no_debit, no_credit = (pc.match_substring_regex(t, _NOTHING) for t in (debit, credit))
    signed = pc.match_substring_regex(credit, _SIGNED)
    turned = pc.if_else(signed, pc.replace_substring_regex(credit, _SIGN, ""),
                        pc.binary_join_element_wise("-", credit, ""))
    either = pc.if_else(pc.equal(debit, ""), credit, debit)
    both = pc.binary_join_element_wise(debit, credit, " - ")
    text = pc.if_else(no_credit, pc.if_else(no_debit, either, debit), pc.if_else(no_debit, turned, both))
    return Column(text)
