"""The contract of a kind: its columns by name and the table that its rows join."""

from carbon.core import schemas
from carbon.records.kinds.contract import WORD, Contract, Field
from carbon.records.kinds.registry import DIGITAL, KINDS


def test_a_contract_finds_its_fields_by_name_and_order():
    """`name_of` and `columns` are the fields themselves; rows join the kind's own table unless another is named."""
    own = Contract("water", schemas.WATER, (Field("site"), Field("country", WORD, words="country")))
    joined = Contract("fuel", schemas.ENERGY, (Field("meter"),), arrives="energy")

    assert own.columns == ("site", "country")
    assert own.name_of["country"].words == "country"
    assert (own.lands_in, joined.lands_in) == ("water", "energy")


def test_the_company_alone_is_needed_softly_of_what_dates_a_record():
    """With params a file may lack the company; it may never lack its date."""
    for contract in (c for kind, c in KINDS.items() if kind not in DIGITAL):  # of no year's folder: all have a company
        needed = {f.name: f.soft for f in contract.fields if f.needed and f.name in ("date", "company")}
        assert needed in ({"date": False, "company": True}, {}), contract.kind
