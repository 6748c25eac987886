"""A service worked by hand, its conservation laws, its defaults, and published figures met."""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest
from pydantic import ValidationError

from carbon.core.digital_params import ServiceAnswers
from carbon.core.digital_tables import MULTICRITERIA
from carbon.core.errors import MethodError, TableError, UsageError
from carbon.digital.electricity import given_grid
from carbon.digital.services import formulas
from carbon.digital.services.answers import complete, questions, vcpu_share
from carbon.digital.services.service import service

GIVEN = {"service_id": "shop", "year": 2025, "users": 1000, "hours_per_user": 10, "gb_per_user": 2,
         "devices": {"laptop": 1.0}, "mobile_share": 0.25, "zone": "FR", "servers": [{"quantity": 2}],
         "storage": [{"disks": 4}], "pue": 1.5, "datacentre_zone": "FR", "server_lifespan_years": 5,
         "allocation": "active_hours"}
FR = given_grid(0.05, zone="FR", year=2025, source="a test")
DE = given_grid(0.4, zone="DE", year=2025, source="a test")
REFERENCE = Path(__file__).resolve().parents[3] / "shared" / "data" / "digital" / "usage_reference_ademe.csv"


def ask(**changes):
    answers = {**GIVEN, **changes}
    return ServiceAnswers(**{k: v for k, v in answers.items() if v is not None})


def run(factors=None, **changes):
    return service(ask(**changes), grid_users=FR, grid_datacentre=FR, factors=factors)


def cell(result, tier, step, item):
    rows = result.table[(result.table["criterion"] == "climate_change")].set_index(["tier", "step", "item"])
    return rows.loc[(tier, step, item), "value"]


def test_each_item_by_hand():
    """
    Every formula once, with its arithmetic.
    """
    result = run()
    # 1000 x 10 h x 185.09 / (365 x 5 x 3)
    assert cell(result, "terminals", "embodied", "laptop") == pytest.approx(10_000 * 185.09 / 5475)
    # 10,000 h x 26.5 W / 1000 x 0.05
    assert cell(result, "terminals", "use", "laptop") == pytest.approx(13.25)
    # 2000 GB x 0.75 x 9.26934695867389 / 1000, and x 0.25 x 24.6836791969497
    assert cell(result, "network", "life cycle", "fixed") == pytest.approx(1.5 * 9.26934695867389)
    assert cell(result, "network", "life cycle", "mobile") == pytest.approx(0.5 * 24.6836791969497)
    assert cell(result, "data centre", "embodied", "servers") == pytest.approx(2 * 748 / 5)
    # 2 x (0.0358 x 355/5 + 1.468 x 367/5 + 0.286 x 41.2/5 + 0.68 x 187/25)
    gear = 0.0358 * 355 / 5 + 1.468 * 367 / 5 + 0.286 * 41.2 / 5 + 0.68 * 187 / 25
    assert cell(result, "data centre", "embodied", "gear and room") == pytest.approx(2 * gear)
    assert cell(result, "data centre", "embodied", "disks") == pytest.approx(4 * 144 / 5)
    # 2 x 400 W / 1000 x 8760 h x 1.5 x 0.05; 4 disks of 6 W
    assert cell(result, "data centre", "use", "servers") == pytest.approx(525.6)
    assert cell(result, "data centre", "use", "disks") == pytest.approx(4 * 6 / 1000 * 8760 * 1.5 * 0.05)


def test_tiers_steps_and_items_sum_to_the_total():
    """
    Tier sum = step sum = item sum = total, also of the low and high runs.
    """
    result = run()
    value, low, high, whole = result.total()
    assert whole
    for column in ("tier", "step", "item"):
        table = result.by(column)
        assert (table["value"].sum(), table["low"].sum(), table["high"].sum()) == pytest.approx((value, low, high))
        assert table["share"].sum() == pytest.approx(1)
    assert low < value < high


def test_active_over_calendar_is_24_over_hours_per_day():
    """
    8 for a laptop of 3 hours a day.
    """
    active, calendar = (formulas.embodied_per_hour(185.09, 5, 3, allocation=a) for a in
                        ("active_hours", "calendar_hours"))
    assert active / calendar == pytest.approx(8)
    with pytest.raises(MethodError):
        formulas.embodied_per_hour(1, 5, 3, allocation="by feel")


def test_doubling_the_users_doubles_terminals_and_network_only():
    """
    The data centre is answered in servers and disks.
    """
    one, two = (run(users=n).by("tier").set_index("tier")["value"] for n in (1000, 2000))
    assert two["terminals"] == pytest.approx(2 * one["terminals"])
    assert two["network"] == pytest.approx(2 * one["network"])
    assert two["data centre"] == one["data centre"]


