"""Names in a company's factor policy are names that the library has."""

import re

import pytest

from carbon.core.errors import ParamsError
from carbon.factors.library import check_policy


@pytest.fixture
def params(make_policy):
    """Params of which the check reads the policy, the accepted GWP sets and the company's name."""
    from types import SimpleNamespace

    def made(allow_mixed_gwp=(), **policy):
        return SimpleNamespace(company="acme", factors=make_policy(**policy), allow_mixed_gwp=list(allow_mixed_gwp))

    return made


@pytest.fixture
def library(make_library):
    return make_library({"factor_id": "tram-1", "activity": "tram", "region": "AU-NSW", "source_id": "ember_2026"},
                        {"factor_id": "bus-1", "activity": "bus", "region": "EU27", "source_id": "desnz_2024"})


def test_names_that_exist_pass(params, library):
    """A beginning of a source or factor, a country, a region of the library, and the word `other`."""
    check_policy(params(prefer=["ember", "desnz_2024"], allow_mixed_gwp=["desnz", "tram-"],
                        regions={"FR": ["FR", "EU27"], "AU-NSW": ["AU-NSW"], "other": ["GB"]}), library)


@pytest.mark.parametrize(("given", "said"), [
    ({"prefer": ["embr"]}, "`factors.prefer`: no source of factors begins with 'embr'; did you mean 'ember'?"),
    ({"prefer": [""]}, "`factors.prefer`: no source of factors begins with ''"),
    ({"allow_mixed_gwp": ["tran-"]}, "`allow_mixed_gwp`: no source of factors begins with 'tran-'"),
    ({"regions": {"FR": ["FR", "EU28"]}}, "`factors.regions.FR`: 'EU28' is no country and no region of the library"),
    ({"regions": {"FRA": ["FR"]}}, "`factors.regions`: 'FRA' is no country"),
    ({"life_cycle_grid": ["DEU"]}, "`factors.life_cycle_grid`: 'DEU' is no country"),
])
def test_a_name_that_nothing_has_is_refused(params, library, given, said):
    """A typing slip would leave the choice out without a word: the key, the name and the nearest one are said."""
    with pytest.raises(ParamsError, match=re.escape(said)):
        check_policy(params(**given), library)
