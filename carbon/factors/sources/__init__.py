"""Importers: one publisher's official file each, as downloaded, into `schemas.FACTORS`.

The input edge of the factor room: the only place of it that opens files.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from carbon.core.errors import FileRefused, UsageError
from carbon.core.text import instead

IMPORTERS = {
    "desnz": "desnz.import_full_set", "desnz_flat": "desnz.import_flat", "epa_hub": "epa_hub.import_hub",
    "epa_supply_chain": "epa_supply_chain.import_supply_chain", "base_carbone": "base_carbone.import_base_carbone",
    "ember": "ember.import_ember", "egrid": "egrid.import_egrid",
    **{f: f"spend_models.import_model:{f}" for f in (
        "sdes", "figaro_demand", "figaro_supply", "figaro_final", "figaro_purchaser", "open_ceda", "openio_canada")},
    "residual_mix": "residual_mix.import_residual_mix",
    "agribalyse": "agribalyse.import_agribalyse",
    "car_labelling": "car_labelling.import_car_labelling",
    "own": "company.import_own",
}
"""Name of a format on the command line -> module and function, and the layout that the function reads."""
_READERS = {"read_overrides": "company", "read_pact": "pact", "Imported": "imported"}


def import_source(source: str, path: Path) -> Any:
    """Import one official file: its factors, and what was left out by reason.

    Parameters
    ----------
    source
        One of `IMPORTERS`.

    Raises
    ------
    UsageError
        Unknown source.
    FileRefused
        The file is not in that format; the importer that reads it is named where one does.
    """
    if source not in IMPORTERS:
        raise UsageError(f"No importer {source!r}", hint=instead(source, sorted(IMPORTERS)))
    accounts = import_module(f"{__name__}.imported")
    try:
        with accounts.refused_if_unreadable(Path(path), f"a file of the format {source}",
                                            remedy="name the file as it was downloaded, and the source it came from"):
            return _named(IMPORTERS[source])(Path(path))
    except FileRefused as refused:
        reader = import_module(f"{__name__}.recognised").importer_of(Path(path))
        if reader in ("", source):
            raise
        raise FileRefused(refused.what, code=refused.code, rows=refused.rows,
                          what_to_do=f"carbon factors import {reader} {Path(path).name}") from None


def _named(name: str) -> Callable[..., Any]:
    place, _, layout = name.partition(":")
    module, function = place.split(".")
    importer: Callable[..., Any] = getattr(import_module(f"{__name__}.{module}"), function)
    return partial(importer, layout) if layout else importer


def __getattr__(name: str) -> Any:
    if name not in _READERS:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_READERS[name]}"), name)
