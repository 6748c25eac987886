"""Lines of use within a year, and what the kWh of hosts replace of a service's power."""

from __future__ import annotations

import pandas as pd
import pytest

from carbon.core.errors import TableError, UsageError
from carbon.digital.services.metered import replaced_share, statements_of, use_rows
from tests.support.estate import table

DAYS = (pd.Timestamp(2025, 1, 1), pd.Timestamp(2025, 12, 31))
LINE = {"service": "portal", "item": "electricity", "detail": "A", "quantity": 365.0, "unit": "kWh",
        "period_start": "2025-01-01", "period_end": "2025-12-31"}


def rows(*lines: dict):
    """Lines of use of 2025."""
    return use_rows(table("service_uses", *({**LINE, **line} for line in lines)), *DAYS)


def test_a_line_has_the_part_of_its_quantity_that_is_of_the_year():
    """365 kWh from December 2 to December 1: 335 days of 2025; a line of another year is none."""
    across, = rows({"period_start": "2024-12-02", "period_end": "2025-12-01"},
                   {"period_start": "2024-01-01", "period_end": "2024-12-31"})
    assert across.line().quantity == pytest.approx(335)


@pytest.mark.parametrize(("changes", "words"), [({"period_end": None}, "without its first or last day"),
                                                ({"share": 40.0}, "beyond 0 to 1")])
def test_a_quantity_that_cannot_be_placed_is_refused(changes, words):
    """Without an end the part of a year is unknown; 40 servers in one are no share."""
    with pytest.raises(TableError, match=words):
        rows(changes)


def test_hosts_replace_their_shares_of_the_servers():
    """0.4 all year and 0.5 in its second half; one alone without a share replaces all; two lines of a host once."""
    of_two = replaced_share(rows({"share": 0.4}, {"share": 0.4},
                                 {"detail": "B", "share": 0.5, "period_start": "2025-07-01"}), DAYS)
    assert (of_two[0], of_two[-1]) == pytest.approx((0.4, 0.9))
    assert replaced_share(rows({}), DAYS).tolist() == [1.0] * 365 and not replaced_share([], DAYS).any()


@pytest.mark.parametrize(("others", "words"), [({"share": None}, "the kWh of 'B' are of an unknown share"),
                                               ({"share": 0.8}, "1.2 of the servers on one day")])
def test_shares_that_leave_servers_open_are_asked(others, words):
    """One of two hosts without a share, or more than all servers."""
    with pytest.raises(UsageError, match=words):
        replaced_share(rows({"share": 0.4}, {"detail": "B", **others}), DAYS)


def test_a_statement_has_the_kwh_the_kilograms_and_the_days_of_its_host():
    """Both lines of one host, in any spelling, for its first half of the year."""
    half = {"period_end": "2025-07-02", "share": 0.4}
    found, = statements_of(rows({**half, "quantity": 90.0}, {**half, "detail": "a", "item": "stated", "unit": "kg"}),
                           {"period_start": pd.NaT, "period_end": pd.NaT}, DAYS)
    assert found == ("A", 90.0, 365.0, pytest.approx(183 / 365))
