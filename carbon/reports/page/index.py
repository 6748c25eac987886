"""The page of all companies and years: status, totals, trajectories, sign-off, links to reports and reviews.

Searching and sorting need a script. It is a few fixed lines, named by their hash in the policy of the page, and reads
text only; without it the page shows everything.
"""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

from markupsafe import Markup

from carbon.core import packaged
from carbon.core.ghg_protocol import CALENDAR
from carbon.reports.page.audiences import AUDIENCES
from carbon.reports.page.multiples import Small, draw, year_range
from carbon.reports.page.sanitise import clean_text
from carbon.reports.page.template import template
from carbon.reports.page.typeset import typeset
from carbon.reports.words.editions import named
from carbon.reports.words.failures import reason_lines
from carbon.reports.words.language import MISSING, Words
from carbon.reports.words.sentence import Sentence, sentence

PACKAGE = "carbon.reports"
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,60}")  # as params.shapes
_GOOD = ("ok", "skipped")
_REVIEW = re.compile(r"[0-9]{4}-[0-9A-Z]+\.html")
FILES = (("pdf", "annual_report.pdf"), ("pdf_performance", "annual_report.performance.pdf"),
         ("pdf_public", "annual_report.public.pdf"), ("workbook", "current/workbook.xlsx"))
"""Kind -> its place in the year's folder."""
PORTFOLIO = "portfolio.html"
"""The page that compares companies, next to the index."""


def render_index(
    summaries: Iterable[Mapping[str, Any]], *, language: str = "en", smalls: Mapping[str, Small] | None = None
) -> str:
    """Return the index as one offline page.

    summaries: fields of the run summary, one a company-year, as `company_year.inventory_content.summary_of` makes them;
    where known also pages (further audiences), files (names of `FILES`), review (name of the latest sheet), signoff,
    signed_on, signatures (how many) and identity. smalls: company -> its small drawing.
    """
    words, smalls = Words(language), smalls or {}
    years = year_range(list(smalls.values()))
    rows = sorted(summaries, key=lambda row: (str(row["company"]), -int(row["year"])))
    companies: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        companies.setdefault(str(row["company"]), []).append(row)
    return rendered(
        "index.html.j2", words, lead=_lead(companies, words),
        companies=[_company(name, of, smalls.get(name), years, words) for name, of in companies.items()],
        portfolio=PORTFOLIO if sum(any(map(good, of)) for of in companies.values()) > 1 else "",
    )


def rendered(name: str, words: Words, **values: Any) -> str:
    """Return a packaged template as a page with the one script of these pages, which its policy names by its hash."""
    script = packaged.read_text(PACKAGE, "templates/index.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    page, mark, rest = template(name).render(
        words=words, language=words.language, script=Markup(script),  # noqa: S704  (packaged text)
        css=Markup(packaged.read_text(PACKAGE, "templates/report.css")),  # noqa: S704
        csp=f"default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'sha256-{digest}'; "
            "base-uri 'none'; form-action 'none'", **values).partition("<script>")
    return typeset(page, words.language) + mark + rest


def _lead(companies: Mapping[str, list[Mapping[str, Any]]], words: Words) -> Sentence:
    """Return how many reports there are, and of how many companies; a company without one is not counted."""
    reports = [sum(map(good, rows)) for rows in companies.values()]
    return sentence(words, "index.lead", "index", reports=sum(reports), companies=sum(map(bool, reports)),
                    behind={"listed": float(sum(map(len, companies.values())))})


def _company(name: str, rows: list[Mapping[str, Any]], small: Small | None, years: tuple[int, int],
             words: Words) -> dict[str, Any]:
    title = called(name, rows, words)
    drawing = draw(title, small, years, words) if small else Markup("")
    starts = small.starts if small else CALENDAR
    return {"name": clean_text(title), "slug": clean_text(name) if title != name else "",
            "years_note": words.years_note(int(rows[0]["year"]), starts),
            "small": drawing, "label": clean_text(small.label) if small else "",
            "figure": clean_text(small.figure_id) if small and drawing else "",
            "anchor": anchor(name), "rows": [_row(row, words, starts) for row in rows]}


def anchor(company: str) -> str:
    """Return where a company is on the index; nothing for a name no company can have."""
    return f"c-{company}" if _SLUG.fullmatch(company) else ""


def called(company: str, rows: list[Mapping[str, Any]], words: Words) -> str:
    """Return the name of a company in the reader's language, by its newest year; without one its short name."""
    names: Mapping[str, str] = next((row["name"] for row in rows if row.get("name")), {})
    return str(names.get(words.language) or next(iter(names.values()), company))


def _gaps(row: Mapping[str, Any], words: Words) -> list[str]:
    """Return the gap to each target, with its label where there are several."""
    gaps = row.get("gaps") or [{"gap_t": row.get("gap_t")}]
    labels = [str(gap.get("label", {}).get(words.language) or gap.get("target", "")) for gap in gaps]
    texts = [in_tonnes(gap["gap_t"], words, sign=True) for gap in gaps]
    return texts if len(texts) == 1 else [f"{clean_text(label)}{words('text.colon')}{text}"
                                          for label, text in zip(labels, texts, strict=True)]


