"""A group by the declared approach: weights, days, eliminations, and what ends in the ledger."""

from __future__ import annotations

import re
from fractions import Fraction

import pandas as pd
import pytest

from carbon.activities import classify
from carbon.core import schemas
from carbon.core.errors import ParamsError

SPEND = [{"id": "all", "when": {"kind": ["purchases"]}, "activity": "purchase.nace.J62_63"}]


def entities(*lines, countries=()):
    """Lines (entity, share, control, from, to)."""
    country_of = dict(countries)
    table = pd.DataFrame([{
        "record_id": f"e{i}", "kind": "entities", "source_file": "entities.csv", "source_sheet": "", "source_line": i,
        "company": "", "period_start": first, "period_end": last, "entity": entity, "share": share,
        "control": control, "source": "", "country": country_of.get(entity, "")}
        for i, (entity, share, control, first, last) in enumerate(lines, start=2)])
    days = {"period_start": "datetime64[s]", "period_end": "datetime64[s]"}
    return schemas.ENTITIES.validate(table[list(schemas.ENTITIES.columns)].astype(days))


def grouped(read, table, **given):
    """What a group sent, classified."""
    records = read(**given)
    object.__setattr__(records, "statements", {"entities": table})
    return classify(records)


def kwh(found):
    """kWh that go on, by row."""
    return found.activities.set_index("source_line")["quantity"].to_dict()


APPROACHES = {
    # 1000 kWh each of a subsidiary (80 %, both controls), a joint venture (40 %), an associate (20 %)
    "equity_share": {2: 800.0, 3: 400.0, 4: 200.0},
    "financial_control": {2: 1000.0, 3: 400.0},
    "operational_control": {2: 1000.0},
}


@pytest.mark.parametrize("approach", APPROACHES)
def test_each_approach_has_its_weight(approach, read):
    """The share of equity; whole, share where joint, or nothing; whole where operated; what is left is excluded."""
    control = "none" if approach == "operational_control" else "joint"
    table = entities(("Sud", 0.8, "full", None, None), ("Est", 0.4, control, None, None),
                     ("Ouest", 0.2, "none", None, None))
    found = grouped(read, table, consolidation=approach, energy=[
        {"company": name, "quantity": 1000.0, "site": name, "country": "FR"} for name in ("Sud", "Est", "OUEST")])

    assert kwh(found) == APPROACHES[approach]
    assert found.ledger["code"].eq("not_consolidated").all()
    assert found.ledger["amount"].sum() + sum(kwh(found).values()) == 3000.0
    # A row cut in two counts once: in the ledger only where nothing of it goes on.
    assert found.ledger["counts_row"].sum() == 3 - len(kwh(found))


def test_a_share_holds_from_a_day_to_a_day(read):
    """Bought on 1 July 2024 at 50 %, raised to 80 % on 1 October: (92 x 0.5 + 92 x 0.8) of 366 days of 3660 kWh."""
    table = entities(("Sud", 0.5, "full", "2024-07-01", "2024-09-30"), ("Sud", 0.8, "full", "2024-10-01", None))
    found = grouped(read, table, consolidation="equity_share", energy=[
        {"company": "Sud", "quantity": 3660.0, "period_start": "2024-01-01", "period_end": "2024-12-31"}])

    # 92 days x 10 kWh x 0.5 = 460; 92 x 10 x 0.8 = 736
    assert kwh(found) == {2: pytest.approx(1196.0, rel=1e-15)}
    assert found.ledger["amount"].item() == pytest.approx(2464.0, rel=1e-15)
    assert "% of Sud is consolidated under equity_share" in found.ledger["reason"].item()


