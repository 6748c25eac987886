"""Why there is no fit, chance, budget or fleet, in the reader's language: no reason stays in that of the code."""

import ast
import inspect
import re
from collections.abc import Iterator
from dataclasses import replace
from importlib import import_module
from itertools import product
from pkgutil import walk_packages
from types import ModuleType, SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from written_texts import Function, named, written

from carbon import digital, scorecards
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number
from carbon.factors import misses
from carbon.levers import chance
from carbon.records.files.digital import DigitalRecords
from carbon.reports.exhibits.plan import targets_table
from carbon.reports.exhibits.target_view import target_views
from carbon.reports.words.language import Words
from carbon.reports.words.phrases import known_phrase, phrase
from carbon.reports.words.targets import fit_notes, way_notes
from carbon.trajectory import Course, Target, budget_state, fit

TARGET = Target("t", ("1",), "location-based", 2019, 2030, 0.5)
FALLING = pd.Series([1e6, 9.5e5, 9.2e5, 9e5, 8.8e5, 8.1e5], index=range(2019, 2025))
WHAT = misses._WHAT
BOUNDS = ("at_least", "over", "at_most")


def reasons(module: ModuleType | type) -> Iterator[str]:
    tree = ast.parse(inspect.getsource(module))
    for function in (node for node in ast.walk(tree) if isinstance(node, Function)):
        known = named(tree, function)
        for node in ast.walk(function):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and node.exc.args:
                yield from written(node.exc.args[0], known)
ROOMS = [
    "trajectory.checked_series", "trajectory.fitting.fit", "trajectory.fitting.fitted", "trajectory.budget",
    "trajectory.fitting.models", "trajectory.targets", "core.periods", "core.schemas",
    *(found.name.removeprefix("carbon.") for room in (digital, scorecards)
      for found in walk_packages(room.__path__, f"{room.__name__}.")
      if not found.ispkg and found.name.rpartition(".")[2] not in ("form", "page"))]
"""What a page asks; the form and the footprint of one web page are on no page of a report."""


def all_reasons() -> Iterator[tuple[str, str]]:
    for name in ROOMS:
        yield from ((name, reason) for reason in reasons(import_module(f"carbon.{name}")))
    yield from (("records.digital", reason) for reason in reasons(DigitalRecords))


def test_each_refusal_that_a_page_may_show_has_its_french_words(every):
    """Read off the code, so that a reason written later without its words fails here. The values stay in it."""
    def check(room: str, reason: str):
        french = known_phrase(reason, "fr")
        assert french, room
        assert french.count("7") == reason.count("7")
        assert phrase(reason, "en") == reason

    every(dict.fromkeys(all_reasons()), check)


def test_no_refusal_is_left_unread():
    """A room that refuses and of which nothing is read would pass above without a word."""
    refusing = {name for name in ROOMS if "raise " in inspect.getsource(import_module(f"carbon.{name}"))}
    assert refusing <= {room for room, _ in all_reasons()}


def numbers_refused() -> Iterator[str]:
    """What `refuse_no_number` says at each of its calls in the two rooms, raised with their own words and bounds."""
    for name in ROOMS:
        for node in ast.walk(ast.parse(inspect.getsource(import_module(f"carbon.{name}")))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) == "refuse_no_number":
                bounds = {k.arg: ast.literal_eval(k.value) for k in node.keywords if k.arg in BOUNDS}
                for what, value in product(written(node.args[0], {}), ("text", -7.0) if bounds else ("text",)):
                    with pytest.raises(MethodError) as refused:
                        refuse_no_number(what, **bounds, asked=value)
                    yield refused.value.what


def test_each_number_refused_is_refused_in_french(every):
    """The formula, its value and its bounds, in French words; the name of the value and what was given stay."""
    def check(reason: str):
        formula, _, tail = reason.partition(": ")
        french = known_phrase(reason, "fr").replace("\u00a0", " ")
        bound = r"-7 et doit être (supérieur à|d’au moins)"
        assert re.search(rf"asked vaut ('text', ce n’est pas un nombre|{bound}) ", french)
        assert french.count("d’au plus ") == tail.count("at most")
        assert not french.startswith(formula) and phrase(reason, "en") == reason

    every(sorted(set(numbers_refused())), check)
