"""A group's records by the declared approach: what counts in part is cut, what the group sells itself is eliminated.

weight = share of equity (equity share); 1 where the group has the control, the share of equity where it is joint, else
0 (financial control); 1 where the group operates, else 0 (operational control). A weight holds from a day to a day; a
row over several weights counts for each by its days. The rest of each row is excluded with its amount.

Source: GHG Protocol Corporate Standard (2004), ch. 3; what is not consolidated belongs to category 15 (Scope 3
Standard, table 5.10). Elimination at the seller's weight [design]: the part of the seller that the group does not
count stays bought from outside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from carbon.activities.draft import Draft, days_from, ledger_lines
from carbon.activities.kinds.regions import with_remark_on_home
from carbon.core import periods
from carbon.core.columns import Rows
from carbon.core.text import fold
from carbon.core.text_columns import Values, among, by_word, pick
from carbon.params.shapes.company import CompanyParams
from carbon.params.shapes.group import WHOLE, Group, group_of, weights

__all__ = ["Group", "consolidated", "eliminated", "group_of", "located"]

_LEGAL_FORMS = frozenset([
    "sa", "sas", "sasu", "sarl", "sci", "snc", "eurl", "selarl", "gmbh", "ag", "kg", "ug", "se", "ltd", "limited",
    "plc", "llp", "llc", "inc", "corp", "bv", "nv", "srl", "spa", "sprl"])
_FIX = "write its name as in the entities file, or add it there with share, control and evidence"


def consolidated(draft: Draft, group: Group | None, *, extensive: tuple[str, ...]) -> Draft:
    """Count each row at the weight of its entity; the rest is excluded with its amount, an unknown entity is rejected.

    part = quantity x sum over periods of (weight x days in the period) / days of the row, exactly.
    """
    if group is None:
        return draft
    draft = draft.reject(~among(by_word(draft.rows["company"], fold), group.names), "entity_unknown",
                         "neither the company nor one of its entities", _FIX, "company")
    rows = draft.rows
    if not len(rows):
        return draft
    weight = _weights(rows, by_word(rows["company"], fold), group)
    words = _percent(weight, _days(rows)) + " of " + rows["company"] + f" is consolidated under {group.approach}"
    return _keep(draft, weight, "not_consolidated", words, extensive)


def located(draft: Draft, group: Group | None, params: CompanyParams) -> Draft:
    """Take the country of its entity for a purchase without country and without a declared site.

    Where only other entities state one, abroad, that is a remark: the sites of the company do not show it.
    """
    if group is None or not len(draft.rows):
        return draft
    rows = draft.rows
    nowhere = (rows["country"] == "") & (by_word(rows["site"], params.country_of_site) == "")
    company = by_word(rows["company"], fold)
    country = by_word(company, lambda key: group.country.get(key, ""))
    if len(params.home) == 1:
        of_entity = nowhere & (country == "") & among(company, {*group.table["key"]})
        draft = with_remark_on_home(draft, of_entity, params, params.home | {*group.country.values()})
    return draft.assign(country=pick(nowhere, country, rows["country"]), _of_entity=nowhere)


def eliminated(draft: Draft, group: Group | None, *, extensive: tuple[str, ...]) -> Draft:
    """Exclude what one entity bought from another, at the seller's weight; each pair is a remark."""
    if group is None or not len(draft.rows):
        return draft
    rows = draft.rows
    seller = by_word(rows["supplier"], fold)
    inside = among(seller, group.names) & (seller != by_word(rows["company"], fold))
    draft = _remark_near(draft, seller, group)
    if not inside.any():
        return draft
    weight = _weights(rows, pick(inside, seller, ""), group)
    outside = _days(rows) * WHOLE - np.where(inside, weight, 0)
    for text in _pairs(rows.where(inside)):
        draft = draft.warn("inter_company", text)
    words = "bought from " + rows["supplier"] + ", which the group consolidates: its own emissions are counted"
    return _keep(draft, outside, "inter_company", words, extensive)


def _remark_near(draft: Draft, seller: Values, group: Group) -> Draft:
    """Remark on sellers who are an entity but for the legal form behind the name: "Acme Nord SAS"."""
    plain_names = {_without_form(name): name for name in group.names}
    similar = ~among(seller, group.names) & among(by_word(seller, _without_form), plain_names)
    if similar.any():
        names = ", ".join(map(repr, sorted(set(draft.rows["supplier"][similar]))[:5]))
        draft = draft.warn("inter_company_near", f"{int(similar.sum())} purchases from {names} count as bought "
                           "outside: if that is the entity of nearly the same name, write it as in the entities file")
    return draft


def _without_form(folded: str) -> str:
    # "S.A.S." folds to three words of one letter.
    words = re.sub(r"(?<=\b\w) (?=\w\b)", "", folded).split()
    while len(words) > 1 and words[-1] in _LEGAL_FORMS:
        words.pop()
    return " ".join(words)


def _days(rows: Rows) -> npt.NDArray[np.int64]:
    return days_from(rows["period_start"], rows["period_end"]) + 1


def _weights(rows: Rows, key: Values, group: Group) -> npt.NDArray[np.int64]:
    periods_of = pd.DataFrame({c: rows[c] for c in ("period_start", "period_end")})
    return weights(periods_of, pd.Series(key), group)


def _keep(draft: Draft, weight: npt.NDArray[np.int64], code: str, words: Values, extensive: tuple[str, ...]) -> Draft:
    """Keep each row at weight / (days x WHOLE); the rest of it is excluded, a row of weight 0 entirely."""
    outside, weights_left = weight == 0, weight[weight > 0]
    draft = draft.end(outside, "excluded", code=code, reason=words)
    rows = draft.rows
    full_weight = _days(rows) * WHOLE
    part = weights_left < full_weight
    if not part.any():
        return draft
    none = np.zeros_like(weights_left)
    cut = {c: periods.share_by_days(rows[c].astype(np.float64), first=none, stop=weights_left, days=full_weight)
           for c in dict.fromkeys(("record_amount", *extensive))}
    lines = ledger_lines(rows, part, "excluded", code=code, reason=words[~outside],
                         amount=rows["record_amount"] - cut["record_amount"])
    return replace(draft, rows=rows.assign(**cut), ended=(*draft.ended, lines))


def _percent(weight: npt.NDArray[np.int64], days: npt.NDArray[np.int64]) -> Values:
    return by_word(100 * weight / (days * WHOLE), lambda share: f"{share:.4f}".rstrip("0").rstrip(".") + " %")


def _pairs(rows: Rows) -> Iterator[str]:
    table = rows.frame(["company", "supplier", "currency", "amount"])
    sums = table.groupby(["company", "supplier", "currency"], sort=True)["amount"].agg(["count", "sum"]).reset_index()
    for company, supplier, currency, count, total in sums.itertuples(index=False, name=None):
        yield (f"{company} bought from {supplier} in {count:,} lines of {total:,.2f} {currency}: eliminated at the "
               "weight of the seller")
