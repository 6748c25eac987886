"""Where an activity took place: as the rule says, else as the record says, else at its site, else the company's
country.
"""

from __future__ import annotations

from carbon.activities.draft import Draft
from carbon.core.params.company import CompanyParams
from carbon.core.text_columns import by_word, pick


def with_region(draft: Draft, params: CompanyParams, *, site_decides: bool = False) -> Draft:
    """The draft with `region` filled: a rule's region, the record's country, its site's country, the company's country.

    Parameters
    ----------
    site_decides
        Refuse a row whose site the company has not declared, instead of taking the company's country: for energy,
        whose factor is the country's grid.
    """
    rows = draft.rows
    region = pick(rows["region"] == "", rows["country"], rows["region"]) if "region" in rows else rows["country"]
    if (unsaid := region == "").any():
        region = pick(unsaid, by_word(rows["site"], lambda site: params.sites.get(site, "")), region)
    if site_decides and params.sites:
        draft = draft.assign(region=region).reject(
            region == "", "site_unknown", "neither a country nor a declared site says where it is",
            "add the site with its country to `sites` in the company's params", "site")
        region = draft.rows["region"]
    return draft.assign(region=pick(region == "", params.country, region))
