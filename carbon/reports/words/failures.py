"""Why a company-year has no report, in the reader's language: the file, the line, what is wrong with it and what to do.

Example::

    "cell 2: FileRefused: a.csv, line 3: no text in the file" -> "a.csv, ligne 3 : aucun texte dans le fichier"
"""

from __future__ import annotations

import re

from carbon.core.errors import EARLIER
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import known_phrase

_PLACE = re.compile(r"^cell \d+: (?:\w+: )?")
"""Where in the notebook an error was raised, and its class: of no use to a reader."""
_FILE = re.compile(r"(?P<file>[^:]*\.\w{2,7}(?:#[^:]+)?)(?:, line (?P<line>[\d,]+)|:(?P<at>\d+))?(?:: |, )(?P<why>.+)",
                   re.DOTALL)
"""The file that was refused, the line, and the reason."""
_EARLIER = re.compile(rf"(?:cell \d+: )?(?:\w+: )?(?P<year>\d{{4}}), {EARLIER}: ")
_HINT = "Hint: "


def reason_lines(reason: str, words: Words) -> list[tuple[str, str]]:
    """Return the lines of a reason, each with its language: that of the page where the words are known, else "en".

    An English page has the reason in one piece. Of an earlier year at fault one line: its own row has the rest.
    """
    if match := _EARLIER.match(reason):
        line = _line(reason[match.end():].splitlines()[0], words)
        return [(words("index.earlier", year=match["year"], reason=line[0]), line[1])]
    if words.language == "en" or not reason:
        return [(reason, "en")] if reason else []
    lines = [_line(line, words) for line in reason.splitlines() if line.strip()]
    if all(language == "en" for _, language in lines):
        return [(reason, "en")]
    return lines


def _line(line: str, words: Words) -> tuple[str, str]:
    bare = _PLACE.sub("", line)
    if bare.startswith(_HINT):
        translated = known_phrase(bare.removeprefix(_HINT), words.language)
        hint = f"{words('column.what_to_do')}{words('text.colon')}{translated}"
        return (hint, words.language) if translated else (line, "en")
    translated = known_phrase(bare, words.language)
    if not translated and (match := _FILE.fullmatch(bare)):
        reason, at = known_phrase(match["why"], words.language), match["line"] or match["at"]
        place = words("index.refused_at", file=match["file"], line=at.replace(",", "\u202f")) if at else match["file"]
        translated = f"{place}{words('text.colon')}{reason}" if reason else ""
    return (translated, words.language) if translated else (line, "en")
