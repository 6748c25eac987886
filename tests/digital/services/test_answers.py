"""Ten answers: bad ones are not accepted, and every default used is listed."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from carbon.core.errors import UsageError
from carbon.digital.services.answers import complete, questions, vcpu_share


@pytest.mark.parametrize("changes", [
    {"users": -1}, {"devices": {"laptop": 0.6, "tablet": 0.5}}, {"mobile_share": 1.2}, {"pue": 0.8},
    {"gb_per_user": None}, {"mb_per_visit": 3}, {"servers": [{"vcpu": 2}]}, {"servers": [{"vcpu": 9, "vcpu_host": 8}]},
    {"storage": [{"tb": 3}]}, {"storage": [{}]}, {"server_lifespan_years": 0}, {"allocation": "by feel"},
])
def test_bad_answers_are_refused(changes, ask):
    """Negative users, shares that do not sum to 1, half an answer: refused with a sentence."""
    with pytest.raises(ValidationError):
        ask(**changes)


def test_an_unknown_device_is_named(run):
    """No factor, no figure."""
    with pytest.raises(UsageError, match="toaster"):
        run(devices={"toaster": 1.0})


def test_every_default_used_is_listed(ask):
    """Six questions unanswered, six defaults in the notes; all answered, none."""
    bare = complete(ask(devices=None, mobile_share=None, zone=None, pue=None, datacentre_zone=None,
                        server_lifespan_years=None))
    assert dict(bare.defaults) == {"devices": "laptop 0.6; smartphone 0.4", "mobile_share": "0.3", "zone": "FR",
                                   "pue": "1.4", "datacentre_zone": "FR", "server_lifespan_years": "5"}
    assert complete(ask()).defaults == ()
    assert set(questions()["no"].astype(int)) == set(range(1, 11))


def test_data_per_visit_and_shares_of_a_host(ask):
    """3 MB x 500 visits = 1.5 GB; 2 of 32 vCPU and two whole servers; 10 TB x 2 copies on 5 TB disks."""
    done = complete(ask(gb_per_user=None, mb_per_visit=3, visits_per_user=500,
                        servers=[{"vcpu": 2, "vcpu_host": 32, "power_w": 300}, {"quantity": 2}],
                        storage=[{"tb": 10, "copies": 2, "tb_per_disk": 5}]))
    assert (done.gb_per_user, done.servers, done.disks) == pytest.approx((1.5, 2.0625, 4))
    assert done.server_power_w == pytest.approx((0.0625 * 300 + 2 * 400) / 2.0625)
    assert vcpu_share(8, 8) == 1
    with pytest.raises(UsageError):
        vcpu_share(9, 8)
