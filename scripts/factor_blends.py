"""Refrigerant blends by their composition (ANSI/ASHRAE Standard 34), for the GWP set of the inventory.

Compositions are facts of the standard, read in public transcriptions of its table and held against each other; blends
that the EPA Hub or DESNZ have already are not repeated. HFO and hydrocarbons are no Kyoto gases: a row of their own.
"""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from carbon.core import gases
from carbon.factors.sources.imported import complete

HERE = Path(__file__).parent
SOURCE, GWP_SET = "ashrae_34", "AR5GWP100"
NAMES = {"744": "CO2", "1234yf": "HFO-1234yf", "1234ze(E)": "HFO-1234ze(E)", "290": "HC-290", "600": "HC-600",
         "600a": "HC-600a", "601": "HC-601", "601a": "HC-601a"}
"""Numbers of gases that are no HFC."""


def composition(text: str) -> str:
    """Read "R-32/125 (50.0/50.0)" as "HFC-32:0.5;HFC-125:0.5"."""
    found = re.fullmatch(r"R-(\S+) \(([\d./]+)\)", text)
    if found is None:
        raise ValueError(f"no composition: {text!r}")
    numbers, shares = found[1].split("/"), found[2].split("/")
    return ";".join(f"{NAMES.get(n, f'HFC-{n}')}:{round(float(s) / 100, 6):g}"
                    for n, s in zip(numbers, shares, strict=True))


def compositions(known: set[str]) -> dict[str, str]:
    """Compositions of the blends that a base release has without one, by activity."""
    lines = pd.read_csv(HERE / "factor_blends.csv")
    return {f"refrigerant.{number}": composition(text) for number, text in zip(
        lines["number"], lines["composition"], strict=True) if f"refrigerant.{number}" in known}


def read(known: set[str]) -> pd.DataFrame:
    """Blends that no other source has, a row for Kyoto gases and one for the others [kg CO2e per kg]."""
    lines = pd.read_csv(HERE / "factor_blends.csv")
    lines = lines[~("refrigerant." + lines["number"]).isin(known)]
    rows = []
    for number, text in zip(lines["number"], lines["composition"], strict=True):
        mix = composition(text)
        for kyoto in (True, False):
            kg = gases.blend_gwp(mix, GWP_SET, kyoto=kyoto)
            if kg:
                rows.append((f"ashrae-34-{number}", number, text, mix, kyoto, kg))
    table = pd.DataFrame(rows, columns=["element_id", "number", "text", "composition", "kyoto", "co2e_kg"])
    end = table["kyoto"].map({True: "-fugitive", False: "-fugitive-non-kyoto"})
    return complete(table.assign(
        factor_id=table["element_id"] + end, activity="refrigerant." + table["number"], part="fugitive",
        label="R-" + table["number"].str[1:].str.upper() + ", " + table["text"], region="GLO", valid_from=1990,
        valid_to=9999, unit="kg", gwp_set=GWP_SET, source_id=SOURCE, edition="composition by mass",
        page="table of blends, " + table["number"].str[1:].str.upper(), licence="facts, no licence needed",
        verification="secondary_transcription", notes="CO2e by composition and GWP set"
    ).drop(columns=["number", "text"]))
