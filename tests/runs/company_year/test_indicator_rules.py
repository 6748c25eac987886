"""What `carbon check` states of indicators."""

from __future__ import annotations

from types import SimpleNamespace

from carbon.runs.company_year import indicator_rules
from tests.reports.exhibits.test_governance import INDICATOR
from tests.support.estate import records, table


def test_each_broken_rule_is_a_warning_by_what_it_does(monkeypatch):
    """An error hides its indicator, a remark does not; a measure that fails is one. No run fails."""
    entries = {"indicators": [{**INDICATOR, "owner": "", "feeds": "VSME B99"}]}
    kept = {"c": records(indicators=entries), "bare": records()}
    monkeypatch.setattr(indicator_rules, "read_digital", lambda company, project: kept[company])
    monkeypatch.setattr(indicator_rules, "reconciliation_of", lambda *_: None)
    years = {2024: SimpleNamespace()}
    found = indicator_rules.indicator_warnings(None, "c", years)
    assert {w["code"] for w in found} == {"indicator_hidden", "indicator_remark"}
    assert any("training: no owner" in w["text"] and "(K-OBJ)" in w["text"] for w in found)
    assert indicator_rules.indicator_warnings(None, "bare", years) == []
    rule = {**INDICATOR, "id": "hosts", "formula_id": "hosting_rate"}
    kept["c"] = records(indicators={"indicators": [rule]}, hosting=table("hosting", {"service": "a", "pue": 1.2}))
    texts = [w["text"] for w in indicator_rules.indicator_warnings(None, "c", years) if w["code"] == "indicator_remark"]
    assert any("of hosting have no data: No rule for hosting; write" in text for text in texts)
