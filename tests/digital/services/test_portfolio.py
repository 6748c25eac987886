"""Services of a company: versions, lines, statements and countries, in tables that add up."""

from __future__ import annotations

import math

import pytest
from typed_services import PORTAL, portfolio

from carbon.core.errors import UsageError


def period(start: str, end: str) -> dict:
    """The days of a line."""
    return {"period_start": start, "period_end": end}


def test_a_version_counts_for_its_days_and_is_compared_by_its_rate(run):
    """Half a year of each version: 181 and 184 of 365 days; half the data saves the same share in rate, not in days."""
    found = portfolio({**PORTAL, "version": "1", "period_end": "2025-06-30"},
                      {**PORTAL, "version": "2", "period_start": "2025-07-01", "gb_per_user": 1.0})
    first, second = found.by_service.to_dict("records")
    rate = run(year=2025).co2e_kg
    assert (first["version"], first["days_share"], first["yearly_co2e_kg"]) == pytest.approx(("1", 181 / 365, rate))
    assert first["co2e_kg"] == pytest.approx(rate * 181 / 365)
    assert second["change_co2e_kg"] == pytest.approx(second["yearly_co2e_kg"] - rate) and second["change_co2e_kg"] < 0
    assert set(found.levers["version"]) == {"2"}
    assert found.by_tier["co2e_kg"].sum() == pytest.approx(found.co2e_kg) == found.by_service["co2e_kg"].sum()
    assert found.covered and "at least" not in found.words


def test_a_past_version_is_of_its_own_years():
    """A version that ended in 2024 is no part of 2025."""
    found = portfolio({**PORTAL, "period_end": "2024-12-31"}, {**PORTAL, "service": "Other"})
    assert found.by_service["service"].tolist() == ["Other"]


def test_metered_kwh_replace_the_calculated_power_for_their_days():
    """1,000 kWh for 90 days: 275 of 365 days stay calculated; kilograms that the host states are in no total."""
    alone = portfolio(PORTAL)
    statement = {"service": "portal", "detail": "Host", "zone": "FR", **period("2025-01-01", "2025-03-31")}
    with_host = portfolio(PORTAL, uses=({**statement, "item": "electricity", "quantity": 1000.0, "unit": "kWh"},
                                        {**statement, "item": "stated", "quantity": 9.0, "unit": "kg"}))
    use = alone.by_tier.set_index(["tier", "step"]).loc[("data centre", "use"), "co2e_kg"]
    assert with_host.co2e_kg - alone.co2e_kg == pytest.approx(1000 * 0.05 - use * 90 / 365)
    assert with_host.covered and "stated" not in set(with_host.items["item"])
    row = with_host.statements.iloc[0]
    assert (row["kwh"], row["stated_co2e_kg"], row["days_share"]) == pytest.approx((1000, 9, 90 / 365))


def test_a_statement_replaces_only_days_of_its_version():
    """90 days billed before the version began: all of its own 184 days stay calculated."""
    later = {**PORTAL, "version": "2", "period_start": "2025-07-01"}
    bill = {"service": "portal", "version": "2", "item": "electricity", "quantity": 1000.0, "unit": "kWh", "zone": "FR",
            **period("2025-01-01", "2025-03-31")}
    assert portfolio(later, uses=(bill,)).co2e_kg == pytest.approx(portfolio(later).co2e_kg + 1000 * 0.05)


def test_a_line_across_the_years_end_is_divided_by_days():
    """365 h from December 2 to December 1: 335 days in 2025."""
    line = {"service": "Portal", "item": "streaming", "quantity": 365.0, "unit": "h",
            **period("2024-12-02", "2025-12-01")}
    kg = portfolio(PORTAL, uses=(line,)).co2e_kg - portfolio(PORTAL).co2e_kg
    assert kg == pytest.approx(335 * 0.06401675291, rel=1e-6)


def test_what_has_no_figure_is_at_least_and_never_zero():
    """A SaaS without a figure has no kilograms, and every sum above it states "at least"."""
    found = portfolio(PORTAL, uses=({"service": "Suite", "item": "saas", "quantity": 50.0, "unit": "user",
                                     **period("2025-01-01", "2025-12-31")},))
    suite = found.by_service.set_index("service").loc["Suite"]
    assert math.isnan(suite["co2e_kg"]) and not suite["covered"] and not found.covered
    assert "at least" in found.words and any("Suite" in note for note in found.notes)
    everything = found.budget[(found.budget["service"] == "") & (found.budget["criterion"] == "climate_change")].iloc[0]
    assert not everything["whole"] and everything["impact"] == pytest.approx(found.co2e_kg)


