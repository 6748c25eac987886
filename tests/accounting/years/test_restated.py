"""Three views of one history: what moves, what stays, what carries a break, and the hash that pins it."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from carbon.accounting.years.history import history_of
from carbon.accounting.years.restated import restate, view_hash
from carbon.core import schemas
from carbon.core.errors import MethodError, TableError
from carbon.core.ghg_protocol import LOCATION, MARKET, SCOPES
from carbon.core.ledgers import EVENTS
from carbon.params.shapes.company import BaseYearPolicy

POLICY = BaseYearPolicy(threshold=0.05, measure="gross", scopes=["1", "2", "3"])
PARAMS = SimpleNamespace(gwp="AR5GWP100", consolidation="b", base_year=2019, base_year_policy=POLICY,
                         scope2_headline=LOCATION, reporting_year_starts="01-01", missing_years={}, boundary=[],
                         event_years={}, trajectory_model="auto", instruments=[])
POSTS = (("1", 0, "", 100.0), ("2", 0, LOCATION, 40.0), ("2", 0, MARKET, 30.0), ("3", 1, "", 60.0))


def reported(years=(2018, 2019, 2020, 2021), gwp="AR5GWP100", factor=1.0):
    rows = [{"record_id": f"r{y}{s}{m}", "kind": "reported_inventories", "source_file": "f", "source_sheet": "",
             "source_line": 2, "company": "c", "year": y, "scope": s, "category": c, "scope2_method": m,
             "co2e_t": t * factor / 1000, "gwp": gwp, "boundary": "b", "source": "report",
             "spend_model": "", "price_basis": ""}
            for y in years for s, c, m, t in POSTS]
    return schemas.REPORTED_INVENTORIES.validate(pd.DataFrame(rows))


def computed(year=2022, factor=1.0, sites=None):
    rows = [{"company": "c", "year": year, "scope": s, "category": c, "scope2_method": m, "co2e_kg": t * factor,
             "biogenic_co2_kg": 0.0, "rows": 1, "status": "computed"} for s, c, m, t in POSTS]
    emissions = pd.DataFrame(sites or [], columns=["site", "scope", "category", "scope2_method", "co2e_kg"])
    return {year: SimpleNamespace(table=pd.DataFrame(rows), params=PARAMS, emissions=emissions.assign(kyoto=True))}


def event(id="e1", kind="divestment", entity="Sold", date="2021-01-01", recorded="2021-02-01", years=(2018, 2019, 2020),
          deltas=(("1", 0, "", -10.0),), **changes):
    rows = [{"event_id": id, "kind": kind, "date": date, "entity": entity, "year": y, "scope": s, "category": c,
             "scope2_method": m, "delta_kg": d, "reason": "sold", "evidence": "contract", "recorded_on": recorded,
             **changes} for y in years for s, c, m, d in deltas]
    table = pd.DataFrame(rows, columns=list(EVENTS.columns))
    days = {c: pd.to_datetime(table[c]).astype("datetime64[s]") for c in ("date", "recorded_on")}
    return EVENTS.validate(table.assign(**days, category=table["category"].astype("int64")))


def history(*events, old=None, new=None, until=None):
    joined = pd.concat(events, ignore_index=True) if events else None
    return history_of("c", computed() if new is None else new, reported() if old is None else old, events=joined,
                      until=until)


def test_without_events_the_three_views_are_one():
    """Nothing happened: same figures, no break."""
    h = history()

    assert h.restated().series(SCOPES, LOCATION).tolist() == h.series(SCOPES, LOCATION).tolist()
    assert h.like_for_like().left_out == ()
    assert h.breaks == ()
    assert not h.restated().recalculated


def test_a_significant_divestment_moves_the_years_before_it_only():
    """-10 of 200 is 5 %: 2018 to 2020 fall to 190, 2021 and 2022 stay; as reported stays as it was and names its
    break.
    """
    h = history(event())

    assert h.restated().series(SCOPES, LOCATION).to_dict() == {2018: 190, 2019: 190, 2020: 190, 2021: 200, 2022: 200}
    assert h.series(SCOPES, LOCATION).tolist() == [200.0] * 5
    assert h.series(SCOPES, LOCATION).attrs["breaks"] == (("divestment of Sold", 2021),)
    assert h.restated().series(SCOPES, LOCATION).attrs["breaks"] == ()


def test_what_is_written_to_a_restated_view_is_not_in_the_next_one():
    """The view is made once; whoever asks gets tables of their own. A history with other events has another view."""
    h = history(event())
    first = h.restated()
    first.table.loc[:, "co2e_kg"] = 0.0
    first.changes.loc[:, "delta_kg"] = 0.0

    assert h.restated().series(SCOPES, LOCATION).tolist() == [190.0, 190.0, 190.0, 200.0, 200.0]
    assert h.restated().changes["delta_kg"].tolist() == [-10.0] * 3
    assert replace(h, events=EVENTS.empty()).restated().series(SCOPES, LOCATION).tolist() == [200.0] * 5


def test_an_event_below_the_threshold_is_shown_and_moves_nothing():
    """-9.99 of 200 is just below 5 %: the table of events stands, the figures too."""
    view = history(event(deltas=(("1", 0, "", -9.99),))).restated()

    assert not view.recalculated
    assert view.significance["gross"].tolist() == pytest.approx([0.04995])
    assert view.series(SCOPES, LOCATION).tolist() == [200.0] * 5


def test_the_policy_may_hold_events_against_the_mean_of_several_years():
    """-12 in 2019 alone is 6 % of the 200 of that year, and 2 % of the mean of 2018 to 2020."""
    lines = event(deltas=(("1", 0, "", -12.0),))
    lines = lines.assign(delta_kg=lines["delta_kg"].where(lines["year"] == 2019, 0.0))
    mean = SimpleNamespace(**{**vars(PARAMS), "base_year_policy": BaseYearPolicy(
        threshold=0.05, measure="gross", scopes=["1", "2", "3"], base_years=[2018, 2019, 2020])})
    of_mean = computed()
    of_mean[2022].params = mean

    assert history(lines).restated().significance["single"].tolist() == pytest.approx([0.06])
    assert history(lines, new=of_mean).restated().significance["single"].tolist() == pytest.approx([0.02])
    assert not history(lines, new=of_mean).restated().recalculated


def test_a_move_between_scopes_already_reported_never_triggers():
    """Outsourcing: -50 in scope 1, +50 in scope 3: the sum does not move."""
    view = history(event(kind="outsourcing", deltas=(("1", 0, "", -50.0), ("3", 1, "", 50.0)))).restated()

    assert view.significance["gross"].tolist() == [0.0]
    assert not view.recalculated


def test_each_scope_2_method_takes_its_own_delta():
    """Location-based -20, market-based -5."""
    view = history(event(deltas=(("2", 0, LOCATION, -20.0), ("2", 0, MARKET, -5.0)))).restated()

    assert view.series(["2"], LOCATION).loc[2019] == 20.0
    assert view.series(["2"], MARKET).loc[2019] == 25.0


def test_a_category_that_was_not_reported_gets_its_own_line():
    """The delta of category 6 stands beside category 1 and in the sum of scope 3."""
    view = history(event(deltas=(("3", 6, "", 30.0),), kind="acquisition")).restated()

    assert view.series(["3"], LOCATION).loc[2019] == 90.0
    assert view.table.query("year == 2019 and category == 6")["source"].tolist() == ["restated: e1"]


def test_buying_and_selling_gives_back_the_series_in_any_order():
    """+10 then -10; the order of lines in the ledger does not matter."""
    buy = event("a", "acquisition", date="2020-01-01", years=(2018, 2019), deltas=(("1", 0, "", 10.0),))
    sell = event("b", "divestment", date="2020-06-01", years=(2018, 2019, 2020),
                 deltas=(("1", 0, "", -10.0),))
    sell.loc[sell["year"] == 2020, "delta_kg"] = 0.0
    one, two = history(buy, sell).restated(), history(sell, buy).restated()

    assert one.series(SCOPES, LOCATION).tolist() == [200.0] * 5
    assert one.sha256 == two.sha256
    # Bought and sold again: no site of today's records is looked for.
    assert history(buy, sell).like_for_like().series(SCOPES, LOCATION).tolist() == [200.0] * 5


def test_a_report_pins_its_view_by_hash_and_by_day():
    """An event recorded later does not touch the view as of an earlier day; another figure gives another hash."""
    h = history(event(), event("e2", recorded="2024-01-01", date="2021-06-01",
                               years=(2018, 2019, 2020, 2021)))
    early = h.restated("2023-01-01")

    assert early.series(["1"], LOCATION).loc[2019] == 90.0
    # On the very day of recording an event is known.
    assert h.restated("2021-02-01").sha256 == h.restated("2022-01-01").sha256
    assert not h.restated("2021-01-31").recalculated
    assert h.restated().series(["1"], LOCATION).loc[2019] == 80.0
    assert early.sha256 == history(event()).restated("2023-01-01").sha256
    assert early.sha256 != h.restated().sha256
    assert len(early.sha256) == 64


def test_an_event_of_a_later_year_had_not_happened_yet():
    """The report of 2020 knows nothing of a sale in 2021."""
    assert history(event(), until=2020, new={}).events.empty


def test_events_without_a_policy_are_refused():
    """The threshold is the company's own choice and has no default."""
    new = computed()
    new[2022].params = SimpleNamespace(**{**PARAMS.__dict__, "base_year_policy": None})

    with pytest.raises(MethodError, match="no policy"):
        history(event(), new=new).restated()


