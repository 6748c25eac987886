"""Write docs/reference/reading-rules.md from the registry of reading rules.

    python scripts/build_rules_docs.py
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from carbon.core import packaged
from carbon.params.shapes.files import FEC
from carbon.records.files.duplicates import BETWEEN_FILES
from carbon.records.rules.registry import EVERY_KIND, RULES, Rule, Stage

STAGES = {
    Stage.CELLS: "The rows below the headings, before any cell has a value.",
    Stage.VALUES: "The columns that the file has, read cell by cell; rules add what params or other cells state.",
    Stage.TABLE: "The columns of the kind, which columns that are not read may contradict. After this stage a row is "
                 "excluded for its year only.",
    Stage.RECORDS: "The rows that are not excluded, as records of their kind.",
    Stage.VERDICTS: "All faults are known; each row ends accepted, excluded or rejected.",
    Stage.FILES: "All files of a company-year, compared with one another.",
}
EVERY_FILE = EVERY_KIND | {FEC}

PAGE = Path(__file__).parent.parent / "docs" / "reference" / "reading-rules.md"
HEAD = """# Reading rules

Generated from the registry of rules by `scripts/build_rules_docs.py`; a test holds it up to date.

Each row of a file is accepted, excluded or rejected by these rules, applied in the order of this page; some refuse the
whole file. A row keeps every fault that is found with it, and the ledger counts it under the first. A row that is
excluded keeps the first reason, and none of its faults. The kinds are those of [Kinds of record](record-kinds.md).

The codes are those of rejects, exclusions, warnings and refusals. Cells that cannot be read, and headings that are
missing or ambiguous, have codes of their own, which are given before or between the rules. The entries of a FEC are
checked by its own reader. Files or rows that are the same are settled first, as `duplicates` in params states.
"""
MARKS = """
## Marks of rows

What the rule `row_types` looks for (`carbon/records/data/marks.csv`; headings and words are lists of `words.csv`).

| heading of | words of | next to words of | kinds | code |
|---|---|---|---|---|
"""
SUMS = """
## Sums

What the rule `sums` looks for (`carbon/records/data/sums.csv`): a row or series that is the sum of ...

| kind | series | sum of | code |
|---|---|---|---|
"""


def text() -> str:
    """Return the whole page."""
    stages = groupby([*RULES, *BETWEEN_FILES], key=lambda rule: rule.stage)
    rules = "".join(f"\n## {stage.name.capitalize()}\n\n{STAGES[stage]}\n\n| | rule | kinds | why | codes |\n"
                    f"|---|---|---|---|---|\n{''.join(map(_line, rules))}" for stage, rules in stages)
    return HEAD + rules + MARKS + "".join(map(_mark, _table("marks"))) + SUMS + "".join(map(_sum, _table("sums")))


def _table(name: str) -> list[dict[str, str]]:
    return packaged.read_rows("carbon.records", f"data/{name}.csv")


def _mark(row: dict[str, str]) -> str:
    kinds = ", ".join(f"`{kind}`" for kind in row["kinds"].split()) or "all"
    others = row["beside"] and f"{row['beside']}{', no others' if row['only'] else ''}"
    return f"| {row['heading']} | {row['words'] or 'any but no'} | {others} | {kinds} | {_code(row)} |\n"


def _sum(row: dict[str, str]) -> str:
    cells = " or ".join(cell.replace(" ", ", ") for cell in row["cells"].split("|"))
    what = f"all others, in each {cells}" if cells else "shorter rows within its days"
    return f"| `{row['kind']}` | {row['series'].replace(' ', ', ')} | {what} | {_code(row)} |\n"


def _code(row: dict[str, str]) -> str:
    return f"`{row['message'].partition('.')[0]}`"


def _line(rule: Rule[Any]) -> str:
    codes = ", ".join(f"`{code}`" for code in sorted(rule.codes.split()))
    return f"| {rule.order} | `{rule.code}` | {', '.join(_kinds(rule.kinds))} | {rule.reason} | {codes} |\n"


def _kinds(kinds: frozenset[str]) -> Iterator[str]:
    if kinds >= EVERY_KIND:
        yield "all, and `fec`" if kinds == EVERY_FILE else "all"
    else:
        yield from (f"`{kind}`" for kind in (*sorted(kinds - {FEC}), *sorted(kinds & {FEC})))


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
    print(f"docs/reference/{PAGE.name}")
