"""The fields of the run summary are those of the ledger's rows."""

from __future__ import annotations

import dataclasses
from types import SimpleNamespace

import pandas as pd
import pytest

from carbon.core.errors import BreachError
from carbon.reports.exhibits.headline import Constant
from carbon.runs.company_year import inventory_content
from carbon.runs.company_year.inventory_content import summary_of

NAMES = ("scope1", "scope2-location", "scope2-market", "scope3", "total-location", "total-market")
FIGURES = {f"c/2024/{name}": 1000.0 * at for at, name in enumerate(NAMES)}
NAN = float("nan")
LEDGER = pd.DataFrame(
    [("accepted", "inventory", "EUR", 60.0, True), ("accepted", "inventory", "EUR", -20.0, True),
     ("accepted", "inventory", "electricity:kWh", 500.0, True), ("rejected", "classification", "EUR", -10.0, True),
     ("rejected", "factor", "EUR", 5.0, True), ("rejected", "reading", "EUR", 5.0, True),
     ("rejected", "reading", "EUR", NAN, False), ("rejected", "reading", "air:km", 7.0, True),
     ("set aside", "reading", "GBP", 40.0, True), ("excluded", "boundary", "", NAN, True)],
    columns=["outcome", "stage", "unit", "amount", "counts_row"],
).astype(dict.fromkeys(["outcome", "stage", "unit"], "str"))


STATES = dict.fromkeys(NAMES, "computed")


def summary(ledger: pd.DataFrame, gap_t: float = 1.5, without: tuple[str, ...] = (), **more: object
            ) -> dict[str, object]:
    inventory = SimpleNamespace(ledger=ledger, company="c", year=2024,
                                params=SimpleNamespace(
        scope2_headline="location-based", name={"en": "C Ltd"}, employees={2024: 12.0}, revenue={2023: 5.0},
        currency="EUR", gwp="AR6GWP100", targets=[SimpleNamespace(id="near", label={"en": "Near term"})]))
    more.setdefault("constants", {})
    report = SimpleNamespace(inventory=inventory, targets=[SimpleNamespace(gap_t=gap_t)], **more)
    figures = FIGURES | {f"c/2024/{name}": None for name in without}
    return summary_of(report, figures, STATES | dict.fromkeys(without, "no records"))


@pytest.mark.parametrize("coded", [[], ["outcome", "stage", "unit"]])
def test_the_summary_counts_rows_once_and_money_by_currency(coded: list[str]):
    """A row that stands on two lines counts once; rejected money keeps its sign, shares are of absolute amounts; only
    currencies are money, and an amount that is missing is none. Words may be held as codes.
    """
    found = summary(LEDGER.astype(dict.fromkeys(coded, "category")))

    assert {name: found[name] for name in found if name.startswith("rows_")} == {
        "rows_read": 9, "rows_accepted": 5, "rows_rejected": 4, "rows_set_aside": 1, "rows_excluded": 1}
    assert found["rejected_amount"] == {"EUR": -10.0 + 5.0 + 5.0}
    # 15 EUR without activity or factor of 100 EUR read; 40 GBP without any.
    assert found["unmapped_share"] == {"EUR": (10 + 5) / (60 + 20 + 10 + 5 + 5), "GBP": 0.0}
    assert found["co2e_t"] == {"1": 0.0, "2-location": 1.0, "2-market": 2.0, "3": 3.0, "total-location": 4.0,
                               "total-market": 5.0}
    assert found["gap_t"] == 1.5
    assert found["gaps"] == [{"target": "near", "label": {"en": "Near term"}, "gap_t": 1.5}]
    assert found["name"] == {"en": "C Ltd"}
    assert found["size"] == {"employees": 12.0, "revenue": None, "currency": "EUR", "gwp": "AR6GWP100"}


def test_the_summary_of_an_empty_ledger_has_no_money():
    """Nothing read: no rows, no amounts and no shares, not shares of nothing."""
    found = summary(LEDGER[:0])

    assert (found["rows_read"], found["rows_rejected"]) == (0, 0)
    assert (found["rejected_amount"], found["unmapped_share"]) == ({}, {})


def test_a_scope_without_rows_has_no_tonnes():
    """No records are no zero: of a scope without emission rows the summary holds None and why, and its totals stay."""
    found = summary(LEDGER, without=("scope1",))
    assert found["co2e_t"]["1"] is None and found["co2e_state"]["1"] == "no records"
    assert found["co2e_t"]["total-location"] == 4.0 and found["co2e_state"]["total-location"] == "computed"
    assert set(summary(LEDGER, without=NAMES)["co2e_t"].values()) == {None}


def test_a_gap_that_is_not_known_is_none_and_no_number():
    """No target, or none that the year can be held against: the summary holds no gap; a gap of zero is one."""
    assert summary(LEDGER, NAN)["gap_t"] is None and summary(LEDGER, NAN)["gaps"][0]["gap_t"] is None
    assert summary(LEDGER, 0.0)["gap_t"] == 0.0


def test_a_year_that_nobody_accepted_is_not_published(monkeypatch: pytest.MonkeyPatch):
    """The rejects are kept, then the breaches end the run, before any workbook is made."""
    kept: list[bytes] = []

    class Refused:
        rejects = pd.DataFrame(columns=inventory_content.REJECT_COLUMNS)

        def compared(self) -> SimpleNamespace:
            def refuse(company: str, year: int) -> None:
                raise BreachError(f"{company} {year} is not as expected", hint="accept it", breaches=[{"code": "x"}])

            return SimpleNamespace(refuse=refuse)

    monkeypatch.setattr(inventory_content, "_report", lambda company, year: SimpleNamespace(inventory=Refused()))
    with pytest.raises(BreachError, match="c 2024 is not as expected"):
        inventory_content.of_company_year(None, "c", 2024, kept.append)
    assert len(kept) == 1


def test_the_change_at_constant_factors_is_next_to_the_change_as_published():
    """Since last year, with the edition that moved most; None without records of last year, and a share that does not
    exist is None, not a number.
    """
    assert summary(LEDGER)["constant_factors"] is None
    last = Constant(2023, 0.026, 200.0, (), "desnz_2024 → desnz_2025", "UK factors", -660.0, -0.064)
    found = summary(LEDGER, constants={2023: last})["constant_factors"]
    assert found == {"since": 2023, "published_share": -0.064, "share": 0.026, "change_t": 200.0,
                     "moved_most": "desnz_2024 → desnz_2025", "moved_most_t": -660.0}
    none = summary(LEDGER, constants={2023: dataclasses.replace(last, share=NAN)})
    assert none["constant_factors"]["share"] is None
