"""Figures: each draws a readers' table and returns the Axes."""
