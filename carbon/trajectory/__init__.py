"""
Inventories to trajectory: what the past implies, what a target requires, and the gap between them.
"""

from carbon.trajectory.fit import Trajectory, fit
from carbon.trajectory.mann_kendall import mann_kendall
from carbon.trajectory.targets import Target, gap, required_rate

__all__ = ["Target", "Trajectory", "fit", "gap", "mann_kendall", "required_rate"]
