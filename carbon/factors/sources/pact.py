"""A supplier's product carbon footprint as PACT v3 JSON, as a company's own factor.

Decimals are strings in the format; the factor is pcf.pcfExcludingBiogenicUptake per declared unit. Fields are read by
our own names for them; nothing of the specification is copied.
"""

from __future__ import annotations

import json
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pandas as pd

from carbon.core.errors import FileRefused
from carbon.factors.sources.company import OWN_SOURCE, to_factors

_UNITS = {"kilogram": "kg", "liter": "L", "litre": "L", "cubic meter": "m3", "kilowatt hour": "kWh", "megajoule": "MJ",
          "ton kilometer": "tonne.km", "square meter": "m2", "piece": "unit", "hour": "h", "megabit second": ""}
_SETS = {"AR6": "AR6GWP100", "AR5": "AR5GWP100", "AR4": "AR4GWP100"}


def read_pact(path: Path, *, activity: str) -> pd.DataFrame:
    """Read the footprint of one product as a factor of `activity`: `schemas.FACTORS` and the column `tier`.

    Raises FileRefused: Not a PACT v3 footprint, a declared unit the package does not know, or a figure that is no
    number.
    """
    path = Path(path)
    footprint = _footprint(path)
    pcf = footprint["pcf"]
    unit = _UNITS.get(str(pcf.get("declaredUnitOfMeasurement", pcf.get("declaredUnit", ""))), "")
    amount = _decimal(path, pcf.get("declaredUnitAmount", pcf.get("unitaryProductAmount", "1")))
    kg = _decimal(path, pcf.get("pcfExcludingBiogenicUptake", pcf.get("pCfExcludingBiogenic")))
    if not unit or amount <= 0:
        raise FileRefused(f"{path.name}: declared unit {pcf.get('declaredUnitOfMeasurement')!r} is not known",
                          code="pact_unit", what_to_do="give the factor in params/<company>/factors.csv instead")
    region = str(pcf.get("geographyCountry") or pcf.get("geographyCountrySubdivision") or "GLO")
    line = {
        "factor_id": f"pact-{footprint['id']}", "activity": activity,
        "label": str(footprint.get("productNameCompany", "")),
        "region": region, "unit": unit, "co2e_kg": str(kg / amount), "valid_from": _year(footprint, "start"),
        "valid_to": _year(footprint, "end"), "gwp_set": _gwp_set(pcf), "source_id": f"{OWN_SOURCE}_pact",
        "edition": f"PACT {footprint.get('specVersion', '3')}, version {footprint.get('version', '')}",
        "evidence": f"{footprint.get('companyName', '')}: {path.name}",
    }
    return to_factors(pd.DataFrame([line], dtype="str"), path).assign(tier="supplier-specific")


def _footprint(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise FileRefused(f"{path.name}: not JSON ({error})", code="not_json",
                          what_to_do="ask the supplier for the file again") from None
    data = content.get("data", content) if isinstance(content, dict) else content
    footprint = data[0] if isinstance(data, list) and len(data) == 1 else data
    if not isinstance(footprint, dict) or "pcf" not in footprint or "id" not in footprint:
        raise FileRefused(f"{path.name}: not one PACT product footprint", code="not_pact",
                          what_to_do="one footprint a file, with `id` and `pcf`")
    version = str(footprint.get("specVersion", ""))
    if not version.startswith("3"):
        raise FileRefused(f"{path.name}: specVersion {version!r}, 3.x expected", code="pact_version",
                          what_to_do="ask for the footprint in PACT v3")
    return footprint


def _decimal(path: Path, text: object) -> Decimal:
    try:
        return Decimal(str(text))
    except InvalidOperation:
        raise FileRefused(f"{path.name}: {text!r} is no number", code="pact_number",
                          what_to_do="decimals are strings in PACT, e.g. \"1.42\"") from None


def _year(footprint: dict[str, Any], end: str) -> str:
    which = end.capitalize()
    period = footprint.get(f"validityPeriod{which}") or footprint["pcf"].get(f"referencePeriod{which}")
    return str(period or "")[:4] or ("9999" if end == "end" else "")


def _gwp_set(pcf: dict[str, Any]) -> str:
    gwp_sources = pcf.get("ipccCharacterizationFactors") or pcf.get("ipccCharacterizationFactorsSources") or [""]
    return _SETS.get(str(gwp_sources[0] if isinstance(gwp_sources, list) else gwp_sources)[:3], "")
