"""ADEME's model of uses of the net: streaming, video call, e-mail, search and transfer, by device, network and size.

The averages of `uses` come from an edition of this model; here each use has its own device, network and quality.
"""

from __future__ import annotations

from collections.abc import Mapping

from carbon.core.errors import UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital import packaged_tables
from carbon.digital.services.impacts import network_id

AVERAGE, DESKTOP = "average", "desktop"
STREAMING, VIDEO_CALL, EMAIL, SEARCH, TRANSFER = "streaming", "video_call", "email", "search", "transfer"
DEVICES = ("laptop", "smartphone", "tablet", "tv", DESKTOP)
KB_PER_GB, HOURS_PER_YEAR = 1024.0**2, 365.0 * 24.0


def use_case(use: str, *, hours: float = 1.0, quality: str = "", device: str = AVERAGE, network: str = "fixed FR",
             people: float = 2.0, megabytes: float = 1.0, recipients: float = 1.0, gigabytes: float = 1.0,
             ) -> dict[str, float]:
    """Compute one use of the net by ADEME's model, on the French grid [kg CO2e].

    Parameters
    ----------
    use
        "streaming" or "video_call" (hours, quality, device, network; `people` are the devices connected), "email"
        (megabytes, recipients, device, network), "search" (device, network), "transfer" (gigabytes, network).
    quality
        "audio" (calls only), "SD", "HD" or "4K"; blank: HD for streaming, SD for a call.
    device
        "average" (of the use), "laptop", "smartphone", "tablet", "tv" or "desktop" (with its monitor).
    network
        "fixed FR", "mobile FR", "fixed EU" or "mobile EU".

    Returns
    -------
    dict
        terminal_manufacture_kg, terminal_use_kg, network_kg, data_centre_manufacture_kg, data_centre_use_kg, co2e_kg.

    Raises UsageError: An unknown use, device, quality or network.

    References
    ----------
    ADEME, publicodes-acv-numerique 2.1.0; its constants are in the packaged table of that model.
    """
    refuse_no_number("use of ADEME's model", at_least=0, hours=hours, people=people, megabytes=megabytes,
                     recipients=recipients, gigabytes=gigabytes)
    if use in (STREAMING, VIDEO_CALL):
        parts = _video(use, hours, quality, device, network, people if use == VIDEO_CALL else 1.0)
    elif use == EMAIL:
        parts = _email(megabytes, recipients, device, network)
    elif use == SEARCH:
        parts = _search(device, network)
    elif use == TRANSFER:
        servers = _embodied_of_server() * _servers() / (_hours_watched() * _p("streaming_average_size"))
        parts = {"network_kg": gigabytes * _per_gb(network), "data_centre_manufacture_kg": gigabytes * servers,
                 "data_centre_use_kg": gigabytes * _kwh_per_gb() * _p("grid_FR")}
    else:
        raise UsageError(f"{use!r} is no use of ADEME's model",
                         hint=f"one of {', '.join((STREAMING, VIDEO_CALL, EMAIL, SEARCH, TRANSFER))}")
    return {**parts, "co2e_kg": sum(parts.values())}


def _video(use: str, hours: float, quality: str, device: str, network: str, people: float) -> dict[str, float]:
    quality_name = quality or ("HD" if use == STREAMING else "SD")
    sizes = ("audio", "SD", "HD", "4K")[use == STREAMING:]
    if quality_name not in sizes:
        raise UsageError(f"{quality!r} is no quality of {use}", hint=f"one of {', '.join(sizes)}")
    gb, embodied = hours * _p(f"quality_{quality_name}"), _embodied_of_server() * _servers() / _hours_watched()
    return {**_terminal(use, device, hours * people), "network_kg": people * gb * _per_gb(network),
            "data_centre_manufacture_kg": hours * embodied, "data_centre_use_kg": gb * _kwh_per_gb() * _p("grid_FR")}


def _email(megabytes: float, recipients: float, device: str, network: str) -> dict[str, float]:
    gb = megabytes / 1024.0
    hours = (_p("mail_minutes_to_write") + recipients * _p("mail_minutes_to_read")) / 60.0
    backups = recipients * gb * (1.0 + 2.0 * _p("mail_copies")) * _per_gb("fixed FR", without_box=True)
    disk = megabytes * _p("mail_copies") / (_p("server_capacity") * _p("storage_filled"))
    mails_of_server = _p("server_power") / _p("server_user_power") * _p("mails_per_day") * 365.0
    embodied = 2.0 * _embodied_of_server() / mails_of_server
    stored_years = (1.0 + recipients) * disk * _p("mail_years_kept")
    stored = stored_years / _d("storage_unit_lifespan") * _d("storage_unit_embodied")
    wh = (_p("server_user_power") * 24.0 / _p("mails_per_day")
          + disk * _d("storage_unit_power") * HOURS_PER_YEAR * _p("mail_years_kept"))
    return {**_terminal(EMAIL, device, hours), "network_kg": (1.0 + recipients) * gb * _per_gb(network) + backups,
            "data_centre_manufacture_kg": embodied + stored,
            "data_centre_use_kg": (1.0 + recipients) * wh * _p("mail_pue") / 1000.0 * _p("grid_FR")}


