"""A service without a company: its answers alone, with packaged choices of factors, which its notes list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from carbon.core import packaged
from carbon.digital.electricity import grid_factor
from carbon.digital.services.service import Service, service_in_zones
from carbon.factors import load
from carbon.factors.library import newest
from carbon.params.shapes.company import FactorPolicy
from carbon.params.shapes.digital import ServiceAnswers


def standalone_service(answers: ServiceAnswers, *, hosts: Sequence[str] = (),
                       factors: pd.DataFrame | None = None) -> Service:
    """Return a service from its answers alone, by the packaged `standalone_choices`, which its notes list.

    Raises CarbonError: What `service` and `grid_factor` raise, e.g. a zone without a grid factor.
    """
    policy, gwp = _standalone()
    library = load(policy.release)
    result = service_in_zones(
        answers, lambda zone, year: grid_factor(library, zone=zone, year=year, policy=policy, gwp=gwp), hosts=hosts,
        factors=factors)
    choices = ", ".join(f"{k} {v}" for k, v in standalone_choices().items())
    return replace(result, notes=(*result.notes, f"no company: chosen for it {choices}"))


def standalone_choices() -> dict[str, str]:
    """Return what replaces a company's choices: release, gwp, vintage, prefer."""
    policy, gwp = _standalone()
    later = "later years allowed" if policy.vintage.later == "allow" else "no later year"
    return {"release": policy.release, "gwp": gwp, "vintage": f"at most {policy.vintage.max_gap} years off, {later}",
            "prefer": " > ".join(policy.prefer)}


def _standalone() -> tuple[FactorPolicy, str]:
    values = dict(packaged.read_yaml("carbon.digital", "data/standalone.yml"))
    gwp = str(values.pop("gwp"))
    return FactorPolicy.model_validate({**values, "release": newest()}), gwp
