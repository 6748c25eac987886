"""A signed report stays as it was signed until it is reopened with a reason."""

from __future__ import annotations

import stat

import pytest

from carbon.core.errors import ParamsError, UsageError
from carbon.runs.publish.sets import SIGNED, current_set
from carbon.runs.publish.signoff import SIGNATURES, in_force, sign, signatures


@pytest.fixture
def published(thin):
    project = thin(companies={"alpha": [2024]})
    assert project.run().exit_code == 0
    return project


def test_a_signed_year_is_not_run_again_until_reopened(published):
    """Stale and signed: skipped, with who signed and what changed; --reopen runs it and the ledger says why."""
    place = published.project, "alpha", 2024
    sign(*place, figure="total-market", state="questioned", by="reviewer", note="a supplier is missing")
    assert in_force(*place) is None
    sign(*place, state="accepted", by="reviewer", note="checked against invoices")
    folder = current_set(published.project.processed("alpha", 2024))
    assert (folder / SIGNED).exists()
    published.rows("alpha", 2024, 3.0)
    row = published.run(force=True).rows[0]
    assert row["status"] == "skipped" and row["reason"].startswith("signed by reviewer on 20")
    assert "data/raw/alpha/2024/rows.csv changed" in row["reason"]
    with pytest.raises(UsageError, match="--reopen needs --only"):
        published.run(reopen="late invoice")
    again = published.run(only=("alpha/2024",), reopen="late invoice")
    assert again.rows[0]["status"] == "ok" and folder.exists()
    assert [s.state for s in signatures(*place)] == ["questioned", "accepted", "reopened"]
    assert signatures(*place)[-1].note == "late invoice"


def test_the_ledger_of_signatures_is_private_and_never_passed_over(published):
    """Mode 0600; an unreadable line stops the plan instead of unlocking the year; nothing unknown is signed."""
    place = published.project, "alpha", 2024
    sign(*place, state="accepted", by="reviewer", note="fine")
    path = published.project.ledger("alpha") / SIGNATURES
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(UsageError, match="not a figure"):
        sign(*place, figure="scope9", state="accepted", by="reviewer", note="x")
    with pytest.raises(UsageError, match="a name and a note"):
        sign(*place, state="accepted", by="", note="x")
    path.write_text("{}\n")
    with pytest.raises(ParamsError, match="is not a signature"):
        in_force(*place)
