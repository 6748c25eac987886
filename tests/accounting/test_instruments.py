"""The instrument ledger of a company-year: proved claims lower the market-based figure, the others are listed."""

import re

import pytest
import yaml

from carbon.accounting import instruments
from carbon.accounting.company import inventory_of
from carbon.records.files.company import read_company
from carbon.reports.tables.method import instruments_table

PROVED = {"id": "GO-1", "kind": "certificate", "region": "FR", "start": "2024-01-01", "end": "2024-12-31",
          "kg_per_kwh": 0, "volume_kwh": 300, "sites": ["lyon"], "evidence": "statement", "rate_basis": "direct",
          "registry": "test", "certificate_numbers": ["T-001..T-300"], "cancelled_for": "hand",
          "cancelled_on": "2025-03-01", "generated_from": "2024-01-01", "generated_to": "2024-12-31"}
TARIFF = {"id": "green", "kind": "supplier_rate", "region": "FR", "start": "2024-01-01", "end": "2024-12-31",
          "kg_per_kwh": 0, "sites": ["lyon"], "evidence": "a brochure"}
RATE = {**TARIFF, "rate_basis": "direct", "delivered_rate": True, "certificates": "cancelled"}
CONTRACT = {**PROVED, "kind": "contract", "certificates": "cancelled"}


@pytest.fixture
def hand_with(tmp_path, hand_company):
    """The company of the tests with other instruments: 1000 kWh at residual mix 0.08, grid 0.05."""
    def make(*instruments, **more):
        project = hand_company.write(tmp_path)
        path = project.params_file("hand")
        text = re.sub(r"instruments:\n.*?(?=categories:)", "", path.read_text(), flags=re.DOTALL)
        path.write_text(text + yaml.safe_dump({"instruments": [dict(i) for i in instruments], **more}))
        return inventory_of(read_company("hand", 2024, project=project), hand_company.library())
    return make


def market_kg(inv):
    return inv.table.set_index(["scope", "scope2_method"])["co2e_kg"]["2"]["market-based"]


def test_a_green_tariff_without_proof_is_not_zero(hand_with):
    """1000 kWh of a "green" tariff at zero stay at the residual mix, 80 kg; the claim is listed with both."""
    inv = hand_with(TARIFF)
    line = inv.instruments_not_applied.iloc[0]
    warned = inv.warnings[inv.warnings["code"] == "instrument_not_applied"]

    assert market_kg(inv) == pytest.approx(80.0)
    assert line[["instrument", "kwh", "covered_kwh"]].tolist() == ["green", 1000.0, 1000.0]
    assert line["lower_kg"] == pytest.approx(80.0)
    assert line["criterion"] == "direct rate; supplier rate"
    assert "delivered_rate" in line["remedy"]
    assert len(warned) == 1
    assert "1,000 kWh" in warned["text"].item()
    assert "0.080 t" in warned["text"].item()


@pytest.mark.parametrize(("instrument", "kg"), [(PROVED, 56.0), (RATE, 0.0), (CONTRACT, 56.0),
                                                ({**CONTRACT, "certificates": "none_issued"}, 56.0)])
def test_a_claim_with_evidence_for_every_criterion_is_applied(hand_with, instrument, kg):
    """300 kWh at zero leave 700 at 0.08; a supplier's rate covers all."""
    inv = hand_with(instrument)
    assert market_kg(inv) == pytest.approx(kg)
    assert inv.instruments_not_applied.empty


