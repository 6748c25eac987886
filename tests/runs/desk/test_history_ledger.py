"""The ledger of a company's history: it only grows, comes back as given, and a kept view proves itself."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from carbon.accounting.years.restated import View
from carbon.cli import app
from carbon.core import schemas
from carbon.core.errors import CarbonError, MethodError, TableError
from carbon.core.ghg_protocol import LOCATION, MARKET
from carbon.core.ledgers import EVENTS
from carbon.params.files.company_overrides import FILE, read_base_year_events
from carbon.params.files.project import Project
from carbon.runs.desk.history_ledger import pin_view, pinned_views, read_view, record_event

DAY = date(2024, 5, 2)
ROOT = Path(__file__).parents[3]


def lines(event: str = "sale", years: tuple[int, ...] = (2019, 2020), **changes: object) -> pd.DataFrame:
    posts = (("1", "", -10.25), ("2", LOCATION, -4.0), ("2", MARKET, -3.0))
    rows = [{"event_id": event, "kind": "divestment", "date": "2021-01-01", "entity": "Sold", "year": y, "scope": s,
             "category": 0, "scope2_method": m, "delta_kg": kg, "reason": "sold", "evidence": "contract", **changes}
            for y in years for s, m, kg in posts]
    table = pd.DataFrame(rows, columns=[c for c in EVENTS.columns if c != "recorded_on"])
    return table.assign(date=pd.to_datetime(table["date"]).astype("datetime64[s]"))


def test_recorded_events_come_back_and_what_stood_there_stays_byte_for_byte(tmp_path):
    """Two events in turn: the second only adds bytes, and the reader gives both as they were given."""
    project = Project(tmp_path)
    path, added = record_event(project, "c", lines(), recorded_on=DAY)
    first = path.read_bytes()
    record_event(project, "c", lines("more", reason="=1+1, \"quoted\""), recorded_on=DAY + timedelta(days=1))

    assert added == ["sale"]
    assert path.read_bytes().startswith(first)
    assert path.stat().st_mode & 0o777 == 0o600
    events, _ = read_base_year_events(project, "c")
    assert events["event_id"].tolist() == ["sale"] * 6 + ["more"] * 6
    assert events["delta_kg"].tolist() == [-10.25, -4.0, -3.0] * 4
    assert set(events["reason"]) == {"sold", '=1+1, "quoted"'}
    assert events["recorded_on"].dt.date.tolist() == [DAY] * 6 + [DAY + timedelta(days=1)] * 6


def test_a_ledger_with_its_columns_in_another_order_keeps_that_order(tmp_path):
    """Lines are appended under the headings that stand there."""
    project = Project(tmp_path)
    path, _ = record_event(project, "c", lines(), recorded_on=DAY)
    events, _ = read_base_year_events(project, "c")
    turned = events[list(events.columns)[::-1]]
    path.write_bytes(turned.to_csv(index=False, lineterminator="\n").rstrip("\n").encode())  # no line end either
    record_event(project, "c", lines("more"), recorded_on=DAY)

    again, _ = read_base_year_events(project, "c")
    assert again["event_id"].tolist() == ["sale"] * 6 + ["more"] * 6
    assert again["delta_kg"].tolist() == [-10.25, -4.0, -3.0] * 4


@pytest.mark.parametrize(("change", "day", "message"), [
    ({"event": "sale"}, DAY, "append-only"),
    ({"event": "new", "evidence": ""}, DAY, "reason and evidence"),
    ({"event": "new", "reason": "two\nlines"}, DAY, "several lines"),
    ({"event": "new"}, DAY - timedelta(days=1), "cannot be recorded on"),
    ({"event": "new"}, datetime.now(UTC).date() + timedelta(days=2), "cannot be recorded on"),
    ({"event": "new", "delta_kg": np.nan}, DAY, "without its kilograms"),
    ({"event": "new", "reason": " sold "}, DAY, "give back"),
])
def test_what_would_rewrite_history_is_refused_and_nothing_is_written(tmp_path, change, day, message):
    """The same event again, no evidence, a day before the last one recorded or in the future, a text that would
    change.
    """
    project = Project(tmp_path)
    path, _ = record_event(project, "c", lines(), recorded_on=DAY)
    before = path.read_bytes()
    with pytest.raises(TableError, match=message) as refused:
        record_event(project, "c", lines(**change), recorded_on=day)

    assert refused.value.hint
    assert path.read_bytes() == before


def test_an_empty_table_is_no_event(tmp_path):
    """Nothing to record is said, and no file is made."""
    with pytest.raises(TableError, match="no event to record"):
        record_event(Project(tmp_path), "c", lines().head(0), recorded_on=DAY)
    assert not (Project(tmp_path).ledger("c") / FILE).exists()


def view(kg: float = 0.1 + 0.2) -> View:
    table = pd.DataFrame([{"company": "c", "year": 2020, "scope": "1", "category": 0, "scope2_method": "",
                           "co2e_kg": kg, "status": "reported", "gwp": "AR5GWP100", "boundary": "b", "source": "r"}])
    nothing = pd.DataFrame({"event_id": pd.Series(dtype="str")})
    return View("restated", schemas.HISTORY.validate(table), pd.Timestamp("2024-05-02"), nothing, nothing, True)


def test_a_kept_view_proves_itself_and_is_written_once(tmp_path):
    """The lines give the hash in the name, to the last bit; another figure is another file; both stay."""
    project = Project(tmp_path)
    path, written = pin_view(project, "c", 2024, view())
    assert written
    assert pin_view(project, "c", 2024, view()) == (path, False)
    assert pin_view(project, "c", 2025, view(0.3))[1]

    kept, table = read_view(path)
    assert (kept["sha256"], kept["as_of"], kept["recalculated"]) == (view().sha256, "2024-05-02", True)
    assert table["co2e_kg"].tolist() == [0.1 + 0.2]
    assert pinned_views(project, "c")["whole"].tolist() == [True, True]


def test_a_history_that_moved_without_an_event_is_refused(tmp_path):
    """The same year and the same events known, other figures: named line by line; with an event recorded since, both
    views stand.
    """
    project = Project(tmp_path)
    path, _ = pin_view(project, "c", 2024, view(1.0))
    with pytest.raises(MethodError, match="changed without an event") as refused:
        pin_view(project, "c", 2024, view(2.0))
    assert refused.value.rows[["year", "co2e_kg_kept", "co2e_kg_now"]].to_numpy().tolist() == [[2020, 1.0, 2.0]]
    assert [p.name for p in path.parent.glob("*.json")] == [path.name]
    named = replace(view(1.0), table=view(1.0).table.assign(source="another name"))
    assert pin_view(project, "c", 2024, named)[1]
    assert pin_view(project, "c", 2024, replace(view(2.0), as_of=pd.Timestamp("2024-06-01")))[1]
    assert pinned_views(project, "c")["whole"].tolist() == [True, True, True]


def test_a_line_without_a_figure_is_null_in_a_kept_view_and_no_move_from_an_earlier_zero(tmp_path):
    """JSON has no NaN; the view proves itself again. A zero that an earlier release kept for "no records" did not
    move.
    """
    project = Project(tmp_path)
    none = replace(view(), table=view(float("nan")).table.assign(status="no records"))
    path, _ = pin_view(project, "c", 2024, none)
    assert "NaN" not in path.read_text() and read_view(path)[1]["co2e_kg"].isna().all()
    zero = replace(none, table=none.table.assign(co2e_kg=0.0))
    assert pin_view(project, "c", 2024, zero)[1]
    assert pinned_views(project, "c")["whole"].tolist() == [True, True]
    with pytest.raises(MethodError, match="changed without an event"):
        pin_view(project, "c", 2024, view(2.0))


@pytest.mark.parametrize("damage", ["0.30000000000000004|0.4", '"year": 2020|"year": 2019', '"restated"|"as reported"',
                                    '"lines"|"other"'])
def test_a_kept_view_that_was_changed_is_seen(tmp_path, damage):
    """A figure, a year, the kind of view, the form."""
    project = Project(tmp_path)
    path, _ = pin_view(project, "c", 2024, view())
    old, new = damage.split("|")
    text = path.read_text()
    changed = text.replace(old, new) if old in text else text.replace("2020,", "2019,")
    assert changed != text
    path.write_text(changed)

    assert pinned_views(project, "c")["whole"].tolist() == [False]


@pytest.fixture
def folder(tmp_path, monkeypatch):
    shutil.copytree(ROOT / "params", tmp_path / "params")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CARBON_PROJECT", "")
    return tmp_path


def test_the_verb_adds_lists_and_names_a_damaged_view(folder):
    """add: recorded today; list: the event, exit 0; exit 1 once a kept view no longer gives its hash."""
    lines().to_csv(folder / "sale.csv", index=False)
    added = CliRunner().invoke(app, ["events", "add", "cap-conseil", "sale.csv", "--json"])
    assert added.exit_code == 0, added.output
    assert json.loads(added.stdout)["added"] == ["sale"]
    ledger = Project(folder).ledger("cap-conseil")
    assert (ledger / FILE).is_file()

    path, _ = pin_view(Project(folder), "cap-conseil", 2024, view())
    listed = CliRunner().invoke(app, ["events", "list", "cap-conseil", "--json"])
    assert listed.exit_code == 0
    assert len(json.loads(listed.stdout)["events"]) == 6
    assert json.loads(listed.stdout)["views"][0]["sha256"] == view().sha256
    path.write_text(path.read_text().replace("0.30000000000000004", "0.4"))
    assert CliRunner().invoke(app, ["events", "list", "cap-conseil"]).exit_code == 1


def test_the_verb_refuses_what_the_ledger_refuses(folder):
    """A file that is not there, headings that are not those of the ledger, an unknown company: nothing is written."""
    (folder / "odd.csv").write_text("event_id,kind\nx,sale\n")
    for arguments in (["cap-conseil", "none.csv"], ["cap-conseil", "odd.csv"], ["nobody", "odd.csv"]):
        done = CliRunner().invoke(app, ["events", "add", *arguments])
        assert isinstance(done.exception, CarbonError), arguments
    assert not Project(folder).ledger("cap-conseil").exists()
