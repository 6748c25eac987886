"""Responsible digital: the fleet of devices, a digital service, planetary budgets, and train or plane.

Names are loaded when first used, so that `import carbon` stays quick.
"""

from __future__ import annotations

from carbon.core.public_names import lazy_room

_HOME = {
    "fleet": "carbon.digital.devices.fleet", "Fleet": "carbon.digital.devices.fleet", "company_fleet": "company",
    "grid_factor": "electricity", "GridFactor": "electricity", "given_grid": "electricity",
    "service_portfolio": "carbon.digital.services.portfolio", "ServicePortfolio": "carbon.digital.services.portfolio",
    "company_service_portfolio": "company", "service_portfolio_of": "company",
    "service": "carbon.digital.services.service", "Service": "carbon.digital.services.service",
    "company_service": "company", "person_budget": "planetary_boundaries", "page_estimate": "page",
    "page_segments": "page", "eco_index_impacts": "page", "use_case": "carbon.digital.services.use_model",
    "embodied_share": "carbon.digital.services.lines",
    "eco_index": "page", "travel_policy": "travel_policy",
    "company_travel_policy": "company", "fleet_of": "company", "service_of": "company", "travel_policy_of": "company",
    "contracts_of": "company", "standalone_service": "carbon.digital.services.standalone", "unmet": "conditions",
    "meets": "conditions",
    "uses": "carbon.digital.services.uses", "software_intensity": "carbon.digital.services.uses",
    "questions": "carbon.digital.services.answers", "service_form": "carbon.digital.services.form",
    "read_digital": "carbon.records.files.digital",
}

__getattr__, __dir__ = lazy_room(__name__, _HOME)
travel_policy = __getattr__("travel_policy")  # at once: a module has that name too
