"""Temperature scores: context for a target, never a headline; one decimal at most, with their method.

A score depends on a scenario set, a budget share and a climate sensitivity that are choices of its method: each is a
required argument, and the method's name and version travel with the figure.
"""

from __future__ import annotations

from dataclasses import dataclass

from carbon.core.display import Displayed
from carbon.core.errors import MethodError
from carbon.core.plain_numbers import refuse_no_number


@dataclass(frozen=True, repr=False)
class Temperature(Displayed):
    """A score [degrees Celsius of warming by the method's end year]; its text has one decimal and the method."""

    celsius: float
    method: str

    def __post_init__(self) -> None:
        if not isinstance(self.method, str) or not self.method.strip():
            raise MethodError("a temperature score needs its method and version",
                              hint='pass method=, for example "ITR, OECM 1.5 C, budgets 2019-2050"')

    def __repr__(self) -> str:
        return f"Temperature({self.celsius:.1f} °C, {self.method!r})"

    def __str__(self) -> str:
        return f"{self.celsius:.1f} °C ({self.method})"


def budget_temperature(
    cumulative_kg: float, budget_kg: float, *, benchmark_c: float, global_budget_gt: float, tcre_c_per_gt: float,
    method: str,
) -> Temperature:
    """Return the warming if all overshot their budget as this company does.

    T = T_benchmark + global budget x (cumulative / budget - 1) x TCRE

    The company's emissions over the benchmark's years and its share of the benchmark's budget [kg], the benchmark's
    budget of the same years [Gt CO2], and the transient climate response [degrees per Gt CO2], e.g. 2.2 / 3664.

    Source: os-climate/ITR, src/ITR/temperature_score.py. The share of a global budget is a value choice of the method.
    """
    refuse_no_number("temperature of a budget", over=0, budget_kg=budget_kg,
                     hint="take the company's share of the benchmark's budget, over the same years")
    refuse_no_number("temperature of a budget", cumulative_kg=cumulative_kg, benchmark_c=benchmark_c)
    refuse_no_number("temperature of a budget", over=0, global_budget_gt=global_budget_gt, tcre_c_per_gt=tcre_c_per_gt)
    overshoot = cumulative_kg / budget_kg - 1
    return Temperature(benchmark_c + global_budget_gt * overshoot * tcre_c_per_gt, method)


def slope_temperature(yearly_cut: float, *, slope: float, intercept: float, method: str) -> Temperature:
    """Return the warming of scenarios that cut as fast as a target, by a regression over a scenario set.

    T = slope x 100 yearly_cut + intercept, not below 0

    The linear cut is a share of base emissions per year, e.g. 0.042 (`Target.yearly_rate`); slope and intercept
    [degrees per percent and year; degrees] are a record of the method, by scope and time frame.

    Raises MethodError: No method.

    Source: CDP and WWF, Temperature Rating Methodology, as computed by ScienceBasedTargets/SBTi-finance-tool.
    """
    refuse_no_number("temperature of a cut", yearly_cut=yearly_cut, slope=slope, intercept=intercept)
    return Temperature(max(slope * 100 * yearly_cut + intercept, 0.0), method)


def covered_ambition(reduction: float, coverage: float, *, threshold: float) -> float:
    """Return the cut that counts: in full from the threshold on, else the cut x the share of emissions it covers.

    Source: SBTi/target_validation.py of ScienceBasedTargets/SBTi-finance-tool, weighted coverage.
    """
    refuse_no_number("covered ambition", at_least=0, at_most=1, reduction=reduction, hint="0.42 means -42 %")
    refuse_no_number("covered ambition", coverage=coverage, threshold=threshold)
    if not (0 <= coverage <= 1 and 0 <= threshold <= 1):
        raise MethodError(f"coverage {coverage} and threshold {threshold} must lie in 0 ... 1", hint="0.95 means 95 %")
    return reduction if coverage >= threshold else reduction * coverage