ENDS = {
    "instead": ["", " (there it may be 7: name the one)", " (7, which had this name before release 7, is 7)"],
    "code_of": [" 7", ", e.g. FR"],
    "other": ["", " (factors.regions.other serves every region without a list of its own)"],
    "offered": ["", "; nearest for 7: 7"],
    "side}, and {limit": ["earlier, and factors.vintage.older_max_gap is 7", "later, and factors.vintage.max_gap is 7",
                          "later, and factors.vintage.later is refuse"],
    "reach": ["", *(f"set {key}: 7 under factors.vintage in the company's params, "
                    for key in ("max_gap", "older_max_gap", "later: allow and max_gap"))]}
"""Places of a miss that are empty or hold words of their own."""


def filled(text: str) -> list[str]:
    found = [text]
    for name, ends in ENDS.items():
        found = [t.replace(f"{{{name}}}", end) for t in found for end in ends]
    return list(dict.fromkeys(re.sub(r"\{\w+(!r)?\}", "7", t) for t in found))


@pytest.mark.parametrize("offered", ["; nearest of other regions: 7", *(
    "; nearest for 7: 7" + settled.format(word=7) for settled in misses._SETTLED.values())])
def test_the_choices_of_a_bare_word_are_said_in_french(offered: str):
    """The choices of a bare word ("sea"), and the line of params that settles it."""
    remedy = WHAT["activity"][1].format(offered=offered)
    french = known_phrase(remedy, "fr")
    assert "les plus proches" in french and phrase(remedy, "en") == remedy
    assert ("règle ce mot" in french) == ("settles" in offered)


@pytest.mark.parametrize("code", WHAT)
def test_why_a_key_has_no_factor_is_said_in_french(code: str):
    """Reason and remedy of keys without a factor, in a line of rejects; the reason within that of a grid not found
    too.
    """
    reason, remedy = WHAT[code]
    if code == "no_price_index":
        reason += " (the series ends in 7)"
    grid = [f"No life-cycle grid factor of zone 7 for 7: {text}" for text in filled(reason)]
    for said in (*filled(reason), *filled(remedy), *grid):
        french = known_phrase(said, "fr")
        assert french, said
        assert french.count("7") == said.count("7")
        assert not re.search(r"\b(the|no|for|which|there|or|add|company's)\b", french)
        assert phrase(said, "en") == said


def years(kg: list[float], first: int = 2019, **attrs: Any) -> pd.Series:
    made = pd.Series(kg, index=range(first, first + len(kg)), dtype=float)
    made.attrs.update(attrs)
    return made
GWP_SETS = (("GWP set AR4GWP100 to AR5GWP100", 2020), ("GWP set AR5GWP100 to AR6GWP100", 2022))
REFUSED = {
    "no direction": (lambda: fit(years([1.0, 2.0]), until=2030), "2 années avec un chiffre : pas de direction"),
    "one year": (lambda: fit(years([1.0]), until=2030), "1 année avec un chiffre"),
    "zero": (lambda: fit(years([1.0, 0.0, 1.0]), until=2030), "négatives ou infinies ([2020])"),
    "gap": (lambda: fit(FALLING.drop([2022, 2023]), until=2030), "aucun chiffre pour 2022, 2023 entre 2019 et 2024"),
    "declared": (lambda: fit(FALLING, until=2030, missing_years=[2020]), "années [2020] sont déclarées sans chiffre"),
    "events": (lambda: fit(FALLING, until=2030, event_years=[2019, 2020, 2021, 2022]),
               "il ne reste que 2 années hors années exceptionnelles [2019, 2020, 2021, 2022]"),
    "until": (lambda: fit(FALLING, until=2024), "l’année 2024 n’est pas après la dernière, 2024"),
    "empty": (lambda: fit(pd.Series(dtype=float), until=2030), "aucune année n’a de chiffre"),
    "gwp": (lambda: fit(years([1.0] * 6, breaks=GWP_SETS[:1]), until=2030),
            "traverse un changement de jeu de PRG, AR4GWP100 puis AR5GWP100 (2020)"),
    "two gwp": (lambda: fit(years([1.0] * 6, breaks=GWP_SETS), until=2030), "jeu de PRG, AR5GWP100 puis AR6GWP100"),
    "few": (lambda: fit(FALLING.tail(4), until=2030).p_at_most(1.0, 2030), "au moins cinq années, il y en a 4"),
    "path": (lambda: fit(FALLING, until=2030).p_at_most(1.0, 2040), "l’année 2040 n’est pas dans la trajectoire"),
    "other years": (lambda: fit(FALLING, until=2026).p_budget(STATE, seed=1),
                    "le budget va de 2025 à 2030, les trajectoires de 2025 à 2026"),
    "since": (lambda: budget_state(FALLING, TARGET.pathway(1e6).loc[2026:], convention="annual_sum"),
              "aucun bilan depuis 2026"),
    "skip": (lambda: budget_state(FALLING.drop(2022), TARGET.pathway(1e6), convention="annual_sum"),
             "un budget ne saute pas d’années"),
    "over": (lambda: budget_state(FALLING, TARGET.pathway(1e6).loc[:2024], convention="annual_sum"),
             "finit en 2024, pas après 2024"),
    "base of nothing": (lambda: TARGET.pathway(0.0), "un pourcentage de rien n’existe pas"),
    "method": (lambda: Target("t", ("2",), "market-based", 2019, 2030, 0.5).pathway_of(
        years([1e6, 1e6], scope2_method="location-based")),
        "méthode fondée sur le marché ; série : méthode fondée sur la localisation"),
}
STATE = budget_state(FALLING, TARGET.pathway(1e6), convention="annual_sum")


