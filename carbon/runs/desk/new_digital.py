"""`carbon init --digital`: the digital estate of a new project, in the company's language, from the packaged words.

Parameter files hold method choices; rules and targets are the company's own, and none is written. Indicators are those
of the starter catalogue, with baselines that are computed.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from importlib import resources

from babel.languages import get_official_languages

from carbon.core import vocabulary
from carbon.records.files.digital import FOLDER
from carbon.records.headings.known import rows
from carbon.records.kinds.contract import DIGITAL, KINDS
from carbon.reports.page.html import FRONT, SECTION
from carbon.reports.words.language import Words
from carbon.scorecards.catalogue import starter_entries

LANGUAGE = {"FR": "fr"}
"""Country of a company -> language of its files and report; English without one."""
NOTEBOOK = "5_responsible_digital.ipynb"
_QUOTED = set(":#'\"")
DERIVED = {"trips"}
"""Kinds that come from other records: a file of one's own would be a second figure of the same trips."""


def language_of(country: str) -> str:
    """Return the language of a company's files and report, where nobody states another."""
    return LANGUAGE.get(country, "en")


def speaks_french_too(country: str) -> bool:
    """Return whether French is official in a country whose companies have English files unless they choose."""
    return country not in LANGUAGE and "fr" in get_official_languages(country, de_facto=True)


def digital_estate(company: str, country: str, language: str) -> dict[str, bytes]:
    """Return the files of a new company's digital estate by their name in the project: headings, and parameters."""
    files = {f"data/raw/{company}/{FOLDER}/{name}": _headings(kind, language)
             for kind, name in _names(language).items()}
    for stem in ("fleet", "digital_policies"):
        files[f"params/{company}/{stem}.yml"] = _in_language(_packaged(f"{stem}.yml"), language).replace(
            "COUNTRY", country).encode("utf-8")
    files[f"params/{company}/indicators.yml"] = _indicators(company, language)
    files[f"params/{company}/commitments.yml"] = _in_language(_packaged("commitments.yml"), language).encode("utf-8")
    return files


def _indicators(company: str, language: str) -> bytes:
    """Return the starter catalogue: every practice that the tool measures, followed until it has a target."""
    lines = [_in_language(_packaged("indicators.yml"), language).rstrip(), "indicators:"]
    for entry in starter_entries(company, language):
        first, *others = (f"{key}: {json.dumps(value, ensure_ascii=False) if set(value) & _QUOTED else value}"
                          for key, value in entry.items())
        lines += [f"  - {first}", *(f"    {line}" for line in others)]
    return ("\n".join(lines) + "\n").encode("utf-8")


def digital_notebook(data: bytes, company: str, year: int, language: str) -> bytes:
    """Return the notebook on responsible digital for a company and year, its sections in the company's language."""
    content, words = json.loads(data), Words(language)
    for cell in content["cells"]:
        tags = cell["metadata"].get("tags", [])
        section = next((tag.removeprefix(SECTION) for tag in tags if tag.startswith(SECTION)), "")
        if section:
            cell["source"] = f"## {words(f'section.{section}.title')}\n\n{words(f'section.{section}.text')}"
        elif tags == [FRONT]:
            cell["source"] = words("digital_page.notebook", company=company, year=year)
        elif "parameters" in tags:
            cell["source"] = f'company = "{company}"\nyear = {year}\nlanguage = "{language}"'
        if cell["cell_type"] == "code":
            cell |= {"outputs": [], "execution_count": None}
    return (json.dumps(content, indent=1, ensure_ascii=False) + "\n").encode("utf-8")


def first_steps(language: str) -> bytes:
    """Return what START.md adds about these files."""
    names = _names(language)
    listed = "\n".join(f"   - `{name}`: {kind}" for kind, name in names.items())
    return _packaged("START.md").replace("FILES", listed.strip()).encode("utf-8")


def _names(language: str) -> dict[str, str]:
    """Return kind -> name of its file: the first of a language."""
    first: dict[str, str] = {}
    for word, kind in vocabulary.words_of_language("digital file", language).items():
        first.setdefault(kind, f"{word.replace(' ', '_')}.csv")
    return {kind: first[kind] for kind in KINDS if kind in DIGITAL - DERIVED}


def _headings(kind: str, language: str) -> bytes:
    """Return a table without rows, as the spreadsheets of a language write one."""
    text = io.StringIO()
    csv.writer(text, delimiter=";" if language == "fr" else ",", lineterminator="\n").writerow(
        headings_in(language, kind, (field.name for field in KINDS[kind].fields)))
    # French Excel reads accents right only after a byte order mark.
    return text.getvalue().encode("utf-8-sig" if language == "fr" else "utf-8")


def _in_language(text: str, language: str) -> str:
    """Return a template with its comments in one language: those of another begin with its code."""
    others = rf"(?m)^# (?!{language}: )[a-z]{{2}}: .*\n"
    return re.sub(rf"(?m)^# {language}: ", "# ", re.sub(others, "", text))


def _packaged(name: str) -> str:
    return (resources.files("carbon.runs") / "data" / "new_digital" / name).read_text(encoding="utf-8")


def headings_in(language: str, kind: str, columns: Iterable[str]) -> list[str]:
    """Return the first heading of each column of a kind in a language, else in English, where there is one."""
    first: dict[tuple[str, str], str] = {}
    for row in rows().get(kind, []):
        first.setdefault((row["column"], row["language"]), row["heading"])
    named_columns = [first.get((column, language)) or first.get((column, "en")) for column in columns]
    return [heading for heading in named_columns if heading]
