"""Old records with today's factors and choices: the restated year is calculated again, never scaled."""

from __future__ import annotations

from carbon.accounting.company import inventory_of
from carbon.accounting.result import Inventory
from carbon.core.errors import MethodError
from carbon.factors import Library, load
from carbon.params.shapes.company import CompanyParams
from carbon.records.files.company import CompanyRecords


def rerun(inventory: Inventory, params: CompanyParams, library: Library) -> Inventory:
    """Compute the inventory of the same records again with these parameters and this factor library.

    Raises MethodError: Another company's parameters; an inventory that no longer holds its records.
    """
    return inventory_of(records_of(inventory, params), library)


def records_of(inventory: Inventory, params: CompanyParams) -> CompanyRecords:
    """Return the records of an inventory with these parameters.

    Raises MethodError: Another company's parameters; an inventory that no longer holds its records.
    """
    if params.company != inventory.company:
        raise MethodError(f"records of {inventory.company} cannot be rerun with the params of {params.company}",
                          hint="pass the company's own params of the later year")
    if not inventory.records:
        raise MethodError(f"{inventory.company} {inventory.year} holds no records to calculate again",
                          hint="read them again with carbon.accounting.inventory, or restate by events")
    # Contracts are facts of the year, not methods: those that only this year's files state stay.
    named_contracts = {i.id for i in params.instruments}
    contracts = [i for i in inventory.params.instruments if i.id not in named_contracts]
    params = params.model_copy(update={"instruments": [*params.instruments, *contracts]}) if contracts else params
    at_reader = inventory.ledger["stage"] == "reader"
    return CompanyRecords(
        inventory.company, inventory.year, params, dict(inventory.records),
        inventory.ledger[at_reader].reset_index(drop=True),
        inventory.rejects[inventory.rejects["stage"] == "reader"].reset_index(drop=True), inventory.sources,
        inventory.reported, inventory.warnings, dict(inventory.inputs), dict(inventory.statements), fx=inventory.fx,
        decisions=inventory.decisions)


def with_methods_of(start: Inventory, end: Inventory, library: Library | None) -> Inventory:
    """Return the start year by the end year's parameters and factors; itself where these are the same.

    Contracts that only a year's own files state stay with that year: they ask for no rerun.
    """
    same_files = _params_files(start) == _params_files(end)
    if library is None and same_files and _without_contracts(start) == _without_contracts(end):
        return start
    return rerun(start, end.params, library or end.library or load(end.params.factors.release))


def _without_contracts(inventory: Inventory) -> CompanyParams:
    return inventory.params.model_copy(update={"instruments": []})


def _params_files(inventory: Inventory) -> dict[str, str]:
    return {name: sha256 for name, sha256 in inventory.inputs.items() if name.startswith("params/")}