def test_a_change_of_method_is_spliced_where_a_year_stands_by_both():
    """2021 reported at 100 and computed at 110: earlier years of scope 1 are carried by 1.1, flagged."""
    blank = event("m", "method", "scope 1", date="2021-01-01", deltas=(("1", 0, "", np.nan),))
    new = {**computed(2021, 1.1), **computed()}
    view = history(blank, new=new).restated()

    assert view.series(["1"], LOCATION).to_dict() == pytest.approx({2018: 110, 2019: 110, 2020: 110, 2021: 110,
                                                                    2022: 100})
    assert set(view.changes["how"]) == {"spliced, x 1.1000"}


def test_a_change_of_method_leaves_years_with_records_alone():
    """2022 is calculated by today's method already: +5 reaches the reported years only."""
    change = event("m", "factor_vintage", "scope 1", date="2023-01-01", years=(2018, 2019, 2020, 2021),
                   deltas=(("1", 0, "", 15.0),))
    view = history(change, new={**computed(2022), **computed(2023)}).restated()

    assert view.series(["1"], LOCATION).tolist() == [115.0] * 4 + [100.0] * 2


def test_a_splice_without_an_overlap_year_is_refused():
    """No ratio can be known."""
    blank = event("m", "method", "scope 1", date="2021-01-01", deltas=(("1", 0, "", np.nan),))

    with pytest.raises(MethodError, match="calculated by both methods"):
        history(blank).restated()


