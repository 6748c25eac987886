"""The region of an activity: the rule's, else the record's country, else its site's, else the company's country."""

from __future__ import annotations

from carbon.activities.draft import Draft
from carbon.core.params.company import CompanyParams
from carbon.core.text_columns import by_word, pick


def with_region(draft: Draft, params: CompanyParams, *, site_decides: bool = False) -> Draft:
    """Fill `region`: a rule's region, else the record's country, else its site's country, else the company's country.

    Parameters
    ----------
    site_decides
        Reject a row whose site the company has not declared, instead of taking the company's country: for energy,
        whose factor is the country's grid.
    """
    rows = draft.rows
    region = pick(rows["region"] == "", rows["country"], rows["region"]) if "region" in rows else rows["country"]
    if (unsaid := region == "").any():
        region = pick(unsaid, by_word(rows["site"], lambda site: params.sites.get(site, "")), region)
    if site_decides and params.sites:
        draft = draft.assign(region=region).reject(
            region == "", "site_unknown", "neither a country nor a declared site locates it",
            "add the site with its country to `sites` in the company's params", "site")
        region = draft.rows["region"]
    return draft.assign(region=pick(region == "", params.country, region))