def test_nothing_is_lost_in_the_cut(read):
    """For shares that are no binary fraction the part counted and the part excluded are the whole, to the last bit."""
    amounts = [0.1, 1e9 / 3, -7.77, 123456.789]
    table = entities(("Sud", 0.335, "full", None, None))
    found = grouped(read, table, consolidation="equity_share", rules=SPEND, purchases=[
        {"company": "Sud", "amount": a} for a in amounts])

    kept = found.activities.set_index("source_line")["record_amount"]
    gone = found.ledger.set_index("source_line")["amount"]
    for line, amount in enumerate(amounts, start=2):
        assert Fraction(float(kept[line])) + Fraction(float(gone[line])) == Fraction(amount)
        assert kept[line] == pytest.approx(0.335 * amount, rel=1e-12)


def test_what_the_group_sells_itself_is_eliminated(read):
    """Sud (100 %) buys for 100 from Est (40 %): 40 are the group's own, 60 stay bought; 50 from the parent are its
    own.
    """
    table = entities(("Sud", 1.0, "full", None, None), ("Est", 0.4, "joint", None, None))
    found = grouped(read, table, consolidation="equity_share", rules=SPEND, purchases=[
        {"company": "Sud", "supplier": "EST", "amount": 100.0},
        {"company": "Sud", "supplier": "Petite Boîte", "amount": 50.0},
        {"company": "Sud", "supplier": "Mill", "amount": 7.0}])

    assert kwh(found) == {2: 60.0, 4: 7.0}
    lines = found.ledger.set_index("source_line")
    assert lines["code"].eq("inter_company").all()
    assert lines["amount"].to_dict() == {2: 40.0, 3: 50.0}
    pairs = found.warnings.loc[found.warnings["code"] == "inter_company", "text"].tolist()
    assert [p.split(" in ")[0] for p in pairs] == ["Sud bought from EST", "Sud bought from Petite Boîte"]


def test_an_entity_with_its_legal_form_behind_the_name_is_remarked_on(read):
    """
    "Est SAS" may be the entity Est: it counts as bought outside, with a remark; "Est Froid" is somebody else.
    """
    table = entities(("Sud", 1.0, "full", None, None), ("Est", 1.0, "full", None, None))
    found = grouped(read, table, rules=SPEND, purchases=[
        {"company": "Sud", "supplier": s, "amount": a} for s, a in (("EST S.A.S.", 9.0), ("Est SAS", 1.0),
                                                                    ("Est Froid", 2.0), ("Est", 4.0))])

    assert kwh(found) == {2: 9.0, 3: 1.0, 4: 2.0}
    said = found.warnings.loc[found.warnings["code"] == "inter_company_near", "text"].tolist()
    assert [text.split(" count as")[0] for text in said] == ["2 purchases from 'EST S.A.S.', 'Est SAS'"]


def test_the_company_itself_counts_whole_and_a_stranger_is_refused(read):
    """Rows of the parent count at 1; a company that nobody declared is rejected with its amount."""
    table = entities(("Sud", 0.5, "full", None, None))
    found = grouped(read, table, consolidation="equity_share", energy=[
        {"company": "petite-boite", "site": "a", "country": "FR"},
        {"company": "Petite Boîte", "site": "b", "country": "FR"},
        {"company": "Nord", "site": "c"}])

    assert kwh(found) == {2: 100.0, 3: 100.0}
    assert found.rejects[["code", "value", "amount"]].to_numpy().tolist() == [["entity_unknown", "Nord", 100.0]]


@pytest.mark.parametrize(("approach", "lines", "message"), [
    ("operational_control", [("Sud", 0.5, "joint", None, None)], "does not decide under operational_control"),
    ("financial_control", [("Sud", 0.5, "operational", None, None)], "does not decide under financial_control"),
    ("equity_share", [("Sud", 50.0, "full", None, None)], "1 shares are not between 0 and 1"),
    ("equity_share", [("Sud", 0.5, "full", None, "2024-06-30"), ("sud", 0.6, "full", "2024-06-30", None)],
     "two weights on one day")])
def test_a_doubt_about_the_group_is_refused(approach, lines, message, read):
    """A control that does not decide, 50 for 50 %, and two shares on one day are errors that name the rows."""
    with pytest.raises(ParamsError, match=re.escape(message)):
        grouped(read, entities(*lines), consolidation=approach, energy=[{"company": "Sud"}])


