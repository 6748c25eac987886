"""The contract of the tables that responsible-digital figures are made from, as a company keeps them.

Files of data/raw/<company>/digital/ are read as these kinds, in any form that records have. A date may be empty ("not
yet") unless the table's own rules need it; a missing number is NaN, never zero. A table is true of the days that its
rows state: a period that lacks an end is open there.
"""

from __future__ import annotations

from carbon.core.schemas import AMOUNT, DAY, INTEGER, NUMBER, TEXT, Table

ASSET_STATUS = ("in use", "in stock", "retired")
EXIT_ROUTES = ("donated", "sold", "refurbished", "recycled", "lost")
CONDITIONS = ("new", "refurbished", "donated")

ASSET = Table("assets", {
    "asset_id": TEXT, "category": TEXT, "model": TEXT, "brand": TEXT, "purchased_on": DAY, "in_service_on": DAY,
    "status": TEXT, "user_id": TEXT, "site": TEXT, "condition_at_purchase": TEXT, "planned_lifespan_years": NUMBER,
    "retired_on": DAY, "exit_route": TEXT, "exit_partner": TEXT, "private_use": TEXT, "amount_eur": NUMBER,
}, key=("asset_id",), choices={
    "status": ASSET_STATUS, "exit_route": ("", *EXIT_ROUTES), "condition_at_purchase": CONDITIONS,
    "private_use": ("", "COPE", "BYOD")})
"""One device that the company has or had. private_use: COPE a company device used privately too, BYOD an own device
used at work. status "in stock" is bought and used by nobody.
"""

DEVICE_FACTOR = Table("device_factors", {
    "category": TEXT, "model_pattern": TEXT, "step": TEXT, "criterion": TEXT, "value": AMOUNT, "low": NUMBER,
    "high": NUMBER, "unit": TEXT, "lifespan_years": NUMBER, "active_power_w": NUMBER, "source_id": TEXT,
    "licence": TEXT,
}, choices={"step": ("manufacture", "distribution", "end_of_life", "embodied"), "criterion": ("climate_change",),
            "unit": ("kg CO2e",)})
"""A manufacturer's or another footprint per device [kg CO2e]; model_pattern is a glob, "" is the whole category."""

TRAINING = Table("training", {
    "person_id": TEXT, "hired_on": DAY, "left_on": DAY, "course": TEXT, "completed_on": DAY,
}, key=("person_id", "course"))
"""One person in scope of one course; who has left by a day is not in scope on it."""

SOLUTION = Table("solutions", {
    "solution_id": TEXT, "delivered_on": DAY, "retired_on": DAY, "maintained_until": DAY, "last_commit_on": DAY,
}, key=("solution_id",))
"""One digital solution delivered to somebody."""

RGAA_AUDIT = Table("rgaa_audits", {
    "service": TEXT, "date": DAY, "compliant": INTEGER, "non_compliant": INTEGER, "not_applicable": INTEGER,
    "untested": INTEGER,
}, key=("service", "date"))
"""One audit: how many of the 106 criteria are compliant, fail, do not apply, were not tested over the whole sample."""

PROJECT = Table("projects", {
    "project_id": TEXT, "days": AMOUNT, "revenue_eur": NUMBER, "tags": TEXT, "started_on": DAY, "ended_on": DAY,
}, key=("project_id",))
"""One project; tags are separated by ";". It counts in each year that has a day of it; no day: in all of them."""

HOSTING = Table("hosting", {
    "service": TEXT, "provider": TEXT, "kwh": NUMBER, "pue": NUMBER, "grid_g_per_kwh": NUMBER,
    "renewable_share": NUMBER, "location": TEXT, "period_start": DAY, "period_end": DAY,
}, key=("service", "period_start"))
"""One hosted service and what its provider declares, for the days of a period."""

SERVICE = Table("services", {
    "service": TEXT, "version": TEXT, "users": NUMBER, "hours_per_user": NUMBER, "gb_per_user": NUMBER,
    "devices": TEXT, "mobile_share": NUMBER, "zone": TEXT, "network_zone": TEXT, "servers": NUMBER,
    "server_power_w": NUMBER, "server_embodied_kg": NUMBER, "disks": NUMBER, "pue": NUMBER, "datacentre_zone": TEXT,
    "server_lifespan_years": NUMBER, "units": NUMBER, "unit": TEXT, "period_start": DAY, "period_end": DAY,
}, key=("service", "period_start"))
"""One version of a digital service in ten answers, each a year, for the days that it was in service. devices and zone
are one word, or several with their shares ("FR 0.6; US 0.4"); units are what it delivers a year, in `unit`.
"""