def test_a_world_audience_has_each_countrys_grid_and_networks_that_are_known():
    """CH 30 %, US 50 %, JP 20 %: 0.312 kg a kWh on terminals; no network factor of the three, so at least."""
    world = portfolio({**PORTAL, "zone": "CH 0.3; US 0.5; JP 20%"})
    use = world.by_tier.set_index(["tier", "step"])["co2e_kg"]
    assert use["terminals", "use"] == pytest.approx(1000 * 10 * 0.0265 * (0.3 * 0.04 + 0.5 * 0.4 + 0.2 * 0.5))
    assert math.isnan(use["network", "life cycle"]) and not world.covered
    named = portfolio({**PORTAL, "zone": "FR 0.5; ES 0.5", "network_zone": "EU"})
    items = named.items[(named.items["tier"] == "network") & (named.items["criterion"] == "climate_change")]
    assert set(items["item"]) == {"fixed, FR", "fixed, ES", "mobile, FR", "mobile, ES"} and named.covered


def test_one_fault_hides_its_own_service_only():
    """Shares that do not sum to one: the row is named, the other service has its figure, the sum is at least."""
    found = portfolio(PORTAL, {**PORTAL, "service": "Broken", "devices": "laptop 0.6; tablet 0.3"})
    rows = found.by_service.set_index("service")
    assert "sum to 0.9" in rows.loc["Broken", "reason"] and rows.loc["Portal", "co2e_kg"] > 0
    assert not found.covered


def test_every_default_is_listed_and_each_answer_has_advice():
    """Two answers left open are two lines, in both languages; the advice of each has what its own lever avoids."""
    found = portfolio({**PORTAL, "pue": None, "devices": ""}, hosts=("ES",))
    assert found.defaults["answer"].tolist() == ["devices", "pue"] and (found.defaults["label_fr"] != "").all()
    advice = found.advice("Portal").set_index("answer")
    assert advice["is_default"].sum() == 2 and (advice[["advice_en", "advice_fr"]] != "").all(axis=None)
    lever = found.levers.set_index("lever_id").loc["servers_fewer", "avoided_co2e_kg"]
    assert advice.loc["servers", "avoided_co2e_kg"] == pytest.approx(lever)
    with pytest.raises(UsageError, match="Portal"):
        found.advice("Nothing")


def test_a_unit_of_work_has_its_intensity():
    """A million requests a year: grams a request are those of the year over the requests of its days."""
    found = portfolio({**PORTAL, "units": 1e6, "unit": "request", "period_start": "2025-07-01"}).by_service.iloc[0]
    assert found["g_per_unit"] == pytest.approx(found["yearly_co2e_kg"] / 1000)


def test_two_versions_on_one_day_or_of_one_name_are_refused():
    """Either would count twice: an open version next to its successor, and two rows without a name of their own."""
    for first, second in (({"version": "1"}, {"version": "2", "period_start": "2025-07-01"}),
                          ({"period_end": "2025-06-30"}, {"period_start": "2025-07-01"})):
        with pytest.raises(UsageError, match="one name or a day in common"):
            portfolio({**PORTAL, **first}, {**PORTAL, **second})


def test_a_statement_across_two_versions_replaces_the_power_of_both():
    """One line of kWh for the whole year: no version keeps calculated power of its servers."""
    versions = ({**PORTAL, "version": "1", "period_end": "2025-06-30"},
                {**PORTAL, "version": "2", "period_start": "2025-07-01"})
    statement = {"service": "portal", "item": "electricity", "quantity": 3000.0, "unit": "kWh", "zone": "FR",
                 **period("2025-01-01", "2025-12-31")}
    use = portfolio(*versions, uses=(statement,)).by_tier.set_index(["tier", "step"])["co2e_kg"]
    assert use.loc[("data centre", "use")].sum() == pytest.approx(3000 * 0.05)


STATEMENT = {"service": "portal", "item": "electricity", "quantity": 1000.0, "unit": "kWh", "zone": "FR",
             **period("2025-01-01", "2025-12-31")}


def test_one_host_of_two_replaces_its_share_of_the_servers_only():
    """Of 40 % of the servers 1,000 kWh are billed: 60 % stay calculated; the other host states kilograms alone."""
    use = portfolio(PORTAL).by_tier.set_index(["tier", "step"]).loc[("data centre", "use"), "co2e_kg"]
    other = {**STATEMENT, "item": "stated", "detail": "B", "unit": "kg"}
    found = portfolio(PORTAL, uses=({**STATEMENT, "detail": "A", "share": 0.4}, other))
    measured = found.by_tier.set_index(["tier", "step"]).loc[("data centre", "use"), "co2e_kg"]
    assert measured == pytest.approx(1000 * 0.05 + 0.6 * use) and found.covered


def test_hosts_that_leave_their_shares_open_are_asked():
    """Two hosts, one without a share: no power of either is guessed, and the sum is at least."""
    found = portfolio(PORTAL, uses=({**STATEMENT, "detail": "A", "share": 0.4}, {**STATEMENT, "detail": "B"}))
    assert not found.covered and any("the kWh of 'B' are of an unknown share" in note for note in found.notes)
    assert "at least" in found.words and found.co2e_kg > 0


def test_a_single_host_without_a_share_is_listed_among_the_defaults():
    """That its kWh are those of all servers is an assumption that the page shows."""
    assert portfolio(PORTAL, uses=(STATEMENT,)).defaults["answer"].tolist() == ["electricity: share"]