def test_another_gwp_set_is_a_break_until_an_event_mends_it():
    """Two rulers: years to 2020 in AR4, then AR5."""
    old = pd.concat([reported((2018, 2019, 2020), "AR4GWP100"), reported((2021,))], ignore_index=True)
    mend = event("g", "gwp_set", "all", deltas=(("1", 0, "", 12.0),))

    assert history(old=old).series(SCOPES, LOCATION).attrs["breaks"] == (("GWP set AR4GWP100 to AR5GWP100", 2021),)
    assert history(mend, old=old).restated().series(SCOPES, LOCATION).attrs["breaks"] == ()


def test_like_for_like_takes_what_was_bought_out_of_the_years_since():
    """Site "bought" joined in 2022 with 25 kg: out of 2022, nothing added before, and named."""
    new = computed(sites=[("bought", "1", 0, "", 25.0), ("own", "1", 0, "", 75.0)])
    h = history(event("e", "acquisition", "bought", date="2022-01-01", years=(2018, 2019, 2020, 2021),
                      deltas=(("1", 0, "", 25.0),)), new=new)
    view = h.like_for_like()

    assert view.series(["1"], LOCATION).tolist() == [100.0, 100.0, 100.0, 100.0, 75.0]
    assert h.restated().series(["1"], LOCATION).tolist() == [125.0, 125.0, 125.0, 125.0, 100.0]
    assert view.left_out == ("bought",)


