"""The contract of a kind: its columns by name and the table that its rows join."""

from carbon.core import schemas
from carbon.records.kinds.contract import Contract, Field, at_site, dated


def test_a_contract_finds_its_fields_by_name_and_order():
    """`name_of` and `columns` are the fields themselves; rows join the kind's own table unless another is named."""
    own = Contract("water", schemas.WATER, (*dated(), *at_site()))
    joined = Contract("fuel", schemas.ENERGY, (Field("meter"),), arrives="energy")

    assert own.columns == ("date", "period_start", "period_end", "company", "uncertainty_pct", "site", "country")
    assert own.name_of["country"].words == "country"
    assert (own.lands_in, joined.lands_in) == ("water", "energy")


def test_the_company_alone_is_needed_softly():
    """With params a file may lack the company; it may never lack its date."""
    needed = {f.name: f.soft for f in dated() if f.needed}
    assert needed == {"date": False, "company": True}