@pytest.mark.parametrize("what", REFUSED)
def test_a_refusal_is_said_in_the_language_of_the_page(what: str):
    """The words as they are raised, with their values, in both languages."""
    ask, said = REFUSED[what]
    with pytest.raises(MethodError) as refused:
        ask()
    assert said in phrase(refused.value.what, "fr").replace("\u202f", " ").replace("\u00a0", " ")
    assert phrase(refused.value.what, "en") == refused.value.what


def test_the_page_speaks_one_language_where_nothing_can_be_fitted_or_budgeted():
    """A gap that is not declared: no fit, and no budget either, each with its reason, in French."""
    kg, words = FALLING.drop(2022), Words("fr")
    with pytest.raises(MethodError) as refused:
        fit(kg, until=2030)
    told = dict([*fit_notes(None, refused.value.what, {}, words),
                 *way_notes(Course(kg, TARGET, 2030), 2024, words)])
    assert told["fit"].replace("\u00a0", " ") == "Pas de tendance : aucun chiffre pour 2022 entre 2019 et 2024"
    assert told["budget"].replace("\u00a0", " ").startswith("Pas de budget : aucun bilan pour [2022]")


@pytest.mark.parametrize("language, said", [("en", "there are 4 of scopes 1+2, 3: cannot tell"),
                                            ("fr", "il y en a 4 pour les scopes 1+2, 3")])
def test_a_plan_on_few_years_says_why_no_chance_is_given(language: str, said: str):
    """The reason of the plan's chance, under each of its targets."""
    reason = next(r for r in reasons(chance) if "of scopes" in r).replace("7", "{}").format(4, "1+2, 3")

    class Made:
        excess = pd.DataFrame({"limit": ["t"], "year": [2030], "kg": [1.0], "limit_kg": [1.0], "excess_kg": [0.0]})
        plan = SimpleNamespace(excess=excess, problem=SimpleNamespace(limits=[SimpleNamespace(name="t")]))

        @property
        def chance(self) -> None:
            raise MethodError(reason)

    table = targets_table(Made(), {}, Words(language))  # type: ignore[arg-type]
    assert said in table["probability"].item().replace("\u00a0", " ")


@pytest.mark.parametrize("language", ["en", "fr"])
def test_a_page_of_a_company_without_emissions_now_or_then_is_made_all_the_same(language: str, make: Any,
                                                                                history_of: Any):
    """Nothing in the base year: no pathway and no gap, with the reason. Nothing today: no yearly rate, and a budget
    that lasts.
    """
    inventory = make()
    view = history_of(inventory).restated()
    for year, key in ((2019, "progress"), (inventory.year, "required")):
        table = view.table.assign(co2e_kg=view.table["co2e_kg"].where(view.table["year"] != year, 0.0))
        empty = replace(view, table=table)
        [seen] = target_views(inventory.params, empty, inventory.year, Words(language))
        told = dict(seen.notes)
        name = Words(language)(f"choice.{key}")
        assert {"en": "a percentage of nothing" if year == 2019 else "Emissions are zero",
                "fr": "un pourcentage de rien" if year == 2019 else "Les émissions sont nulles"}[language] in told[name]
        assert (seen.gap_t != seen.gap_t) == (year == 2019)
