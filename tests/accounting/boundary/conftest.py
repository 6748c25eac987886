"""Years of a company as tables of presence: one line a site, meter or file, with tonnes."""

import pandas as pd
import pytest

from carbon.accounting.boundary.presence import PRESENCE

_LINE = {"kind": "energy", "entity": "", "site": "", "file": "energy.csv", "meter": "", "stream": "electricity kWh",
         "amount": 0.0, "kg_1": 0.0, "kg_2": 0.0, "kg_3": 0.0, "rows": 12, "sums_site": False, "sums_entity": False,
         "sums_meter": False}


@pytest.fixture
def of_year():
    """Make the presence of a year from lines of a site, its tonnes and what differs from a meter read all year."""
    def make(year, *lines):
        rows = [_LINE | {"first": pd.Timestamp(year, 1, 1), "last": pd.Timestamp(year, 12, 31), "site": site,
                         "kg_2": tonnes * 1000.0} | more for site, tonnes, more in lines]
        return PRESENCE.validate(pd.concat([PRESENCE.empty(), pd.DataFrame(rows)]).astype(dict(PRESENCE.dtypes)))
    return make
