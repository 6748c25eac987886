"""The quick reader of plainly written numbers against the careful one."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import example, given, settings
from hypothesis import strategies as st

from carbon.records.grids.cells import Column
from carbon.records.values.numbers import parse_numbers
from carbon.records.values.plain_numbers import plain_numbers


@settings(max_examples=400, deadline=None)
@given(cells=st.lists(st.from_regex(r"-?[0-9]{1,17}([.,][0-9]{0,6})?", fullmatch=True), min_size=1, max_size=4),
       decimal=st.sampled_from([None, ".", ","]))
@example(cells=["9007199254740993"], decimal=None)
@example(cells=["1,234", "2,5"], decimal=None)
@example(cells=["-0", "007"], decimal=None)
def test_what_the_quick_reader_of_numbers_accepts_the_careful_one_reads_the_same(cells, decimal):
    """Plain digits are read byte by byte; each number is the one that the careful reader finds, and it finds no
    fault.
    """
    column = Column(pa.array(cells)).distinct()
    quick, careful = plain_numbers(column.texts, decimal=decimal), parse_numbers(column, decimal=decimal)

    if quick is not None:
        assert not careful.problems and not careful.blank.any() and not careful.currencies
        assert quick.tobytes() == careful.numbers.tobytes()