def _search(device: str, network: str) -> dict[str, float]:
    hours = (_p("search_minutes_to_type") + _p("search_minutes_to_read")) / 60.0
    kb = _p("search_query") + _p("search_page")
    share, life = kb / 1024.0 / _p("search_server_mb"), _d("server_lifespan")
    kwh = _p("server_active_power") * HOURS_PER_YEAR / 1000.0 * life * share * _p("search_server_factor")
    return {**_terminal(SEARCH, device, hours), "network_kg": kb / KB_PER_GB * _per_gb(network),
            "data_centre_manufacture_kg": share * life * _embodied_of_server(),
            "data_centre_use_kg": kwh * _p("grid_FR")}


def _terminal(use: str, device: str, hours: float) -> dict[str, float]:
    if device != AVERAGE and device not in DEVICES:
        raise UsageError(f"{device!r} is no device of ADEME's model", hint=f"one of {AVERAGE}, {', '.join(DEVICES)}")
    mix = _mix(use) if device == AVERAGE else {device: 1.0}
    kg = sum(share * _of_device(name)[0] for name, share in mix.items())
    watts = sum(share * _of_device(name)[1] for name, share in mix.items())
    return {"terminal_manufacture_kg": hours * kg, "terminal_use_kg": hours * watts / 1000.0 * _p("grid_FR")}


def _mix(use: str) -> Mapping[str, float]:
    table = packaged_tables.load("use_model").set_index("parameter")["value"]
    head = f"mix_{use}_"
    return {str(name).removeprefix(head): float(share) for name, share in table.items() if str(name).startswith(head)}


def _of_device(name: str) -> tuple[float, float]:
    """Return manufacture an hour of use [kg] and power [W]; a desktop is a private one, with a monitor."""
    private = {"embodied_kg": _p("desktop_embodied"), "hours_per_day": _p("desktop_hours_per_day")}
    devices = packaged_tables.devices()
    devices = devices | {DESKTOP: devices[DESKTOP] | private}
    parts = [devices[n] for n in ((DESKTOP, "monitor") if name == DESKTOP else (name,))]
    life, day = (sum(part[c] for part in parts) / len(parts) for c in ("lifespan_years", "hours_per_day"))
    return sum(part["embodied_kg"] for part in parts) / (365.0 * life * day), sum(p["active_power_w"] for p in parts)


def _embodied_of_server() -> float:
    """Return the manufacture of a server for a year, with its gear and room [kg]; the room's share as published."""
    gear = sum(_d(f"{name}_per_server") * _d(f"{name}_embodied") for name in ("firewall", "switch", "router"))
    life = _d("server_lifespan")
    room = _d("it_room_area_per_server") * _d("support_equipment_embodied") * life / _d("support_equipment_lifespan")
    return (_d("server_embodied") + gear + room) / life


def _servers() -> float:
    """Return the servers behind all streaming: power before PUE / power of one."""
    mwh = _p("streaming_direct") + _p("streaming_indirect")
    return mwh / _p("streaming_pue") * 1e6 / HOURS_PER_YEAR / _p("server_power")


def _hours_watched() -> float:
    return _p("streaming_hours_per_day") * 365.0 * _p("streaming_users")


def _kwh_per_gb() -> float:
    mwh = _p("streaming_direct") + _p("streaming_indirect")
    return mwh * 1000.0 / (_hours_watched() * _p("streaming_average_size"))


def _per_gb(network: str, *, without_box: bool = False) -> float:
    """Return kg CO2e per gigabyte of a network such as "fixed FR"."""
    name, _, zone = network.partition(" ")
    if without_box:
        return packaged_tables.network_without_box(name, zone) / 1000.0
    factor_id, grams = network_id(zone, name)
    if not factor_id:
        raise UsageError(f"{network!r} is no network of ADEME's model",
                         hint="fixed FR, mobile FR, fixed EU or mobile EU")
    return grams / 1000.0


def _p(parameter: str) -> float:
    return packaged_tables.figure("use_model", parameter)


def _d(item: str) -> float:
    return packaged_tables.figure("datacentre", item)
