"""Factors in the project's own layout: a company's `params/<company>/factors.csv`, or any other list of factors.

UTF-8, comma or semicolon, a header row. Required columns: factor_id, activity, region, unit, co2e_kg, valid_from,
evidence. The others of `schemas.FACTORS` may be given; what is absent takes the values below. A company's factors are
of the best tier, so each names its evidence.

    factor_id,activity,region,unit,co2e_kg,valid_from,valid_to,part,gwp_set,tier,evidence
    acme-steel-2024,material.steel,GLO,t,1420,2024,2025,total,AR6GWP100,supplier-specific,"EPD S-P-01234, 2024-03-01"
"""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from carbon.core import packaged, schemas
from carbon.core.columns import Rows
from carbon.core.errors import FileRefused, TableError
from carbon.core.ghg_protocol import GWP_SETS, PARTS, TIERS
from carbon.core.text_columns import Flags, Values, among, arrays_of, by_word, listed, text_array
from carbon.factors.candidates import canonical_unit
from carbon.factors.library import OWN_TIER
from carbon.factors.sources.imported import DEFAULTS, Imported, imported, refused_if_unreadable

REQUIRED = ("factor_id", "activity", "region", "unit", "co2e_kg", "valid_from", "evidence")
OWN_SOURCE, OWN_LICENCE, OWN_VERIFICATION = "company", "the company's own or its supplier's", "company evidence"
IN_FORCE = 9999
_TEXT_DEFAULTS = {"part": "total", "gwp_set": "", "source_id": OWN_SOURCE, "edition": "", "licence": OWN_LICENCE,
                  "verification": OWN_VERIFICATION, "label": "", "element_id": ""}
_BASES = ("", "basic", "purchaser")
REGION = r"GLO|EU27|[A-Z]{2}(?:-[A-Za-z0-9-]+)?"


def read_overrides(path: Path) -> pd.DataFrame:
    """Read a company's own factors: `schemas.FACTORS` and the column `tier`, for `Library.with_overrides`.

    Raises FileRefused: Required columns are missing, or columns are unknown; TableError: A row without evidence, an
    unknown unit, part, region, GWP set or tier, a figure that is no number, or an element with a total and parts; the
    rows are named.
    """
    lines = _read(Path(path))
    tiers = [tier or OWN_TIER for tier in (listed(lines["tier"]) if "tier" in lines else [""] * len(lines))]
    _refuse(lines, np.array([tier not in TIERS for tier in tiers], dtype=bool), f"`tier` is not one of {list(TIERS)}",
            path)
    return to_factors(lines, path).assign(tier=text_array(tiers))


def import_own(path: Path) -> Imported:
    """Import any list of factors in the project's own layout; all rows are kept or the file is refused."""
    lines = _read(Path(path))
    table = to_factors(lines, Path(path))
    nothing = pd.DataFrame({"reason": [], "example": []}, dtype="str")
    return imported(table, read=len(lines), kept=len(lines), left_out=nothing)


def _read(path: Path) -> pd.DataFrame:
    with refused_if_unreadable(path, "a table of factors", remedy="save it as CSV UTF-8, as in docs/factors.md"):
        head = path.read_bytes().split(b"\n", 1)[0]
        separator = ";" if head.count(b";") > head.count(b",") else ","
        lines = pd.read_csv(path, dtype="str", keep_default_na=False, sep=separator, encoding="utf-8-sig")
    known_columns = {*schemas.FACTORS.columns, "evidence", "tier"} - {"page"}  # a factor's page is its evidence
    missing = [c for c in REQUIRED if c not in lines.columns]
    unknown = [c for c in lines.columns if c not in known_columns]
    if missing or unknown:
        raise FileRefused(f"{path.name}: missing columns {missing}, unknown columns {unknown}", code="factor_columns",
                          what_to_do=f"columns known: {', '.join(sorted(known_columns))}")
    texts = (text_array(pc.utf8_trim_whitespace(pa.array(values))) for values in arrays_of(lines))
    return pd.DataFrame(dict(zip(lines.columns, texts, strict=True)), copy=False)


