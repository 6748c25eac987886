"""Parts of energy that the chosen factor lacks: found by a declared rule, or not there, with the reason."""

import numpy as np
import pandas as pd
import pytest

from carbon.factors import grid_basis, library

ELEC = ("electricity", "kWh", "US", 2023, "2")
LIFE = {"factor_id": "ember-us", "part": "total", "life_cycle": True, "region": "US", "valid_from": 2023,
        "valid_to": 2023, "co2e_kg": 0.40, "source_id": "ember_x"}
DIRECT = {"factor_id": "egrid-us", "region": "US", "valid_from": 2023, "valid_to": 2023, "co2e_kg": 0.35,
          "source_id": "epa_egrid_x", "co2_kg": 0.34}
PAIR = {"US": ("ember", "epa_egrid")}
LOSSES = {"losses": ["epa_ggl"]}


def kg(resolved):
    return resolved.table.groupby("part")["co2e_kg"].sum().to_dict()


@pytest.fixture
def shares(monkeypatch):
    def give(*rows):
        table = pd.DataFrame(rows, columns=["region", "year", "loss_share", "source_id", "page"])
        monkeypatch.setattr(grid_basis, "loss_shares", lambda release: table)
    give()
    return give


def test_a_combustion_factor_alone_has_no_upstream_and_no_losses(ask, shares):
    """Without a declared rule nothing is added: what is missing is for `energy_states` to list."""
    assert kg(ask([LIFE, DIRECT], [ELEC])) == {"combustion": 0.35}


def test_a_named_pair_gives_the_upstream_and_says_that_it_is_an_estimate(ask, shares):
    """Life cycle minus combustion of one region and year: 0.40 - 0.35 = 0.05 kg/kWh, per MWh 50 kg."""
    found = ask([LIFE, DIRECT], [ELEC, ("electricity", "MWh", "US", 2023, "2")], upstream_pairs=PAIR)
    upstream = found.table[found.table["part"] == "upstream"].set_index("key_id")
    np.testing.assert_allclose(upstream["co2e_kg"], [0.05, 50.0])
    assert upstream["reason"].str.contains("estimate: life-cycle minus combustion").all()
    assert upstream["co2_kg"].isna().all()  # the life-cycle factor states no gas
    assert found.calculated["factor_id"].tolist() == ["derived.upstream.ember-us-minus-egrid-us"]
    assert upstream.loc[0, "steps"] == "ember-us 0.4 - egrid-us 0.35 kg per unit"


@pytest.mark.parametrize(("life", "direct", "why"), [
    ({"co2e_kg": 0.30}, {}, "a negative upstream is refused"),
    ({"valid_from": 2022, "valid_to": 2022}, {}, "have no common region and year"),
    ({"region": "CA"}, {}, "have no common region and year"),
    ({"gwp_set": "AR6GWP100"}, {}, "is CO2e of AR6GWP100"),
])
def test_a_pair_that_does_not_match_is_refused(ask, shares, life, direct, why):
    """Another year, region or GWP set, or a negative difference: no upstream, and the reason is on the generation."""
    found = ask([{**LIFE, **life}, {**DIRECT, **direct}], [ELEC], upstream_pairs=PAIR)
    assert kg(found) == {"combustion": 0.35}
    assert "no upstream: " in found.table["reason"].iloc[0] and why in found.table["reason"].iloc[0]


def test_a_pair_without_one_stated_basis_is_refused(ask, shares):
    """A figure per generated and one per delivered kWh do not subtract; the company may state the basis of a source."""
    other = {**DIRECT, "source_id": "utility_x"}
    pair = {"US": ("ember", "utility")}
    assert "not stated on one basis" in ask([LIFE, other], [ELEC], upstream_pairs=pair).table["reason"].iloc[0]
    delivered = ask([LIFE, other], [ELEC], upstream_pairs=pair, grid_basis={"utility": "delivered"})
    assert "upstream" not in kg(delivered)
    assert kg(ask([LIFE, other], [ELEC], upstream_pairs=pair, grid_basis={"utility": "generation"})) == pytest.approx(
        {"combustion": 0.35, "upstream": 0.05})


