"""What `carbon check` states of a company's indicators: the rules that they and their values break."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from carbon.accounting.result import Inventory
from carbon.digital.company import reconciliation_of
from carbon.params.files.project import Project
from carbon.records.files.digital import read_digital
from carbon.scorecards.company import indicators_of

HIDDEN, REMARK = "indicator_hidden", "indicator_remark"


def indicator_warnings(project: Project, company: str, inventories: Mapping[int, Inventory]) -> list[dict[str, Any]]:
    """Return a warning a rule that the indicators of the last year break, and a measure that fails; no run fails.

    Raises CarbonError: The records of the digital estate, or its catalogue, are refused.
    """
    records, last = read_digital(company, project=project), max(inventories)
    if records.indicators is None:
        return []
    reconciled = reconciliation_of(records, inventories[last])
    found = indicators_of(records, last, inventory=inventories[last], reconciled=reconciled,
                          earlier={year: of for year, of in inventories.items() if year < last})
    broken = [(HIDDEN if severity == "error" else REMARK, f"{name}: {what} ({rule})")
              for name, rule, severity, what in found.violations.itertuples(index=False, name=None)]
    broken += [(REMARK, f"indicators of {table} have no data: {error.what}; {error.hint}")
               for table, error in found.failed]
    return [{"code": code, "paste": "", "text": f"params/{company}/indicators.yml: {text}"} for code, text in broken]
