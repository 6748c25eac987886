"""Words for the registers of a meter: which way to part the hours a word belongs to, and which of its parts it is.

    "Heures pleines" -> {"hours": "full"};  "HC" -> {"hours": "low"};  "T2" -> {"number t": "2"};  "TOT" -> a total

Only registers of one way add up: a day and a weekday have hours in common, and so have HP and HPH.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from carbon.core.text import fold
from carbon.records.kinds.vocabulary import form_of, is_word, lists_of

TOTAL = "total"
NUMBERED = "number"
"""Beginning of the ways whose registers have a number and no meaning."""
HEADINGS = "heading tariff register"
"""List of the headings of a column of registers; the words of its cells decide."""
_WAY = "register "
"""Lists of words, one for each way to part the hours: word -> part."""
_NUMBER = re.compile(r"(t|r|p|f|e|rate |register |reg |tariff? |cadran |index |poste |fascia |registre |)0?([1-9])"
                     r"|(?:1 )?(?:[01] )?1 8 ([1-9])(?: 255)?")
_ANY_NUMBER = re.compile(r"((e|r|register|reg|index|registre) ?)?0?[1-9]")


def may_be_channels(heading: str, names: Iterable[str]) -> bool:
    """Return whether registers have a number only and may not divide the hours: 1 may be energy drawn, 2 fed in."""
    return is_word(heading, "heading channel") and all(_ANY_NUMBER.fullmatch(fold(name)) for name in names)


@lru_cache(maxsize=4096)
def parts_of(text: str) -> dict[str, str]:
    """Return way to part the hours -> which of its parts the register is; empty where its word is not known.

    A total is part of no way: {TOTAL: ""}.
    """
    folded = fold(text)
    if is_word(folded, "row all hours", "row is a total"):
        return {TOTAL: ""}
    if number := _NUMBER.fullmatch(folded):
        of, which, obis = number.groups()
        return {f"{NUMBERED} {'obis' if obis else of}".strip(): which or obis}
    parts = {name.removeprefix(_WAY): form_of(folded, name) for name in lists_of(_WAY)}
    return {way: part for way, part in parts.items() if part}
