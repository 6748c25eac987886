"""The reader's language: every visible string, and numbers, dates and shares as that language writes them.

Strings are data (data/*strings.csv, one row a key, one column a language); a key without words is an error.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from babel import Locale
from babel.dates import format_date
from babel.numbers import NumberPattern, parse_pattern

from carbon.core import packaged
from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.core.ghg_protocol import CALENDAR

LANGUAGES = ("en", "fr")
_LOCALES = {"en": "en_GB", "fr": "fr_FR"}
_BETWEEN = re.compile(r"[^a-z0-9]+")
MINUS = "\u2212"
MISSING = "\u2013"
"""Shown where there is no figure; never a zero."""
TABLES = ("strings", "filing_strings", "plan_strings", "digital_strings", "audit_strings", "governance_strings")
"""The packaged tables of strings; no key is in two of them."""


@lru_cache(maxsize=1)
def strings() -> dict[str, dict[str, str]]:
    """Return all visible strings: key -> language -> text."""
    rows = [row for name in TABLES for row in packaged.read_rows("carbon.reports", f"data/{name}.csv")]
    twice = sorted(key for key, times in Counter(row["key"] for row in rows).items() if times > 1)
    if twice:
        raise UsageError(f"Strings twice: {twice}")
    return {row["key"]: {"en": row["en"], "fr": typeset_french(row["fr"])} for row in rows}


def typeset_french(text: str) -> str:
    """Set French spaces that no line breaks at: narrow before ; ! ? % and in thousands, full before : and in « »."""
    narrow = re.sub(r"[ \u00a0](?=[;!?%])|(?<=\d) (?=\d{3}\b)", "\u202f", text)
    return re.sub(r"(?<=«)[ \u202f]|[ \u202f](?=[:»])", "\u00a0", narrow)

Day = date

def _days(year: int, starts: str) -> tuple[Day, Day]:
    from carbon.core.periods import reporting_year  # pandas: only for years that are not the calendar's

    return reporting_year(year, starts)


@dataclass(frozen=True, repr=False)
class Words(Displayed):
    """Words and number forms of one language, "en" or "fr".

    Raises UsageError: Another language; a key that strings.csv does not have.
    """

    language: str

    def __post_init__(self) -> None:
        if self.language not in LANGUAGES:
            raise UsageError(f"Language {self.language!r} is not one of {list(LANGUAGES)}",
                             hint="set `language` in the company's params")

    def __call__(self, key: str, **values: object) -> str:
        """Return the text of a key, with named values put in."""
        text = strings().get(key, {}).get(self.language, "")
        if not text:
            raise UsageError(f"No text for {key!r} in {self.language!r}",
                             hint="add it to carbon/reports/data/strings.csv")
        return text.format(**values) if values else text

    def singular(self, number: float, printed: object) -> bool:
        """Return whether a noun after a number is singular: in English after 1 alone, in French below 2."""
        return abs(number) < 2 if self.language == "fr" else str(printed) == "1"

    def has(self, key: str) -> bool:
        """Return whether strings.csv has this key."""
        return key in strings()

    def term(self, vocabulary: str, raw: str) -> str:
        """Return a word of a fixed vocabulary in the reader's language; a word of the data stays as it is."""
        key = f"{vocabulary}.{term_key(raw)}"
        return self(key) if self.has(key) else raw

    def unit(self, raw: str) -> str:
        """Return a unit as the ledger writes it: "rail:km" is "Rail, km"."""
        if not raw:
            return self("unit.none")
        above, per, below = raw.partition(" per ")
        if per:
            return f"{self.unit(above)} {self('text.per_unit', unit=self.unit(below))}"
        what, _, unit = raw.partition(":")
        if not unit:
            return self.term("unit", raw)
        mode = self.term("mode", what)
        return f"{self.term('carrier', what) if mode == what else mode}, {self.term('unit', unit)}"

    def place(self, code: str) -> str:
        """Return the name of a country or region of countries; a code without a name (CA-QC) as it is."""
        return str(_locale(self.language).territories.get(code, code))

    def number(self, value: float, digits: int = 0) -> str:
        """Return a number with `digits` decimals; what is not zero is never shown as zero."""
        if not math.isfinite(value):
            return MISSING
        smallest = 0.5 * 10.0**-digits
        if value and abs(value) <= smallest:
            return ("< " if value > 0 else f"> {MINUS}") + self._plain(10.0**-digits, digits)
        return self._plain(value + 0.0, digits)

    def tonnes(self, value: float, digits: int, *, sign: bool = False) -> str:
        """Return tonnes for a sentence or a card: three significant figures, and no more than `digits` decimals.

        What would be less than the last decimal is shown as such, as by `number`; `sign` marks a change.
        """
        show = self.signed if sign else self.number
        rounded = float(f"{value:.3g}")
        decimals = 2 - math.floor(math.log10(abs(rounded))) if rounded and math.isfinite(rounded) else digits
        return show(value, digits) if decimals >= digits else show(rounded, max(decimals, 0))

    def significant(self, value: float, figures: int = 3) -> str:
        """Return a number with three significant figures, or in whole units where it has more."""
        if not math.isfinite(value) or (value == round(value) and abs(value) < 10.0**figures):
            return self.number(value)
        rounded = float(f"{value:.{figures}g}")
        return self.number(rounded, max(figures - 1 - math.floor(math.log10(abs(rounded))), 0))

    def tick(self, value: float) -> str:
        """Return a number on an axis, with as many decimals as it needs (at most three)."""
        digits = next((d for d in range(3) if abs(value - round(value, d)) < 1e-9), 3)
        return self._plain(round(value, digits) + 0.0, digits)

    def signed(self, value: float, digits: int = 0) -> str:
        """Return a change, with its sign."""
        text = self.number(value, digits)
        return f"+{text}" if math.isfinite(value) and value > 0 and not text.startswith("<") else text

    def percent(self, value: float, digits: int = 1, *, sign: bool = False) -> str:
        """Return a share (0.042) as a percentage (4.2 %)."""
        if not math.isfinite(value):
            return MISSING
        smallest = 0.5 * 10.0 ** (-digits - 2)
        if value and abs(value) <= smallest:
            return ("< " if value > 0 else f"> {MINUS}") + self._percent(10.0 ** (-digits - 2), digits)
        text = self._percent(value + 0.0, digits)
        return f"+{text}" if sign and value > 0 else text

    def date(self, value: date) -> str:
        """Return a day in words, e.g. 31 December 2024."""
        text = format_date(value, format="long", locale=_LOCALES[self.language])
        return f"1er{text[1:]}" if self.language == "fr" and value.day == 1 else text

    def period(self, first: Day, last: Day) -> str:
        """Return days in words, whole months by their names: April 2021 to March 2022."""
        whole_months = first.day == 1 and (last + timedelta(days=1)).day == 1
        names = [format_date(day, format="MMMM y" if whole_months else "long", locale=_LOCALES[self.language])
                 for day in (first, last)]
        return self("text.period", first=names[0], last=names[1])

    def named_year(self, year: int, starts: str) -> str:
        """Return a reporting year with its months where it is no calendar year: 2022 (April 2021 to March 2022)."""
        return str(year) if starts == CALENDAR else f"{year} ({self.period(*_days(year, starts))})"

    def reporting_years(self, starts: str) -> str:
        """Return what every year named means: reporting years, April to March; "" of calendar years."""
        if starts == CALENDAR:
            return ""
        first, last = _days(2001, starts)
        whole_months = first.day == 1
        names = [format_date(day, format="MMMM" if whole_months else "d MMMM", locale=_LOCALES[self.language])
                 for day in (first, last)]
        return self("text.reporting_years", first=names[0], last=names[1])

    def years_note(self, year: int, starts: str) -> str:
        """Return once for a whole page how its years are named; "" of calendar years."""
        return "" if starts == CALENDAR else self("text.years_note", named=self.named_year(year, starts))

    def month(self, value: str, form: str = "MMM") -> str:
        """Return the name of a month given as "2024-01": the short one, or by "MMMM" the whole one."""
        year, month = value.split("-")
        return format_date(date(int(year), int(month), 1), format=form, locale=_LOCALES[self.language])

    def _plain(self, value: float, digits: int) -> str:
        return _written(value, digits, self.language, "")

    def _percent(self, value: float, digits: int) -> str:
        return _written(value, digits, self.language, "\u202f%" if self.language == "fr" else "%")


@lru_cache(maxsize=10_000, typed=True)
def _written(value: float, digits: int, language: str, end: str) -> str:
    """Return a number as a language writes it; axes and tables ask for the same ones again and again."""
    return _pattern(digits, end).apply(value, _locale(language)).replace("-", MINUS)


@lru_cache
def _pattern(digits: int, end: str) -> NumberPattern:
    return parse_pattern("#,##0" + ("." + "0" * digits if digits else "") + end)


@lru_cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES[language])


def as_words(words: Words | str) -> Words:
    """Return the words of a language that is given by its name."""
    return Words(words) if isinstance(words, str) else words


@lru_cache(maxsize=4096)
def term_key(raw: str) -> str:
    """Return the key form of a word of a vocabulary: "set aside" -> "set_aside"."""
    return _BETWEEN.sub("_", raw.lower()).strip("_")
