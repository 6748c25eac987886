"""
The page on responsible digital: fleet, service, train or plane, and the indicators of each audience.

A company that keeps no such table or parameter file is told so; a part that cannot be computed says why.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property, partial
from typing import TYPE_CHECKING, TypeVar

import pandas as pd
from markupsafe import Markup

from carbon.core.errors import CarbonError
from carbon.digital.devices.fleet import Fleet
from carbon.digital.services.service import Service
from carbon.digital.travel_policy import TravelPolicy
from carbon.indicators.company import Indicators
from carbon.reports import digital_lines
from carbon.reports.exhibit import Exhibit, once
from carbon.reports.exhibit_source import ExhibitSource
from carbon.reports.phrases import phrase
from carbon.reports.words import Words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from carbon.records.digital import DigitalRecords

Made = TypeVar("Made")
EMPTY = pd.DataFrame()


class DigitalExhibits(ExhibitSource):
    """
    Part of `AnnualReport`, which gives inventory, digital records, words and how an exhibit is put together.
    """

    digital: DigitalRecords | None

    @once
    def fleet(self) -> Exhibit:
        """
        Devices: how many, how old, and their carbon.
        """
        found, reason = self._fleet
        if found is None:
            return self._exhibit("fleet", EMPTY, html=self._absent(reason))
        return self._exhibit("fleet", digital_lines.fleet_lines(found, self.words))

    @once
    def fleet_ages(self) -> Exhibit:
        """
        Devices in stock by age.
        """
        found, _ = self._fleet
        if found is None:
            return self._exhibit("fleet_ages", EMPTY, html=Markup(""))
        return self._exhibit("fleet_ages", digital_lines.age_lines(found, self.words), partial(_draw_ages, found))

    @once
    def service(self) -> Exhibit:
        """
        The digital service of this year, an order of magnitude.
        """
        found, reason = self._service
        if found is None:
            return self._exhibit("service", EMPTY, html=self._absent(reason))
        return self._exhibit("service", digital_lines.service_lines(found, self.words))

    @once
    def travel_rule(self) -> Exhibit:
        """
        Train or plane: the company's rule and how it was kept, in a sentence.
        """
        found, reason = self._trips
        if found is None:
            return self._exhibit("travel_rule", EMPTY, html=self._absent(reason))
        text = digital_lines.rule_text(found, self.words)
        return self._exhibit("travel_rule", pd.DataFrame({"what": [text]}),
                             html=Markup('<p class="plain">{}</p>').format(text))

    @once
    def routes(self) -> Exhibit:
        """
        Where planes were taken although the rule asks for the train.
        """
        found, _ = self._trips
        if found is None:
            return self._exhibit("routes", EMPTY, html=Markup(""))
        return self._exhibit("routes", digital_lines.routes_lines(found))

    @once
    def thresholds(self) -> Exhibit:
        """
        What another threshold would avoid.
        """
        found, _ = self._trips
        if found is None or found.table.empty:
            return self._exhibit("thresholds", EMPTY, html=Markup(""))
        return self._exhibit("thresholds", digital_lines.threshold_lines(found), partial(_draw_thresholds, found))

    @once
    def indicators_public(self) -> Exhibit:
        """
        At most three, in plain words.
        """
        return self._scorecard("public")

    @once
    def indicators_performance(self) -> Exhibit:
        """
        With the parts of each figure and its progress.
        """
        return self._scorecard("performance")

    @once
    def indicators_governance(self) -> Exhibit:
        """
        For those who decide.
        """
        return self._scorecard("governance")

    def _scorecard(self, audience: str) -> Exhibit:
        name = f"indicators_{audience}"
        found, reason = self._indicators
        if found is None:
            return self._exhibit(name, EMPTY, html=self._absent(reason))
        return self._exhibit(name, digital_lines.indicator_lines(found, audience, self.words))

    def _absent(self, reason: str) -> Markup:
        """
        Why there is nothing: not kept, or what failed.
        """
        said = phrase(reason, self.words.language)
        text = self.words("digital.failed", reason=said) if reason else self.words("digital.not_kept")
        return Markup('<p class="muted">{}</p>').format(text)

    @cached_property
    def _fleet(self) -> tuple[Fleet | None, str]:
        from carbon.digital.company import fleet_of

        records = self.digital
        kept = records is not None and records.fleet is not None and "assets" in records.tables
        return _made(records if kept else None, lambda found: fleet_of(found, self.inventory.year))

    @cached_property
    def _service(self) -> tuple[Service | None, str]:
        from carbon.digital.company import service_of

        records = self.digital
        kept = records is not None and records.service is not None and records.service.year == self.inventory.year
        return _made(records if kept else None, service_of)

    @cached_property
    def _trips(self) -> tuple[TravelPolicy | None, str]:
        from carbon.digital.company import travel_policy_of

        records = self.digital
        kept = (records is not None and records.policies is not None and records.policies.travel is not None
                and "trips" in records.tables)
        return _made(records if kept else None, lambda found: travel_policy_of(found, self.inventory.year))

    @cached_property
    def _indicators(self) -> tuple[Indicators | None, str]:
        from carbon.indicators.company import indicators_of

        records = self.digital
        kept = records is not None and records.indicators is not None
        return _made(records if kept else None, lambda found: indicators_of(
            found, self.inventory.year, inventory=self.inventory, fleet=self._fleet[0], service=self._service[0],
            trips=self._trips[0]))


def _made(records: DigitalRecords | None, make: Callable[[DigitalRecords], Made]) -> tuple[Made | None, str]:
    """
    What was made of the records; else None and why it could not, "" where the company keeps no such thing.
    """
    try:
        return (None if records is None else make(records)), ""
    except CarbonError as error:
        return None, error.what


def _draw_ages(fleet: Fleet, table: pd.DataFrame, ax: Axes, *, words: Words) -> None:
    from carbon.reports.digital_figures import plot_age_pyramid

    plot_age_pyramid(fleet, ax, words=words)


def _draw_thresholds(trips: TravelPolicy, table: pd.DataFrame, ax: Axes, *, words: Words) -> None:
    from carbon.reports.digital_figures import plot_thresholds

    plot_thresholds(trips, ax, words=words)
