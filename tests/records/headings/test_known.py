"""Headings by which columns are known."""

from carbon.core import packaged
from carbon.core.vocabulary import heading_key
from carbon.records.headings.known import counting_alone, headings_of
from carbon.records.kinds.contract import KINDS
from carbon.runs.desk.new_digital import headings_in


def test_headings_are_unique():
    """No heading names two columns of a kind, and each heading's column exists."""
    headings = packaged.read_csv("carbon.records", "data/headings.csv")
    folded = headings.assign(heading=headings["heading"].map(heading_key))
    assert not folded.duplicated(["kind", "column", "heading"]).any()
    known = {f.name for c in KINDS.values() for f in c.fields}
    assert set(headings["column"]) <= known
    for kind, contract in KINDS.items():
        for group in ("*", kind):
            own = folded[(folded["kind"] == group) & folded["column"].isin(contract.columns)]
            twice = own[own.duplicated("heading", keep=False)]
            assert twice.empty, f"{kind}: {twice.to_dict('records')}"


def test_a_column_is_known_by_its_headings_in_each_language_and_by_its_name():
    """Headings of every kind and of the kind itself name a column; some only where nothing better does."""
    known = headings_of("travel", ("origin", "destination"))
    assert known["gare depart"] == known["origin"] == "origin" and set(known.values()) == {"origin", "destination"}
    assert {*counting_alone("purchases")} <= {*headings_of("purchases", KINDS["purchases"].columns)}
    assert headings_in("fr", "services", ["server_lifespan_years", "no_such_column"]) == [
        "Durée de vie des serveurs (ans)"]
