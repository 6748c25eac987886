"""What a kWh of a grid factor is, and the share of it that is lost."""

import pandas as pd
import pytest

from carbon.core.errors import TableError
from carbon.factors import grid_basis
from carbon.factors.grid_basis import basis_of, loss_share

SHARES = pd.DataFrame([("US", 2021, 0.05, "epa", "t1"), ("US", 2024, 0.06, "epa", "t1"), ("DE", 2023, 0.04, "wb", "")],
                      columns=["region", "year", "loss_share", "source_id", "page"])
NAMED = {"losses": ["epa", "wb"]}


def test_the_companys_statement_goes_before_the_packaged_one(make_policy):
    """Ember is per generated kWh; a longer prefix of the company wins; an unknown source is unstated."""
    assert basis_of("ember_owid_2026", make_policy()) == "generation"
    assert basis_of("utility", make_policy()) == ""
    assert basis_of("ember_owid_2026", make_policy(grid_basis={"ember_owid": "delivered"})) == "delivered"


def test_the_nearest_year_that_the_policy_accepts(make_policy):
    """The year itself, else the latest before it, else (if allowed) the first after it; a zone, then its country."""
    policy = make_policy(parts_from=NAMED)
    assert loss_share(["US"], 2024, policy, SHARES).share == 0.06
    assert loss_share(["US-eGRID-RMPA", "US"], 2023, policy, SHARES).year == 2021
    assert loss_share(["US"], 2020, policy, SHARES) == ""
    later = make_policy(parts_from=NAMED, vintage={"later": "allow", "max_gap": 1})
    assert loss_share(["US"], 2020, later, SHARES).year == 2021
    assert loss_share(["US"], 2031, make_policy(
        parts_from=NAMED, vintage={"later": "refuse", "max_gap": 0, "older_max_gap": 5}),
                      SHARES) == ""
    assert loss_share(["FR"], 2023, policy, SHARES) == ""


def test_a_loss_share_is_a_share(monkeypatch):
    """5 for 5 % would turn into negative losses."""
    table = b"region,year,loss_share,source_id,page\nUS,2023,5.1,x,\n"
    monkeypatch.setattr(grid_basis, "shared_table", lambda *a: ("grid_losses.csv", table))
    grid_basis.loss_shares.cache_clear()
    with pytest.raises(TableError, match="not between 0 and 1"):
        grid_basis.loss_shares("2026.2")
    grid_basis.loss_shares.cache_clear()
