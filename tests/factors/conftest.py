"""Small factor tables, built in the tests, and keys matched against them."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.core import schemas
from carbon.factors import matching
from carbon.params.shapes.company import FactorPolicy

_KINDS = {"text": "str", "number": "float64", "amount": "float64", "integer": "int64", "flag": "bool"}
_DEFAULTS = {
    "activity": "electricity", "label": "", "part": "combustion", "region": "FR", "valid_from": 2020, "valid_to": 9999,
    "unit": "kWh", "co2e_kg": 1.0, "gwp_set": "AR5GWP100", "co2_kg": np.nan, "ch4_fossil_kg": np.nan,
    "ch4_nonfossil_kg": np.nan, "n2o_kg": np.nan, "composition": "", "biogenic_co2_kg": 0.0,
    "uncertainty_pct": np.nan, "price_year": 0, "price_basis": "", "life_cycle": False, "kyoto": True,
    "source_id": "source_a", "edition": "1", "page": "p. 1", "licence": "own", "verification": "original_file",
    "notes": "",
}


@pytest.fixture(scope="session")
def make_library():
    """A library from dicts of what matters; `element_id` is the factor_id unless given."""
    def make(*specs):
        rows = pd.DataFrame([{**_DEFAULTS, "element_id": s["factor_id"], **s} for s in specs])
        columns = schemas.FACTORS.columns
        table = rows[list(columns)].astype({c: _KINDS[k] for c, k in columns.items()})
        return SimpleNamespace(table=schemas.FACTORS.validate(table), sources=rows[["source_id"]].drop_duplicates())

    return make


@pytest.fixture(scope="session")
def make_policy():
    """The strictest policy, with changes."""
    def make(**changes):
        base = {"release": "2026.2", "regions": {}, "vintage": {"later": "refuse", "max_gap": 5},
                "price_basis": "strict", "deflator": "none"}
        return FactorPolicy(**{**base, **changes})

    return make


@pytest.fixture(scope="session")
def make_keys():
    """Keys from (activity, unit, region, year, scope), key_id in the order given."""
    def make(*rows):
        table = pd.DataFrame(rows, columns=["activity", "unit", "region", "year", "scope"])
        texts = {"activity": "str", "unit": "str", "region": "str", "scope": "str"}
        return table.astype({**texts, "year": "int64"}).assign(key_id=np.arange(len(rows), dtype="int64"))

    return make


@pytest.fixture
def ask(make_library, make_keys, make_policy):
    """Resolve keys against a library of dicts; policy changes and choices by keyword."""
    def resolve(specs, keys, *, gwp="AR5GWP100", allow=(), non_co2="as_published", fx=None, **policy):
        library = specs if isinstance(specs, SimpleNamespace) else make_library(*specs)
        return matching.resolve(make_keys(*keys), library, policy=make_policy(**policy), gwp=gwp,
                                allow_mixed_gwp=list(allow), non_co2=non_co2, fx=fx)

    return resolve


@pytest.fixture(scope="session")
def one():
    """The first row of a result without misses."""
    def first(resolved):
        assert resolved.misses.empty, resolved.misses.to_string()
        return resolved.table.iloc[0]

    return first


@pytest.fixture(scope="session")
def miss_of():
    """The only miss of a result without factors."""
    def only(resolved):
        assert resolved.table.empty and len(resolved.misses) == 1
        return resolved.misses.iloc[0]

    return only
