"""Purchase factors of economic models, one layout a line of data/spend_layouts.csv: FIGARO, SDES, Open CEDA ...

factor [kg CO2e per unit of money] = published figure / per_unit. Amounts are in the prices of the row's year; nothing
is re-priced here, so that a price index is applied once. A file whose name, columns or magnitude are not those of its
layout is refused: the tables of final and of business purchases have the same headings.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd
from python_calamine import CalamineWorkbook

from carbon.core import packaged
from carbon.core.countries import country_code
from carbon.core.errors import FileRefused
from carbon.factors.sources.imported import Imported, imported, slug

LEAST, MOST = 0.003, 30.0
"""kg per unit of money between which the median of a whole model lies: tonnes or thousands of money lie outside."""
_CODE, _LABEL, _COUNTRY, _YEAR, _VALUE = COLUMNS = ("code", "label", "country", "year", "value")
_CANADA = re.compile(r"CA-[A-Z]{2}")
_OPENIO_ROW = ("Climate change, short term", "kg CO2 eq (short)")


def import_model(layout: str, path: Path) -> Imported:
    """Import purchase factors by code, country and year [kg CO2e per unit of money].

    Raises FileRefused: The file's name, columns or figures are not those of the layout.
    """
    form = _layouts()[layout]
    name = Path(path).name
    if form["file"] and not re.fullmatch(form["file"], name):
        raise FileRefused(f"{name}: a file of the layout {layout} is named {form['file'].replace('.*', '...')}",
                          code="not_this_layout",
                          what_to_do="keep the publisher's name: tables of one publisher share their headings")
    lines = _READERS.get(layout, _long)(Path(path), form)
    value = pd.to_numeric(lines[_VALUE], errors="coerce")
    reason = lines["reason"].mask(lines["reason"].eq("") & value.isna(), form["left_out"] or "no value")
    lines = lines.assign(kg=value / float(form["per_unit"]), reason=reason,
                         example=lines[_CODE] + " " + lines[_COUNTRY] + " " + lines[_YEAR])
    kept_rows = lines[lines["reason"].eq("")]
    _check_size(kept_rows["kg"], name, form)
    return imported(_columns(kept_rows, form, _basis(form, name)), read=len(lines), kept=len(kept_rows),
                    left_out=lines[lines["reason"].ne("")])


def _layouts() -> dict[str, dict[str, str]]:
    return {row["layout"]: row for row in packaged.read_rows("carbon.factors", "data/spend_layouts.csv")}


def _check_size(kg: pd.Series, name: str, form: Mapping[str, str]) -> None:
    if kg.empty or not LEAST <= kg.median() <= MOST:
        stated_size = "no figure at all" if kg.empty else f"a median of {kg.median():.3g} kg CO2e per {form['unit']}"
        raise FileRefused(f"{name}: {stated_size}: not kg per {form['per_unit']} {form['unit']}", code="not_this_unit",
                          what_to_do="take the publisher's file as it is, in kg CO2e")


def _basis(form: Mapping[str, str], name: str) -> str:
    if form["price_basis"] != "=":
        return form["price_basis"]
    words = [word for word in ("purchaser", "basic") if word in name.lower()]
    if len(words) != 1:
        raise FileRefused(f"{name}: the prices of its factors are not stated", code="price_basis_unstated",
                          what_to_do="write `purchaser` or `basic`, and the year, into the file's name")
    return words[0]


def _long(path: Path, form: Mapping[str, str]) -> pd.DataFrame:
    """Read a table with a row a figure, or with a column a year; columns of other models are left out."""
    table = pd.read_csv(path, dtype="str", keep_default_na=False)
    years = {c: m[0] for c, m in table.columns.to_series().str.findall(f"^{form['value']}$").items() if m}
    by_column = "(" in form["value"]
    label = form["label"] if form["label"] in table else form["code"]
    asked_columns = [form["code"], *(form[c] for c in (_COUNTRY, _YEAR) if form[c] and not form[c].startswith("="))]
    missing = [c for c in asked_columns if c not in table] + ([] if years else [form["value"]])
    if missing:
        raise FileRefused(f"{path.name}: columns {missing} are missing", code="not_this_layout",
                          what_to_do="see docs/factors.md for the layouts")
    keys = list(dict.fromkeys([*asked_columns, label]))
    others = [c for c in table if c not in keys and c not in years] if by_column else []
    lines = table.melt(keys, [*years, *others], var_name="column", value_name=_VALUE)
    country = lines[form[_COUNTRY]] if form[_COUNTRY] in lines else form[_COUNTRY].removeprefix("=")
    year = lines["column"].map(years).fillna("0") if by_column else lines[form[_YEAR]]
    reason = pd.Series("", index=lines.index, dtype="str").mask(lines["column"].isin(others), "another model's column")
    return pd.DataFrame({_CODE: lines[form["code"]], _LABEL: lines[label], _COUNTRY: country, _YEAR: year,
                         _VALUE: lines[_VALUE], "reason": reason})


def _open_ceda(path: Path, _: Mapping[str, str]) -> pd.DataFrame:
    """Read the workbook of Open CEDA: producer prices by country and sector, times purchaser / producer."""
    book = CalamineWorkbook.from_path(str(path))
    missing = {"GHG_t_Raw", "Purchaser - producer conversion"} - set(book.sheet_names)
    if missing:
        raise FileRefused(f"{path.name}: no sheets {sorted(missing)}", code="not_this_layout",
                          what_to_do="download the workbook of Open CEDA of 2025 or later")
    raw, ratios = (pd.DataFrame(book.get_sheet_by_name(s).to_python(skip_empty_area=False)) for s in (
        "GHG_t_Raw", "Purchaser - producer conversion"))
    year, codes = _text(raw.iloc[0, 1]), raw.iloc[3].map(_text)
    ratio = dict(zip(ratios.iloc[4].map(_text), pd.to_numeric(ratios.iloc[5], errors="coerce"), strict=True))
    at = [i for i in range(3, raw.shape[1]) if codes[i]]
    body = raw.iloc[4:]
    lines = body.melt([0], at, var_name="at", value_name=_VALUE)
    code = lines["at"].map(codes)
    country = lines[0].map(_text).map(country_code)
    reason = pd.Series("", index=lines.index, dtype="str").mask(country.eq(""), "not one country")
    reason = reason.mask(reason.eq("") & code.map(ratio).isna(), "no ratio of purchaser to producer price")
    return pd.DataFrame({_CODE: code, _LABEL: lines["at"].map(raw.iloc[2].map(_text)),
                         _COUNTRY: country.mask(country.eq(""), lines[0].map(_text)), _YEAR: year,
                         _VALUE: pd.to_numeric(lines[_VALUE], errors="coerce") * code.map(ratio), "reason": reason})


def _openio_canada(path: Path, _: Mapping[str, str]) -> pd.DataFrame:
    """Read a table of OpenIO-Canada: provinces and products in two heading rows, indicators with their unit in rows."""
    table = pd.read_csv(path, header=None, dtype="str", keep_default_na=False)
    year = re.search(r"20\d\d", path.name)
    head = table.reindex(columns=[0, 1])
    row = table[head[0].eq(_OPENIO_ROW[0]) & head[1].eq(_OPENIO_ROW[1])]
    if year is None or len(row) != 1:
        raise FileRefused(f"{path.name}: no row {' | '.join(_OPENIO_ROW)}, or no year in the file's name",
                          code="not_this_layout", what_to_do="write the publisher's table of factors as CSV, named "
                          "like openio_2022_purchaser.csv")
    place, product = (table.iloc[i, 2:] for i in (0, 1))
    place = place.replace("", pd.NA).ffill()
    reason = pd.Series("", index=place.index, dtype="str").mask(
        ~place.str.fullmatch(_CANADA), "a region outside Canada, of EXIOBASE")
    return pd.DataFrame({_CODE: slug(product), _LABEL: product, _COUNTRY: place, _YEAR: year[0],
                         _VALUE: row.iloc[0, 2:], "reason": reason})


def _text(cell: object) -> str:
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell).strip()


_READERS: Mapping[str, Callable[[Path, Mapping[str, str]], pd.DataFrame]] = {
    "open_ceda": _open_ceda, "openio_canada": _openio_canada}


def _columns(rows: pd.DataFrame, form: Mapping[str, str], basis: str) -> pd.DataFrame:
    kind = form["prefix"].split(".")[1]
    head = form["source_id"].removesuffix("_ges501").replace("_", "-")
    code = rows[_CODE].str.lower().str.replace("_", "-")
    name = head + "-" + rows[_COUNTRY].str.lower() + f"-{kind}-" + code + "-" + rows[_YEAR]
    year = rows[_YEAR].astype("int64")
    return pd.DataFrame({
        "factor_id": name, "element_id": name, "activity": form["prefix"] + rows[_CODE],
        "label": "Purchase of " + rows[_LABEL], "part": "total", "region": rows[_COUNTRY] + form["view"],
        "valid_from": year,
        "valid_to": year, "unit": form["unit"], "co2e_kg": rows["kg"], "gwp_set": form["gwp_set"], "price_year": year,
        "price_basis": basis, "source_id": form["source_id"],
        "edition": rows[_YEAR] + " values" + form["edition"], "page": kind.upper() + " " + rows[_CODE],
        "licence": form["licence"],
        "verification": form["verification"], "notes": form["notes"],
    })
