"""The company's rules for physical records: some are excluded, some are another activity or scope than usual."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from carbon.activities.classification.charts import EXCLUDE, INCLUDE
from carbon.activities.classification.lines import NO_RULE, rule_of_rows
from carbon.activities.classification.rules import company_rules, decisions_at
from carbon.activities.draft import Draft
from carbon.core.columns import Rows
from carbon.core.errors import ParamsError
from carbon.core.text_columns import Values, pick
from carbon.params.shapes.company import CompanyParams


def excluded_by_rule(draft: Draft, params: CompanyParams, *, kind: str) -> Draft:
    """End the records that a rule with this `kind` excludes, with its reason.

    Raises ParamsError: A rule that sets physical records aside: only purchases can be replaced.
    """
    not_purchases = [r.id for r in params.rules if r.set_aside_for and set(r.when.kind) - {"purchases"}]
    if not_purchases:
        raise ParamsError(f"Rule {not_purchases[0]!r} sets physical records aside",
                          hint="`set_aside_for` is for purchases")
    rules = _rules_of(draft.rows, params, kind)
    return draft if rules is None else draft.assign(**{f"_{c}": rules[c] for c in ("rule", "rule_reason")}).end(
        rules["decision"] == EXCLUDE, "excluded", code="excluded_by_rule",
        reason=lambda gone: gone["_rule_reason"] + " (rule " + gone["_rule"] + ")")


def overridden(draft: Draft, params: CompanyParams, *, kind: str) -> Draft:
    """Set activity, scope, category, and where given region, tier and group, of records that a rule of `kind` names.

    A rule that names neither scope nor category leaves those of the record.
    """
    rows, rules = draft.rows, _rules_of(draft.rows, params, kind)
    if rules is None or not (renamed_rows := rules["decision"] == INCLUDE).any():
        return draft
    moved_rows = renamed_rows & ~rules["own_place"]
    columns = {c: np.where(renamed_rows, rules[c], rows[c]) for c in ("activity", "rule")}
    columns |= {c: np.where(moved_rows, rules[c], rows[c]) for c in ("scope", "category")}
    optional_columns = {c: np.where(renamed_rows & (rules[c] != ""), rules[c], rows[c])
                        for c in ("region", "tier", "group")}
    unclear = pick(moved_rows, rules["unclear"], "")
    return draft.assign(**columns, **optional_columns, _unclear=unclear).reject(
        unclear != "", "category_unclear", lambda gone: "rule " + gone["rule"] + " names no category, and "
        + gone["_unclear"], "give `category:` in the rule of the company's params", "activity")


def _rules_of(rows: Rows, params: CompanyParams, kind: str) -> Mapping[str, Values] | None:
    """Return the rule that matches each row, with blanks where none does; None where none matches any row."""
    position = rule_of_rows(rows, params.rules, kind=kind)
    if (position == NO_RULE).all():
        return None
    return decisions_at(position, company_rules(params.rules))
