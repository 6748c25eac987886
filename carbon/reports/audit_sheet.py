"""The sheets of an audit sample: a workbook with a column for each fact, and a page to print, in both languages."""

from __future__ import annotations

from typing import Any

import pandas as pd
from markupsafe import Markup

from carbon.reports.export import in_words, to_xlsx_bytes
from carbon.reports.page.audiences import GOVERNANCE, Block
from carbon.reports.page.html import render_blocks
from carbon.reports.page.html_table import html_table
from carbon.reports.page.plain_text import cells_of
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
    return to_xlsx_bytes({name: in_words(sheet, words) for name, sheet in sheets.items()}, words=words, titles=titles)


def _totals(audit: Any, words: Words) -> pd.DataFrame:
    agrees = [words("audit.agrees" if agrees else "audit.differs") for agrees in audit.totals["agrees"]]
    category = [str(number or "") for number in audit.totals["category"]]
    return audit.totals.assign(agrees=agrees, category=category)


def _page(audit: Any, table: pd.DataFrame, words: Words) -> str:
    titles = {name: words(f"audit.sheet.{name}", company=audit.company, year=audit.year)
              for name in ("about", "sample", "totals")}
    facts = Markup("").join(Markup("<p>{}</p>").format(fact) for fact in _facts(audit, words))
    tables = {"totals": _totals(audit, words), "sample": _chain(table, words)}
    blocks = [Block("section", anchor="about", title=titles["about"], body=facts)]
    for name, rows in tables.items():
        body = html_table(cells_of(rows), words, caption=titles[name], digits=3)
        blocks += [Block("section", anchor=name, title=titles[name]),
                   Block("table", anchor=f"{name}-table", title=titles[name], body=body)]
    return render_blocks(blocks, title=f"{audit.company} {audit.year}", language=words.language, audience=GOVERNANCE,
                         kicker=words("audit.kicker"), is_whole=True)


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
