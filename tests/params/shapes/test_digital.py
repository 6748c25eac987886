"""Answers about a digital service: one way to give a quantity, never two."""

import pytest
from pydantic import ValidationError

from carbon.params.shapes.digital import ServerAnswer, ServiceAnswers, StorageAnswer


@pytest.mark.parametrize(("answer", "fields", "said"), [
    (ServerAnswer, {"vcpu": 2}, "give vcpu and vcpu_host together"),
    (ServerAnswer, {"vcpu": 8, "vcpu_host": 4}, "more than the host has"),
    (StorageAnswer, {}, "give either disks or tb"),
    (StorageAnswer, {"disks": 1, "tb": 1}, "give either disks or tb"),
    (StorageAnswer, {"tb": 1}, "the size of one disk")])
def test_an_answer_that_contradicts_itself_is_not_accepted(answer, fields, said):
    """The message names the fields."""
    with pytest.raises(ValidationError, match=said):
        answer(**fields)


@pytest.mark.parametrize(("fields", "said"), [
    ({"gb_per_user": 1, "mb_per_visit": 2}, "give either gb_per_user"), ({"mb_per_visit": 2}, "give either"),
    ({"gb_per_user": 1, "devices": {"laptop": 0.5, "phone": 0.4}}, "sum to 0.9, not 1")])
def test_data_and_devices_of_a_service_are_given_once_and_completely(fields, said):
    """Data either a user or a visit; shares of devices sum to 1."""
    known = {"service_id": "s", "year": 2024, "users": 1, "hours_per_user": 1, "servers": [], "storage": [],
             "allocation": "active_hours"}
    assert ServiceAnswers(**known, gb_per_user=1).users == 1
    with pytest.raises(ValidationError, match=said):
        ServiceAnswers(**known, **fields)
