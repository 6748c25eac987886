"""Sources of a factor: its own and its family's; their correlation and its two ends."""

import math

import numpy as np
import pandas as pd
import pytest

from carbon.emissions.uncertainty import moments
from carbon.emissions.uncertainty.defaults import defaults, uncertain_rows_of
from carbon.emissions.uncertainty.factor_sources import with_correlation
from carbon.params.shapes.uncertainty import StatedUncertainty

SPEND = {"activity": "purchase.x", "part": "total", "unit": "EUR", "tier": "spend", "supplier": "", "year": 2024,
         "site": "", "group": "", "quality": "", "source_id": "sdes_ges501", "co2e_kg": 100.0}


def made(*rows, **options):
    table = pd.DataFrame([{**SPEND, "factor_id": f"f{i}", "supplier": f"s{i}", **row} for i, row in enumerate(rows)])
    return uncertain_rows_of(table, options.pop("percent", {}), **{"split_years": False} | options)


def spread_of(rows, start):
    sources = rows.sources
    return sources.loc[sources["source_id"].str.startswith(start), "spread"].to_numpy()


def sd(rows):
    return float(moments(rows, np.zeros(len(rows.kg), int), 1)["sd_kg"].iloc[0])


def test_the_spread_of_a_factor_is_the_same_for_any_correlation():
    """sigma^2 = own^2 + family^2: the correlation moves what is shared, never what one factor has."""
    sigma = math.log(1.8) / 2
    for rows in (made({}, {}), *(with_correlation(made({}, {}), r) for r in (0.0, 0.25, 1.0))):
        assert spread_of(rows, "factor:")[0] ** 2 + spread_of(rows, "factor family:")[0] ** 2 == pytest.approx(sigma**2)


def test_the_two_ends_enclose_what_is_declared():
    """Two factors of one model: independent they shrink by sqrt(2), together they do not shrink at all."""
    declared, apart, together = map(sd, (made({}, {}), *(with_correlation(made({}, {}), r) for r in (0.0, 1.0))))
    one = sd(made({"co2e_kg": 200.0}))

    assert apart < declared < together
    # Each quantity (+-10 %) is of its own supplier.
    assert together == pytest.approx(one, rel=0.02)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_sources_that_are_split_by_year_take_another_correlation_as_whole_ones_do(correlation):
    """In one year, the part that all years share and the part of the year make up the same spread as the whole."""
    half = defaults().assign(shared_over_years=0.5)
    whole, split = (sd(with_correlation(made({}, {}, split_years=years, table=half), correlation))
                    for years in (False, True))
    assert split == pytest.approx(whole, rel=1e-12)


def test_editions_of_one_publisher_are_one_family_and_other_publishers_are_not():
    """desnz_2024 and desnz_2025 share their model; SDES and EPA do not; a company's own factor has no family."""
    rows = made({"source_id": "desnz_2024"}, {"source_id": "desnz_2025"}, {"source_id": "epa_supply_chain_1_3"},
                {"source_id": "company", "activity": "x", "tier": "supplier-specific"})
    code = rows.codes[rows.kinds.index("factor family")]

    assert code[0] == code[1] != code[2]
    assert code[3] == -1


def test_all_contrails_are_one_source():
    """The science is open for long and short flights alike: no averaging over factors of contrails."""
    flight = {"activity": "flight.long", "unit": "passenger.km", "part": "contrails", "tier": "physical average"}
    rows = made(flight, {**flight, "activity": "flight.short", "source_id": "desnz_2025"})

    assert rows.codes[0, 0] == rows.codes[0, 1]


def test_parts_with_a_percentage_each_are_not_one():
    """Where parts of an element state different +-, each keeps its own."""
    rows = with_correlation(made({"part": "combustion"}, {"part": "upstream"}, percent={"f0": 5.0, "f1": 30.0},
                                 elements={"f0": "e", "f1": "e"}), 0.0)
    assert rows.codes[0, 0] != rows.codes[0, 1]
    assert spread_of(rows, "factor:").tolist() == pytest.approx([math.log(1.05) / 2, math.log(1.3) / 2])


@pytest.mark.parametrize(("stated", "sigma"), [
    ({"percent": 20}, math.log(1.2) / 2), ({"low_percent": -20, "high_percent": 25}, math.log(1.25 / 0.8) / 4),
    ({"percent": 20, "distribution": "normal"}, 0.2 / 1.959964),
    ({"percent": 20, "distribution": "triangular"}, 0.2)])
def test_a_companys_statement_replaces_publisher_and_default(stated, sigma):
    """With its evidence, as stated by the company, without a family; of a range the centre is sqrt(0.8 x 1.25) = 1."""
    line = StatedUncertainty.model_validate({"of": "factor", "id": "f0", "evidence": "audit", **stated})
    rows = made({}, {}, percent={"f0": 80.0}, statements=[line])
    source = rows.sources.set_index("source_id").loc["factor:f0"]

    assert source["spread"] == pytest.approx(sigma)
    assert (source["by"], source["evidence"]) == ("company", "audit")
    assert source["centre"] == pytest.approx(1.0)
    assert rows.codes[rows.kinds.index("factor family"), 0] == -1


def test_a_range_that_is_not_centred_moves_the_interval():
    """-10 % to +40 %: the middle is sqrt(0.9 x 1.4) = 1.12 times the figure, which itself stays as reported."""
    line = StatedUncertainty.model_validate(
        {"of": "factor", "id": "f0", "evidence": "audit", "low_percent": -10, "high_percent": 40})
    rows = made({}, statements=[line])

    assert rows.sources.set_index("source_id").loc["factor:f0", "centre"] == pytest.approx(math.sqrt(0.9 * 1.4))
    assert rows.kg[0] == 100.0
    assert rows.row_means()[0] > 112.0


def test_the_correlation_of_a_class_may_be_stated():
    """0 for purchases: no family is left."""
    line = StatedUncertainty.model_validate(
        {"of": "class", "id": "purchase by money", "correlation": 0, "evidence": "own study"})
    assert spread_of(made({}, {}), "factor family:").size == 1
    assert spread_of(made({}, {}, statements=[line]), "factor family:").size == 0


def test_a_statement_of_one_part_is_of_that_part_alone():
    """The other parts of the element keep the publisher's +-, as one; a statement of the element is of all parts."""
    def codes(name):
        line = StatedUncertainty(of="factor", id=name, percent=3, evidence="e")
        return made({}, {}, {}, percent=dict.fromkeys(("f0", "f1", "f2"), 60.0), statements=[line],
                    elements=dict.fromkeys(("f0", "f1", "f2"), "e")).codes[0].tolist()

    part, element = codes("f0"), codes("e")
    assert part[0] != part[1] == part[2]
    assert len(set(element)) == 1


def test_models_built_on_the_same_tables_err_together():
    """SDES takes the content of imports from FIGARO: two euros priced by the two share the part of a family."""
    rows = pd.DataFrame([{"factor_id": source, "activity": "purchase.nace.C28", "part": "total", "tier": "spend",
                          "site": "", "unit": "EUR", "supplier": "", "group": "", "quality": "", "year": 2024,
                          "co2e_kg": 1.0, "source_id": source} for source in ("sdes_ges501", "figaro_2026", "epa_1_3")])
    found = uncertain_rows_of(rows, {}, split_years=False)
    family = found.codes[found.kinds.index("factor family")]

    assert family[0] == family[1] != family[2]