@pytest.mark.parametrize(("instrument", "change", "criterion"), [
    (PROVED, {"rate_basis": None}, "direct rate"), (PROVED, {"rate_basis": "life_cycle"}, "direct rate"),
    (PROVED, {"registry": None}, "unique claim"), (PROVED, {"certificate_numbers": None}, "unique claim"),
    (PROVED, {"cancelled_for": None}, "cancelled"), (PROVED, {"cancelled_on": None}, "cancelled"),
    (PROVED, {"generated_from": None, "generated_to": None}, "vintage"),
    (PROVED, {"generated_from": "2023-06-01", "generated_to": "2023-06-30"}, "vintage"),
    (PROVED, {"region": "DE"}, "same market"), (PROVED, {"region": "DE", "sites": None}, "same market"),
    (RATE, {"delivered_rate": None}, "supplier rate"), (RATE, {"certificates": "sold"}, "supplier rate"),
    (RATE, {"certificates": "transferred"}, "supplier rate"),
    (CONTRACT, {"certificates": None}, "contract"), (CONTRACT, {"certificates": "sold"}, "contract"),
    (CONTRACT, {"certificate_numbers": None}, "unique claim"),
    (PROVED, {"plant_max_age_years": 15}, "plant age"),
    (PROVED, {"plant_max_age_years": 15, "commissioned": "2005-01-01"}, "plant age"),
])
def test_each_criterion_is_a_check_of_its_own(hand_with, instrument, change, criterion):
    """One missing field, one criterion; the kWh take the residual mix and are listed with kWh and tonnes."""
    changed = {name: value for name, value in {**instrument, **change}.items() if value is not None}
    inv = hand_with(changed)
    line = inv.instruments_not_applied.iloc[0]

    assert market_kg(inv) == pytest.approx(80.0)
    assert line["criterion"] == criterion
    assert line["lower_kg"] == pytest.approx(0.08 * line["covered_kwh"])
    assert line["covered_kwh"] > 0


def test_how_near_a_vintage_must_be_is_the_companys_choice(hand_with):
    """Generation of June 2023 for 2024 is 6 months early by default, and accepted where params say 12."""
    june = {**PROVED, "generated_from": "2023-06-01", "generated_to": "2023-06-30"}
    assert market_kg(hand_with(june, instrument_vintage={"months_before": 12})) == pytest.approx(56.0)


def test_what_nothing_applied_covers_is_at_stake(hand_with):
    """A proved certificate covers 300 kWh; the tariff without proof would lower the other 700 only."""
    inv = hand_with(PROVED, TARIFF)
    assert market_kg(inv) == pytest.approx(56.0)
    assert inv.instruments_not_applied["lower_kg"].tolist() == [pytest.approx(56.0)]


def test_an_instrument_of_a_site_without_consumption_is_a_warning(hand_with):
    """A site that is misspelt has no meter: the certificate covers nothing, and the warning names the sites."""
    inv = hand_with({**PROVED, "sites": ["lyonn"]})
    warned = inv.warnings.loc[inv.warnings["code"] == "instrument_unused", "text"].item()
    assert market_kg(inv) == pytest.approx(80.0)
    assert "GO-1" in warned
    assert "sites with consumption: lyon" in warned


def test_one_certificate_is_enough_for_less_than_its_mwh(hand_with):
    """One certificate of 1 MWh covers 300 kWh without a warning."""
    inv = hand_with({**PROVED, "certificate_numbers": ["T-1"]})
    assert "certificates_too_few" not in inv.warnings["code"].tolist()


def test_fewer_certificates_than_kwh_is_a_warning(hand_with, monkeypatch):
    """Numbers that cover less than the volume: the warning gives both in kWh. (The company has less than 1 MWh.)"""
    monkeypatch.setattr(instruments, "KWH_OF_A_CERTIFICATE", 100.0)
    inv = hand_with({**PROVED, "certificate_numbers": ["T-1", "T-2"]})
    warned = inv.warnings.loc[inv.warnings["code"] == "certificates_too_few", "text"].item()
    assert "300 kWh" in warned
    assert "200 kWh" in warned


def test_the_exhibit_shows_what_is_not_applied(hand_with):
    """Applied and not applied stand in one table: the unproved tariff with its unused kWh, criterion and remedy."""
    table = instruments_table(hand_with(PROVED, TARIFF)).set_index("instrument")
    assert table["allocated_kwh"].tolist() == [300.0, 700.0, 0.0]
    assert table.loc["green", "unused_kwh"] == 700.0
    assert "not stated" in table.loc["green", "reason"]
    assert table.loc[["GO-1", "uncovered"], "reason"].tolist() == ["", ""]


def test_gas_certificates_lower_no_total(hand_with):
    """Scope 1 has no market-based figure: a biomethane certificate is listed with its kWh, next to the inventory."""
    plain, inv = hand_with(), hand_with({**PROVED, "carrier": "gas", "volume_kwh": 2000})
    assert inv.total("market-based") == plain.total("market-based")
    assert inv.instruments_not_applied[["carrier", "kwh", "criterion"]].to_numpy().tolist() == [
        ["natural_gas", 2000.0, "scope 1"]]
