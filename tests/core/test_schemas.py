"""The contracts of tables: what is refused, and what is left as it is."""

import pandas as pd
from table_of_things import TABLE, things

from carbon.accounting.company import inventory
from carbon.core import schemas
from carbon.params.files.project import find_project


def test_a_table_that_fits_is_given_back():
    """The same values, numbered from zero, the contract's columns first."""
    moved = things().assign(more=1)[["more", *TABLE.columns]].set_axis([5, 7], axis=0)
    pd.testing.assert_frame_equal(TABLE.validate(things()), things())
    pd.testing.assert_frame_equal(TABLE.validate(moved, extra=True), things().assign(more=1))
    coded = TABLE.validate(things().astype({"name": "category"}))
    pd.testing.assert_frame_equal(coded.astype({"name": "str"}), things())


def test_retyping_gives_what_astype_gives():
    """Column by column, and a column that has its type already is the same one."""
    table = things(count=[0.0, 2.0], name=pd.Series(["a", "b"], dtype=object))
    pd.testing.assert_frame_equal(schemas.retyped(table, TABLE.dtypes), table.astype(dict(TABLE.dtypes)))
    assert schemas.retyped(table, {"size": "float64"}) is table


def test_every_table_of_a_first_inventory_is_checked(monkeypatch):
    """From the records to the inventory each table passes its contract on the way."""
    checked = set()
    validate = schemas.Table.validate

    def counted(self, table, *, extra=False):
        checked.add(self.name)
        return validate(self, table, extra=extra)

    monkeypatch.setattr(schemas.Table, "validate", counted)
    inventory("petit-studio", 2024, project=find_project())
    assert checked >= {"purchases", "energy", "travel", "reported_inventories", "rejects", "ledger", "sources",
                       "activities", "factors", "keys", "resolution", "emissions", "inventory"}