def to_factors(lines: pd.DataFrame, path: Path) -> pd.DataFrame:
    """Return lines of strings in the project's layout as `schemas.FACTORS`, each cell checked."""
    rows = Rows(lines)
    _refuse(lines, rows["evidence"] == "", "`evidence` is empty", path)
    values = _filled(rows)
    _refuse(lines, ~among(values["part"], PARTS), f"`part` is not one of {list(PARTS)}", path)
    _refuse(lines, ~among(values["gwp_set"], ("", *GWP_SETS)), f"`gwp_set` is not one of {list(GWP_SETS)}", path)
    _refuse(lines, ~_fits(REGION, values["region"]), "`region` is no ISO code, EU27 or GLO", path)
    _refuse(lines, ~among(values["price_basis"], _BASES), f"`price_basis` is not one of {list(_BASES)}", path)
    values = values.assign(unit=by_word(values["unit"], canonical_unit))
    _refuse(lines, values["unit"] == "", "`unit` is unknown", path)
    kinds = {c: k for c, k in schemas.FACTORS.columns.items() if k != schemas.TEXT and c in values}
    for column in (c for c, k in kinds.items() if k != schemas.FLAG):
        cells = values[column]
        odd = np.isnan(pd.to_numeric(cells, errors="coerce")) & ((cells != "") | (column == "co2e_kg"))
        _refuse(lines, odd, f"`{column}` is no number", path)
    table = packaged.typed(values.frame(schemas.FACTORS.columns), kinds, path.name)
    price_year, first, last = (table[c].to_numpy() for c in ("price_year", "valid_from", "valid_to"))
    _refuse(lines, table["co2e_kg"].to_numpy() < 0, "`co2e_kg` is negative: removals are never netted", path)
    _refuse(lines, last < first, "`valid_to` lies before `valid_from`", path)
    lacks_price = _fits("[A-Z]{3}", values["unit"]) & ((price_year == 0) | (values["price_basis"] == ""))
    _refuse(lines, lacks_price, "a factor per currency needs `price_year` and `price_basis`", path)
    total = values["part"] == "total"
    has_both = total & among(values["element_id"], values["element_id"][~total])
    _refuse(lines, has_both, "an element has both a `total` and parts", path)
    return schemas.FACTORS.validate(table)


def _fits(pattern: str, texts: Values) -> Flags:
    return by_word(texts, lambda text: re.fullmatch(pattern, text) is not None, np.bool_)


def _filled(lines: Rows) -> Rows:
    defaults = {c: "" if v != v else {True: "true", False: "false"}.get(v, str(v)) if isinstance(v, bool) else str(v)
                for c, v in DEFAULTS.items()}
    cells = {"page" if c == "evidence" else c: texts for c, texts in lines.items() if c != "tier"}
    blank = np.full(len(lines), "", dtype=object)
    for column, value in {**defaults, **_TEXT_DEFAULTS, "valid_to": str(IN_FORCE)}.items():
        stated_text = cells.get(column, blank)
        cells[column] = np.where(stated_text == "", value, stated_text)
    for column in ("element_id", "label"):
        cells[column] = np.where(cells[column] == "", cells["factor_id"], cells[column])
    return Rows(cells, len(lines))


def _refuse(lines: pd.DataFrame, is_bad: Flags, what: str, path: Path) -> None:
    if is_bad.any():
        rows = lines.assign(line=range(2, len(lines) + 2))[np.asarray(is_bad, dtype=bool)]
        columns = ["line", *(c for c in REQUIRED if c in rows)]
        raise TableError(f"{Path(path).name}: {what} in {len(rows)} rows", rows=rows[columns],
                         hint="docs/factors.md describes the layout")
