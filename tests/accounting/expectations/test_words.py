"""Words of a breach: what, value with unit, band, years, tonnes, cause, place and remedy, in both languages."""

from __future__ import annotations

import pytest

from carbon.accounting.expectations.names import MONTHS, PLACE, PRICE, SUMS, TOTAL, VAT, described
from carbon.accounting.expectations.words import acceptance_line, facts, message, refusal, shown
from carbon.params.files.strict_yaml import parse_yaml
from carbon.params.shapes.expected import Accepted
from carbon.reports.words.phrases import known_phrase

BREACH = {"code": "amount_unexpected", "kind": "purchases", "dimension": "account", "key": "218100", "measure": "level",
          "unit": "EUR", "value": 1_147_600.0, "expected": 292_600.0, "low": 117_040.0, "high": 731_500.0, "years": 2,
          "basis": "own past", "at_stake_kg": 209_475.0, "cause": "3.9 times the years before",
          "example": "data/raw/c/2024/invoices.xlsx:264", "fails": True, "accepted": ""}


def test_the_facts_of_a_breach():
    """Three significant figures, groups of three, the band with its unit and the years that it rests on."""
    assert facts(BREACH) == (
        "purchases, account 218100: an amount of 1,150,000 EUR, outside the expected 117,000 to 732,000 EUR (own past, "
        "2 years); 209 t CO2e at stake; 3.9 times the years before; e.g. data/raw/c/2024/invoices.xlsx:264")


@pytest.mark.parametrize(("of", "words"), [
    ({"measure": MONTHS, "value": 9.0, "low": 12.0, "high": 12.0}, "9, below the expected 12"),
    ({"measure": TOTAL, "unit": "kg CO2e", "value": -5234.0, "low": 0.0, "high": float("nan")},
     "emissions of -5,230 kg CO2e, below the expected 0 kg CO2e"),
    ({"measure": VAT, "value": 0.2, "low": 0.0, "high": 0.11}, "a VAT share of 20 %, above the expected 11 %"),
    ({"measure": SUMS, "value": 1.0, "low": 0.0, "high": 0.0}, "of 1, where none is expected"),
    ({"measure": PLACE, "unit": "DE", "value": 0.0, "low": 1.0, "high": 1.0}, "no rows in DE, not as before"),
    ({"measure": PRICE, "kind": "energy", "unit": "electricity:kWh", "value": 0.21, "low": 0.1, "high": 0.15},
     "a price of 0.21 a kWh, outside the expected 0.1 to 0.15 a kWh")])
def test_each_measure_has_its_words(of: dict[str, object], words: str):
    """Counts, shares, prices and places, and bands with one end."""
    assert words in facts({**BREACH, **of})


def test_the_line_that_accepts_a_breach_is_one_of_params():
    """The proposed YAML, with reason, name and day filled in, is read as an acceptance of this very breach."""
    line = acceptance_line({**BREACH, "key": 'a "quoted" key: 1'}, 2024).replace("YYYY-MM-DD", "2025-02-01")
    values = parse_yaml(f"expected:\n  - {line}\n", "params").values["expected"][0]
    entry = Accepted.model_validate(values)
    assert (entry.key, entry.year, entry.value) == ('a "quoted" key: 1', 2024, 1_147_600.0)


@pytest.mark.parametrize("measure", [name for name in described() if name != PLACE])
def test_each_measure_is_known_in_french(measure: str):
    """The whole message is translated but for names and the line of params, and no English word is left in it."""
    french = known_phrase(message({**BREACH, "measure": measure}, 2024), "fr").replace("\N{NO-BREAK SPACE}", " ")
    assert french.startswith(("achats, compte 218100 : un", "achats, compte 218100 : des"))
    before_params = french.partition("`expected`")[0]
    assert " of " not in before_params and " expected" not in before_params
    assert "passé de l’entreprise, 2 ans" in before_params


def test_a_run_that_fails_names_each_breach_and_what_to_write():
    """One line a breach, and all lines of params at once."""
    what, hint = refusal([BREACH, {**BREACH, "key": "606"}], "c", 2024)
    assert what.splitlines()[0] == "2 measures of 2024 not as expected, 419 t CO2e at stake"
    assert len(what.splitlines()) == 3 and hint.count("{code: ") == 2 and "params/c.yml" in hint


@pytest.mark.parametrize(("value", "text"), [(0.0, "0"), (1234.5, "1,230"), (12.34, "12.3"), (0.01234, "0.0123"),
                                             (-5234.0, "-5,230"), (999.6, "1,000")])
def test_numbers_have_three_significant_figures(value: float, text: str):
    """Groups of three, no zeros behind the comma that say nothing."""
    assert shown(value) == text
