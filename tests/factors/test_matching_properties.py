"""What holds for every library and every key."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carbon.core import units
from carbon.core.errors import UsageError
from carbon.factors import matching

ACTIVITIES = {"electricity": ["kWh", "MWh"], "natural_gas": ["kWh_HHV", "kWh_LHV", "m3"], "diesel": ["L", "kg"],
              "rail": ["passenger.km"], "purchase": ["EUR", "USD"]}
UNITS = sorted({u for unit_list in ACTIVITIES.values() for u in unit_list} | {"kWh", "kW", "scf", "zorg"})
REGIONS = ["FR", "DE", "EU27", "GLO"]

factor = st.builds(
    dict, activity=st.sampled_from(sorted(ACTIVITIES)), region=st.sampled_from(REGIONS), pick=st.integers(0, 2),
    valid_from=st.integers(2015, 2026), span=st.integers(0, 3), co2e_kg=st.sampled_from([0.0, 0.1, 2.5]),
    source_id=st.sampled_from(["s1", "s2", "s3"]), life_cycle=st.booleans(),
    part=st.sampled_from(["combustion", "total", "upstream"]), gwp_set=st.sampled_from(["AR5GWP100", "AR4GWP100", ""]))
key = st.tuples(st.sampled_from([*ACTIVITIES, "unknown"]), st.sampled_from(UNITS), st.sampled_from([*REGIONS, "XX"]),
                st.integers(2012, 2028), st.sampled_from(["1", "2", "3"]))
policies = st.builds(
    dict, later=st.sampled_from(["refuse", "allow"]), max_gap=st.integers(0, 4), older=st.integers(0, 10),
    prefer=st.sampled_from([[], ["s1"], ["s2", "s3"]]), life=st.sampled_from([[], ["FR"]]))


def _specs(factors):
    return [{**{k: v for k, v in f.items() if k not in ("pick", "span")}, "factor_id": f"f{i:03}",
             "unit": ACTIVITIES[f["activity"]][f["pick"] % len(ACTIVITIES[f["activity"]])],
             "valid_to": f["valid_from"] + f["span"], "price_year": 2020 if f["activity"] == "purchase" else 0,
             "price_basis": "purchaser"} for i, f in enumerate(factors)]


@pytest.fixture(scope="module")
def ask(make_library, make_keys, make_policy):
    """Resolve under a drawn policy."""
    def resolve(specs, keys, drawn):
        policy = make_policy(
            regions={"FR": ["FR", "EU27", "GLO"], "DE": ["DE", "FR"]}, prefer=drawn["prefer"],
            life_cycle_grid=drawn["life"],
            vintage={"later": drawn["later"], "max_gap": drawn["max_gap"], "older_max_gap": drawn["older"]})
        return matching.resolve(make_keys(*keys), make_library(*specs), policy=policy, gwp="AR5GWP100",
                                allow_mixed_gwp=["s1"], non_co2="as_published")

    return resolve


many = settings(max_examples=15, deadline=None)
libraries = st.lists(factor, min_size=1, max_size=25)
questions = st.lists(key, min_size=1, max_size=12)


@many
@given(factors=libraries, keys=questions, drawn=policies)
def test_no_key_gets_what_it_did_not_ask_for(ask, factors, keys, drawn):
    """Every key has an answer or a miss, never both, in its own dimension, in an accepted year, with a number."""
    specs = _specs(factors)
    found = ask(specs, keys, drawn)
    answered, missed = set(found.table["key_id"]), set(found.misses["key_id"])
    assert answered | missed == set(range(len(keys))) and not answered & missed
    assert not found.misses["key_id"].duplicated().any()
    by_id = {s["factor_id"]: s for s in specs}
    for row in found.table.to_dict("records"):
        activity, unit, region, year, scope = keys[row["key_id"]]
        used = by_id[row["factor_id"]]
        assert used["activity"] == activity and np.isfinite(row["co2e_kg"]) and np.isfinite(row["conversion"])
        start, end = units.unit(unit).dimension, units.unit(used["unit"]).dimension
        bridge = {start, end} <= {"mass", "volume", "energy_HHV", "energy_LHV"}
        assert start == end or bridge or (start.startswith("currency") and end.startswith("currency"))
        if used["valid_from"] > year:
            assert drawn["later"] == "allow" and used["valid_from"] - year <= drawn["max_gap"]
            assert "later vintage" in row["reason"] and row["vintage_gap"] < 0
        assert region == used["region"] or "region fallback" in row["reason"]
        assert not (scope == "2" and used["life_cycle"]) or used["region"] in drawn["life"]
        assert used["co2e_kg"] != 0 or row["co2e_kg"] == 0
        assert used["gwp_set"] == "AR5GWP100" or used["co2e_kg"] == 0 or used["source_id"] == "s1"


@many
@given(factors=libraries, keys=questions, drawn=policies, order=st.randoms(use_true_random=False))
def test_the_order_of_the_library_changes_no_answer(ask, factors, keys, drawn, order):
    """Shuffled factors give the same table, the same misses, the same candidates."""
    specs = _specs(factors)
    shuffled = order.sample(specs, len(specs))
    first, second = ask(specs, keys, drawn), ask(shuffled, keys, drawn)
    pd.testing.assert_frame_equal(first.table, second.table)
    pd.testing.assert_frame_equal(first.misses, second.misses)


@many
@given(factors=libraries, keys=questions, drawn=policies, seed=st.integers(0, 3))
def test_an_irrelevant_factor_changes_no_answer(ask, factors, keys, drawn, seed):
    """Another activity, a region out of the chain, a unit of another dimension or a far later year: no difference."""
    specs = _specs(factors)
    other = [{"activity": "cement"}, {"region": "ZZ"}, {"unit": "room.night"}, {"valid_from": 2060}][seed]
    decoy = {"factor_id": "decoy", "activity": "electricity", "region": "FR", "unit": "kWh", "source_id": "s1",
             "valid_from": 2015, "valid_to": 9999, **other}
    pd.testing.assert_frame_equal(ask(specs, keys, drawn).table, ask([*specs, decoy], keys, drawn).table)


@many
@given(factors=libraries, keys=questions, drawn=policies)
def test_keys_do_not_disturb_each_other(ask, factors, keys, drawn):
    """A key asked alone has the answer it has among others."""
    specs = _specs(factors)
    together = ask(specs, keys, drawn)
    alone = ask(specs, keys[:1], drawn)
    first = together.table[together.table["key_id"] == 0].reset_index(drop=True)
    pd.testing.assert_frame_equal(first, alone.table)


@pytest.mark.torture
@pytest.mark.parametrize("promise", [
    test_no_key_gets_what_it_did_not_ask_for, test_the_order_of_the_library_changes_no_answer,
    test_an_irrelevant_factor_changes_no_answer, test_keys_do_not_disturb_each_other], ids=lambda test: test.__name__)
def test_at_length(promise, ask):
    """The same promises over 1,000 libraries each."""
    promise._hypothesis_internal_use_settings = settings(promise._hypothesis_internal_use_settings, max_examples=1_000)
    promise(ask=ask)


def test_five_thousand_keys_are_answered_or_missed(make_library, make_keys, make_policy):
    """A big company's distinct keys against a library of 1,500 rows, misses included."""
    specs = [{"factor_id": f"e{c}-{y}", "region": f"C{c}", "valid_from": y, "valid_to": y}
             for c in range(60) for y in range(2005, 2025)]
    specs += [{"factor_id": f"a{i}", "activity": f"act{i}", "unit": "kg"} for i in range(300)]
    keys = [("electricity", ("kWh", "MWh")[y % 2], f"C{c}", y, "2") for c in range(60) for y in range(2001, 2026)]
    keys += [(f"act{i % 300}", "t", f"R{i}", 2024, "3") for i in range(5000 - len(keys))]
    regions = {f"R{i}": [f"R{i}", "FR", "GLO"] for i in range(5000)}
    library, policy = make_library(*specs), make_policy(regions=regions)
    found = matching.resolve(make_keys(*keys), library, policy=policy, gwp="AR5GWP100", allow_mixed_gwp=[],
                             non_co2="none")
    assert len(found.table) + len(found.misses) == 5000


def test_a_null_in_a_key_is_refused():
    """A missing region is no region of its own, and not that of the row before."""
    rows = pd.DataFrame({"activity": ["a", "a"], "unit": "kg", "region": ["FR", None], "year": 2024, "scope": "3"})
    with pytest.raises(UsageError, match="1 activities have no region"):
        matching.distinct_keys(rows)