def test_a_zone_takes_upstream_and_losses_of_its_country(ask, shares):
    """US-eGRID-RMPA has its own generation; pair and loss share are those of US, said as another region's."""
    shares(("US", 2023, 0.05, "epa_ggl", "Table 1"))
    zone = {**DIRECT, "factor_id": "egrid-rmpa", "region": "US-eGRID-RMPA", "co2e_kg": 0.5}
    found = ask([LIFE, DIRECT, zone], [("electricity", "kWh", "US-eGRID-RMPA", 2023, "2")], upstream_pairs={
        "US": ("ember", "epa_egrid")}, parts_from=LOSSES)
    assert kg(found) == pytest.approx({"combustion": 0.5, "upstream": 0.05, "losses": 0.55 * 0.05 / 0.95})
    rows = found.table.set_index("part")
    assert "region fallback" in rows.loc["upstream", "reason"] and "region fallback" in rows.loc["losses", "reason"]


def test_losses_are_of_generation(ask, shares):
    """1 kWh delivered at a loss of 20 % of generation needs 1.25 kWh: the losses are a quarter, not a fifth."""
    shares(("US", 2023, 0.2, "epa_ggl", "Table 1"), ("US", 2021, 0.9, "epa_ggl", "old"))
    assert kg(ask([DIRECT], [ELEC])) == {"combustion": 0.35}, "a share that nobody named is a choice of method"
    found = ask([DIRECT], [ELEC], parts_from=LOSSES)
    assert kg(found) == pytest.approx({"combustion": 0.35, "losses": 0.35 / 4})
    losses = found.table.set_index("part").loc["losses"]
    assert losses["co2_kg"] == pytest.approx(0.34 / 4) and losses["source_id"] == "epa_ggl"
    assert losses["reason"] == "loss share of the grid"
    older = ask([{**DIRECT, "valid_to": 2024}], [("electricity", "kWh", "US", 2024, "2")],
                parts_from=LOSSES).table.set_index("part")
    assert "older vintage" in older.loc["losses", "reason"]


def test_losses_need_a_factor_per_generated_kwh(ask, shares):
    """Of a source with an unstated basis the losses are not guessed; per delivered kWh they are inside."""
    shares(("US", 2023, 0.2, "epa_ggl", ""))
    own = [{**DIRECT, "source_id": "utility_x"}]
    assert "no losses: whether a kWh" in ask(own, [ELEC], parts_from=LOSSES).table["reason"].iloc[0]
    inside = ask(own, [ELEC], grid_basis={"utility": "delivered"}, parts_from=LOSSES)
    assert kg(inside) == {"combustion": 0.35} and "losses are inside this figure" in inside.table["reason"].iloc[0]


def test_the_first_named_source_of_loss_shares_is_used(ask, shares):
    """Two sources for one grid and year: the order under `parts_from` decides; one prefix for both is a question."""
    shares(("US", 2023, 0.05, "epa_ggl", ""), ("US", 2023, 0.06, "world_bank", ""), ("US", 2023, 0.07, "epa_other", ""))
    found = ask([DIRECT], [ELEC], parts_from={"losses": ["world_bank", "epa_ggl"]})
    assert kg(found)["losses"] == pytest.approx(0.35 * 0.06 / 0.94)
    assert "several loss shares" in ask([DIRECT], [ELEC], parts_from={"losses": ["epa"]}).table["reason"].iloc[0]


def test_a_published_part_is_used_for_the_same_place_only(ask, shares):
    """`electricity.losses` of the region is a published figure; that of another country is not."""
    part = {"factor_id": "td", "activity": "electricity.losses", "part": "losses", "region": "US", "valid_from": 2023,
            "co2e_kg": 0.02}
    found = ask([DIRECT, part], [ELEC])
    assert kg(found) == {"combustion": 0.35, "losses": 0.02}
    assert found.table.set_index("part").loc["losses", "factor_id"] == "td"
    assert kg(ask([DIRECT, {**part, "region": "CA"}], [ELEC])) == {"combustion": 0.35}