SERVICE_USE = Table("service_uses", {
    "service": TEXT, "item": TEXT, "detail": TEXT, "quantity": AMOUNT, "unit": TEXT, "zone": TEXT, "vcpu": NUMBER,
    "vcpu_host": NUMBER, "share": NUMBER, "period_start": DAY, "period_end": DAY,
})
"""What a service used in a period beyond its ten answers: hours of a cloud machine, calls to a model, e-mails, and the
lines of a host's monthly statement (kWh, and the kg CO2e that the host states). detail: the machine, model or host;
zone: a country, or a cloud provider's region; share: part of the service's servers that the metered kWh are of.
"""

ENERGY_CONTRACT = Table("energy_contracts", {
    "site": TEXT, "supplier": TEXT, "kwh": NUMBER, "renewable_share": AMOUNT, "market_g_per_kwh": NUMBER,
    "method": TEXT, "zone": TEXT, "proof": TEXT, "period_start": DAY, "period_end": DAY,
}, key=("site", "supplier", "period_start"))
"""One electricity contract and the kWh of a year under it; blank: those that the meters of its site have in the year.
method: how the supplier computed market_g_per_kwh; proof: its evidence.
"""

IT_PURCHASE = Table("it_purchases", {
    "date": DAY, "category": TEXT, "brand": TEXT, "model": TEXT, "quantity": AMOUNT, "amount_eur": NUMBER,
    "condition": TEXT, "support_years": NUMBER,
}, choices={"condition": CONDITIONS})
"""One purchase line of IT; support_years: software support or spare parts that the maker declares [years]."""

OPENSOURCE_TIME = Table("opensource_time", {
    "period": TEXT, "hours_given": AMOUNT, "hours_worked": AMOUNT,
}, key=("period",))
"""Working hours given to open source in a period."""

WORK_UNIT = Table("work_units", {
    "period": TEXT, "name": TEXT, "quantity": AMOUNT, "unit": TEXT, "evidence": TEXT,
}, key=("period", "name"))
"""What the company produced in a period, in a unit of its own: invoices issued, meals served, pages read."""

CRITERION_RESULTS = ("compliant", "non_compliant", "not_applicable", "untested")
CRITERION = Table("criteria", {
    "framework": TEXT, "criterion_id": TEXT, "text": TEXT, "theme": TEXT, "priority": TEXT, "result": TEXT,
    "assessed_on": DAY, "evidence": TEXT, "list_source": TEXT, "list_licence": TEXT,
}, key=("framework", "criterion_id"), choices={"result": CRITERION_RESULTS})
"""One criterion of a list that the company brings, with its result; where the list is from and by which licence."""

TRIP = Table("trips", {
    "trip_id": TEXT, "date": DAY, "traveller_id": TEXT, "origin": TEXT, "destination": TEXT, "mode": TEXT,
    "class": TEXT, "distance_km": NUMBER, "amount_eur": NUMBER, "nights": NUMBER, "co2e_kg": NUMBER,
}, key=("trip_id",), choices={"mode": ("train", "plane")})
"""One journey, one way; distance_km and co2e_kg of the mode actually taken where they are known."""

TIME_KINDS = ("user", "typical", "best", "estimate")
OD_TIME = Table("rail_times", {
    "origin": TEXT, "destination": TEXT, "mode": TEXT, "minutes": AMOUNT, "kind": TEXT, "year": INTEGER,
    "source_id": TEXT,
}, key=("origin", "destination", "mode"), choices={"mode": ("train", "plane"), "kind": TIME_KINDS})
"""Minutes station to station, one way. kind: what sort of time it is; best is not typical."""

STEPS = ("manufacture", "distribution", "end_of_life", "use")
PER = ("unit", "kWh", "GB", "m2", "server-year")
MULTICRITERIA = Table("factors_multicriteria", {
    "item": TEXT, "step": TEXT, "criterion": TEXT, "value": AMOUNT, "low": NUMBER, "high": NUMBER, "unit": TEXT,
    "per": TEXT, "lifespan_years": NUMBER, "region": TEXT, "source": TEXT, "licence": TEXT,
}, key=("item", "step", "criterion", "region"), choices={"step": STEPS, "per": PER})
"""A user's factors for further criteria; criterion and unit are those of the planetary boundaries."""

HEADCOUNT = Table("headcount", {"year": INTEGER, "employees": AMOUNT}, key=("year",))
"""Average full-time equivalents of a year."""

DIGITAL_TABLES = {t.name: t for t in (
    ASSET, DEVICE_FACTOR, TRAINING, SOLUTION, RGAA_AUDIT, PROJECT, HOSTING, SERVICE, SERVICE_USE, ENERGY_CONTRACT,
    IT_PURCHASE, OPENSOURCE_TIME, WORK_UNIT, CRITERION, TRIP, OD_TIME, MULTICRITERIA)}

OPTIONAL = {"device_factors": ("low", "high")}
"""Columns that a file of params may leave out: they are then empty."""