def test_no_user_has_no_share_of_a_budget():
    """
    Zero users: terminals and network are zero, a share per user is no data.
    """
    table = run(users=0).budgets()
    assert math.isnan(table["percent_per_user"].iloc[0])


@pytest.mark.parametrize("changes", [
    {"users": -1}, {"devices": {"laptop": 0.6, "tablet": 0.5}}, {"mobile_share": 1.2}, {"pue": 0.8},
    {"gb_per_user": None}, {"mb_per_visit": 3}, {"servers": [{"vcpu": 2}]}, {"servers": [{"vcpu": 9, "vcpu_host": 8}]},
    {"storage": [{"tb": 3}]}, {"storage": [{}]}, {"server_lifespan_years": 0}, {"allocation": "by feel"},
])
def test_bad_answers_are_refused(changes):
    """
    Negative users, shares that do not sum to 1, half an answer: refused with a sentence.
    """
    with pytest.raises(ValidationError):
        ask(**changes)


def test_an_unknown_device_is_named():
    """
    No factor, no figure.
    """
    with pytest.raises(UsageError, match="toaster"):
        run(devices={"toaster": 1.0})


def test_a_grid_of_another_zone_is_refused():
    """
    The factor must be of the zone in the answers.
    """
    with pytest.raises(UsageError, match="is of FR, the answer is DE"):
        run(datacentre_zone="DE")


def test_every_default_used_is_listed():
    """
    Six questions unanswered, six defaults in the notes; all answered, none.
    """
    bare = complete(ask(devices=None, mobile_share=None, zone=None, pue=None, datacentre_zone=None,
                        server_lifespan_years=None))
    assert dict(bare.defaults) == {"devices": "laptop 0.6; smartphone 0.4", "mobile_share": "0.3", "zone": "FR",
                                   "pue": "1.4", "datacentre_zone": "FR", "server_lifespan_years": "5"}
    assert complete(ask()).defaults == ()
    assert set(questions()["no"].astype(int)) == set(range(1, 11))


def test_data_per_visit_and_shares_of_a_host():
    """
    3 MB x 500 visits = 1.5 GB; 2 of 32 vCPU and two whole servers; 10 TB x 2 copies on 5 TB disks.
    """
    done = complete(ask(gb_per_user=None, mb_per_visit=3, visits_per_user=500,
                        servers=[{"vcpu": 2, "vcpu_host": 32, "power_w": 300}, {"quantity": 2}],
                        storage=[{"tb": 10, "copies": 2, "tb_per_disk": 5}]))
    assert (done.gb_per_user, done.servers, done.disks) == pytest.approx((1.5, 2.0625, 4))
    assert done.server_power_w == pytest.approx((0.0625 * 300 + 2 * 400) / 2.0625)
    assert vcpu_share(8, 8) == 1
    with pytest.raises(UsageError):
        vcpu_share(9, 8)


def test_a_zone_without_network_factor_is_not_covered_or_a_named_stand_in():
    """
    Spain has none: the network is missing, the sum is "at least"; the European factor when it is named.
    """
    es = given_grid(0.15, zone="ES", year=2025, source="a test")
    bare = service(ask(zone="ES"), grid_users=es, grid_datacentre=FR)
    assert not bare.total()[3] and "at least" in bare.words
    assert not bare.by("tier").set_index("tier").loc["network", "covered"]
    named = service(ask(zone="ES", network_zone="EU"), grid_users=es, grid_datacentre=FR)
    assert cell(named, "network", "life cycle", "fixed") == pytest.approx(1.5 * 30.8081869990301)
    assert any("EU replaces ES" in n for n in named.notes)


def test_levers_are_recomputed_alone_and_a_set_together():
    """
    Fewer servers with a better PUE save less together than the sum of both alone.
    """
    base = run()
    table = base.levers().set_index("lever_id")
    both = base.co2e_kg - base.with_levers(["servers_fewer", "pue_lower"]).co2e_kg
    alone = table.loc[["servers_fewer", "pue_lower"], "avoided_co2e_kg"].sum()
    assert 0 < both < alone
    assert table["avoided_co2e_kg"].dropna().is_monotonic_decreasing
    # PUE 1.5 to 1.2: a fifth of the use of servers and disks
    use = cell(base, "data centre", "use", "servers") + cell(base, "data centre", "use", "disks")
    assert table.loc["pue_lower", "avoided_co2e_kg"] == pytest.approx(use * 0.2)


def test_small_levers_are_one_line_with_their_count():
    """
    What is under 1 % of the total is folded, not hidden.
    """
    table = run(users=1).levers()
    folded = table[table["lever_id"] == "smaller levers"]
    assert len(folded) == 1 and folded["label"].item().endswith("under 1% each")


