"""Uses of the net by ADEME's averages, and the intensity of software by ISO/IEC 21031."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from carbon.core.errors import UsageError
from carbon.core.plain_numbers import refuse_no_number
from carbon.digital import packaged_tables

_STAGES = ["terminal_manufacture_kg", "terminal_use_kg", "network_kg", "data_centre_manufacture_kg",
           "data_centre_use_kg"]


def uses(numbers: Mapping[str, float]) -> pd.DataFrame:
    """Compute the emissions of e-mails, searches, streaming, video calls, storage and transfers by ADEME's averages.

    kg = number x kg per use, by stage

    Valid for French averages of devices and networks; a service of one's own is `service`. A stage that the source does
    not give is no part of the use.

    Parameters
    ----------
    numbers
        Use -> how many [unit of the use]: email, spam, search, streaming [h], video_call [h], storage [GB for a year],
        transfer [GB].

    Returns
    -------
    DataFrame
        use, number, unit, a column a stage and co2e_kg [kg CO2e]; mended: stages whose figure in the source contradicts
        its publisher's own model, and that have the model's.

    Raises UsageError: A use that the table does not have; a number below zero or missing.

    References
    ----------
    ADEME, Impact CO2, usagenumerique.json (carbon/digital/data/uses.yml).
    """
    table = packaged_tables.load("uses").set_index("use")
    if not isinstance(numbers, Mapping) or not numbers:
        raise UsageError(f"numbers is {numbers!r}", hint='how many of each use: {"email": 3, "streaming": 2.5}')
    for name, number in numbers.items():
        if name not in table.index:
            raise UsageError(f"{name!r} is no use of the table", hint=f"one of {', '.join(table.index)}")
        refuse_no_number(f"number of {name}", at_least=0, number=number)
    chosen_uses = table.loc[list(numbers)]
    kg = chosen_uses[_STAGES].mul(pd.Series(numbers, dtype="float64"), axis=0)
    return pd.DataFrame({"use": chosen_uses.index, "number": [float(n) for n in numbers.values()],
                         "unit": chosen_uses["unit"].to_numpy(),
                         **{c: kg[c].to_numpy() for c in _STAGES}, "co2e_kg": kg.sum(axis=1).to_numpy(),
                         "mended": chosen_uses["mended"].to_numpy()})


def software_intensity(energy_kwh: float, g_per_kwh: float, embodied_g: float, units: float) -> float:
    """Compute the software carbon intensity [g CO2e per functional unit].

    SCI = (E x I + M) / R

    An intensity, not an inventory: contracts and offsets do not lower it, and it compares one software with itself over
    time, within the boundary that is stated with it.

    Parameters
    ----------
    energy_kwh
        E, energy of hardware and software within the boundary [kWh].
    g_per_kwh
        I, location-based grid intensity [g CO2e/kWh].
    embodied_g
        M, the software's share of the manufacture of its hardware: total x time share x resource share [g CO2e].
    units
        R, functional units in the same time: calls, users, jobs.

    Raises UsageError: A number that is missing or below zero; no functional unit.

    References
    ----------
    ISO/IEC 21031:2024, Software Carbon Intensity specification, chapter 5.
    """
    refuse_no_number("intensity of software", at_least=0, energy_kwh=energy_kwh, g_per_kwh=g_per_kwh,
                     embodied_g=embodied_g)
    refuse_no_number("intensity of software", over=0, units=units)
    return (energy_kwh * g_per_kwh + embodied_g) / units
