"""
What could be done: levers on the inventory's streams, and the plan of least cost that meets the targets.
"""