def test_like_for_like_refuses_an_entity_it_cannot_tell_apart():
    """No site of that name: its emissions since are not known."""
    bought = event("e", "acquisition", "unknown", date="2022-01-01", years=(2018, 2019, 2020, 2021))

    with pytest.raises(MethodError, match="not known apart"):
        history(bought).like_for_like()


def test_a_sale_within_a_year_follows_the_companys_policy():
    """Sold on 1 July 2022, 20 kg a year: by days 184/365 of it while 2022 is the last year, whole in the year after;
    said in the changes. Like-for-like is without the entity in either case.
    """
    sale = event(date="2022-07-01", recorded="2022-08-01", years=(2018, 2019, 2020, 2021, 2022),
                 deltas=(("1", 0, "", -20.0),))
    policy = BaseYearPolicy(threshold=0.05, measure="gross", scopes=["1", "2", "3"], mid_year="pro_rata")
    new = {**computed(2022), **computed(2023)}
    for inventory in new.values():
        inventory.params = SimpleNamespace(**{**PARAMS.__dict__, "base_year_policy": policy})
    early = history(sale, new={2022: new[2022]})
    assert early.restated().series(["1"], LOCATION).tolist() == pytest.approx([100 - 20 * 184 / 365] * 4 + [100])
    assert set(early.restated().changes["how"]) == {"delta of the event, pro rata x 0.5041",
                                                    "delta of the event, pro rata x 0.0000"}
    assert early.like_for_like().series(["1"], LOCATION).tolist() == [80.0] * 5
    assert set(early.like_for_like().changes["how"]) == {"delta of the event"}
    assert history(sale, new=new).restated().series(["1"], LOCATION).tolist() == [80.0] * 5 + [100.0]
    assert history(sale).restated().series(["1"], LOCATION).tolist() == [80.0] * 5


def test_a_reporting_year_that_starts_in_july_places_an_event_in_it():
    """1 September 2020 lies in the year 2021, which ends in June 2021: 2020 was over and needs its delta, and a report
    of 2020 does not know of the sale.
    """
    new = computed()
    new[2022].params = SimpleNamespace(**{**PARAMS.__dict__, "reporting_year_starts": "07-01"})
    sale = event(date="2020-09-01", years=(2018, 2019), deltas=(("1", 0, "", -20.0),))
    with pytest.raises(MethodError, match=r"no delta for \[2020, 2021\]"):
        history(sale, new=new).restated()
    whole = event(date="2020-09-01", years=(2018, 2019, 2020, 2021), deltas=(("1", 0, "", -20.0),))
    assert history(whole, new=new).series(["1"], LOCATION).attrs["breaks"] == (("divestment of Sold", 2021),)
    assert history_of("c", new, reported(), events=whole, until=2020).events.empty
    first = event(date="2020-07-01", years=(2018, 2019, 2020), deltas=(("1", 0, "", -20.0),))
    assert history(first, new=new).restated().series(["1"], LOCATION).tolist() == [80.0] * 3 + [100.0] * 2


def test_years_the_company_declares_missing_are_said_by_every_view():
    """The series carries them, so that a fit knows the gap was meant."""
    new = computed()
    new[2022].params = SimpleNamespace(**{**PARAMS.__dict__, "missing_years": {2021: "no report"}})
    h = history(event(), old=reported((2018, 2019, 2020)), new=new)
    for view in (h, h.view_as_reported, h.restated(), h.like_for_like()):
        assert view.series(["1"], LOCATION).attrs["missing_years"] == (2021,)


def test_what_cannot_be_restated_is_refused():
    """Below zero; scope 2 by one method; a year before the event without a figure."""
    with pytest.raises(MethodError, match="below zero"):
        history(event(deltas=(("1", 0, "", -101.0),))).restated()
    with pytest.raises(TableError, match="one method only"):
        history(event(deltas=(("2", 0, LOCATION, -20.0),))).restated()
    with pytest.raises(MethodError, match=r"no delta for \[2020\]"):
        history(event(years=(2018, 2019))).restated()


