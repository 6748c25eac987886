"""
Inventories to trajectory: what the past implies, what a target requires, and the gap between them.
"""

from carbon.trajectory.backtest import backtest
from carbon.trajectory.budget import budget_kg, budget_state
from carbon.trajectory.fit import Trajectory, fit
from carbon.trajectory.mann_kendall import mann_kendall
from carbon.trajectory.rulesets import check_target, ruleset, rulesets
from carbon.trajectory.targets import Target, gap, required_rate
from carbon.trajectory.words import likelihood, probability_text

__all__ = ["Target", "Trajectory", "backtest", "budget_kg", "budget_state", "check_target", "fit", "gap",
           "likelihood", "mann_kendall", "probability_text", "required_rate", "ruleset", "rulesets"]
