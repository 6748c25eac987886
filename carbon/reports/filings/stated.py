"""What the company states for a filing, and what it has not stated: each with the lines of params that answer it."""

from __future__ import annotations

from typing import Any

import pandas as pd

from carbon.accounting.compile import NO_RECORDS
from carbon.params.shapes.answers import ASKED, answer, paste
from carbon.reports.exhibits.headline import company_name
from carbon.reports.filings.posts import OPEN, posts_of, routing
from carbon.reports.tables.sums import in_scopes
from carbon.reports.words.cells import cell_words
from carbon.reports.words.language import Words

IDENTITY = ("type", "siren", "naf", "activity", "address", "contact")
NOT_STATED = ["what", "text", "params"]
ANSWERS = {"no_revenue": "years", "no_ets": "years", "no_identifier": "", "no_module": "", "targets_by_scope": "",
           "identity": "fields", "significance": "", "open_posts": "activities", "empty_posts": "posts",
           "empty_categories": "categories"}
"""Code of what is missing, that of data/answers.csv -> the fact that its lines of params name."""


def remedy(code: str, *keys: Any) -> str:
    """Return the lines of params that answer what is missing; "" where records or another file do."""
    if code not in ANSWERS:
        return ""
    statements = {key: {"status": "not relevant", "reason": ASKED} if code == "empty_categories" else ASKED
                  for key in sorted(keys)}
    params_answer = answer(code, {ANSWERS[code]: statements} if keys else {})
    return "\n".join(line for line in paste("", [params_answer]).splitlines() if not line.startswith("#"))


def identity_table(inventory: Any, words: Words) -> pd.DataFrame:
    """Return who files: what and value, "" where params do not state it."""
    params, starts = inventory.params, inventory.params.reporting_year_starts
    people = params.employees.get(inventory.year)
    facts = {"company": company_name(inventory, words),
             **{field: params.filing.identity.get(field, "") for field in IDENTITY},
             "employees": "" if people is None else words.number(people, 0 if people == round(people) else 1),
             "consolidation": words.term("value", params.consolidation),
             "year": words.named_year(inventory.year, starts), "base_year": words.named_year(params.base_year, starts)}
    return pd.DataFrame([(words(f"filing.about.{key}"), value) for key, value in facts.items()],
                        columns=["what", "value"])


def not_stated(inventory: Any, lines: pd.DataFrame, line_column: str, words: Words) -> pd.DataFrame:
    """Return what a filing of posts asks and neither params nor records hold: what, text, params (lines to paste)."""
    params, is_french = inventory.params.filing, line_column == "post"
    fields = [field for field in IDENTITY if is_french and field not in params.identity]
    significance = [""] if not is_french and params.significance is None else []
    lines = lines[lines["co2e_t"].notna()]
    unlike = lines.loc[lines["base_year_t"].notna() & lines["change_share"].isna(), line_column]
    missing = {"identity": fields, "significance": significance, "open_posts": _open_activities(inventory),
               "change": list(unlike), "intervals": list(lines.loc[lines["low_t"].isna(), line_column])}
    entries = []
    for code, keys in missing.items():
        names = ", ".join(words(f"filing.about.{key}") if code == "identity" else key for key in keys)
        entries += [(words(f"filing.missing.{code}"), words(f"filing.missing.{code}.text", names=names),
                     remedy(code, *filter(None, keys)))] if keys else []
    return pd.DataFrame(entries, columns=NOT_STATED)


def _open_activities(inventory: Any) -> list[str]:
    rows = in_scopes(inventory.emissions)
    is_open = posts_of(rows, inventory.params.beges_posts).str.endswith(OPEN)
    return sorted(set(rows.loc[is_open, "activity"]))


def open_lines(lines: pd.DataFrame, words: Words) -> list[tuple[str, str, str]]:
    """Return the lines of a filing that somebody has to answer for, one entry a state: (names, state, params)."""
    names_of: dict[tuple[str, str], dict[str, str]] = {}
    for line in lines.to_dict("records"):
        names_of.setdefault((line["status"], line.get("reason", "")), {}).update([_name_of(line)])
    entries = []
    for (status, reason), of in names_of.items():
        posts = [code for code in of.values() if "." in code]
        categories = [int(code) for code in of.values() if code.isdigit()]
        ways = [remedy(code, *names) for code, names in (("empty_posts", posts), ("empty_categories", categories))
                if names and status == NO_RECORDS]
        parts = (words.term("status", status), cell_words("reason", reason, words))
        state = words("text.colon").join(filter(None, parts))
        entries.append((", ".join(filter(None, of)), state, "\n".join(ways)))
    return entries


def _name_of(line: dict[Any, Any]) -> tuple[str, str]:
    """Return how a line is named, and the post ("1.3") or category of scope 3 ("9") that params can answer for."""
    post = line.get("post", line.get("iso_category"))
    if post is not None:
        # Category 5 of the framework is no category 5 of scope 3; a post of several categories is answered by itself.
        owners = [place for place, posts in routing().items() if post in posts.values()]
        is_whole = len(owners) == 1 and owners[0][0] == "3" and "" in routing()[owners[0]]
        return (post, str(owners[0][1]) if is_whole else post) if "." in post else ("", "")
    if line.get("category"):
        return f"3.{line['category']}", str(line["category"])
    if "dimensions" in line:
        return " ".join(line[key] for key in ("framework", "id", "dimensions")), ""
    row = line.get("row") or " ".join(filter(None, (line["scope"], line["scope2_method"])))
    return row, row.removeprefix("3.") if row.startswith("3.") else ""