def test_restating_the_restated_series_is_restating_once():
    """One call on the inventories, one on their plain series with the same policy: the same years."""
    h = history(event())
    plain = restate(h.series(SCOPES, LOCATION), event(), as_of="2024-01-01", base_year=2019, threshold=0.05,
                    measure="gross")

    assert plain.restated.tolist() == restate(h).series(SCOPES, LOCATION).tolist()
    given = {"events": event(), "as_of": "2024-01-01", "base_year": 2019, "threshold": 0.05, "measure": "gross"}
    for name in given:
        with pytest.raises(MethodError, match="needs events"):
            restate(h.series(SCOPES, LOCATION), **{**given, name: None})


def test_a_change_across_a_significant_event_is_refused():
    """Two years on both sides of a sale do not have one boundary: the change names the event and points to the bridge;
    the years after it compare, and so do years around an event below the threshold.
    """
    new = {**computed(2020), **computed(2021), **computed(2022)}
    sold = event(kind="divestment", years=(2018, 2019, 2020), deltas=(("1", 0, "", -20.0),))
    h = history(sold, new=new)
    for pair in ((2020, 2021), (2020, 2022), (2022, 2020)):
        with pytest.raises(MethodError, match=r"crosses divestment of Sold \(2021\)[\s\S]*bridge"):
            h.change(*pair, scope2_method=LOCATION)
    small = history(event(years=(2018, 2019, 2020), deltas=(("1", 0, "", -1.0),)), new=new)
    for ok, pair in ((h, (2021, 2022)), (small, (2020, 2022))):
        with pytest.raises(AttributeError):  # past the refusal: these stand-ins hold no rows to compare
            ok.change(*pair, scope2_method=LOCATION)


def policy(new=None, **changes):
    """Computed years whose company judges by another policy."""
    made = computed() if new is None else new
    own = BaseYearPolicy(**{"threshold": 0.05, "measure": "gross", "scopes": ["1", "2", "3"], **changes})
    for inventory in made.values():
        inventory.params = SimpleNamespace(**{**vars(PARAMS), "base_year_policy": own})
    return made


def test_the_hash_is_of_the_label_and_of_every_cell_in_any_order():
    """Two views of the same figures are two views; a line moved is the same view, a word changed is another."""
    h = history()
    table = h.table
    pinned = view_hash("restated", table)
    assert pinned == view_hash("restated", table.sample(frac=1, random_state=1)) == h.restated().sha256
    assert h.view_as_reported.sha256 != pinned
    for column in schemas.HISTORY.columns:
        value = table[column].iloc[0]
        changed = value + 1 if pd.api.types.is_number(value) else f"{value}x"
        other = table.astype({column: object}) if isinstance(value, str) else table.copy()
        other.loc[0, column] = changed
        assert view_hash("restated", other) != pinned, column


def test_what_was_brought_in_house_is_taken_out_of_the_years_since():
    """Insourced is joined, like bought; of two purchases of one entity the first counts."""
    sites = [("inside", "1", 0, "", 25.0), ("own", "1", 0, "", 75.0)]
    new = {**computed(2021, sites=sites), **computed(2022, sites=sites)}
    first = event("a", "insourcing", "inside", date="2021-01-01", deltas=(("1", 0, "", 25.0),))
    more = event("b", "acquisition", "inside", date="2022-01-01", years=(2018, 2019, 2020, 2021),
                 deltas=(("1", 0, "", 5.0),))
    for ledger in ((first,), (first, more)):
        view = history(*ledger, new=new).like_for_like()
        assert view.series(["1"], LOCATION).tolist() == [100.0] * 3 + [75.0] * 2
        assert set(view.changes["how"]) == {"taken out"}


