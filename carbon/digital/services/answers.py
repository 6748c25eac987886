"""The ten answers about a service, completed: every default that replaces an answer is listed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import pandas as pd

from carbon.core.display import Displayed
from carbon.core.errors import UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital import packaged_tables
from carbon.params.shapes.digital import ServerAnswer, ServiceAnswers, shares_of

FRANCE, EUROPE = "FR", "EU"
MB_PER_GB = 1000.0
"""1 GB = 1e9 bytes, 1 MB = 1e6 bytes."""


@dataclass(frozen=True, repr=False)
class Answered(Displayed):
    """Ten answers, all given, as the formulas need them. `servers` and `disks` are whole units or shares of one."""

    service_id: str
    year: int
    users: float
    hours_per_user: float
    devices: tuple[tuple[str, float], ...]
    gb_per_user: float
    mobile_share: float
    zones: tuple[tuple[str, float], ...]
    network_zone: str
    servers: float
    server_power_w: float
    server_embodied_kg: float
    disks: float
    pue: float
    datacentre_zone: str
    server_lifespan_years: float
    allocation: str
    device_extra_years: float = 0.0
    defaults: tuple[tuple[str, str], ...] = ()

    @property
    def zone(self) -> str:
        """Where the users are: a country, or several with their shares."""
        return zones_in_words(self.zones)

    @property
    def networks(self) -> list[tuple[str, str, str, float]]:
        """Item, network, zone of its factor ("" without one) and share of the data of each network."""
        parts = []
        for name, share in (("fixed", 1 - self.mobile_share), ("mobile", self.mobile_share)):
            for zone, part in self.zones:
                is_alone = len(self.zones) == 1
                own_zone = FRANCE if zone == FRANCE else self.network_zone
                title = name if is_alone else f"{name}, {zone}"
                parts.append((title, name, self.network_zone if is_alone else own_zone, share * part))
        return parts

    def changed(self, answer: str, change: str, value: float) -> Answered:
        """Return the same service with one answer multiplied, added to or set."""
        before = float(getattr(self, answer))
        after = {"multiply": before * value, "add": before + value, "set": value}[change]
        # The name of an answer is a variable; every one that can be changed is a number.
        return replace(self, **{answer: after})  # type: ignore[arg-type]


def complete(answers: ServiceAnswers) -> Answered:
    """Return the answers with the packaged defaults where none was given.

    Raises UsageError: A device that no factor is known for.
    """
    defaults: list[tuple[str, str]] = []
    devices = answers.devices or shares_of(_default("devices", defaults))
    unknown_devices = sorted(set(devices) - set(packaged_tables.devices()))
    if unknown_devices:
        raise UsageError(f"No factor for the device {unknown_devices[0]!r}",
                         hint=f"known devices: {', '.join(sorted(packaged_tables.devices()))}")
    zones = tuple(sorted(answers.zones.items())) if answers.zones else ()
    zones = zones or ((answers.zone or _default("zone", defaults), 1.0),)
    return Answered(
        service_id=answers.service_id, year=answers.year, users=answers.users, hours_per_user=answers.hours_per_user,
        devices=tuple(sorted(devices.items())), gb_per_user=_gigabytes(answers), zones=zones,
        mobile_share=_number(answers.mobile_share, "mobile_share", defaults),
        network_zone=answers.network_zone or (FRANCE if zones == ((FRANCE, 1.0),) else ""), servers=_servers(answers),
        server_power_w=_mean(answers, "power_w", "server_active_power"),
        server_embodied_kg=_mean(answers, "embodied_co2e_kg", "server_embodied"),
        disks=_disks(answers), pue=_number(answers.pue, "pue", defaults),
        datacentre_zone=answers.datacentre_zone or _default("datacentre_zone", defaults),
        server_lifespan_years=_number(answers.server_lifespan_years, "server_lifespan_years", defaults),
        allocation=answers.allocation, defaults=tuple(defaults))


def questions() -> pd.DataFrame:
    """Return the ten questions: no, answer (key of the file), label_en, label_fr, default ("" must be answered)."""
    return packaged_tables.load("answers")


def zones_in_words(zones: Sequence[tuple[str, float]]) -> str:
    """Return "FR", or "FR 0.6; US 0.4" for several zones by their shares."""
    return zones[0][0] if len(zones) == 1 else "; ".join(f"{zone} {share:.6g}" for zone, share in zones)


def vcpu_share(vcpu: float, vcpu_host: float) -> float:
    """Return the share of a host that a virtual machine takes: vcpu / sum of vCPU on the host.

    Raises UsageError: More than the host has, or nothing.
    """
    refuse_no_number("vCPU share", vcpu=vcpu, vcpu_host=vcpu_host)
    if not 0 < vcpu <= vcpu_host:
        raise UsageError(f"{vcpu:g} vCPU of a host with {vcpu_host:g}",
                         hint="give the vCPU of all machines on the host")
    return vcpu / vcpu_host


def _default(name: str, defaults: list[tuple[str, str]]) -> str:
    value = packaged_tables.answer_default(name)
    defaults.append((name, value))
    return value


def _number(answer: float | None, name: str, defaults: list[tuple[str, str]]) -> float:
    return float(_default(name, defaults)) if answer is None else answer


def _gigabytes(answers: ServiceAnswers) -> float:
    if answers.gb_per_user is not None:
        return answers.gb_per_user
    assert answers.mb_per_visit is not None and answers.visits_per_user is not None
    return answers.mb_per_visit * answers.visits_per_user / MB_PER_GB


def _units(server: ServerAnswer) -> float:
    """Return whole servers; a virtual machine is its share of the host."""
    share = 1.0 if server.vcpu is None or server.vcpu_host is None else vcpu_share(server.vcpu, server.vcpu_host)
    return server.quantity * share


def _servers(answers: ServiceAnswers) -> float:
    return sum(map(_units, answers.servers))


def _mean(answers: ServiceAnswers, answer: str, packaged: str) -> float:
    """Return the mean of one answer over the servers, the packaged figure where it is not given."""
    total, standard = _servers(answers), packaged_tables.figure("datacentre", packaged)
    if not total:
        return standard
    answered_units = [(_units(s), getattr(s, answer)) for s in answers.servers]
    return float(sum(units * (standard if value is None else value) for units, value in answered_units) / total)


def _disks(answers: ServiceAnswers) -> float:
    return sum(s.disks if s.disks is not None else (s.tb or 0.0) * s.copies / (s.tb_per_disk or 1.0)
               for s in answers.storage)
