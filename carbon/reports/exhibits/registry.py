"""The exhibits of an annual report, one entry each: what it needs, its table, its figure, who is shown it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

import pandas as pd
from markupsafe import Markup

from carbon.reports.exhibits import (
    actions,
    digital_page,
    findings,
    followed,
    governance,
    headline,
    opening,
    public,
    quality,
)
from carbon.reports.exhibits import digital as digital_exhibits
from carbon.reports.exhibits import plan as plan_exhibits
from carbon.reports.exhibits import trajectory as trajectory_exhibits
from carbon.reports.exhibits.digital import lines_of
from carbon.reports.figures import charts, theme
from carbon.reports.figures.catalogue import plot_breaches
from carbon.reports.figures.digital_charts import ages_chart, thresholds_chart
from carbon.reports.figures.expectations import breaches_height
from carbon.reports.figures.icicle import draw_icicle
from carbon.reports.figures.plan_charts import calendar_chart, wedges_chart
from carbon.reports.figures.years import draw_budget, draw_targets, draw_years
from carbon.reports.page.audiences import GOVERNANCE, PERFORMANCE, PUBLIC
from carbon.reports.tables import bridge as bridge_tables
from carbon.reports.tables import catalogue as tables
from carbon.reports.tables import coverage as coverage_tables
from carbon.reports.tables import digital as digital_tables
from carbon.reports.tables import expectations as expectations_tables
from carbon.reports.tables import fleet as fleet_tables
from carbon.reports.tables import method as method_tables
from carbon.reports.tables.icicle import icicle_table
from carbon.reports.tables.monthly import monthly_energy_table
from carbon.reports.tables.scorecard import indicator_lines

STEERING, PUBLIC_ONLY, ANSWERING = (PERFORMANCE,), (PUBLIC,), (GOVERNANCE,)
BOTH, ALL = (PERFORMANCE, GOVERNANCE), (PERFORMANCE, PUBLIC, GOVERNANCE)


@dataclass(frozen=True)
class Entry:
    """One exhibit.

    name: of the exhibit, of its words (`exhibit.NAME` in strings.csv) and of its sheet in the workbook.

    A need is the name of an argument: an attribute of `AnnualReport`, or an exhibit, whose table is given;
    "attempt=fleet_found" gives that attribute under another name.
    """

    name: str
    about: str
    table: Callable[..., pd.DataFrame]
    needs: tuple[str, ...] = ("inventory",)
    audiences: tuple[str, ...] = STEERING
    chart: Callable[..., str] | None = None
    """Returns the figure as SVG: (table, width, words=, and `figure_needs`)."""
    figure: Callable[..., object] | None = None
    """Draws it on axes of matplotlib instead: (table, axes, words=, and `figure_needs`)."""
    figure_needs: tuple[str, ...] = ()
    height: float | Callable[[pd.DataFrame], float] = theme.HEIGHT
    """Of the figure [inch]."""
    html: Callable[..., Markup | None] | None = None
    """Own markup instead of the table, of the table and `html_needs`; None shows the table."""
    html_needs: tuple[str, ...] = ()
    otherwise: str = ""
    """The exhibit shown where the table has no line."""
    sheet: bool = True
    """The workbook has a sheet of it."""
    after: str = ""
    """The exhibit that its cell shows before it, where that one has something to show."""

_OPENING = (
    Entry("headline", "The answer: both totals, change, gap to each target, chance, what moved it, rejects.",
          tables.headline_table, ("inventory", "scopes"), BOTH,
          html=headline.hero, html_needs=("inventory", "opening=_opening", "begin")),
    Entry("plain", "The same in everyday words and with one figure, for the public page.",
          opening.same_table, ("table=headline",), PUBLIC_ONLY,
          html=public.plain, html_needs=("inventory", "opening=_opening"), sheet=False),
    Entry("years", "The target of the largest emissions: history, pathway, fan, and what marks a year.",
          trajectory_exhibits.main_target_table, ("targets", "inventory"), ALL, chart=draw_years,
          figure_needs=("named_years",)),
    Entry("icicle", "The year from scope to category to the largest suppliers.", icicle_table, audiences=BOTH,
          chart=draw_icicle),
    Entry("icicle_public", "The same without suppliers.", opening.without_suppliers, ("table=icicle",), PUBLIC_ONLY,
          chart=partial(draw_icicle, depth=2)),
    Entry("findings", "Up to three findings, each with its figure and a link to where it comes from.",
          findings.findings_table, ("inventory", "targets", "bridge", "icicle", "words", "digits"), BOTH,
          html=findings.findings_html, html_needs=("words",), sheet=False),
    Entry("things", "What to do this year, then the biggest things to do; without a plan, what to ask for.",
          opening.things_table, ("plan", "actions", "words", "digits"), ALL,
          html=opening.things_html, html_needs=("words",), otherwise="questions", sheet=False),
    Entry("questions", "The biggest questions to ask, which may name suppliers.",
          opening.questions_table, ("asks", "words", "digits"), BOTH,
          html=partial(opening.numbered_html, name="questions"), html_needs=("words",), sheet=False),
)
_YEARS = (
    Entry("change", "Both totals against last year and the base year, where these have a total.",
          trajectory_exhibits.known_changes, ("changes",), BOTH),
)
_TOTALS = (
    Entry("scopes", "Scopes, scope 2 by both methods, and both totals.", tables.scopes_table, audiences=BOTH,
          chart=charts.scopes_chart),
    Entry("categories", "The fifteen categories of scope 3.", tables.categories_table, audiences=BOTH,
          chart=charts.categories_chart),
)
_HISTORY = (
    Entry("scopes_by_year", "All years, stacked by scope.",
          trajectory_exhibits.by_year_table, ("inventory", "view"), chart=charts.by_year_chart),
    Entry("events", "Events that touch the base year, with the verdict on each.",
          bridge_tables.events_table, ("view", "words"), BOTH, html=plan_exhibits.hidden),
    Entry("trajectory", "Of each target: history, the pathway, and what the past implies.",
          trajectory_exhibits.targets_table, ("targets",), BOTH,
          chart=draw_targets, figure_needs=("first_target",)),
    Entry("trajectory_notes", "Of each target: the fit, its interval, what it takes, the chance and the budget.",
          trajectory_exhibits.notes_table, ("targets",), BOTH),
    Entry("bridge", "Why the headline total moved since last year; empty where last year has no records.",
          trajectory_exhibits.bridge_of_year, ("inventory", "history", "words"), BOTH, html=plan_exhibits.hidden,
          chart=charts.bridge_chart),
    Entry("rulesets", "Each target under the published rulesets at the end of the year.",
          governance.rulesets_table, ("inventory", "history", "targets", "words"), ANSWERING,
          html=plan_exhibits.hidden, sheet=False),
    Entry("budget", "The budget of the target whose scopes emitted most, as areas.",
          trajectory_exhibits.main_budget_table, ("targets", "inventory"), chart=draw_budget),
)
_PLAN = (
    Entry("actions_followed", "Actions against the adopted plan at the end of the year: dates, money, tonnes.",
          followed.actions_followed_table, ("company_actions=followed_actions", "words", "digits"), BOTH,
          html=plan_exhibits.hidden),
    Entry("actions", "Every lever of the plan, in order of start.",
          actions.actions_table, ("plan", "words"), BOTH, html=plan_exhibits.actions_html,
          html_needs=("words", "digits", "adoption", "inventory", "planned=_planned"), after="actions_followed"),
    Entry("plan_targets", "Where the plan leaves each target, and how likely that is.",
          plan_exhibits.targets_table, ("company_plan=plan", "names=target_names", "words"), BOTH,
          html=plan_exhibits.hidden),
    Entry("wedges", "The cut of each lever, from what would be emitted without the plan.",
          plan_exhibits.wedge_lines, ("wide=wedges_by_target", "names=target_names", "words"),
          html=plan_exhibits.hidden, chart=wedges_chart,
          figure_needs=("wide=wedges_by_target", "names=target_names", "company_plan=plan")),
    Entry("calendar", "When each lever runs, and what is invested each year.",
          plan_exhibits.calendar_lines, ("company_plan=plan", "words"), html=plan_exhibits.hidden,
          chart=calendar_chart, figure_needs=("company_plan=plan",)),
)
_ACTIVITIES = (
    Entry("energy", "Energy by carrier and site.", tables.energy_table),
    Entry("energy_by_month", "Emissions of energy by month and carrier.", monthly_energy_table,
          chart=charts.energy_chart),
    Entry("instruments", "Contracts and certificates of market-based scope 2, and those not applied.",
          method_tables.instruments_table),
    Entry("travel", "Business travel by mode.", tables.travel_table, chart=charts.travel_chart),
    Entry("purchases", "Purchases by group.", tables.purchases_table),
    Entry("suppliers", "The suppliers with the highest emissions; `n` of them, ten if it is not given.",
          tables.suppliers_table, chart=charts.suppliers_chart),
    Entry("sites", "Emissions by site.", tables.sites_table),
)
_DIGITAL = (
    Entry("digital_files", "Digital files that are refused or have rejected rows.",
          digital_exhibits.files_table, ("digital", "attempt=indicators_found", "words"), BOTH,
          html=digital_exhibits.hidden),
    Entry("reconciled", "What digital tables and the inventory both state, with both figures.",
          digital_exhibits.reconciled_table, ("attempt=reconciled_found", "words"), BOTH,
          html=digital_exhibits.hidden),
    Entry("fleet", "Devices: how many, how old, and their carbon.",
          lines_of(fleet_tables.fleet_lines), ("attempt=fleet_found", "words"),
          html=digital_exhibits.absent, html_needs=("attempt=fleet_found", "words")),
    Entry("fleet_ages", "Devices in stock by age.",
          lines_of(fleet_tables.age_lines), ("attempt=fleet_found", "words"), html=digital_exhibits.hidden,
          chart=ages_chart, figure_needs=("attempt=fleet_found",)),
    Entry("service", "The digital service of this year, an order of magnitude.",
          lines_of(digital_tables.service_lines), ("attempt=services_found", "words"),
          html=digital_exhibits.absent, html_needs=("attempt=services_found", "words")),
    Entry("travel_rule", "Train or plane: the company's rule and how it was kept, in a sentence.",
          lines_of(digital_exhibits.rule_table), ("attempt=trips_found", "words"),
          html=digital_exhibits.rule_html, html_needs=("attempt=trips_found", "words"), sheet=False),
    Entry("routes", "Where planes were taken although the rule asks for the train.",
          lines_of(digital_tables.routes_lines), ("attempt=trips_found", "words"), html=digital_exhibits.hidden),
    Entry("thresholds", "What another threshold would avoid.",
          lines_of(digital_exhibits.threshold_table), ("attempt=trips_found",), html=digital_exhibits.hidden,
          chart=thresholds_chart, figure_needs=("attempt=trips_found",)),
)
_GOVERNANCE = (
    *(Entry(f"indicators_{audience}", about, lines_of(partial(indicator_lines, audience=audience)),
            ("attempt=indicators_found", "words"), (audience,),
            html=governance.scorecard_html, html_needs=("attempt=indicators_found", "words"))
      for audience, about in ((PUBLIC, "Indicators: at most three, in plain words."),
                              (PERFORMANCE, "Indicators with the parts of each figure and its progress."),
                              (GOVERNANCE, "Indicators for those who decide."))),
    Entry("indicator_rules", "Rules that indicators break: what is hidden, and what to look at.",
          governance.rules_table, ("attempt=indicators_found", "words"), BOTH, html=digital_exhibits.hidden),
    Entry("commitments", "What the company has committed itself to, in the adopted words, next to its verdict.",
          governance.commitments_lines, ("digital", "inventory", "attempt=indicators_found", "words"), BOTH,
          html=digital_exhibits.hidden),
    Entry("reviewers", "Committees and independent verifiers, with the age of their last opinion.",
          governance.reviewers_lines, ("digital", "inventory", "words"), ANSWERING, html=digital_exhibits.hidden),
    Entry("datapoints_fed", "Regulatory datapoints that indicators feed.",
          governance.datapoints_table, ("attempt=indicators_found", "words"), ANSWERING,
          html=digital_exhibits.hidden),
)
_DIGITAL_PAGE = (
    Entry("next_step", "What one person can do this week, by what it avoids a year.", digital_page.step_table,
          ("trips=trips_found", "fleet=fleet_found", "words"), sheet=False, html=digital_page.story_html),
    Entry("fleet_story", "The fleet's year in sentences.",
          lines_of(fleet_tables.story_lines), ("attempt=fleet_found", "words"), sheet=False,
          html=digital_page.story_html),
    Entry("fleet_purchases", "Devices bought in each quarter of three years.",
          lines_of(digital_page.quarter_table), ("attempt=fleet_found", "inventory", "words"), sheet=False,
          html=digital_exhibits.hidden, figure=digital_page.drawn("plot_quarters"),
          figure_needs=("attempt=fleet_found", "year_starts")),
    Entry("fleet_exits", "Devices that left in the year, by way out.",
          lines_of(digital_page.exits_table), ("attempt=fleet_found", "words"), sheet=False,
          html=digital_exhibits.hidden, figure=digital_page.drawn("plot_exits"),
          figure_needs=("attempt=fleet_found",), height=lambda table: 1.4 + 0.42 * table["device"].nunique()),
    Entry("fleet_longer", "What a longer life of devices would change, a year.",
          lines_of(digital_page.longer_table), ("attempt=fleet_found", "words"), sheet=False,
          html=digital_exhibits.hidden, figure=digital_page.drawn("plot_longer"),
          figure_needs=("attempt=fleet_found",), height=2.6),
    Entry("services", "All digital services of the year, with their versions.",
          lines_of(digital_tables.portfolio_lines), ("attempt=services_found", "words"), sheet=False,
          html=digital_page.services_html, html_needs=("attempt=services_found", "words")),
    Entry("service_tiers", "The digital services by tier, drawn.",
          lines_of(digital_tables.service_lines), ("attempt=services_found", "words"), sheet=False,
          html=digital_exhibits.hidden, figure=digital_page.drawn("plot_service"),
          figure_needs=("attempt=services_found",), height=2.8),
    *(Entry(name, about, lines_of(make), ("attempt=services_found", "words"), sheet=False, html=digital_exhibits.hidden)
      for name, about, make in (
          ("service_budget", "The digital services next to one person's yearly share of the planet's limits.",
           digital_tables.budget_lines),
          ("service_levers", "What would change the digital services most, each alone.", digital_tables.lever_lines),
          ("service_defaults", "Averages that replace answers about the digital services.",
           digital_tables.default_lines))),
    Entry("contracts", "Electricity contracts with both figures of scope 2.",
          lines_of(digital_tables.contract_lines), ("attempt=contracts_found", "words"), sheet=False,
          html=digital_exhibits.absent, html_needs=("attempt=contracts_found", "words")),
    Entry("hosts", "Hosted services against the company's rules for hosts.",
          lines_of(digital_page.host_table), ("attempt=hosts_found", "digital", "words"), sheet=False,
          html=digital_exhibits.absent, html_needs=("attempt=hosts_found", "words")),
    *(Entry(name, about, lines_of(partial(digital_page.paths_table, audience=audience)),
            ("attempt=indicators_found", "words"), sheet=False, html=html, html_needs=needs,
            figure=digital_page.drawn("plot_scorecard", audience=audience),
            figure_needs=("attempt=indicators_found",), height=lambda table: 0.9 + 0.5 * len(table))
      for name, audience, about, html, needs in (
          ("indicator_paths", PERFORMANCE, "Indicators for the teams as bars on their way to the target.",
           digital_page.paths_html, ("attempt=indicators_found", "words")),
          ("governance_paths", GOVERNANCE, "Indicators for decision-makers as bars on their way to the target.",
           digital_exhibits.hidden, ()))),
    Entry("digital_missing", "Parts of the page on responsible digital without records, and what each needs.",
          digital_page.missing_table, ("digital", "inventory", "words"), sheet=False, html=digital_page.missing_html),
)
"""Shown by the page on responsible digital and its notebook, not by the annual report."""
_EXPECTED = (
    Entry("breaches", "What does not fit what is expected of the year, with the tonnes at stake, and what is accepted.",
          expectations_tables.breaches_table, ("inventory", "words"), BOTH, html=plan_exhibits.hidden,
          figure=plot_breaches, height=breaches_height),
    Entry("boundary", "Sites, entities, meters and files that came, went or changed their name, with the tonnes.",
          expectations_tables.boundary_table, ("inventory", "words"), BOTH, html=plan_exhibits.hidden),
    Entry("expectations", "Measures of the year next to what was expected; `n` of them, forty if it is not given.",
          expectations_tables.expectations_table, ("inventory", "words"), html=plan_exhibits.hidden),
)
_QUALITY = (
    Entry("coverage", "Where the rows read ended.", coverage_tables.coverage_table, audiences=BOTH,
          chart=charts.coverage_chart),
    Entry("amounts", "Where the amounts read ended.", coverage_tables.amounts_table, audiences=BOTH),
    Entry("accepted_rejects", "The rejected share and the accepted one.",
          coverage_tables.accepted_rejects_table, ("inventory", "coverage", "amounts"), BOTH),
    Entry("rejects", "Rejected rows by cause.", coverage_tables.rejects_table, audiences=BOTH),
    Entry("exclusions", "Rows excluded or set aside, with the reason.", coverage_tables.exclusions_table,
          audiences=BOTH),
    Entry("uncertainty", "95 % intervals of every total, scope and category.",
          actions.uncertainty_table, ("inventory", "intervals"), BOTH),
    Entry("doubts", "Sources of the uncertainty of the headline total.",
          actions.doubts_table, ("inventory", "intervals"), BOTH),
    Entry("asks", "The answers that would narrow the total most.",
          actions.asks_table, ("inventory", "intervals", "words")),
    Entry("tiers", "Share of the total by method tier.", method_tables.tiers_table, audiences=BOTH),
    Entry("quality_classes", "Shares of the headline total by the standard's five indicators of data quality.",
          actions.classes_table, ("inventory", "intervals"), BOTH),
    Entry("reasons", "How closely the factors fit.", method_tables.reasons_table),
    Entry("purchase_models", "Purchases as each model that answers for them has them, and how the total moves.",
          method_tables.purchase_models_table, ("inventory", "words"), BOTH, html=plan_exhibits.hidden),
    Entry("gwp", "GWP sets behind the figures.", method_tables.gwp_table, audiences=BOTH),
    Entry("counted_twice", "Records that speak of the same thing, with the tonnes of both sides and what counts.",
          coverage_tables.counted_twice_table, ("inventory", "words")),
    Entry("warnings", "What a careful reader should know: each cause in words, once.", quality.warnings_table,
          audiences=BOTH),
    Entry("signoff", "How the report is checked and signed: it was published before anyone could sign it.",
          governance.signoff_table, ("inventory", "words"), BOTH, html=governance.signoff_html, sheet=False),
    Entry("evidence", "What the identity of the published version covers.",
          governance.evidence_table, ("inventory", "history", "coverage", "words"), ANSWERING, sheet=False),
    Entry("method", "Every method choice.", method_tables.method_choices_table, ("inventory", "words"), BOTH),
    Entry("factors", "Every factor used, with its source.", method_tables.factors_table),
    Entry("factor_sources", "The publications behind the factors.", method_tables.factor_sources_table,
          audiences=BOTH),
    Entry("sources", "The files that were read.", quality.sources_table, audiences=BOTH),
)

EXHIBITS = {entry.name: entry for entry in (*_OPENING, *_YEARS, *_TOTALS, *_HISTORY, *_PLAN, *_ACTIVITIES, *_DIGITAL,
                                            *_DIGITAL_PAGE, *_GOVERNANCE, *_EXPECTED, *_QUALITY)}
"""Every exhibit by name, in the order of the workbook's sheets."""


def is_shown(name: str, audience: str) -> bool:
    """Return whether the page of an audience shows an exhibit; one that is not of the report is for those who steer."""
    return audience in EXHIBITS[name].audiences if name in EXHIBITS else audience == PERFORMANCE
