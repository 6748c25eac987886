"""Names of months and days of the week as Europe writes them."""

from __future__ import annotations

from carbon.core.text import strip_accents

MONTHS = {n: i for i, names in enumerate((
    "january jan janvier janv januar januari enero ene gennaio janeiro",
    "february feb fevrier fevr fev februar februari febrero febbraio fevereiro",
    "march mar mars marz marzo maart mrt marco", "april apr avril avr abril aprile", "may mai mayo maggio maio mei",
    "june jun juin juni junio giugno junho", "july jul juillet juil juli julio luglio julho",
    "august aug aout agosto augustus", "september sep sept septembre septiembre settembre setembro",
    "october oct octobre oktober okt octubre ottobre outubro", "november nov novembre noviembre novembro",
    "december dec decembre dezember dez diciembre dic dicembre dezembro"), start=1) for n in names.split()}
MONTH_NAMES = frozenset(MONTHS)
"""Names of months, folded."""
WEEKDAYS = {n: i for i, names in enumerate((
    "monday mon lundi lun montag mo", "tuesday tue tues mardi mar dienstag di",
    "wednesday wed mercredi mer mittwoch mi",
    "thursday thu thurs jeudi jeu donnerstag do", "friday fri vendredi ven freitag fr",
    "saturday sat samedi sam samstag sa", "sunday sun dimanche dim sonntag so")) for n in names.split()}
"""Names of weekdays, folded, Monday 0: English, French, German."""


def named_month(text: str) -> int:
    """The number of a month given by its name alone, "janv." or "January"; 0 for any other text."""
    return MONTHS.get(strip_accents(text.strip().removesuffix(".")).lower(), 0)
