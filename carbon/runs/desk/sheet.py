"""Many decisions at once: the open lines of the desk as a sheet, and a sheet that a person has filled in."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.activities.classification.charts import no_purchase
from carbon.core.errors import ParamsError
from carbon.core.ledgers import ANY, DECISION_KEYS, DECISIONS
from carbon.core.text import as_written
from carbon.records.grids.cells import Grid
from carbon.records.grids.delimited import decode, read_delimited
from carbon.records.grids.sources import DELIMITED, open_source
from carbon.records.grids.workbooks import is_blank, read_workbook
from carbon.runs.desk.classify import Desk
from carbon.runs.publish import write_atomic

OFFERS = ("proposal_1", "proposal_2", "proposal_3")
FILLED = ("activity", "scope3_category", "exclude", "author", "evidence")
KIND = "kind"
"""What a person fills in; an activity may be the number of a proposal, a kind one of `no_purchase` or "capital"."""
_NEEDED = (*DECISION_KEYS, *FILLED[:3])
_OFFER = re.compile(r"(?P<activity>\S+) \(category (?P<category>\d+)\)|no purchase: (?P<kind>\w+)")
CAPITAL, _CAPITAL_GOODS = "capital", "2"


def sheet_of(desk: Desk) -> pd.DataFrame:
    """Return one row for each supplier, account and category without a decision: its proposals, and empty columns to
    fill in.

    A decision holds in every currency, so lines that differ only in it are one row: `amounts` names each. Of a desk by
    category, by account or by supplier, one row decides all of its lines.
    """
    lines = desk.open.assign(amounts=[f"{a:.2f} {c}" for a, c in zip(desk.open["amount"], desk.open["currency"],
                                                                    strict=True)])
    rows = lines.groupby(list(DECISION_KEYS), sort=False, as_index=False).agg(
        wording=("wording", "first"), rows=("rows", "sum"), amounts=("amounts", " + ".join))
    offers = desk.proposals.drop_duplicates([*DECISION_KEYS, "rank"])
    for place, column in enumerate(OFFERS, start=1):
        ranked = offers[offers["rank"] == place]
        text = (ranked["activity"] + " (category " + ranked["scope3_category"].astype("str") + ")").where(
            ranked["kind"] == "", "no purchase: " + ranked["kind"])
        rows = rows.merge(ranked[list(DECISION_KEYS)].assign(**{column: text}),
                          on=list(DECISION_KEYS), how="left", validate="one_to_one")
    return rows.fillna(dict.fromkeys(OFFERS, "")).assign(**dict.fromkeys((*FILLED[:2], KIND, *FILLED[2:]), ""))


def write_sheet(desk: Desk, path: Path) -> int:
    """Write the sheet as a CSV file and return the number of its rows."""
    from carbon.reports.export import to_csv_bytes

    table = sheet_of(desk)
    write_atomic(path, b"\xef\xbb\xbf" + to_csv_bytes(table))  # spreadsheets know UTF-8 by its mark
    return len(table)


def read_sheet(path: Path, desk: Desk, *, author: str, evidence: str, day: pd.Timestamp) -> pd.DataFrame:
    """Read the decisions of a sheet, CSV or workbook; rows with neither an activity nor an exclusion stay open.

    `author`, `evidence`: Of the rows that give none.

    Raises FileRefused: The file cannot be read with certainty; ParamsError: A column is missing; a row is of no open
    line, names a proposal or a category that does not exist.
    """
    table = cells_of(path, _NEEDED, "`carbon classify C/Y --sheet FILE` writes such a sheet", DECISION_KEYS)
    decided = table[(table[[c for c in ("activity", "exclude", KIND) if c in table]] != "").any(axis=1)]
    strange = ~_about_lines(decided, desk)
    if strange.any():
        raise ParamsError(f"{path.name}: {int(strange.sum())} rows match no open line", rows=decided[strange],
                          hint="supplier, account and category must be as the desk wrote them, or * for all; write the "
                               "sheet again")
    decisions = [_decision(line, path.name) for line in decided.to_dict("records")]
    filled = pd.DataFrame(decisions, columns=[*DECISION_KEYS, *FILLED]).astype({"scope3_category": "int64"})
    filled = filled.assign(author=filled["author"].replace("", author), decided_on=day,
                           evidence=filled["evidence"].replace("", evidence))
    return DECISIONS.validate(filled[list(DECISIONS.columns)].astype({"decided_on": "datetime64[s]"}))


def _about_lines(rows: pd.DataFrame, desk: Desk) -> pd.Series:
    """Flag the rows that are about at least one purchase without a rule of the params; "*" is all of a column.

    Raises ParamsError: A purchase has a "*" for a name.
    """
    known = desk.lines if len(desk.lines) else desk.open
    literal = (desk.lines == ANY).any(axis=1) if len(desk.lines) else pd.Series(dtype=bool)
    if literal.any():
        raise ParamsError(f"{int(literal.sum())} purchases have {ANY!r} for a name", rows=desk.lines[literal],
                          hint="in a sheet it is all names: write a rule in params for these lines")
    about = [_any_line(row, known) for row in rows.to_dict("records")]
    return pd.Series(about, index=rows.index, dtype=bool)


def _any_line(row: Mapping[Any, Any], known: pd.DataFrame) -> bool:
    """Return whether a decision with these keys is about any of the known lines."""
    for column in (c for c in DECISION_KEYS if row[c] != ANY and len(known)):
        known = known[known[column] == row[column]]
    return len(known) > 0


def _decision(line: Mapping[Any, Any], name: str) -> dict[str, Any]:
    filled_cells = {c: line.get(c, "") for c in (*DECISION_KEYS, *FILLED)}
    offers = {str(n): match for n, c in enumerate(OFFERS, start=1) if (match := _OFFER.fullmatch(line.get(c, "")))}
    by_name = {match["activity"]: match["category"] for match in offers.values() if match["activity"]}
    wanted_activity, category = filled_cells["activity"], filled_cells["scope3_category"].removesuffix(".0")
    kind = line.get(KIND, "").casefold()
    if wanted_activity.isdigit() and wanted_activity not in offers:
        raise ParamsError(f"{name}: row {line['row']} names proposal {wanted_activity}, which it does not have",
                          hint="write 1, 2 or 3 for a proposal of the row, or an activity")
    offer = offers.get(wanted_activity)
    kind = kind or (offer["kind"] or "" if offer else "")
    activity = (offer["activity"] or "") if offer else wanted_activity
    if kind == CAPITAL:
        kind, category = "", category or _CAPITAL_GOODS
    if kind:
        return {**filled_cells, "activity": activity, "scope3_category": 0,
                "exclude": no_purchase_reason(kind, filled_cells["exclude"], f"{name}: row {line['row']}")}
    category = category or by_name.get(activity, "" if activity else "0")
    if not category.isdigit():
        raise ParamsError(f"{name}: row {line['row']} has the scope 3 category {category!r}",
                          hint="write 1 to 15 for an activity that is not among the proposals")
    return {**filled_cells, "activity": activity, "scope3_category": int(category)}


def no_purchase_reason(kind: str, reason: str, where: str) -> str:
    """Return the reason of an exclusion, its kind first.

    Raises ParamsError: An unknown kind.
    """
    kinds = no_purchase().set_index("kind")["en"]
    if kind not in kinds.index:
        raise ParamsError(f"{where} has the kind {kind!r}", hint=f"kinds: {', '.join([*kinds.index, CAPITAL])}")
    return f"{kind}: {reason or kinds[kind]}"


def cells_of(path: Path, needed: Sequence[str], hint: str, untrimmed: Sequence[str] = ()) -> pd.DataFrame:
    """Return the cells below the headings as strings, with the row of each; a title may come before the headings.

    Raises FileRefused: The file cannot be read with certainty; ParamsError: a needed heading is missing.
    """
    grid = _grid(path, needed)
    heads = [place for place, row in enumerate(grid.head) if {*needed} <= {c.strip() for c in row}]
    if not heads:
        raise ParamsError(f"{path.name} lacks the headings {', '.join(needed)}", hint=hint)
    names = [c.strip() for c in grid.row(heads[0])]
    rows = [grid.row(n) for n in range(heads[0] + 1, len(grid))]
    cells = [{"row": str(grid.lines[heads[0] + 1 + n]), **dict(zip(names, row, strict=True))}
             for n, row in enumerate(rows)]
    table = pd.DataFrame(cells, columns=["row", *names], dtype="str")
    for column in (c for c in names if c):
        text = table[column].map(as_written)
        table[column] = text if column in untrimmed else text.str.strip()
    return table


def _grid(path: Path, needed: Sequence[str]) -> Grid:
    source = open_source(path, path.name)
    if source.form == DELIMITED:
        text, encoding = decode(source.content(), source.name)
        return read_delimited(text, source.name, lambda row: len({*needed} & set(row)), dialect=encoding)
    sheets = [g for g in read_workbook(source) if len(g) and not is_blank(g)]
    if len(sheets) != 1:
        raise ParamsError(f"{path.name} has {len(sheets)} sheets that hold anything", hint="keep the one to be read")
    return sheets[0]