def test_purchases_of_an_entity_abroad_are_bought_in_its_country(read):
    """A German subsidiary buys in Germany, not where the group sits; whose country nothing states is a warning."""
    table = entities(("Sud", 1.0, "full", None, None), ("Est", 1.0, "full", None, None), countries=[("Sud", "DE")])
    found = grouped(read, table, rules=SPEND, sites={"Lyon": "FR", "Bern": "CH"}, purchases=[
        {"company": "Sud"}, {"company": "Sud", "country": "ES"}, {"company": "Sud", "site": "Bern"}, {"company": "Est"},
        {"company": "petite-boite"}])
    assert found.activities["region"].tolist() == ["DE", "ES", "CH", "FR", "FR"]
    (text,) = found.warnings.loc[found.warnings["code"] == "country_assumed", "text"]
    assert text.startswith("2 records of purchases state neither") and "taken as in FR" in text


def test_purchases_of_a_company_of_several_countries_that_name_none_are_a_remark(read):
    """A firm with a site abroad buys there too: what names no country is priced at home, and said so."""
    lines = [{}, {"country": "ES"}, {"site": "Bern"}]
    abroad = classify(read(rules=SPEND, sites={"Lyon": "FR", "Bern": "CH"}, purchases=lines)).warnings
    (text,) = abroad.loc[abroad["code"] == "country_assumed", "text"]
    assert text.startswith("1 records of purchases state neither a country nor a declared site: taken as in FR")
    at_home = classify(read(rules=SPEND, sites={"Lyon": "FR"}, purchases=lines[:2])).warnings
    assert "country_assumed" not in at_home["code"].tolist()


def test_an_entity_without_country_in_a_group_abroad_is_a_remark(read):
    """The group has no site abroad, but another entity there: which country this one buys in is not known."""
    table = entities(("Sud", 1.0, "full", None, None), ("Est", 1.0, "full", None, None), countries=[("Sud", "DE")])
    lines = [{"company": "Sud"}, {"company": "Est"}, {"company": "petite-boite"}]
    warnings = grouped(read, table, rules=SPEND, sites={}, purchases=lines).warnings
    (text,) = warnings.loc[warnings["code"] == "country_assumed", "text"]
    assert text.startswith("1 records of purchases state neither") and "the company is in DE, FR" in text
    at_home = grouped(read, table.assign(country=""), rules=SPEND, sites={}, purchases=lines).warnings
    assert "country_assumed" not in at_home["code"].tolist()


def test_an_entity_has_one_country(read):
    """Two countries of one entity decide nothing."""
    table = entities(("Sud", 1.0, "full", None, None)).assign(country="DE")
    later = table.assign(record_id="e9", period_start=pd.Timestamp("2030-01-01"), country="ES")
    both = pd.concat([table.assign(period_end=pd.Timestamp("2029-12-31")), later])
    with pytest.raises(ParamsError, match="1 entities have two countries"):
        grouped(read, both, purchases=[{"company": "Sud"}])


def test_goods_of_an_entity_abroad_are_still_made_where_their_supplier_is(read):
    """The country of the entity is no country of the goods: a site or the parent take the supplier's as well."""
    table = entities(("Sud", 1.0, "full", None, None), countries=[("Sud", "ES")])
    rules = [{"id": "it", "when": {"category": ["laptop"]}, "activity": "it.laptop", "category": 2,
              "use_quantity": True}]
    goods = {"quantity": 1.0, "unit": "unit", "supplier_country": "DE", "category": "laptop"}
    found = grouped(read, table, rules=rules, sites={"Bern": "CH"}, purchases=[
        {**goods, "company": "Sud"}, {**goods, "company": "Sud", "site": "Bern"},
        {**goods, "company": "Sud", "country": "IT"}, {**goods, "company": "petite-boite"}])
    assert found.activities["region"].tolist() == ["DE", "DE", "IT", "DE"]
