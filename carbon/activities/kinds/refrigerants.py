"""Refrigerant losses by balance or by screening, as plain functions of numbers or Series.

Source: US EPA, Greenhouse Gas Inventory Guidance, Direct Fugitive Emissions (2014).
"""

from __future__ import annotations

from typing import Any

import numpy as np

from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number


def refrigerant_balance_kg(
    *, stock_start_kg: Any, stock_end_kg: Any, bought_kg: Any, returned_kg: Any, charge_rise_kg: Any,
) -> Any:
    """Calculate the refrigerant that escaped, from the company's own stock and charge.

    loss = stock at start - stock at end + bought - sold or returned - rise in installed charge [kg]

    Raises MethodError: A negative loss: something is missing from the balance.
    """
    refuse_no_number("refrigerant balance", at_least=0, stock_start_kg=stock_start_kg, stock_end_kg=stock_end_kg,
                     bought_kg=bought_kg, returned_kg=returned_kg)
    refuse_no_number("refrigerant balance", charge_rise_kg=charge_rise_kg)
    loss = stock_start_kg - stock_end_kg + bought_kg - returned_kg - charge_rise_kg
    if np.any(np.asarray(loss) < 0):
        raise MethodError(f"The refrigerant balance is negative: {loss}",
                          hint="check stocks, purchases and charges; recovered gas is not a negative emission")
    return loss


def refrigerant_screening_kg(
    *, new_charge_kg: Any, loss_at_filling: Any, charge_kg: Any, yearly_leak: Any, years: Any, scrapped_charge_kg: Any,
    share_left: Any, recovered: Any,
) -> Any:
    """Estimate the refrigerant that escaped, from charges and usual leak rates.

    loss = new charge x loss at filling + charge x yearly leak x years + scrapped charge x share left x (1 - recovered)

    Parameters
    ----------
    loss_at_filling, yearly_leak, share_left, recovered
        Shares between 0 and 1. Required: usual values differ by equipment, and the choice is printed.

    Raises
    ------
    MethodError
        A share outside 0 to 1, or a negative charge.
    """
    shares = {"loss_at_filling": loss_at_filling, "yearly_leak": yearly_leak, "share_left": share_left,
              "recovered": recovered}
    refuse_no_number("refrigerant screening", **shares, new_charge_kg=new_charge_kg, charge_kg=charge_kg, years=years,
                     scrapped_charge_kg=scrapped_charge_kg)
    for name, value in shares.items():
        if np.any((np.asarray(value) < 0) | (np.asarray(value) > 1)):
            raise MethodError(f"{name} must be a share between 0 and 1, is {value}")
    if any(np.any(np.asarray(v) < 0) for v in (new_charge_kg, charge_kg, scrapped_charge_kg, years)):
        raise MethodError("A charge or a number of years is negative")
    filled = new_charge_kg * loss_at_filling
    return filled + charge_kg * yearly_leak * years + scrapped_charge_kg * share_left * (1 - recovered)
