"""Options that several verbs share, and the two forms of output: lines for people, one JSON value for scripts."""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from carbon.params.files.project import Project

Json = Annotated[bool, typer.Option("--json", help="Print exactly one JSON value on stdout.")]
KEPT = "\n\t\u00a0\u202f"
"""Line end, tab and the no-break spaces of French numbers: harmless on a terminal."""
COMPANY_YEAR = re.compile(r"^(?P<company>[a-z0-9][a-z0-9-]{0,60})/(?P<year>\d{4})$")


def find_project(*, writes: bool = False) -> Project:
    """Return the project around the working folder, or for a verb that only reads that of the checkout.

    Raises UsageError: The verb writes, and there is no project around the working folder.
    """
    from carbon.core.errors import UsageError
    from carbon.params.files import project

    current = project.find_project()
    if not os.environ.get("CARBON_PROJECT") and current.root not in (Path.cwd(), *Path.cwd().parents):
        if writes:
            raise UsageError(f"No project around {Path.cwd().name or '/'}, and this verb writes into one",
                             hint="change to the project's folder, set CARBON_PROJECT, or make one: carbon init FOLDER")
        note(f"No project around {Path.cwd().name or '/'}: taking {current.root.name}, the checkout that carbon is "
             "installed from")
    return current


def project_of(runs_file: Path) -> Project:
    """Return the project whose params/runs.yml the file is.

    Raises UsageError: The file does not exist, or is no project's params/runs.yml.
    """
    from carbon.core.errors import UsageError
    from carbon.params.files import project

    if not runs_file.is_file():
        raise UsageError(f"{runs_file} does not exist", hint="name the project's params/runs.yml")
    current = project.find_project(runs_file.absolute().parent)
    if runs_file.resolve() != current.runs_file.resolve():
        raise UsageError(f"{runs_file} is not a project's params/runs.yml", hint="see contract: Folders")
    return current


def company_year(text: str) -> tuple[str, int]:
    """Split `company/year` into its two parts.

    Raises UsageError: It is not written like that.
    """
    from carbon.core.errors import UsageError

    match = COMPANY_YEAR.match(text)
    if match is None:
        raise UsageError(f"{text!r} is not company/year", hint="for example petit-studio/2024")
    return match["company"], int(match["year"])


def company_years(text: str | None) -> list[tuple[str, int]]:
    """Return the company-year that `company/year` names; without one, all of params/runs.yml."""
    if text is not None:
        return [company_year(text)]
    from carbon.params.files.load import load_runs

    return [(entry.company, year) for entry in load_runs(find_project()).runs for year in entry.years]


def print_json(value: Any) -> None:
    """Print the one JSON value of a verb."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=1, default=_plain, allow_nan=False) + "\n")


def _plain(value: Any) -> Any:
    if hasattr(value, "item"):
        return value.item()
    return str(value)


def rows(table: Any) -> list[dict[str, Any]]:
    """Return a DataFrame as JSON objects; a missing number is null."""
    return list(json.loads(table.to_json(orient="records", date_format="iso", double_precision=15)))


def say(text: str) -> None:
    """Print a line for people on stdout; control characters of the data are shown as escapes."""
    sys.stdout.write(printable(text) + "\n")


def note(text: str) -> None:
    """Print a message on stderr."""
    sys.stderr.write(printable(text) + "\n")


def printable(text: str) -> str:
    """Replace every control character but newline, tab and no-break spaces by its escape."""
    return "".join(c if c.isprintable() or c in KEPT else c.encode("unicode_escape").decode() for c in text)


Language = Annotated[str, typer.Option("--language", help="Words of the tables: en or fr.")]


def show_table(table: Any, *, title: str = "", language: str = "en") -> None:
    """Print a DataFrame as a table on stdout, with the marks of decimals and thousands of a language."""
    from carbon.cli.tables import Column, print_table

    print_table([Column(str(name), [printable(_cell(value, language)) for value in values],
                        number=getattr(values.dtype, "kind", "O") in "if") for name, values in table.items()],
                title=title)


def show_words(table: Any, language: str, title: str, **values: object) -> None:
    """Print a table under a title of strings.csv, with the headings and words of the language; shares in percent, ends
    of intervals with the digits that pages show.
    """
    from carbon.emissions.uncertainty.shown import decimals_of
    from carbon.reports.tables.plan import with_headings
    from carbon.reports.words.language import Words

    words = Words(language)
    texts = {c: ["" if share != share else words.percent(share, 0) for share in table[c]] for c in table.columns
             if c.endswith("_share") or c == "narrows"}
    texts |= {c: ["" if end != end else words.number(end, decimals_of(end)) for end in table[c]]
              for c in ("low_t", "high_t") if c in table}
    show_table(with_headings(table.assign(**texts), language=language), title=words(title, **values), language=language)


def _cell(value: Any, language: str) -> str:
    if not isinstance(value, float):
        return str(value)
    size = abs(value)
    text = "" if value != value else f"{value:,.6g}" if size < 1 else f"{value:,.{0 if size >= 1000 else 2}f}"
    return text if language == "en" else text.translate({ord(","): "\u202f", ord("."): ","})