def test_upstream_and_losses_in_one_published_figure(ask, shares):
    """Such a figure (as the Australian scope 3 factor) is upstream, says that the losses are inside, and no share is
    added.
    """
    shares(("US", 2023, 0.2, "epa_ggl", ""))
    both = {"factor_id": "s3", "activity": "electricity.upstream_and_losses", "part": "total", "region": "US",
            "co2e_kg": 0.07}
    found = ask([DIRECT, both], [ELEC])
    assert kg(found) == {"combustion": 0.35, "upstream": 0.07}
    assert "losses are inside this figure" in found.table.set_index("part").loc["upstream", "reason"]


def test_a_part_of_another_source_needs_its_name(ask, shares):
    """The upstream of diesel by another publisher is used where `parts_from` names it, in the record's unit."""
    direct = {"factor_id": "epa", "activity": "diesel", "unit": "L", "co2e_kg": 2.6, "region": "US", "source_id": "epa"}
    other = {"element_id": "full", "activity": "diesel", "unit": "L", "region": "US", "source_id": "model_x"}
    specs = [direct, {**other, "factor_id": "c", "co2e_kg": 2.7}, {**other, "factor_id": "u", "part": "upstream",
                                                                  "co2e_kg": 0.6}]
    key = [("diesel", "L", "US", 2023, "1")]
    assert kg(ask(specs, key, prefer=["epa"])) == {"combustion": 2.6}
    assert kg(ask(specs, key, prefer=["epa"], parts_from={"upstream": ["model"]})) == {
        "combustion": 2.6, "upstream": 0.6}


def test_a_life_cycle_factor_with_a_known_upstream_is_split(ask, shares):
    """Generation is what is left of the life cycle: the sum stays, and the upstream is a line of its own."""
    found = ask([LIFE, DIRECT], [ELEC], upstream_pairs=PAIR, prefer=["ember"], life_cycle_grid=["US"])
    assert kg(found) == pytest.approx({"combustion": 0.35, "upstream": 0.05})
    assert "total" not in kg(found)
    large = {"factor_id": "wtt", "activity": "electricity.upstream", "part": "upstream", "region": "US",
             "co2e_kg": 0.41}
    refused = ask([LIFE, large], [ELEC], life_cycle_grid=["US"])
    assert kg(refused) == {"total": 0.40}
    assert "the upstream is above the life-cycle factor" in refused.table["reason"].iloc[0]


def test_packaged_factors_of_gb_and_fr_are_complete(make_keys, make_policy):
    """DESNZ and Base Carbone print all parts: nothing is added to them, whatever shares there are."""
    from carbon.factors.matching import resolve

    lib = library.load("2026.1")
    for region, year, source in (("GB", 2025, "desnz"), ("FR", 2022, "ademe_base_carbone")):
        found = resolve(make_keys(("electricity", "kWh", region, year, "2")), lib, policy=make_policy(prefer=[source]),
                        gwp="AR5GWP100", allow_mixed_gwp=[source], non_co2="none")
        assert set(found.table["part"]) == {"combustion", "upstream", "losses"} and found.calculated.empty



def test_parts_of_another_grid_are_never_used(ask, shares):
    """A chain of regions serves fuels and purchases; the losses and the upstream of FR are not those of GB."""
    shares(("GB", 2023, 0.08, "world_bank", ""))
    part = {"factor_id": "wtt", "activity": "electricity.upstream", "part": "upstream", "region": "GB"}
    own = {**DIRECT, "region": "FR"}
    found = ask([own, part], [("electricity", "kWh", "FR", 2023, "2")], regions={"FR": ["FR", "GB"]})
    assert kg(found) == {"combustion": 0.35}
