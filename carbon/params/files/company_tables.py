"""Tables of a company that belong to its params: vehicles, own bands of flights, uncertainty and own factors."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

import pydantic

from carbon.core import vocabulary
from carbon.core.errors import ParamsError
from carbon.params.files.project import Project
from carbon.params.shapes.company import CompanyParams, Model
from carbon.params.shapes.faults import fault_words
from carbon.params.shapes.own_factor import OwnFactor
from carbon.params.shapes.travel import FlightBand, Vehicle, faults_of_bands
from carbon.params.shapes.uncertainty import StatedUncertainty

VEHICLES_FILE, BANDS_FILE, FACTORS_FILE = "vehicles.csv", "flight_bands.csv", "factors.csv"
UNCERTAINTY_FILE = "uncertainty.csv"
_M = TypeVar("_M", bound=Model)


def with_vehicles(params: CompanyParams, project: Project) -> CompanyParams:
    """Return params with the vehicles of vehicles.csv.

    Raises ParamsError: A cell is no value of its column (the choices are named), or a vehicle is listed twice.
    """
    vehicles = [*params.vehicles, *_rows(params, project, VEHICLES_FILE, Vehicle, "fuel", "size")]
    numbers = ["".join(c for c in v.vehicle.casefold() if c.isalnum()) for v in vehicles]
    if twice := next((v for v, n in zip(vehicles, numbers, strict=True) if numbers.count(n) > 1), None):
        raise ParamsError(f"{VEHICLES_FILE} of {params.company}: a vehicle is listed twice (size {twice.size!r}, fuel "
                          f"{twice.fuel!r})", hint="keep one row a vehicle")
    return params.model_copy(update={"vehicles": vehicles})


def with_bands(params: CompanyParams, project: Project) -> CompanyParams:
    """Return params with the bands of flights of flight_bands.csv.

    Raises ParamsError: A cell is no value of its column, bands leave a gap or overlap, or `travel.flight_bands` is own
    without bands.
    """
    bands = [*params.flight_bands, *_rows(params, project, BANDS_FILE, FlightBand)]
    faults = faults_of_bands(bands)
    chosen_bands = getattr(params.travel, "flight_bands", None)  # absent where `travel` is refused
    if chosen_bands and (chosen_bands == "own") != bool(bands):
        faults.append(f"there are bands, and travel.flight_bands is {chosen_bands}" if bands else
                      "travel.flight_bands is own and there are no bands")
    if faults:
        raise ParamsError(f"{BANDS_FILE} of {params.company}: {'; '.join(faults)}", hint=(
            "columns over_km, up_to_km, cabin, activity or kg_per_passenger_km with evidence; or choose flight_bands "
            "desnz, ademe or epa"))
    return params.model_copy(update={"flight_bands": bands})


def with_uncertainty(params: CompanyParams, project: Project) -> CompanyParams:
    """Return params with the lines of uncertainty.csv.

    Raises ParamsError: A cell is no value of its column, or an uncertainty is listed twice.
    """
    stated_lines = [*params.uncertainty, *_rows(params, project, UNCERTAINTY_FILE, StatedUncertainty)]
    keys = [(line.of, line.id) for line in stated_lines]
    if again := next((key for key in keys if keys.count(key) > 1), None):
        raise ParamsError(f"{UNCERTAINTY_FILE} of {params.company}: {again[0]} {again[1]!r} is stated twice",
                          hint="keep one line of it")
    return params.model_copy(update={"uncertainty": stated_lines})


def with_own_factors(params: CompanyParams, project: Project) -> CompanyParams:
    """Return params with what each factor of factors.csv is for; `factors.sources.company` checks the file."""
    path = project.params_folder(params.company) / FACTORS_FILE
    if not path.is_file():
        return params
    text = path.read_text(encoding="utf-8-sig", errors="replace")
    head, own_factors = text.partition("\n")[0], []
    for line in csv.DictReader(io.StringIO(text), delimiter=";" if head.count(";") > head.count(",") else ","):
        cells = {c: (line.get(c) or "").strip() for c in OwnFactor.model_fields}
        with suppress(pydantic.ValidationError):
            own_factors.append(OwnFactor.model_validate({c: cell for c, cell in cells.items() if cell}))
    return params.model_copy(update={"own_factors": [*params.own_factors, *own_factors]})


def _rows(params: CompanyParams, project: Project, name: str, model: type[_M], *words: str) -> list[_M]:
    """Return the rows of a CSV of the company's folder, a blank cell as one that is not given.

    `words`: columns whose cells are read as words of the list of their name.
    """
    if not project.table_file(params.company, name).is_file():
        return []
    from carbon.params.files.company_overrides import read_params_table  # pandas: params are read where no table is

    rows = []
    for number, line in enumerate(read_params_table(project, params.company, name).to_dict("records"), start=2):
        cells = {str(c): (vocabulary.canonical(str(c), cell) if c in words else None) or cell
                 for c, cell in line.items() if cell}
        try:
            rows.append(model.model_validate(cells))
        except pydantic.ValidationError as wrong:
            raise ParamsError(f"{name} of {params.company}, row {number}: {fault_words(wrong, of_all='row')}",
                              hint=f"columns: {', '.join(model.model_fields)}") from None
    return rows


TABLES: dict[str, Callable[[CompanyParams, Project], CompanyParams]] = {
    VEHICLES_FILE: with_vehicles, BANDS_FILE: with_bands, UNCERTAINTY_FILE: with_uncertainty,
    FACTORS_FILE: with_own_factors}
"""Table of params/<company>/ -> params with its rows."""
