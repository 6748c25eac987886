"""The sheets of an audit sample: a workbook with a column for each fact, and a page to print, in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup

from carbon.reports.export import to_xlsx_bytes
from carbon.reports.page.audiences import GOVERNANCE, Block
from carbon.reports.page.html import render_blocks
from carbon.reports.page.html_table import html_table
from carbon.reports.words.cells import cells_of, in_words
from carbon.reports.words.language import LANGUAGES, Words

BOX = "☐"


def audit_files(audit: Any) -> dict[str, bytes]:
    """Return the files of an audit by their endings: "en.xlsx", "en.html", "fr.xlsx", "fr.html".

    audit: `runs.review.audit.Audit`.
    """
    files: dict[str, bytes] = {}
    for language in LANGUAGES:
        words = Words(language)
        table = audit.table.assign(cell_value=[words.term("audit_cell", v) for v in audit.table["cell_value"]])
        files[f"{language}.xlsx"] = _book(audit, table, words)
        files[f"{language}.html"] = _page(audit, table, words).encode()
    return files


def _facts(audit: Any, words: Words) -> list[str]:
    """Return what was drawn, from what, what follows, and what this does not test, as sentences."""
    drawn_share = words.percent(audit.drawn_kg / audit.population_kg)
    return [words("audit.drawn", drawn=audit.table["item"].nunique(), population=words.number(audit.population),
                  tonnes=words.number(audit.population_kg / 1000, 3), seed=audit.seed, size=audit.size,
                  interval=words.number(audit.interval_kg, 1), share=drawn_share),
            words("audit.limit", size=audit.size, share=words.percent(audit.limit_share)),
            words("audit.not_drawn"), words("audit.second_path"),
            words("audit.identity", identity=audit.identity)]


def _book(audit: Any, table: pd.DataFrame, words: Words) -> bytes:
    about = pd.DataFrame({"about": _facts(audit, words)})
    sheets = {"about": about, "sample": table, "totals": _totals(audit, words)}
    titles = {name: words(f"audit.sheet.{name}", company=audit.company, year=audit.year) for name in sheets}
    return to_xlsx_bytes({name: in_words(sheet, words) for name, sheet in sheets.items()}, words=words, titles=titles,
                         contents=words("sheet.cover"))


def _totals(audit: Any, words: Words) -> pd.DataFrame:
    agrees = [words("audit.agrees" if agrees else "audit.differs") for agrees in audit.totals["agrees"]]
    category = [str(number or "") for number in audit.totals["category"]]
    return audit.totals.assign(agrees=agrees, category=category)


def _page(audit: Any, table: pd.DataFrame, words: Words) -> str:
    return sheet(f"{audit.company} {audit.year}", words, kind="audit", heading=words("audit.sheet.about"),
                 facts=_facts(audit, words), digits=3,
                 tables={"totals": _totals(audit, words), "sample": _chain(table, words)})


def sheet(name: str, words: Words, *, kind: str, heading: str, facts: Sequence[str],
          tables: Mapping[str, pd.DataFrame], digits: int) -> str:
    """Return a sheet for an assurer as an offline page: sentences, then tables with all their lines.

    name: company and year; kind: the first word of its keys, as in `audit.kicker`; digits: decimals of tonnes.
    """
    company, _, year = name.rpartition(" ")
    paragraphs = Markup("").join(Markup("<p>{}</p>").format(fact) for fact in facts)
    blocks = [Block("section", anchor="about", title=heading, body=paragraphs)]
    for anchor, table in tables.items():
        title = words(f"{kind}.sheet.{anchor}", company=company, year=year)
        body = html_table(cells_of(table), words, caption=title, digits=digits)
        blocks.append(Block("table", anchor=anchor, title=title, body=body))
    return render_blocks(blocks, title=name, language=words.language, audience=GOVERNANCE,
                         kicker=words(f"{kind}.kicker"), footer=[words("page.units")], is_whole=True)


def _chain(table: pd.DataFrame, words: Words) -> pd.DataFrame:
    """Return a line for each part of each drawn row: source, record, activity, factor, calculation, boxes to tick."""
    def number(value: float) -> str:
        """Return all digits, as a calculation needs them."""
        return "" if value != value else f"{value:.12g}".replace(".", "," if words.language == "fr" else ".")

    lines = []
    for row in table.to_dict("records"):
        place = f"{row['source_file'].rpartition('/')[2]} {row['source_sheet']} {row['source_line']}".replace("  ", " ")
        cell = f"{row['cell']} = {row['cell_value']}" if row["cell"] else row["cell_value"]
        lines.append({
            "item": row["item"], "audit_source": f"{place}: {cell}",
            "audit_record": f"{number(row['record_amount'])} {words.unit(row['record_unit'])}",
            "audit_activity": f"{row['activity']}, {row['region']} {row['year']}"
                              + (f" ({row['rule']})" if row["rule"] else ""),
            "audit_factor": f"{row['factor_id']}: {row['publisher']} {row['edition']}, {row['page']}",
            "audit_calculation": f"{number(row['quantity'])} {row['unit']} × {number(row['conversion'])} × "
                                 f"{number(row['factor_kg'])} = {number(row['kg_reperformed'])} kg",
            "audit_published": number(row["kg_published"]),
            **dict.fromkeys(("source_seen", "activity_right", "factor_right", "kg_right"), BOX), "remark": ""})
    return pd.DataFrame(lines)
