"""Tables of a plan."""

from __future__ import annotations

import re
from dataclasses import replace as changed

import numpy as np
import pandas as pd
import pytest

from carbon.core.errors import MethodError
from carbon.levers.likely import LikelyPlan
from carbon.reports.figures import plan as plan_figures
from carbon.reports.tables import plan as plan_tables

pytestmark = pytest.mark.usefixtures("agg")


def test_wedges_and_plan_sum_to_the_baseline(made):
    """baseline_t - plan_t = the sum of the levers' columns, every year."""
    table = plan_tables.wedges_table(made, limit="scope-3")
    levers = table.drop(columns=list(plan_figures.NUMBERS))
    np.testing.assert_allclose(levers.sum(axis=1), table["baseline_t"] - table["plan_t"], rtol=1e-9)


def test_the_cuts_of_the_plan_table_sum_to_the_tracks(made):
    """What each lever cuts in the last year sums to baseline less plan of that year."""
    tracks = plan_tables.tracks_table(made)
    last = tracks[(tracks["year"] == 2030) & (tracks["scope2_method"] == "location-based")]
    assert plan_tables.plan_table(made)["cut_t"].sum() == pytest.approx(last["cut_t"].item(), rel=1e-9)


def test_money_by_year_sums_to_the_levers(made):
    """Capex by year sums to what the calendar shows, and stays under the cap."""
    capex, calendar = plan_tables.capex_table(made), plan_tables.calendar_table(made)
    assert capex["capex"].sum() == pytest.approx(calendar["capex"].sum())
    assert (capex["capex"] <= capex["cap"]).all()


def test_every_lever_is_in_one_of_the_two_tables(made):
    """Planned and not planned: together all levers, none twice."""
    both = [*plan_tables.plan_table(made)["lever"], *plan_tables.not_planned_table(made)["lever"]]
    assert sorted(both) == sorted(v.id for v in made.levers)


def test_the_cost_curve_has_no_price_below_zero(made):
    """Levers that save money have no cost per tonne, and stand first, by their total saving."""
    table = plan_tables.cost_curve_table(made)
    free = table[table["block"] == "no regret"]
    assert free["cost_per_t"].isna().all()
    assert free["annual_cost"].is_monotonic_increasing
    assert table["cost_per_t"].dropna().is_monotonic_increasing
    ax = plan_figures.plot_cost_curve(table)
    heights = [bar.get_height() for bar in ax.patches[len(free):]]
    np.testing.assert_array_equal(heights, table["cost_per_t"].dropna())


def test_two_levers_of_one_label_keep_their_ids(made):
    """A column named twice would lose one of the two."""
    twice = {"label": {"en": "Twice", "fr": "Deux fois"}}
    same = [v.model_copy(update=twice) if v.id in ("events", "it-services") else v for v in made.levers]
    table = plan_tables.wedges_table(changed(made, levers=tuple(same)), limit="scope-3", language="en")
    assert {"events", "it-services"} <= set(table.columns) and "Twice" not in table.columns
    sums = table.drop(columns=list(plan_figures.NUMBERS)).sum(axis=1)
    np.testing.assert_allclose(sums, table["baseline_t"] - table["plan_t"], rtol=1e-9)


def test_an_unknown_target_is_refused(made):
    """The error lists the plan's own limits."""
    with pytest.raises(MethodError, match="scopes-1-2"):
        plan_tables.wedges_table(made, limit="nothing")


