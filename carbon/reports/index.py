"""
The page of all companies and years: status, totals, a line of totals for each company, links to the reports.

Searching needs a script. It is ten fixed lines, named by their hash in the page's own policy, and reads text only;
without it the page shows everything.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from carbon.core import packaged
from carbon.reports.sanitise import clean_text
from carbon.reports.words import MISSING, Words

PACKAGE = "carbon.reports"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")  # as core.params
_GOOD = ("ok", "skipped")
_WIDTH, _HEIGHT, _PAD = 220.0, 56.0, 6.0


def render_index(summaries: Iterable[Mapping[str, Any]], *, language: str = "en") -> str:
    """
    The index as one offline page.

    Parameters
    ----------
    summaries
        Fields of the run summary, one a company-year: company, year, status, reason, rows_read, rows_rejected,
        co2e_t {"1", "2-location", "2-market", "3", "total-location", "total-market"}, gap_t, path.
        Links are made from company and year: `<company>/<year>/annual_report.html`.
    """
    words = Words(language)
    rows = sorted(summaries, key=lambda row: (str(row["company"]), int(row["year"])))
    companies: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        companies.setdefault(str(row["company"]), []).append(row)
    script = packaged.read_text(PACKAGE, "templates/index.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(
        packaged.read_text(PACKAGE, "templates/index.html.j2"))
    return template.render(
        words=words, language=language, script=Markup(script),  # noqa: S704  (packaged text)
        css=Markup(packaged.read_text(PACKAGE, "templates/report.css")),  # noqa: S704
        csp=f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'",
        lead=words("index.lead", reports=sum(_good(row) for row in rows), companies=len(companies)),
        companies=[_company(name, years, words) for name, years in companies.items()],
    )


def _company(name: str, rows: list[Mapping[str, Any]], words: Words) -> dict[str, Any]:
    return {"name": clean_text(name), "trend": _trend(name, rows, words), "rows": [_row(row, words) for row in rows]}


def _row(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    status = str(row["status"])
    totals = totals_t(row.get("co2e_t") or {})
    return {
        "year": int(row["year"]), "status": words.term("run_status", status), "failed": not _good(row),
        "reason": clean_text(str(row.get("reason") or "")) if not _good(row) else "",
        "location": _tonnes(totals["location"], words), "market": _tonnes(totals["market"], words),
        "gap": _tonnes(row.get("gap_t"), words, sign=True), "read": _count(row.get("rows_read"), words),
        "rejected": _count(row.get("rows_rejected"), words),
        "href": _href(row),
        "label": words("index.open") + f": {row['company']} {row['year']}",
    }


def _href(row: Mapping[str, Any]) -> str:
    """
    The report's place beside the index; none for a name that no company can have.
    """
    company = str(row["company"])
    linked = _good(row) and _SLUG.fullmatch(company)
    return f"{company}/{int(row['year'])}/annual_report.html" if linked else ""


def _good(row: Mapping[str, Any]) -> bool:
    return str(row["status"]) in _GOOD


def totals_t(co2e_t: Mapping[str, float]) -> dict[str, float]:
    """
    Both totals of a summary [t CO2e]: as given, NaN where they are not.
    """
    return {method: float(co2e_t.get(f"total-{method}", math.nan)) for method in ("location", "market")}


def _tonnes(value: float | None, words: Words, *, sign: bool = False) -> str:
    if value is None or value != value:
        return MISSING
    digits = 1 if abs(value) < 10_000 else 0
    return words.signed(value, digits) if sign else words.number(value, digits)


def _count(value: int | None, words: Words) -> str:
    return MISSING if value is None else words.number(value)


def _trend(company: str, rows: list[Mapping[str, Any]], words: Words) -> Markup:
    """
    A small line of the location-based totals, as SVG with its own words; nothing with fewer than two years.
    """
    points = [(int(r["year"]), totals_t(r.get("co2e_t") or {})["location"]) for r in rows if _good(r)]
    points = [(year, value) for year, value in points if math.isfinite(value)]
    if len(points) < 2:
        return Markup("")
    first, last = points[0][0], points[-1][0]
    top = max(max(value for _, value in points), 1e-9)
    xy = [(_PAD + (_WIDTH - 2 * _PAD) * (year - first) / (last - first),
           _HEIGHT - _PAD - (_HEIGHT - 2 * _PAD) * max(value, 0.0) / top) for year, value in points]
    label = words("index.trend_alt", company=company, first_year=first, first=words.number(points[0][1], 1),
                  last_year=last, last=words.number(points[-1][1], 1), method=words.term("method", "location-based"))
    dots = Markup("").join(Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3"/>').format(x, y) for x, y in xy)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in xy)
    return Markup(
        '<svg viewBox="0 0 {:.0f} {:.0f}" role="img" aria-label="{}"><line class="zero" x1="0" x2="{:.0f}" '
        'y1="{y:.1f}" y2="{y:.1f}"/><polyline points="{}"/>{}</svg>'
    ).format(_WIDTH, _HEIGHT, label, _WIDTH, line, dots, y=_HEIGHT - _PAD)
