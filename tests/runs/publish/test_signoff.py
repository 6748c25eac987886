"""A signed report stays as it was signed until it is reopened with a reason."""

from __future__ import annotations

import json
import stat

import pytest

from carbon.core.errors import ParamsError, UsageError
from carbon.runs.publish.identity import identity, record_of
from carbon.runs.publish.sets import SIGNED, current_set
from carbon.runs.publish.signoff import REVIEWS, SIGNATURES, in_force, sign, signatures


@pytest.fixture
def published(published_thin):
    """A published company-year that a review found the same."""
    project = published_thin({"alpha": [2024]})
    reviewed(project, "same", identity(current_set(project.project.processed("alpha", 2024))))
    return project


def reviewed(project, verdict: str, sha256: str) -> None:
    folder = project.project.ledger("alpha") / REVIEWS
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "2024-one.json").write_text(json.dumps({"verdict": verdict, "identity": sha256}))


def test_a_report_is_accepted_only_after_a_review_of_this_very_set(published):
    """A review that found differences, of another identity or none: refused; a question needs no review."""
    place = published.project, "alpha", 2024
    sha256 = identity(current_set(published.project.processed("alpha", 2024)))
    for verdict, of in (("differs", sha256), ("same", "0" * 64)):
        reviewed(published, verdict, of)
        with pytest.raises(UsageError, match="No review found alpha/2024"):
            sign(*place, state="accepted", by="reviewer", note="fine")
    assert sign(*place, state="questioned", by="reviewer", note="why").identity == sha256
    reviewed(published, "same", sha256)
    assert sign(*place, state="accepted", by="reviewer", note="fine").is_of(sign_set(published), sha256)


def sign_set(project) -> str:
    return current_set(project.project.processed("alpha", 2024)).name


def test_a_signed_set_that_is_damaged_fails_the_run(published):
    """It is not run again, being signed, nor called up to date: exit 1 and what differs; a forger who records the set
    anew is met by the journal.
    """
    place = published.project, "alpha", 2024
    sign(*place, state="accepted", by="reviewer", note="fine")
    folder = current_set(published.project.processed("alpha", 2024))
    kept = (folder / "manifest.json").read_bytes()
    (folder / "manifest.json").write_bytes(kept.replace(b'"rows_read": 2', b'"rows_read": 3'))
    for named in (f"{folder.name}.sha256 has", "the journal has"):
        ended = published.run()
        [row] = ended.rows
        assert ended.exit_code == 1 and row["status"] == "failed" and row["rows_read"] is None
        assert "signed by reviewer" in row["reason"] and named in row["reason"] and "restore" in row["reason"]
        record_of(folder).write_text(f"{identity(folder)}  {folder.name}/manifest.json\n")
    (folder / "manifest.json").write_bytes(kept)
    record_of(folder).write_text(f"{identity(folder)}  {folder.name}/manifest.json\n")
    assert published.run().rows[0]["status"] == "skipped"


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