def test_like_for_like_takes_out_what_the_total_holds():
    """Gases outside Kyoto stand beside the total: 25 of the site's 30 kg are in it."""
    new = computed(sites=[("bought", "1", 0, "", 25.0), ("bought", "1", 0, "", 5.0), ("own", "1", 0, "", 75.0)])
    new[2022].emissions["kyoto"] = [True, False, True]
    bought = event("e", "acquisition", "bought", date="2022-01-01", years=(2018, 2019, 2020, 2021),
                   deltas=(("1", 0, "", 25.0),))
    assert history(bought, new=new).like_for_like().series(["1"], LOCATION).loc[2022] == 75.0


def test_like_for_like_keeps_the_corrections_of_what_was_bought():
    """An error of 3 kg in the years of an entity bought later is an error still; the purchase itself adds nothing."""
    new = computed(sites=[("bought", "1", 0, "", 25.0), ("own", "1", 0, "", 75.0)])
    bought = event("a", "acquisition", "bought", date="2022-01-01", years=(2018, 2019, 2020, 2021),
                   deltas=(("1", 0, "", 25.0),))
    wrong = event("b", "error", "bought", date="2022-01-01", years=(2018, 2019, 2020, 2021),
                  deltas=(("1", 0, "", 3.0),))
    view = history(bought, wrong, new=new).like_for_like()
    assert view.series(["1"], LOCATION).tolist() == [103.0] * 4 + [75.0]


def test_like_for_like_names_what_was_sold():
    """Out of the years before the sale, and named."""
    view = history(event()).like_for_like()
    assert view.left_out == ("Sold",)
    assert view.series(["1"], LOCATION).tolist() == [90.0] * 3 + [100.0] * 2


def test_a_correction_says_something_of_each_reported_year():
    """An error known in 2019 and 2020 alone leaves 2018 open: 0 is a figure, an empty line is not. Years with records
    need none.
    """
    with pytest.raises(MethodError, match=r"event m \(error, scope 1\) has no delta for \[2018\]"):
        history(event("m", "error", "scope 1", years=(2019, 2020), deltas=(("1", 0, "", 20.0),))).restated()
    new = {**computed(2020), **computed(2021), **computed(2022)}
    view = history(event("m", "error", "scope 1", years=(2018, 2019), deltas=(("1", 0, "", 20.0),)), new=new).restated()
    assert view.series(["1"], LOCATION).tolist() == [120.0] * 2 + [100.0] * 3


def test_a_delta_of_a_year_outside_the_history_adds_no_year():
    """The entity's own figures may reach further back than the company's."""
    view = history(event(years=(2016, 2017, 2018, 2019, 2020))).restated()
    assert view.years == [2018, 2019, 2020, 2021, 2022]
    assert set(view.changes["year"]) == {2018, 2019, 2020}


def test_each_scope_2_method_is_spliced_by_its_own_ratio():
    """2021 by both methods: location-based 40 and 44, market-based 30 and 36; 1.1 and 1.2 for the years before."""
    blank = event("m", "scope2_method", "grid", deltas=(("2", 0, LOCATION, np.nan), ("2", 0, MARKET, np.nan)))
    new = {**computed(2021), **computed()}
    table = new[2021].table
    new[2021].table = table.assign(co2e_kg=table["co2e_kg"] * table["scope2_method"].map({LOCATION: 1.1, MARKET: 1.2}
                                                                                        ).fillna(1.0))
    view = history(blank, new=new).restated()
    assert view.series(["2"], LOCATION).tolist() == pytest.approx([44, 44, 44, 44, 40])
    assert view.series(["2"], MARKET).tolist() == pytest.approx([36, 36, 36, 36, 30])
    assert view.series(["1"], LOCATION).tolist() == [100.0] * 5


def test_growth_moves_nothing_beside_an_event_that_does():
    """A new plant of 60 kg and a sale of 10 of 200 kg: the sale restates, the plant stays what it is, and is no
    break.
    """
    grown = event("g", "organic_growth", "plant", deltas=(("1", 0, "", 60.0),))
    h = history(event(), grown)
    assert h.restated().series(["1"], LOCATION).tolist() == [90.0] * 3 + [100.0] * 2
    assert h.breaks == (("divestment of Sold", 2021),)
    assert not history(grown).restated().recalculated


