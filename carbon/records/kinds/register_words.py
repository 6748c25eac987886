"""Words for the registers of a meter: which way to part the hours a word belongs to, and which of its parts it is.

    "Heures pleines" -> {"hours": "full"};  "HC" -> {"hours": "low"};  "T2" -> {"number t": "2"};  "TOT" -> a total

Only registers of one way add up: a day and a weekday have hours in common, and so have HP and HPH.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from carbon.core.text import fold
from carbon.records.kinds.total_words import NOTHING_ELSE
from carbon.records.kinds.vocabulary import is_word

TOTAL = "total"
NUMBERED = "number"
"""Beginning of the ways whose registers have a number and no meaning."""
HEADINGS = "heading tariff register"
"""List of the headings of a column of registers; the words of its cells decide."""
_WHOLE = "row all hours"
"""List of the registers that count all hours: a total where there are others too."""

_FULL, _LOW = r"(h ?p|(heures? )?pleines?)", r"(h ?c|(heures? )?creuses?)"
_PEAK = r"p|pte|(heures? de )?pointe"
_OF = {"high": r"( (de )?(la )?(haute saison|saison haute)| (d )?hiver|s?h)",
       "low": r"( (de )?(la )?(basse saison|saison basse)|s?b)",
       "winter": r"( (d )?hiver|h)", "summer": r"( (d )?ete|e)", "half season": r"( (de )?demi saison|d)"}
_DAYS = {"blue": r"(j?b|bleue?s?)", "white": r"(j?w|blanche?s?|blancs?)", "red": r"(j?r|rouges?)"}
_DAY, _NIGHT, _WEEKEND = r"day( ?time)?|jour|tag", r"night( ?time)?|nuit|nacht", r"week ?ends?|wkends?|we"


def _by_season(*seasons: str) -> dict[str, str]:
    return {f"{part} {season}": hour + _OF[season] for season in seasons
            for part, hour in (("full", _FULL), ("low", _LOW))}


_WAYS: dict[str, dict[str, str]] = {
    "hours": {"full": _FULL, "low": _LOW, "lowest": r"hsc|(heures? )?super creuses?"},
    "high and low season": {"peak": _PEAK, **_by_season("high", "low")},
    "winter and summer": {"peak": _PEAK, **_by_season("winter", "summer", "half season")},
    "days by colour": {f"{part} {day}": rf"{hour} ?(jours? )?{said}|(jours? )?{said} ?{hour}"
                       for day, said in _DAYS.items() for part, hour in (("full", _FULL), ("low", _LOW))},
    "normal and mobile": {"normal": r"hn|heures? normales?", "mobile": r"pm|(heures? de )?pointe mobile"},
    "peaks": {"peak": r"(on )?peak|pk|pointe", "off": r"off ?peak|op|hors pointe",
              "between": r"shoulder|mid ?peak|part(ial)? ?peak|inter ?peak|standard",
              "super off": r"super off ?peak", "critical": r"critical peak"},
    "day and night": {"day": _DAY, "night": _NIGHT, "evening": r"evenings?|eve|soir", "weekend": _WEEKEND},
    "day, night, evening and weekend": {"day": rf"{_DAY}|week ?days?", "night": _NIGHT,
                                        "rest": rf"(evenings?|eve) (and )?({_WEEKEND})"},
    "week": {"weekday": r"week ?days?|(jours? de )?semaine", "night": _NIGHT, "weekend": _WEEKEND},
    "high and low": {"high": r"high", "normal": r"normal", "low": r"low"},
    "ht and nt": {"high": r"ht|hochtarif|haupttarif", "low": r"nt|niedertarif|nebentarif"},
}
_NUMBER = re.compile(r"(t|r|p|f|e|rate |register |reg |tariff? |cadran |index |poste |fascia |registre |)0?([1-9])"
                     r"|(?:1 )?(?:[01] )?1 8 ([1-9])(?: 255)?")
_CHANNEL = re.compile(r"(meter |read(ing)? )?registers?( .*)?|registre|zahlwerk|obis( .*)?")
"""Headings that speak of registers, not of hours."""
_ANY_NUMBER = re.compile(r"((e|r|register|reg|index|registre) ?)?0?[1-9]")


def may_be_channels(heading: str, names: Iterable[str]) -> bool:
    """Return whether registers have a number only and may not divide the hours: 1 may be energy drawn, 2 fed in."""
    return bool(_CHANNEL.fullmatch(heading)) and all(_ANY_NUMBER.fullmatch(fold(name)) for name in names)


@lru_cache(maxsize=4096)
def parts_of(text: str) -> dict[str, str]:
    """Return way to part the hours -> which of its parts the register is; empty where its word is not known.

    A total is part of no way: {TOTAL: ""}.
    """
    folded = fold(text)
    if is_word(folded, _WHOLE) or NOTHING_ELSE.fullmatch(folded):
        return {TOTAL: ""}
    if number := _NUMBER.fullmatch(folded):
        of, which, obis = number.groups()
        return {f"{NUMBERED} {'obis' if obis else of}".strip(): which or obis}
    return {way: part for way, parts in _WAYS.items() for part, words in parts.items()
            if re.fullmatch(words, folded)}
