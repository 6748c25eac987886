"""A row of the kind `instruments` as the instrument that params would state: one shape, one set of checks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import pandas as pd

from carbon.core import units
from carbon.core.params.instrument import Instrument, instrument_of

_SAME = ("id", "region", "kg_per_kwh", "evidence", "carrier", "rate_basis", "registry", "certificates", "cancelled_for",
         "technology", "plant", "delivery", "plant_max_age_years", "delivered_rate")
_DAYS = {"start": "period_start", "end": "period_end", "generated_from": "generated_from",
         "generated_to": "generated_to", "cancelled_on": "cancelled_on", "commissioned": "commissioned"}


def instrument_of_record(line: Mapping[Any, Any]) -> Instrument:
    """Return the instrument of a row of `schemas.INSTRUMENTS`: volume [unit] becomes kWh.

    Raises ValueError: See `core.params.instrument.Instrument`; UnitError: A unit that is not an energy.
    """
    values = {name: None if pd.isna(line[name]) else line[name] for name in (*_SAME, *_DAYS.values(), "volume")}
    days = {name: day and day.date() for name, of in _DAYS.items() for day in (values[of],)}
    volume = None if values["volume"] is None else float(units.convert(line["volume"], line["unit"], "kWh"))
    numbers = [text for text in re.split(r"\s*[;,\n]\s*", line["certificate_numbers"]) if text]
    return instrument_of({
        **{name: values[name] for name in _SAME}, **days, "kind": line["instrument"], "volume_kwh": volume,
        "certificate_numbers": numbers, "sites": [line["site"]] if line["site"] else []})