def test_events_are_judged_by_the_companys_own_threshold_measure_and_scopes():
    """-10 of 200 kg is 5 %, of scope 1 alone 10 %, of scopes 1 and 2 by the headline 7.1 %; +10 and -10 are 0 % net."""
    def recalculated(*ledger, **changes):
        return history(*ledger, new=policy(**changes)).restated().recalculated

    assert recalculated(event())
    assert not recalculated(event(), threshold=0.051)
    assert recalculated(event(), threshold=0.1, scopes=["1"])
    assert not recalculated(event(), threshold=0.1, scopes=["1", "2"])
    assert recalculated(event(), threshold=0.07, scopes=["1", "2"])
    back = event("e2", "acquisition", "Other", deltas=(("1", 0, "", 10.0),))
    assert recalculated(event(), back, threshold=0.1)
    assert not recalculated(event(), back, threshold=0.1, measure="net")
    assert not recalculated(event(), threshold=0.05, scopes=["3"])


def test_the_last_year_of_a_history_may_be_a_reported_one():
    """Sold within 2022, and 2023 is known from a report: the year of the sale is over, so it counts whole."""
    sale = event(date="2022-07-01", recorded="2022-08-01", years=(2018, 2019, 2020, 2021, 2022),
                 deltas=(("1", 0, "", -20.0),))
    h = history(sale, old=reported((2018, 2019, 2020, 2021, 2023)), new=policy(mid_year="pro_rata"))
    assert h.restated().series(["1"], LOCATION).tolist() == [80.0] * 5 + [100.0]


def test_a_view_without_events_says_its_day_and_lends_nothing():
    """The day asked for is the view's day; what a reader writes into its table is in no other."""
    one = history().restated("2023-01-01")
    assert one.as_of == pd.Timestamp("2023-01-01")
    one.significance["note"] = "mine"
    one.changes["note"] = "mine"
    other = history().restated("2023-01-01")
    assert "note" not in other.significance
    assert "note" not in other.changes


def test_views_are_asked_as_of_a_day_through_the_history():
    """Before the sale was recorded there was nothing to restate, in both views and by the function alike."""
    h = history(event())
    for early, late in ((h.restated("2021-01-31"), h.restated()), (h.like_for_like("2021-01-31"), h.like_for_like()),
                        (restate(h, as_of="2021-01-31"), restate(h))):
        assert early.series(["1"], LOCATION).tolist() == [100.0] * 5
        assert late.series(["1"], LOCATION).tolist() == [90.0] * 3 + [100.0] * 2
        assert early.as_of == pd.Timestamp("2021-01-31")


def test_a_line_that_an_event_adds_is_of_its_years_kind():
    """Category 6 in a reported and in a computed year: status, GWP set and boundary are the year's, the reasons are
    sorted and stand behind the source, and where only the event speaks they stand alone.
    """
    sites = [("own", "1", 0, "", 100.0)]
    new = {**computed(2021, sites=sites), **computed(2022, sites=sites)}
    joined = event("z", "acquisition", "Z", date="2022-01-01", years=(2018, 2019, 2020, 2021),
                   deltas=(("3", 6, "", 30.0), ("1", 0, "", 1.0)))
    more = event("a", "acquisition", "A", date="2022-01-01", years=(2018, 2019, 2020, 2021),
                 deltas=(("3", 6, "", 5.0),))
    table = history(joined, more, old=reported((2018, 2019, 2020), gwp="AR4GWP100"), new=new).restated().table
    added = table[(table["category"] == 6) & table["year"].isin((2020, 2021))]
    assert added["co2e_kg"].tolist() == [35.0, 35.0]
    assert added["status"].tolist() == ["reported", "computed"]
    assert added["gwp"].tolist() == ["AR4GWP100", "AR5GWP100"]
    assert set(added["boundary"]) == {"b"} and set(added["company"]) == {"c"}
    assert set(added["source"]) == {"restated: a, z"}
    kept = table[(table["scope"] == "1") & (table["year"] == 2020)]
    assert kept["source"].tolist() == ["report; restated: z"]


