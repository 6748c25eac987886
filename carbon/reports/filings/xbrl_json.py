"""Facts as an XBRL report in JSON.

Source: xBRL-JSON 1.0 (XBRL International, recommendation of 2021-10-13); units of the XBRL units registry. Next to the
standard's properties each fact has `carbon:figures`, the ids that `carbon explain` takes, where the figure is a part of
what it names `carbon:state`, and the document `carbon:set`, the identity of the published set.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import pandas as pd

DOCUMENT = "https://xbrl.org/2021/xbrl-json"
ENTRY_POINT = "https://xbrl.efrag.org/taxonomy/vsme/{taxonomy}/vsme-all.xsd"
NAMESPACES = {"iso4217": "http://www.xbrl.org/2003/iso4217", "utr": "http://www.xbrl.org/2009/utr",
              "xbrl": "https://xbrl.org/2021", "carbon": "https://carbon-trajectory.invalid/xbrl-json"}
SCHEMES = {
    "LEI": "http://standards.iso.org/iso/17442", "DUNS": "https://www.dnb.co.uk/duns-number",
    "EUID": "https://e-justice.europa.eu/topics/registers-business-insolvency-land/"
            "business-registers-search-company-eu_en",
    "PermID": "https://permid.org/",
    "name": "https://carbon-trajectory.invalid/company",
}
"""Kind of identifier -> its scheme, as EFRAG's converter writes them; "name": a company without one."""


def xbrl_json(facts: pd.DataFrame, *, identifier: str, taxonomy: str, of_set: str) -> bytes:
    """Return the facts of `facts_table` as one xBRL-JSON document; the same facts give the same bytes.

    identifier: kind (of `SCHEMES`) and code, "LEI:529900T8BM49AURSDO55"; taxonomy: its date, "2026-05-01".
    """
    kind, _, code = identifier.partition(":")
    namespaces = {**NAMESPACES, "vsme": f"https://xbrl.efrag.org/taxonomy/vsme/{taxonomy}/vsme",
                  "entity": SCHEMES[kind]}
    info = {"documentType": DOCUMENT, "namespaces": dict(sorted(namespaces.items())),
            "taxonomy": [ENTRY_POINT.format(taxonomy=taxonomy)], "carbon:set": of_set}
    lines: list[dict[str, Any]] = [dict(zip(facts.columns.tolist(), line, strict=True)) for line in facts.itertuples(
        index=False, name=None)]
    document = {"documentInfo": info, "facts": {
        f"{line['datapoint']}_{line['member'].partition('=')[2]}".rstrip("_"): _fact(line, f"entity:{code}")
        for line in lines}}
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode("utf-8")


def _fact(fact: Mapping[str, Any], entity: str) -> dict[str, Any]:
    end = fact["period_end"] + pd.Timedelta(days=1)
    period = end.isoformat() if fact["period"] == "instant" else f"{fact['period_start'].isoformat()}/{end.isoformat()}"
    dimensions = {"concept": f"vsme:{fact['datapoint']}", "entity": entity, "period": period}
    axis, _, member = str(fact["member"]).partition("=")
    dimensions |= {f"vsme:{axis}": f"vsme:{member}"} if axis else {}
    dimensions |= {"unit": unit_of(fact["unit"])} if fact["unit"] else {}
    entry: dict[str, Any] = {"value": plain(fact["value"])}
    entry |= {"decimals": int(fact["decimals"])} if fact["decimals"] else {}
    entry |= {"carbon:state": fact["state"]} if fact["state"] else {}
    return entry | {"dimensions": dimensions, "carbon:figures": fact["figure_id"].split()}


def unit_of(unit: str) -> str:
    """Return a unit as XBRL names it: "MWh" -> "utr:MWh", "EUR" -> "iso4217:EUR", "tCO2e/EUR" -> both."""
    return "/".join(f"utr:{part}" if part in ("MWh", "tCO2e") else f"iso4217:{part}" for part in unit.split("/"))


def plain(value: float) -> str:
    """Return a number in its shortest exact form, without an exponent: 42.0 -> "42"."""
    text = format(Decimal(repr(float(value))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
