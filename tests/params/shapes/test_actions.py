"""actions.yml: owners that are roles, dates that can be, one action a lever."""

import pytest
from pydantic import ValidationError

from carbon.params.shapes.actions import ActionFile, role_words


def stated(roles=(), as_of="2026-12-31", **action):
    """A file with one action; `action` replaces its keys."""
    steps = [{"what": "order", "due": "2026-03-31", "done": "2026-04-12"}]
    first = {"label": {"en": "Cars"}, "lever": "cars", "owner": "fleet manager", "steps": steps, **action}
    return {"as_of": as_of, "currency": "EUR", "roles": [*roles], "actions": {"cars": first}}


@pytest.mark.parametrize(("owner", "printed"), [
    ("Fleet manager", "Fleet manager"), ("Directrice des achats", "Directrice des achats"),
    ("CSE", "CSE"), ("Head of IT & Facilities", "Head of IT & Facilities"),
    ("Camille Martin", "owner 1"), ("C. Martin, fleet manager", "owner 1"), ("Martin", "owner 1"),
    ("fleet manager (Ines)", "owner 1"), ("李伟", "owner 1"), ("Head of Iberia", "owner 1")])
def test_an_owner_is_printed_only_where_each_word_is_of_a_role(owner: str, printed: str):
    """A name next to a role, an initial, another script, an unknown word: a number in its place."""
    file = ActionFile.model_validate(stated(owner=owner))
    assert file.owner("cars") == printed
    assert file.withheld == ([] if printed == owner else [owner])


def test_a_company_states_further_roles_and_numbers_follow_the_file():
    """`roles` names what the packaged words do not know; two unknown owners have two numbers."""
    file = ActionFile.model_validate(stated(roles=["Head of Iberia"], owner="head of iberia"))
    assert file.owner("cars") == "head of iberia"
    content = stated(owner="A. B.")
    content["actions"]["heat"] = {**content["actions"]["cars"], "owner": "C. D.", "lever": "heat"}
    file = ActionFile.model_validate(content)
    assert [file.owner(id_) for id_ in ("cars", "heat")] == ["owner 1", "owner 2"]
    assert not {"camille", "martin", "marie", "john", "smith", "cook", "baker", "mason", "dean"} & role_words()


MEASURED = {"what": "fuel", "unit": "L", "before": 100, "after": {2026: 80}, "uncertainty_pct": 5, "evidence": "cards",
            "where": {"activity": ["petrol"]}}


@pytest.mark.parametrize(("changes", "message"), [
    ({"steps": [{"what": "order", "due": "2027-03-31", "done": "2027-01-12"}]}, "is after as_of 2026-12-31"),
    ({"steps": [{"what": "order", "due": "2026-03-31", "begun": "2026-03-01", "done": "2026-02-01"}]}, "before begun"),
    ({"spent": {2028: {"capex": 1}}}, "spent.2028: is after as_of"),
    ({"measured": [MEASURED | {"kg_per_unit": 2.3, "factor_pct": 5}]}, "exactly one of where"),
    ({"measured": [{k: v for k, v in MEASURED.items() if k != "where"} | {"kg_per_unit": 2.3}]}, "needs factor_pct"),
    ({"measured": [MEASURED | {"before": {2025: 100}}]}, "before has no value for 2026"),
    ({"measured": [MEASURED | {"saves_per_unit": 3}]}, "needs saves_unit"),
    ({"measured": [{k: v for k, v in MEASURED.items() if k != "uncertainty_pct"}]}, "uncertainty_pct"),
    ({"measured": [MEASURED | {"uncertainty_pct": 0.05}]}, "0.05 may be 5 %"),
    ({"steps": []}, "at least 1"),
])
def test_what_cannot_be_is_not_accepted(changes, message: str):
    """A deed of tomorrow, an end before its beginning, two factors, half a factor, a year without its before."""
    with pytest.raises(ValidationError, match=message):
        ActionFile.model_validate(stated(**changes))


def test_a_lever_has_one_action():
    """Planned tonnes and money of a lever would count twice."""
    content = stated()
    content["actions"]["again"] = content["actions"]["cars"]
    with pytest.raises(ValidationError, match="cars has the action cars"):
        ActionFile.model_validate(content)
