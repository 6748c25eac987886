"""Models of a yearly series on the log scale. Each is a name and a function that predicts."""

from carbon.trajectory.fitting.models.contract import Model, Predictive
from carbon.trajectory.fitting.models.lines import BROKEN_LINE, LOG_LINEAR, THEIL_SEN, weighted_line
from carbon.trajectory.fitting.models.walks import DEFAULT_MODEL, DRIFT, LAST_VALUE, SHRUNKEN_DRIFT, shrunken_drift

MODELS = {m.name: m for m in (LAST_VALUE, DRIFT, SHRUNKEN_DRIFT, LOG_LINEAR, THEIL_SEN, BROKEN_LINE)}

__all__ = ["DEFAULT_MODEL", "MODELS", "Model", "Predictive", "shrunken_drift", "weighted_line"]
