"""Trajectories from inventories: the trend of past years, the pathway of a target, and the gap between them.

Each function raises MethodError, with the value and what to do, on arguments that are no numbers, not known, infinite
or out of their range, on unknown names, and on years, scopes or methods that do not compare. A docstring states the
errors that are its own.
"""

from carbon.core.public_names import box_all
from carbon.trajectory.budget import budget_kg, budget_state
from carbon.trajectory.findings import check, findings
from carbon.trajectory.fitting.backtest import backtest
from carbon.trajectory.fitting.breaks import explained_by
from carbon.trajectory.fitting.company import Course, course, groups_of
from carbon.trajectory.fitting.fit import fit
from carbon.trajectory.fitting.fitted import Trajectory
from carbon.trajectory.fitting.mann_kendall import mann_kendall
from carbon.trajectory.fitting.parts import Parts, fit_parts
from carbon.trajectory.fitting.prior import Prior, learn_prior
from carbon.trajectory.rulesets import ruleset, rulesets
from carbon.trajectory.situation import Situation
from carbon.trajectory.targets import Target, gap, required_rate
from carbon.trajectory.words import likelihood, probability_text

__all__ = ["Course", "Parts", "Prior", "Situation", "Target", "Trajectory", "backtest", "budget_kg", "budget_state",
           "check", "course", "explained_by", "findings", "fit", "fit_parts", "gap", "groups_of", "learn_prior",
           "likelihood", "mann_kendall", "probability_text", "required_rate", "ruleset", "rulesets"]
box_all(globals(), __all__)
