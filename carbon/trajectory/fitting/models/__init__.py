"""Models of a yearly series on the log scale. Each is a name and a function that predicts."""

from carbon.trajectory.fitting.models.broken_line import BROKEN_LINE
from carbon.trajectory.fitting.models.contract import Model, Predictive
from carbon.trajectory.fitting.models.straight_lines import LOG_LINEAR, THEIL_SEN
from carbon.trajectory.fitting.models.walks import DEFAULT_MODEL, DRIFT, LAST_VALUE, SHRUNKEN_DRIFT, shrunken_drift
from carbon.trajectory.fitting.models.weighted_line import weighted_line

MODELS = {m.name: m for m in (LAST_VALUE, DRIFT, SHRUNKEN_DRIFT, LOG_LINEAR, THEIL_SEN, BROKEN_LINE)}

__all__ = ["DEFAULT_MODEL", "MODELS", "Model", "Predictive", "shrunken_drift", "weighted_line"]
