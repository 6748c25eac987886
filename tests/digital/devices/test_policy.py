"""A fleet against the company's written rules."""

from __future__ import annotations

from carbon.params.shapes.digital import FleetPolicy


def test_policy_verdicts(by_hand):
    """The donated laptop left at nine months: the five-year rule is broken; a rule without rows has no data."""
    from carbon.digital.devices.policy import check_policy

    policy = FleetPolicy(minimum_lifespan_years={"laptop": 5, "tablet": 3}, exit_routes=["donated"],
                         reuse_share=0.5, refurbished_share=0.2, devices_per_employee=2)
    table = check_policy(by_hand.devices, policy, employees=2).set_index("rule")
    assert table["verdict"].to_dict() == {
        "life of a laptop": "not met", "life of a tablet": "no data", "exit routes": "met",
        "refurbished or donated of units bought": "not met", "reused of units retired under 10 years": "met",
        "devices per employee": "not met"}