@pytest.mark.parametrize(("written", "french"), [
    ("scope-3, 2030: an even chance (48%); 28.2 t on the middle path, limit 28.4 t",
     "scope-3, 2030 : une chance sur deux (48 %) ; 28,2 t sur la trajectoire médiane, limite 28,4 t"),
    ("a, 2030: will probably be met (> 98%; forecasts like this came true in 3,911 of 4,087); 1,268.5 t on the middle "
     "path, limit 1,280.7 t",
     "a, 2030 : sera probablement atteint (> 98 % ; des prévisions semblables se sont réalisées 3 911 fois sur 4 087) "
     "; 1 268,5 t sur la trajectoire médiane, limite 1 280,7 t"),
    ("a, 2030: will probably be missed (20% that it is met; forecasts like this came true in 1 of 5); 2.0 t on the "
     "middle path, limit 1.0 t",
     "a, 2030 : sera probablement manqué (atteint dans 20 % des cas ; des prévisions semblables se sont réalisées 1 "
     "fois sur 5) ; 2,0 t sur la trajectoire médiane, limite 1,0 t"),
    ("a, budget: will probably be met (over 99%); 1.0 t on the middle path, limit 2.0 t",
     "a, budget : sera probablement atteint (plus de 99 %) ; 1,0 t sur la trajectoire médiane, limite 2,0 t"),
    ("needed for scope-3, 2030: without it 4.8 t above the limit",
     "nécessaire pour scope-3, 2030 : sans lui, 4,8 t au-dessus de la limite"),
    ("a, 2030: kept on the middle path, how likely is unknown (of 30 forecasts of other companies, facilities and "
     "cities 6 to 10 years ahead given about 75%, 85% came true); 1.0 t on the middle path, limit 2.0 t",
     "a, 2030 : tenu sur la trajectoire médiane, probabilité inconnue (sur 30 prévisions d’autres entreprises, "
     "installations et villes de 6 à 10 ans à l’avance données à environ 75 %, 85 % se sont réalisées) ; 1,0 t sur la "
     "trajectoire médiane, limite 2,0 t"),
    ("needed for scope-3, 2030: without it 4.8 t above the limit; a year earlier 26,600 EUR more",
     "nécessaire pour scope-3, 2030 : sans lui, 4,8 t au-dessus de la limite ; un an plus tôt, 26 600 EUR de plus"),
    ("panels: its evidence shows more emissions, not less; what is generated or installed needs saves_per_unit and "
     "saves_unit", "panels : ses preuves montrent plus d’émissions, et non moins ; une production ou une installation "
     "demande saves_per_unit et saves_unit"),
    ("pays: a year later 2,300 EUR more", "rapporte : un an plus tard, 2 300 EUR de plus"),
    ("no room a year later: the caps on investment or on starts a year leave none",
     "pas de place un an plus tard : les plafonds d’investissement ou de débuts par an n’en laissent pas"),
    ("decided: its start is fixed", "décidé : son début est fixé")])
def test_verdicts_and_reasons_are_in_the_readers_language(written: str, french: str):
    """Words, thousands and decimals; English stays as it is."""
    table = pd.DataFrame({"verdict": [written]})
    spaces = str.maketrans("\u00a0\u202f", "  ")
    assert plan_tables.sentences(table, "verdict", language="fr")["verdict"].item().translate(spaces) == french
    assert plan_tables.sentences(table, "verdict", language="en")["verdict"].item() == written


def test_every_sentence_of_a_plan_has_its_french_one(made):
    """Verdicts, range of net cost, what is decided, the answer to a probability out of reach, trajectories: none stays
    English, each number stays, and a lever without a French name keeps its first one.
    """
    missing = LikelyPlan(made.plan, 0.8, 0.445, False, made.plan.left())
    decided = changed(made.plan, problem=changed(made.plan.problem, decided=frozenset({"it-services"})))
    lines = changed(made, plan=decided, likely=missing).sentences()
    french = [text.replace("\u00a0", " ") for text in plan_tables.sentences(
        pd.DataFrame({"text": lines}), "text", language="fr")["text"]]
    assert any("décidés avant, dans la référence : it-services" in text for text in french)
    for starts in ("net cost in 80", "P = 80% is out of reach", "decided before", "scope-3, 2030: baseline"):
        assert sum(line.startswith(starts) for line in lines) == 1
    english = re.compile(r"\b(the|is|of|are|left|draws|baseline|asked|budget)\b")
    assert [text for text in french if english.search(text)] == []
    digits = [[re.sub(r"\D", "", text) for text in side] for side in (lines, french)]
    assert digits[0] == digits[1]
    named = [v.model_copy(update={"label": {"en": "Hosting alone"}}) if v.id == "hosting" else v for v in made.levers]
    assert plan_tables.label(changed(made, levers=tuple(named)), "hosting", "fr") == "Hosting alone"


def test_money_on_a_terminal_has_three_digits_and_stays_the_plan_s(made):
    """Costs are known to two or three digits: each amount is within half a per cent of the plan's own."""
    shown, exact = plan_tables.terminal_table(made), made.plan.table()
    for column in ("capex", "running_per_year", "npv"):
        np.testing.assert_allclose(shown[column], exact[column], rtol=0.005)
        assert all(len(f"{abs(x):.0f}".rstrip("0")) <= 3 for x in shown[column] if abs(x) >= 1000)