def test_a_lever_already_reached_is_not_offered_and_hosting_abroad_can_cost():
    """
    Servers kept eight years: "seven years" is no lever; hosting in a dirtier grid has a negative gain.
    """
    base = service(ask(server_lifespan_years=8), grid_users=FR, grid_datacentre=FR, other_grids={"DE": DE})
    table = base.levers().set_index("lever_id")
    assert "servers_longer" not in table.index
    assert table.loc["host_in_DE", "avoided_co2e_kg"] < 0
    with pytest.raises(UsageError):
        base.with_levers(["servers_fewer", "servers_fewer"])


def criteria(rows):
    table = pd.DataFrame(rows, columns=list(MULTICRITERIA.columns))
    kinds = {"number": "float64", "amount": "float64", "text": "str"}
    return table.astype({c: kinds[k] for c, k in MULTICRITERIA.columns.items()})


MINERALS = ("resource_minerals", "kg Sb eq")


def user_factors():
    nan = math.nan
    return criteria([
        ("laptop", "manufacture", MINERALS[0], 0.01, nan, nan, MINERALS[1], "unit", 5, "FR", "sheet", "own"),
        ("server", "manufacture", MINERALS[0], 0.2, nan, nan, MINERALS[1], "unit", 5, "FR", "sheet", "own"),
        ("electricity", "use", MINERALS[0], 1e-8, nan, nan, MINERALS[1], "kWh", nan, "FR", "sheet", "own"),
    ])


def test_absent_criteria_are_not_covered_in_the_table_and_the_sum():
    """
    Without factors: no row covered, no total, no share of a budget; never zero.
    """
    result = run()
    rows = result.table[result.table["criterion"] == "acidification"]
    assert not rows["covered"].any() and rows["value"].isna().all()
    assert math.isnan(result.total("acidification")[0])
    budgets = result.budgets().set_index("criterion")
    assert math.isnan(budgets.loc["acidification", "person_budgets"]) and not budgets.loc["acidification", "whole"]


def test_a_users_factors_give_a_criterion_at_least():
    """
    Laptops, servers and electricity are given; the network, gear and disks are not: the sum is a lower bound.
    """
    result = run(factors=user_factors())
    rows = result.table[result.table["criterion"] == "resource_minerals"].set_index(["tier", "step", "item"])
    assert rows.loc[("terminals", "embodied", "laptop"), "value"] == pytest.approx(10_000 * 0.01 / 5475)
    assert rows.loc[("data centre", "embodied", "servers"), "value"] == pytest.approx(2 * 0.2 / 5)
    assert not rows.loc[("network", "life cycle", "fixed"), "covered"]
    assert result.total("resource_minerals")[3] is False


@pytest.mark.parametrize(("column", "word"), [("criterion", "beauty"), ("unit", "kg"), ("per", "GB"), ("licence", ""),
                                              ("step", "assembly")])
def test_an_unknown_word_in_a_users_factors_is_an_error(column, word):
    """
    Never a skipped row.
    """
    bad = user_factors()
    bad.loc[0, column] = word
    with pytest.raises(TableError):
        run(factors=bad)


def test_words_have_two_significant_digits():
    """
    The title says what it is: an order of magnitude with a range.
    """
    assert repr(run()).startswith("Service(shop 2025, order of magnitude: about 1.6 t CO2e a year (1.1 to 2.6)")


@pytest.mark.official
@pytest.mark.skipif(not REFERENCE.exists(), reason="the published extracts are not beside the project")
def test_published_video_call_is_met():
    """
    ADEME's own model, one hour of video call on two laptops: 67.6128 g embodied, 2.7507 g of use.
    """
    table = pd.read_csv(REFERENCE).drop_duplicates(["scenario", "output"]).set_index(["scenario", "output"])["gco2e"]
    scenario = "video call 1 h SD, 2 laptops, fixed FR"
    per_hour = formulas.embodied_per_hour(185.09, 5, 3, allocation="active_hours")
    assert 1000 * formulas.terminal_embodied(2, 1, 1, per_hour) == pytest.approx(
        table[scenario, "visio . terminaux . construction"])
    # its grid: 0.0519 kg CO2e/kWh
    assert 1000 * formulas.terminal_use(2, 1, 1, 26.5, 0.0519) == pytest.approx(
        table[scenario, "visio . terminaux . usage"])


@pytest.mark.official
@pytest.mark.skipif(not REFERENCE.exists(), reason="the published extracts are not beside the project")
def test_published_network_of_a_video_is_met():
    """
    One hour in HD is 3 GB: 3 x 9.26934695867389 = 27.808 g on a French fixed line.
    """
    table = pd.read_csv(REFERENCE).drop_duplicates(["scenario", "output"]).set_index(["scenario", "output"])["gco2e"]
    scenario = "video streaming 1 h HD, average devices, fixed FR"
    assert 1000 * formulas.network(1, 3, 1, 9.26934695867389) == pytest.approx(
        table[scenario, "streaming . transmission"])