def test_another_gwp_set_is_mended_in_the_years_that_an_event_carries_over():
    """The table itself says the new set, in these years and in no other."""
    old = pd.concat([reported((2018, 2019, 2020), "AR4GWP100"), reported((2021,))], ignore_index=True)
    mend = event("g", "gwp_set", "all", date="2021-01-01", deltas=(("1", 0, "", 12.0),))
    table = history(mend, old=old).restated().table
    assert set(table["gwp"]) == {"AR5GWP100"}
    part = event("g", "gwp_set", "all", date="2020-01-01", years=(2018, 2019), deltas=(("1", 0, "", 12.0),))
    view = history(part, old=old).restated()
    assert view.series(["1"], LOCATION).attrs["breaks"] == (("GWP set AR5GWP100 to AR4GWP100", 2020),
                                                            ("GWP set AR4GWP100 to AR5GWP100", 2021))


def test_no_scope_ends_below_zero_behind_another():
    """-45 of 40 kg of scope 2 is refused, though 155 kg of the year are left; -0.001 kg of 100 kg too."""
    with pytest.raises(MethodError, match="below zero"):
        history(event(deltas=(("2", 0, LOCATION, -45.0), ("2", 0, MARKET, -1.0)))).restated()
    with pytest.raises(MethodError, match="below zero"):
        history(event(deltas=(("1", 0, "", -100.001),))).restated()
    assert history(event(deltas=(("1", 0, "", -100.0),))).restated().series(["1"], LOCATION).loc[2019] == 0


def test_a_series_is_restated_by_its_own_choice_for_events_within_a_year():
    """Sold on 1 July 2022, the last year: pro rata it is 184/365 of 20 kg before, whole 20 kg."""
    sale = event(date="2022-07-01", recorded="2022-08-01", years=(2018, 2019, 2020, 2021, 2022),
                 deltas=(("1", 0, "", -20.0),))
    kg = history().series(["1"], LOCATION)
    given = {"as_of": "2024-01-01", "base_year": 2019, "threshold": 0.05, "measure": "gross"}
    assert restate(kg, sale, **given).restated.loc[2019] == 80.0
    assert restate(kg, sale, **given, mid_year="pro_rata").restated.loc[2019] == pytest.approx(100 - 20 * 184 / 365)


def test_purchases_priced_otherwise_before_the_first_computed_year_are_a_named_break():
    """A report that states model or prices of its spend is no lower year of the same thing: the break is named in each
    view of scope 3, not of scope 1, until a change of method of scope 3 of that year mends it, and no other event of
    method does; what is not stated is no break.
    """
    old = reported().assign(spend_model="sdes", price_basis=["as_is"] * 8 + ["purchaser"] * 8)
    new = computed()
    new[2022].params = SimpleNamespace(**vars(PARAMS), factors=SimpleNamespace(price_basis="purchaser"))
    new[2022].emissions = pd.DataFrame({"activity": ["purchase.nace.C20", "rail"], "co2e_kg": [2.0, 9.0],
                                        "source_id": ["figaro_2026", "desnz"], "kyoto": True})
    h = history(old=old, new=new)
    found = (("purchases by as_is to purchaser", 2020), ("purchases by sdes to figaro_2026", 2022))
    for view in (h, h.view_as_reported, h.restated()):
        assert view.series(SCOPES, LOCATION).attrs["breaks"] == found
        assert view.series(["1"], LOCATION).attrs["breaks"] == ()
    change = event(kind="method", date="2022-01-01", recorded="2022-02-01", years=(2018, 2019, 2020, 2021),
                   deltas=(("3", 1, "", -40.0),))
    mended = history(change, old=old, new=new).restated()
    assert mended.series(SCOPES, LOCATION).attrs["breaks"] == found[:1]
    for other in (change.assign(kind="gwp_set"), change.assign(scope="1", category=0)):
        left = history(other, old=old, new=new).restated()
        assert left.recalculated and set(found) <= set(left.series(SCOPES, LOCATION).attrs["breaks"])
    assert history(old=reported(), new=new).series(SCOPES, LOCATION).attrs["breaks"] == ()