def _row(row: Mapping[str, Any], words: Words, starts: str) -> dict[str, Any]:
    status = str(row["status"])
    totals = totals_t(row.get("co2e_t") or {})
    states = row.get("co2e_state") or {}
    return {
        "year": words.named_year(int(row["year"]), starts), "status": words.term("run_status", status),
        "failed": not good(row),
        "reason": [(clean_text(line), language) for line, language in reason_lines(
            str(row.get("reason") or ""), words)] if not good(row) else [],
        **{of: _total(totals[of], str(states.get(f"total-{of}", "")), words) for of in totals},
        "gaps": _gaps(row, words), "change": _change(row.get("constant_factors"), words),
        "read": _count(row.get("rows_read"), words),
        "rejected": _count(row.get("rows_rejected"), words), "breaches": breaches_text(row, words),
        "links": _links(row, words), "signoff": _signoff(row, words),
        "identity": str(row.get("identity", "")), "key": f"{clean_text(str(row['company']))}/{int(row['year'])}",
    }


def _links(row: Mapping[str, Any], words: Words) -> list[dict[str, str]]:
    """Return the report's pages, PDFs, workbook and latest review; none for a name that no company can have."""
    company = str(row["company"])
    if not (good(row) and _SLUG.fullmatch(company)):
        return []
    folder, what = f"{company}/{int(row['year'])}", f"{company} {int(row['year'])}"
    links = [(words("index.open"), f"{folder}/annual_report.html")]
    pages = [audience for audience in AUDIENCES if audience in row.get("pages", ())]
    links += [(words(f"audience.{audience}"), f"{folder}/annual_report.{audience}.html") for audience in pages]
    links += [(words(f"index.{kind}"), f"{folder}/{name}") for kind, name in FILES if kind in row.get("files", ())]
    if _REVIEW.fullmatch(str(row.get("review", ""))):
        links.append((words("index.review"), f"../ledger/{company}/reviews/{row['review']}"))
    return [{"text": text, "href": href, "label": f"{text}: {what}"} for text, href in links]


def _signoff(row: Mapping[str, Any], words: Words) -> dict[str, str]:
    """Return the state of the year's sign-off in words, and the page of its signatures where there are any."""
    state, company = str(row.get("signoff", "")), str(row["company"])
    if not (state and _SLUG.fullmatch(company)):
        return {"text": words.term("signoff_state", state) if state else "", "href": ""}
    date = str(row.get("signed_on", ""))
    text = words.term("signoff_state", state) + (f", {date}" if date else "")
    return {"text": text, "href": f"{company}/{int(row['year'])}/signoff.html" if row.get("signatures") else ""}


def good(row: Mapping[str, Any]) -> bool:
    """Return whether a company-year has a report."""
    return str(row["status"]) in _GOOD


def totals_t(co2e_t: Mapping[str, float | None]) -> dict[str, float]:
    """Return both totals of a summary [t CO2e], NaN where they are missing."""
    known_t = {key: value for key, value in co2e_t.items() if value is not None}
    return {method: float(known_t.get(f"total-{method}", math.nan)) for method in ("location", "market")}


def _total(value: float, state: str, words: Words) -> str:
    """Return a total or, without one, its state: "no records" is no dash and no zero."""
    word = state.partition(": ")[0]
    return in_tonnes(value, words) if value == value or not word else words.term("status", word)


def breaches_text(row: Mapping[str, Any], words: Words) -> str:
    """Return number and tonnes of the measures that are not as expected and that nobody accepted."""
    still_open = at_stake(row)
    if not still_open:
        return MISSING if still_open is None else words.number(0)
    return words("index.breaches_cell", number=words.number(len(still_open)), tonnes=in_tonnes(sum(still_open), words))


def at_stake(row: Mapping[str, Any]) -> list[float] | None:
    """Return the tonnes of each measure that nobody accepted; None where nothing was compared."""
    breaches = row.get("breaches")
    return None if breaches is None else [float(of["t_at_stake"]) for of in breaches if not of["accepted"]]


def _change(constant: Mapping[str, Any] | None, words: Words) -> str:
    """Return the change since last year as published and at constant factors, with the cause that moved most."""
    if not constant:
        return MISSING
    shares = {name: MISSING if constant[name] is None else words.percent(float(constant[name]), 1, sign=True)
              for name in ("published_share", "share")}
    text = words("index.change", published=shares["published_share"], constant=shares["share"])
    cause = named(clean_text(str(constant.get("moved_most") or "")), None, words)
    return f"{text} ({cause})" if cause else text


def in_tonnes(value: float | None, words: Words, *, sign: bool = False) -> str:
    """Return tonnes as a cell of these pages has them; a dash where there are none."""
    if value is None or value != value:
        return MISSING
    digits = 1 if abs(value) < 10_000 else 0
    return words.signed(value, digits) if sign else words.number(value, digits)


def _count(value: int | None, words: Words) -> str:
    return MISSING if value is None else words.number(value)
